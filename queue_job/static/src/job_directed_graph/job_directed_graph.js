// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import {
    Component,
    onWillRender,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";

import { NODE_HEIGHT, NODE_WIDTH, layoutGraph } from "./graph_layout";

/** Beyond that many nodes a drawing shows nothing any more: a list does. */
export const MAX_DRAWN_NODES = 1000;
/** Rows of that list that are rendered at once. */
const LIST_STEP = 200;
const LABEL_LENGTH = 26;
const ZOOM_STEP = 1.25;
// Scales are pixels of the screen per unit of the drawing.
/** Below that scale labels can't be read. */
const READABLE_SCALE = 0.85;
const LARGEST_SCALE = 3;
const MAX_HEIGHT = 600;
/** Kept around a job that the keyboard has come to. */
const MARGIN = 12;

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
        this.root = useRef("root");
        this.state = useState({
            scale: 1,
            x: 0,
            y: 0,
            width: 1,
            height: 1,
            listed: LIST_STEP,
            // The one job that Tab leads to; arrow keys go on from there.
            reached: false,
        });
        this.dragStart = null;
        this.nodeWidth = NODE_WIDTH;
        this.nodeHeight = NODE_HEIGHT;
        onWillRender(() => this.prepare());
        // Once drawn, and again when the form goes on to another job.
        useEffect(() => this.start(), () => [this.graph]);
        useEffect(
            (el) => this.watchWidth(el),
            () => [this.root.el]
        );
    }

    prepare() {
        const value = this.props.record.data[this.props.name] || {};
        if (this.value === value) {
            return;
        }
        this.value = value;
        this.nodes = (value.nodes || []).map((node) => {
            const [name, ...rest] = titleLines(node.title);
            const status = (value.states || {})[node.id] || "";
            const state = (value.labels || {})[status] || "";
            return { ...node, name, label: shorten(name), detail: rest.join(" "), state, status };
        });
        this.legend = this.statesOf(this.nodes);
        this.isList = this.nodes.length > MAX_DRAWN_NODES;
        this.isMirrored = localization.direction === "rtl";
        this.graph = this.isList
            ? null
            : layoutGraph(this.nodes, value.edges || [], this.isMirrored);
        this.state.reached = false;
    }

    /** The states that there are, with their colours and how many jobs have them. */
    statesOf(nodes) {
        const states = new Map();
        for (const { state, status, color, border } of nodes) {
            const known = states.get(state) || { state, status, color, border, count: 0 };
            known.count++;
            states.set(state, known);
        }
        states.delete("");
        return [...states.values()];
    }

    get currentId() {
        return this.props.record.resId;
    }

    classes(node) {
        return { [`o_job_graph_${node.status}`]: true, o_job_graph_current: node.id === this.currentId };
    }

    get listedNodes() {
        return this.nodes.slice(0, this.state.listed);
    }

    get listMessage() {
        return _t("%s jobs are too many to be drawn; here they are as a list.", this.nodes.length);
    }

    get viewBox() {
        const { scale, x, y, width, height } = this.state;
        return `${x} ${y} ${width / scale} ${height / scale}`;
    }

    /** Scale at which everything is seen. */
    get fitScale() {
        const { width, height } = this.state;
        return Math.min(1, width / this.graph.width, height / this.graph.height);
    }

    /** Begin as large as labels need to be, around the job of the form. */
    start() {
        if (!this.graph || !this.root.el) {
            return;
        }
        const width = this.root.el.clientWidth || 1;
        const scale = Math.min(1, Math.max(READABLE_SCALE, width / this.graph.width));
        this.state.width = width;
        this.state.height = Math.min(MAX_HEIGHT, this.graph.height * scale);
        const node = this.graph.nodes.find((each) => each.id === this.currentId);
        const begin = this.isMirrored ? this.graph.width : 0;
        const x = node ? node.x + NODE_WIDTH / 2 : begin;
        const y = node ? node.y + NODE_HEIGHT / 2 : this.graph.height / 2;
        this.look(scale, x, y);
    }

    /** The chatter may move beside the form after the first drawing, and narrow it. */
    watchWidth(el) {
        const observer = new ResizeObserver(() => {
            if (el.clientWidth && el.clientWidth !== this.state.width) {
                this.start();
            }
        });
        observer.observe(el);
        return () => observer.disconnect();
    }

    /** Show the drawing at a scale with a point in the middle, and no empty margins. */
    look(scale, x, y) {
        const along = (point, seen, size) =>
            seen >= size ? (size - seen) / 2 : Math.max(0, Math.min(point - seen / 2, size - seen));
        this.state.scale = scale;
        this.state.x = along(x, this.state.width / scale, this.graph.width);
        this.state.y = along(y, this.state.height / scale, this.graph.height);
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

    /** The job that Tab leads to: where the arrow keys have come to, else that of the form. */
    get reachedId() {
        if (this.state.reached) {
            return this.state.reached;
        }
        const isHere = this.graph.nodes.some((node) => node.id === this.currentId);
        return isHere ? this.currentId : this.graph.nodes[0]?.id;
    }

    onNodeKeydown(ev, node) {
        if (ev.key === "Enter" || ev.key === " ") {
            this.dragged = false;
            this.openJob(node.id);
        } else if (ev.key.startsWith("Arrow")) {
            this.goFrom(node, ev.key);
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    /** Go up or down a column, or along the arrows of the drawing, to the nearest job. */
    goFrom(node, key) {
        const forth = this.isMirrored ? "ArrowLeft" : "ArrowRight";
        let candidates;
        if (key === "ArrowUp" || key === "ArrowDown") {
            const sign = key === "ArrowUp" ? -1 : 1;
            candidates = this.graph.nodes.filter(
                (other) => other.column === node.column && sign * (other.y - node.y) > 0
            );
        } else {
            const ids = new Set(key === forth ? node.children : node.parents);
            candidates = this.graph.nodes.filter((other) => ids.has(other.id));
        }
        candidates.sort((a, b) => Math.abs(a.y - node.y) - Math.abs(b.y - node.y));
        if (candidates.length) {
            this.root.el.querySelector(`[data-id="${candidates[0].id}"]`).focus();
        }
    }

    onNodeFocus(ev, node) {
        this.state.reached = node.id;
        // Who points at a job sees it; what is pointed at must not move away.
        if (ev.target.matches(":focus-visible")) {
            this.reveal(node);
        }
    }

    /** Move the drawing as little as needed to show a whole node. */
    reveal(node) {
        const { scale, x, y, width, height } = this.state;
        const along = (from, seen, start, size) =>
            Math.max(start + size - seen, Math.min(from, start));
        const [seenX, seenY] = [width / scale, height / scale];
        this.look(
            scale,
            along(x, seenX, node.x - MARGIN, NODE_WIDTH + 2 * MARGIN) + seenX / 2,
            along(y, seenY, node.y - MARGIN, NODE_HEIGHT + 2 * MARGIN) + seenY / 2
        );
    }

    /** Change the scale; what is in the middle stays there. */
    zoomBy(factor) {
        const { scale, x, y, width, height } = this.state;
        const next = Math.min(LARGEST_SCALE, Math.max(this.fitScale, scale * factor));
        this.look(next, x + width / scale / 2, y + height / scale / 2);
    }

    zoomIn() {
        this.zoomBy(ZOOM_STEP);
    }

    zoomOut() {
        this.zoomBy(1 / ZOOM_STEP);
    }

    fit() {
        this.look(this.fitScale, 0, 0);
    }

    onPointerDown(ev) {
        this.dragged = false;
        this.dragStart = {
            clientX: ev.clientX,
            clientY: ev.clientY,
            x: this.state.x,
            y: this.state.y,
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
            const { scale, width, height } = this.state;
            const middle = [start.x + width / scale / 2, start.y + height / scale / 2];
            this.look(scale, middle[0] - dx / scale, middle[1] - dy / scale);
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
