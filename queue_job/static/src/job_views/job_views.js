// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { registry } from "@web/core/registry";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

import { JobBanner } from "../banner/job_banner";
import { JobActionMenus, JobMultiRecordViewButton } from "./all_matching";
import { ButtonListRenderer } from "./button_list";
import { SteadyModel, useHeldPointer } from "./held_pointer";
import { useLiveJobs } from "./live";

const components = {
    ActionMenus: JobActionMenus,
    JobBanner,
    MultiRecordViewButton: JobMultiRecordViewButton,
};

export class JobListController extends ListController {
    static template = "queue_job.JobListView";
    static components = { ...ListController.components, ...components };

    setup() {
        super.setup();
        useLiveJobs(this.model, this.rootRef);
        useHeldPointer(this.model, this.rootRef);
    }
}

export class JobKanbanController extends KanbanController {
    static template = "queue_job.JobKanbanView";
    static components = { ...KanbanController.components, ...components };

    setup() {
        super.setup();
        useLiveJobs(this.model, this.rootRef);
        useHeldPointer(this.model, this.rootRef);
    }
}

/** Lists beside the jobs', such as that of the channels. */
export class BannerListController extends ListController {
    static template = "queue_job.JobListView";
    static components = { ...ListController.components, JobBanner };
}

registry
    .category("views")
    .add("queue_job_list", {
        ...listView,
        Model: SteadyModel,
        Controller: JobListController,
        Renderer: ButtonListRenderer,
    })
    .add("queue_job_kanban", {
        ...kanbanView,
        Model: SteadyModel,
        Controller: JobKanbanController,
    })
    .add("queue_job_banner_list", {
        ...listView,
        Controller: BannerListController,
        Renderer: ButtonListRenderer,
    });
