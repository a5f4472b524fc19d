// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";

/** Another page, or the server itself, is at it: look again after so long. */
const BUSY_MS = 1000;

/**
 * An action on all jobs that a filter matches: asks for one step after the other and shows
 * how far it is. Closed before the end, the server goes on by itself.
 */
export class JobOperation extends Component {
    static template = "queue_job.Operation";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ progress: null, error: "" });
        this.isGone = false;
        onWillStart(() => void this.goOn());
        onWillUnmount(() => {
            this.isGone = true;
        });
    }

    get percent() {
        const { seen, total } = this.state.progress;
        return total ? Math.floor((100 * seen) / total) : 100;
    }

    get text() {
        const { seen, total, changed } = this.state.progress;
        return _t("%(seen)s of %(total)s jobs looked at, %(changed)s changed.", {
            seen: formatInteger(seen),
            total: formatInteger(total),
            changed: formatInteger(changed),
        });
    }

    call(method) {
        return this.orm.silent.call("queue.job.operation", method, [
            [this.props.action.params.operation_id],
        ]);
    }

    async goOn() {
        this.state.error = "";
        try {
            do {
                this.state.progress = await this.call("step");
                if (this.state.progress.is_busy) {
                    await new Promise((resolve) => browser.setTimeout(resolve, BUSY_MS));
                }
            } while (!this.state.progress.is_over && !this.isGone);
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
    }

    async stop() {
        this.state.progress = await this.call("stop");
    }

    close() {
        this.action.doAction({ type: "ir.actions.act_window_close" });
    }
}

registry.category("actions").add("queue_job.operation", JobOperation);
