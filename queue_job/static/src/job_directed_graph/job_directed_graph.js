// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component, onWillRender, useRef, useState } from "@odoo/owl";

import { NODE_HEIGHT, NODE_WIDTH, layoutGraph } from "./graph_layout";

/** Beyond that many nodes a drawing shows nothing any more: a list does. */
export const MAX_DRAWN_NODES = 1000;
/** Rows of that list that are rendered at once. */
const LIST_STEP = 200;
const LABEL_LENGTH = 26;
const ZOOM_STEP = 1.25;

/** Give the text of a title that is written as HTML, one string a line. */
function titleLines(html) {
    const body = new DOMParser().parseFromString(
        String(html || "").replace(/<br\s*\/?>/g, "\n"),
        "text/html"
    ).body;
    return body.textContent.split("\n").map((line) => line.trim());
}

function shorten(text) {
    return text.length > LABEL_LENGTH ? `${text.slice(0, LABEL_LENGTH - 1)}…` : text;
}

/**
 * Shows the jobs of a graph and which waits for which. Reads a dictionary
 * `{nodes: [{id, title, color, border}], edges: [[parent id, child id]]}`.
 */
export class JobDirectedGraph extends Component {
    static template = "queue.JobDirectGraph";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.svg = useRef("svg");
        this.state = useState({ zoom: 1, x: 0, y: 0, listed: LIST_STEP });
        this.dragStart = null;
        this.nodeWidth = NODE_WIDTH;
        this.nodeHeight = NODE_HEIGHT;
        onWillRender(() => this.prepare());
    }

    prepare() {
        const value = this.props.record.data[this.props.name] || {};
        if (this.value === value) {
            return;
        }
        this.value = value;
        this.nodes = (value.nodes || []).map((node) => {
            const [name, ...rest] = titleLines(node.title);
            return { ...node, name, label: shorten(name), detail: rest.join(" ") };
        });
        this.isList = this.nodes.length > MAX_DRAWN_NODES;
        this.graph = this.isList ? null : layoutGraph(this.nodes, value.edges || []);
    }

    get currentId() {
        return this.props.record.resId;
    }

    get listedNodes() {
        return this.nodes.slice(0, this.state.listed);
    }

    get listMessage() {
        return _t("%s jobs are too many to be drawn; here they are as a list.", this.nodes.length);
    }

    get viewBox() {
        const { zoom, x, y } = this.state;
        return `${x} ${y} ${this.graph.width / zoom} ${this.graph.height / zoom}`;
    }

    /** Height of the drawing on the page, in pixels: as high as needed, within bounds. */
    get drawingHeight() {
        return Math.min(600, Math.max(120, this.graph.height));
    }

    listMore() {
        this.state.listed += LIST_STEP;
    }

    openJob(id) {
        if (this.dragged || id === this.currentId) {
            return;
        }
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "queue.job",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    onNodeKeydown(ev, id) {
        if (ev.key === "Enter" || ev.key === " ") {
            ev.preventDefault();
            this.dragged = false;
            this.openJob(id);
        }
    }

    /** Change the zoom; what is in the middle stays there. */
    zoomBy(factor) {
        const { zoom } = this.state;
        const next = Math.min(8, Math.max(1, zoom * factor));
        const { width, height } = this.graph;
        this.state.x += (width / zoom - width / next) / 2;
        this.state.y += (height / zoom - height / next) / 2;
        this.state.zoom = next;
        if (next === 1) {
            this.fit();
        }
    }

    zoomIn() {
        this.zoomBy(ZOOM_STEP);
    }

    zoomOut() {
        this.zoomBy(1 / ZOOM_STEP);
    }

    fit() {
        Object.assign(this.state, { zoom: 1, x: 0, y: 0 });
    }

    onPointerDown(ev) {
        this.dragged = false;
        this.dragStart = {
            clientX: ev.clientX,
            clientY: ev.clientY,
            x: this.state.x,
            y: this.state.y,
            // Units of the drawing per pixel of the screen.
            scale: 1 / this.svg.el.getScreenCTM().a,
        };
    }

    onPointerMove(ev) {
        const start = this.dragStart;
        if (!start || !ev.buttons) {
            return;
        }
        const dx = ev.clientX - start.clientX;
        const dy = ev.clientY - start.clientY;
        if (this.dragged || Math.hypot(dx, dy) > 4) {
            this.dragged = true;
            this.state.x = start.x - dx * start.scale;
            this.state.y = start.y - dy * start.scale;
        }
    }

    onPointerUp() {
        this.dragStart = null;
    }

    onWheel(ev) {
        // Only with Ctrl, as a plain turn of the wheel scrolls the page.
        if (ev.ctrlKey) {
            ev.preventDefault();
            this.zoomBy(ev.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP);
        }
    }
}

export const jobDirectedGraph = {
    component: JobDirectedGraph,
    displayName: _t("Graph of jobs"),
    supportedTypes: ["serialized", "json", "jsonb"],
};

registry.category("fields").add("job_directed_graph", jobDirectedGraph);
