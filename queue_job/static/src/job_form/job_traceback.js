// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** Shows what went wrong, and the traceback for those who unfold it. */
export class JobTraceback extends Component {
    static template = "queue_job.Traceback";
    static props = { ...standardFieldProps };

    get text() {
        return this.props.record.data[this.props.name] || "";
    }

    get name() {
        return this.props.record.data.exc_name;
    }

    get message() {
        return this.props.record.data.exc_message;
    }

    get summary() {
        return _t("Traceback (%s lines)", this.text.trimEnd().split("\n").length);
    }
}

export const jobTraceback = {
    component: JobTraceback,
    displayName: _t("Folded traceback"),
    supportedTypes: ["text"],
};

registry.category("fields").add("queue_job_traceback", jobTraceback);
