// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component, onWillUpdateProps, status, useState } from "@odoo/owl";

import { usePolling } from "./polling";

const LOG_MS = 2000;
/** Each look stops the job for a moment. */
const STACK_MS = 4000;
const LEVEL_CLASSES = {
    CRITICAL: "text-danger",
    ERROR: "text-danger",
    WARNING: "text-warning-emphasis",
    DEBUG: "text-muted",
};

/**
 * Something of a running job that is asked for again and again while its page of the form is
 * open, and of no other: the form itself stays as it is, whatever somebody writes there.
 */
class JobLive extends Component {
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ value: this.given(this.props) });
        onWillUpdateProps((next) => {
            if (this.last !== this.key(next)) {
                this.state.value = this.given(next);
            }
        });
        usePolling(() => this.ask(), this.constructor.everyMs, () => this.isRunning);
    }

    /** What the form has read; it is shown until there is something newer. */
    given(props) {
        this.last = this.key(props);
        return this.read(props.record.data);
    }

    get isRunning() {
        return this.props.record.data.state === "started";
    }

    async ask() {
        const id = this.props.record.resId;
        let value;
        try {
            value = await this.fetch(id);
        } catch {
            // The server may be restarting; what is shown is a little old.
            return;
        }
        if (value && status(this) !== "destroyed" && id === this.props.record.resId) {
            this.state.value = value;
        }
    }

    date(text) {
        return text ? formatDateTime(deserializeDateTime(text)) : "";
    }
}

/** The latest lines of the log, the newest first. */
export class JobLog extends JobLive {
    static template = "queue_job.Log";
    static everyMs = LOG_MS;

    key(props) {
        return props.record.data[props.name];
    }

    read(data) {
        return data[this.props.name] || [];
    }

    async fetch(id) {
        const [{ [this.props.name]: lines }] = await this.orm.silent.read(
            "queue.job",
            [id],
            [this.props.name]
        );
        return lines;
    }

    color(line) {
        return LEVEL_CLASSES[line.level] || "";
    }
}

/** Where the job stands: in Python, and in the database. */
export class JobStack extends JobLive {
    static template = "queue_job.Stack";
    static everyMs = STACK_MS;

    key(props) {
        return `${props.record.data[props.name]} ${props.record.data.stack_text}`;
    }

    read(data) {
        const date = data[this.props.name];
        return {
            date: date ? formatDateTime(date) : "",
            stack: data.stack_text || "",
            statement: data.stack_statement || "",
        };
    }

    async fetch(id) {
        const found = await this.orm.silent.call("queue.job", "look_where", [[id]]);
        return found && { ...found, date: this.date(found.date) };
    }
}

registry
    .category("fields")
    .add("queue_job_log", { component: JobLog, supportedTypes: ["json"] })
    .add("queue_job_stack", { component: JobStack, supportedTypes: ["datetime"] });
