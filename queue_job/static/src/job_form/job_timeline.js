// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import {
    Component,
    onMounted,
    onWillUnmount,
    onWillUpdateProps,
    useExternalListener,
    useState,
} from "@odoo/owl";

import { formatSeconds } from "../dashboard/format";

const { DateTime } = luxon;

/** A running job is asked for this often, while its tab is shown. */
const REFRESH_MS = 2000;
const TICK_MS = 1000;
/** From that share of its limit on, a running job is shown as in danger. */
const NEAR_LIMIT = 0.8;
/** A run so much shorter than the longest one can still be seen. */
const SHORTEST_BAR = 1;

const OUTCOME_COLORS = {
    done: "success",
    running: "info",
    failed: "danger",
    crashed: "danger",
    timeout: "danger",
    retry: "warning",
    conflict: "warning",
    disconnected: "warning",
};

/**
 * Shows the runs of a job, what came of each, and how far the present one is. Reads a
 * dictionary as the field `timeline` of queue.job has it, and reads it again while the
 * job runs.
 */
export class JobTimeline extends Component {
    static template = "queue_job.Timeline";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.formatSeconds = formatSeconds;
        this.state = useState({ value: {}, elapsed: 0 });
        this.isGone = false;
        this.take(this.props.record.data[this.props.name]);
        onWillUpdateProps((next) => this.take(next.record.data[next.name]));
        onMounted(() => {
            this.ticker = browser.setInterval(() => this.tick(), TICK_MS);
            this.schedule();
        });
        onWillUnmount(() => {
            this.isGone = true;
            browser.clearInterval(this.ticker);
            browser.clearTimeout(this.timer);
        });
        useExternalListener(document, "visibilitychange", () => this.schedule());
    }

    // -- the value, and when to ask for it ------------------------------------------------

    take(value) {
        if (this.given !== value) {
            this.given = value;
            this.show(value);
        }
    }

    show(value) {
        this.state.value = value || {};
        this.shownAt = browser.performance.now();
        this.state.elapsed = 0;
    }

    tick() {
        if (this.present && !document.hidden) {
            this.state.elapsed = (browser.performance.now() - this.shownAt) / 1000;
        }
    }

    schedule() {
        browser.clearTimeout(this.timer);
        if (this.present && !document.hidden && !this.isGone) {
            this.timer = browser.setTimeout(() => this.refresh(), REFRESH_MS);
        }
    }

    async refresh() {
        const id = this.props.record.resId;
        let value;
        try {
            [{ [this.props.name]: value }] = await this.orm.silent.read(
                "queue.job",
                [id],
                [this.props.name]
            );
        } catch {
            // The server may be restarting, the job may be gone: the form says so if asked.
            return this.schedule();
        }
        if (this.isGone || id !== this.props.record.resId) {
            return;
        }
        this.show(value);
        if (!this.present && !(await this.props.record.isDirty())) {
            // It has ended: buttons, dates and pages of the form are others now.
            await this.props.record.model.load();
        }
        this.schedule();
    }

    // -- what is shown --------------------------------------------------------------------

    get runs() {
        return this.state.value.runs || [];
    }

    get present() {
        return this.runs.find((run) => run.outcome === "running");
    }

    get presentSeconds() {
        return this.present.seconds + this.state.elapsed;
    }

    get limitShare() {
        const { limit } = this.present;
        return limit ? Math.min(1, this.presentSeconds / limit) : 0;
    }

    get limitColor() {
        return this.limitShare >= NEAR_LIMIT ? "bg-danger" : "bg-info";
    }

    get elapsedText() {
        const elapsed = formatSeconds(this.presentSeconds);
        const { limit } = this.present;
        return limit
            ? _t("%(elapsed)s of %(limit)s", { elapsed, limit: formatSeconds(limit) })
            : _t("%s, without a time limit", elapsed);
    }

    get progressShare() {
        const { done, total } = this.present.progress;
        return total ? Math.max(0, Math.min(1, done / total)) : null;
    }

    get progressText() {
        const { done, total } = this.present.progress;
        const format = (number) => formatFloat(number, { digits: [16, 0] });
        return total
            ? _t("%(done)s of %(total)s", { done: format(done), total: format(total) })
            : format(done);
    }

    get hiddenText() {
        return _t("%s earlier attempts are in the list below.", this.state.value.hidden);
    }

    color(run) {
        return OUTCOME_COLORS[run.outcome] || "secondary";
    }

    seconds(run) {
        return run.outcome === "running" ? this.presentSeconds : run.seconds;
    }

    /** Width in per cent; the longest run takes all of it. */
    width(run) {
        const longest = Math.max(...this.runs.map((each) => this.seconds(each) || 0));
        const share = longest ? (100 * (this.seconds(run) || 0)) / longest : 0;
        return Math.max(SHORTEST_BAR, share);
    }

    date(milliseconds) {
        return milliseconds ? formatDateTime(DateTime.fromMillis(milliseconds)) : "";
    }

    percent(share) {
        return Math.round(100 * share);
    }

    waitedText(run) {
        return _t("Waited %s", formatSeconds(run.waited));
    }

    numberText(run) {
        return _t("Attempt %s", run.number);
    }

    serverText(run) {
        return run.pid
            ? _t("%(server)s, process %(pid)s", { server: run.server, pid: String(run.pid) })
            : run.server;
    }
}

export const jobTimeline = {
    component: JobTimeline,
    displayName: _t("Attempts of a job"),
    supportedTypes: ["json"],
};

registry.category("fields").add("queue_job_timeline", jobTimeline);
