// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { registry } from "@web/core/registry";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";

/** Of each state, the colour it has in the lists: red must mean failed. */
const COLORS = {
    wait_dependencies: "#c9cdd2",
    pending: "#8f98a3",
    enqueued: "#ffac00",
    started: "#17a2b8",
    done: "#28a745",
    cancelled: "#5b6770",
    failed: "#dc3545",
};
/** Between the names of several groups, as Odoo writes them. */
const SEPARATOR = " / ";

export class JobGraphRenderer extends GraphRenderer {
    getBarChartData() {
        const data = super.getBarChartData();
        const { fields, groupBy } = this.model.metaData;
        if (groupBy.slice(1).some((group) => group.fieldName === "state")) {
            const states = fields.state.selection.map(([state, label]) => [label, state]);
            const stateOf = Object.fromEntries(states);
            for (const dataset of data.datasets) {
                const label = (dataset.label || "").split(SEPARATOR).find((name) => stateOf[name]);
                if (label) {
                    dataset.backgroundColor = COLORS[stateOf[label]];
                }
            }
        }
        return data;
    }
}

registry.category("views").add("queue_job_graph", { ...graphView, Renderer: JobGraphRenderer });
