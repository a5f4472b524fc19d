// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { ListRenderer } from "@web/views/list/list_renderer";
import { onMounted, onPatched } from "@odoo/owl";

/** A list whose rows have buttons that the keyboard can press, and that all have a name. */
export class ButtonListRenderer extends ListRenderer {
    setup() {
        super.setup();
        onMounted(() => this.nameButtons());
        onPatched(() => this.nameButtons());
    }

    /** A button that is nothing but a picture says to everybody what it says to the pointer. */
    nameButtons() {
        for (const button of this.tableRef.el?.querySelectorAll("button[data-tooltip]") || []) {
            button.setAttribute("aria-label", button.dataset.tooltip);
        }
    }

    /** Enter opens a row, but not while one of its buttons has the focus: it presses that. */
    onCellKeydown(ev) {
        if (ev.key !== "Enter" || !ev.target.closest("button")) {
            super.onCellKeydown(...arguments);
        }
    }
}
