// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatFloat } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

import { formatSeconds } from "../dashboard/format";

/** Seconds, written for reading; nothing where there are none. */
export class DurationField extends Component {
    static template = "queue_job.DurationField";
    static props = { ...standardFieldProps };

    get seconds() {
        return this.props.record.data[this.props.name];
    }

    get text() {
        return this.seconds ? formatSeconds(this.seconds) : "";
    }

    get title() {
        return this.seconds ? _t("%s s", formatFloat(this.seconds, { digits: [16, 3] })) : "";
    }
}

/** The full name of a channel, moved to the right by its depth in the tree. */
export class ChannelNameField extends Component {
    static template = "queue_job.ChannelNameField";
    static props = { ...standardFieldProps };

    get steps() {
        return (this.props.record.data[this.props.name] || "").split(".");
    }

    get depth() {
        return this.steps.length - 1;
    }

    get leaf() {
        return this.steps.at(-1);
    }

    get above() {
        return this.steps.slice(0, -1).join(".");
    }
}

registry
    .category("fields")
    .add("queue_job_duration", {
        component: DurationField,
        displayName: _t("Duration"),
        supportedTypes: ["float"],
        isEmpty: () => false,
    })
    .add("queue_job_channel_name", {
        component: ChannelNameField,
        displayName: _t("Channel in its tree"),
        supportedTypes: ["char"],
    });
