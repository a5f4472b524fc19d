// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { makeContext } from "@web/core/context";
import { ActionMenus } from "@web/search/action_menus/action_menus";
import { MultiRecordViewButton } from "@web/views/view_button/multi_record_view_button";

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
        if (!isDomainSelected) {
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
        if (!list.isDomainSelected) {
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
