// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, onWillUnmount, useExternalListener, useState } from "@odoo/owl";

import { JobWarnings } from "../banner/job_banner";
import { formatCount, formatSeconds, formatShare } from "./format";
import { JobChart } from "./job_chart";

/** What a job server sends when jobs have run, to all managers of jobs. */
const NEWS = "queue_job/ran";
/** Without news the figures are asked for this often: jobs may wait and none run. */
const REFRESH_MS = 10000;
/** However much is heard, not more often than that. */
const SHORTEST_MS = 2000;

export class JobDashboard extends Component {
    static template = "queue_job.Dashboard";
    static components = { JobChart, JobWarnings, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.busService = useService("bus_service");
        this.display = { controlPanel: {} };
        this.periods = [
            { minutes: 15, label: _t("15 minutes") },
            { minutes: 60, label: _t("1 hour") },
            { minutes: 360, label: _t("6 hours") },
            { minutes: 1440, label: _t("1 day") },
        ];
        Object.assign(this, { formatCount, formatSeconds, formatShare });
        this.state = useState({ data: null, period: 60, isBroken: false });
        this.timer = null;
        this.askedAt = 0;
        this.isAsking = false;
        this.isGone = false;
        const onNews = () => this.schedule(SHORTEST_MS);
        this.busService.subscribe(NEWS, onNews);
        useExternalListener(document, "visibilitychange", () => this.onVisibility());
        onWillStart(() => this.refresh());
        onWillUnmount(() => {
            this.isGone = true;
            this.busService.unsubscribe(NEWS, onNews);
            browser.clearTimeout(this.timer);
        });
    }

    // -- the figures, and when to ask for them -------------------------------------------

    async refresh() {
        if (this.isAsking) {
            return;
        }
        this.isAsking = true;
        this.askedAt = Date.now();
        browser.clearTimeout(this.timer);
        this.timer = null;
        try {
            this.state.data = await this.orm.silent.call("queue.job.dashboard", "get_overview", [
                this.state.period,
            ]);
            this.state.isBroken = false;
        } catch (error) {
            if (!this.state.data) {
                throw error;
            }
            // The server may be restarting: what is shown is old, and says so.
            this.state.isBroken = true;
        } finally {
            this.isAsking = false;
        }
        this.schedule(REFRESH_MS);
    }

    /** Ask again after some time, sooner if that is what was decided already. */
    schedule(delay) {
        if (this.isGone || document.hidden) {
            return;
        }
        const at = Math.max(Date.now(), this.askedAt) + (delay === SHORTEST_MS ? 0 : delay);
        const due = Math.max(at, this.askedAt + SHORTEST_MS);
        if (this.timer && this.dueAt <= due) {
            return;
        }
        browser.clearTimeout(this.timer);
        this.dueAt = due;
        this.timer = browser.setTimeout(() => this.refresh(), Math.max(due - Date.now(), 0));
    }

    /** Nobody looks at a hidden tab: it asks for nothing until it is shown again. */
    onVisibility() {
        if (document.hidden) {
            browser.clearTimeout(this.timer);
            this.timer = null;
        } else {
            this.refresh();
        }
    }

    async setPeriod(minutes) {
        this.state.period = minutes;
        this.isAsking = false;
        await this.refresh();
    }

    // -- what is shown -------------------------------------------------------------------

    get data() {
        return this.state.data;
    }

    get rate() {
        return this.data.done / (this.data.period * 60);
    }

    get rateText() {
        return this.rate >= 1 || !this.data.done
            ? _t("%s per second", this.rate.toFixed(1))
            : _t("%s per minute", (this.rate * 60).toFixed(1));
    }

    /** How full a channel is, in percent; null where it has no limit of its own. */
    share(channel) {
        if (channel.capacity === null) {
            return null;
        }
        return channel.capacity ? Math.min(100, (100 * this.inUse(channel)) / channel.capacity) : 0;
    }

    inUse(channel) {
        return channel.running + channel.below;
    }

    runningTitle({ name }) {
        return _t("Running jobs of %s", name);
    }

    waitingTitle({ name }) {
        return _t("Waiting jobs of %s", name);
    }

    toggleLabel({ name, is_paused: isPaused }) {
        return isPaused ? _t("Resume %s", name) : _t("Pause %s", name);
    }

    /** What is known of an error: some failed jobs have no name of it, others no message. */
    errorText(failure) {
        return [failure.exc_name, failure.message].filter(Boolean).join(": ");
    }

    elapsed(job) {
        return formatSeconds(job.seconds);
    }

    progress(job) {
        return job.progress_total ? Math.round((100 * job.progress_done) / job.progress_total) : null;
    }

    // -- where it leads --------------------------------------------------------------------

    openJobs(name, domain) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: "queue.job",
            domain,
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }

    openChannelJobs(channel, state) {
        const domain = [["channel", "=", channel.name]];
        if (state === "running") {
            domain.push(["state", "in", ["enqueued", "started"]]);
        } else {
            domain.push(["state", "=", state]);
        }
        this.openJobs(channel.name, domain);
    }

    openRecord(model, id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    async toggle(channel) {
        const method = channel.is_paused ? "button_resume" : "button_pause";
        await this.orm.call("queue.job.channel", method, [[channel.id]]);
        this.isAsking = false;
        await this.refresh();
    }
}

registry.category("actions").add("queue_job.dashboard", JobDashboard);
