// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";

const LOOK_MS = 1000;
const FIELDS = ["complete_name", "running_count", "paused"];

/** Says what of a paused channel still runs, and when nothing does any more. */
export class ChannelDrain extends Component {
    static template = "queue_job.Drain";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ channel: null });
        this.isGone = false;
        onWillStart(() => this.look());
        onWillUnmount(() => {
            this.isGone = true;
            browser.clearTimeout(this.timer);
        });
    }

    get id() {
        return this.props.action.params.channel_id;
    }

    get isDrained() {
        return !this.state.channel?.running_count;
    }

    get text() {
        const { complete_name: name, paused, running_count: running } = this.state.channel;
        if (!paused) {
            return _t("%s runs again: somebody has resumed it.", name);
        }
        if (running) {
            return _t("Nothing of %(name)s begins any more. Still running: %(running)s", {
                name,
                running,
            });
        }
        return _t("Nothing of %s runs any more, and nothing begins until you resume it.", name);
    }

    async look() {
        try {
            [this.state.channel] = await this.orm.silent.read(
                "queue.job.channel",
                [this.id],
                FIELDS
            );
        } catch (error) {
            if (!this.state.channel) {
                throw error;
            }
        }
        if (!this.isGone && !this.isDrained && this.state.channel.paused) {
            this.timer = browser.setTimeout(() => this.look(), LOOK_MS);
        }
    }

    showJobs() {
        const name = this.state.channel.complete_name;
        this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Running jobs of %s", name),
            res_model: "queue.job",
            domain: [
                ["state", "in", ["enqueued", "started"]],
                "|",
                ["channel", "=", name],
                ["channel", "=like", `${name}.%`],
            ],
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }

    async resume() {
        await this.orm.call("queue.job.channel", "button_resume", [[this.id]]);
        this.close();
    }

    close() {
        this.action.doAction({ type: "ir.actions.act_window_close" });
    }
}

registry.category("actions").add("queue_job.drain", ChannelDrain);
