// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { makeContext } from "@web/core/context";
import { ActionMenus } from "@web/search/action_menus/action_menus";
import { MultiRecordViewButton } from "@web/views/view_button/multi_record_view_button";

/** The dialogs that know what to do with a filter. Actions of other addons want ids. */
const DIALOGS = [
    "queue.requeue.job",
    "queue.jobs.to.done",
    "queue.jobs.to.cancelled",
    "queue.jobs.to.now",
    "queue.jobs.to.priority",
];

async function takesFilter(actionService, name) {
    const action = await actionService.loadAction(name);
    return DIALOGS.includes(action.res_model);
}

/**
 * "Select all" means the whole filter. Odoo hands over the ids, and only the first 20,000 of
 * them; these hand over the filter, and say that it is meant.
 */
function wholeFilter(resModel, domain) {
    return { active_ids: [], active_model: resModel, active_domain: domain, queue_job_all: true };
}

export class JobActionMenus extends ActionMenus {
    async executeAction(action) {
        const { context, domain, isDomainSelected, onActionExecuted, resModel } = this.props;
        if (!isDomainSelected || !(await takesFilter(this.actionService, action.id))) {
            return super.executeAction(action);
        }
        return this.actionService.doAction(action.id, {
            additionalContext: makeContext([context, wholeFilter(resModel, domain)]),
            onClose: onActionExecuted,
        });
    }
}

export class JobMultiRecordViewButton extends MultiRecordViewButton {
    async onClick(ev, newWindow) {
        const { clickParams, domain, list } = this.props;
        if (
            !list.isDomainSelected ||
            clickParams.type !== "action" ||
            !(await takesFilter(this.env.services.action, clickParams.name))
        ) {
            return super.onClick(ev, newWindow);
        }
        clickParams.buttonContext = wholeFilter(list.resModel, domain);
        this.env.onClickViewButton({
            clickParams,
            getResParams: () => ({
                context: list.context,
                evalContext: list.evalContext,
                resModel: list.resModel,
                resIds: [],
            }),
            newWindow,
        });
    }
}
