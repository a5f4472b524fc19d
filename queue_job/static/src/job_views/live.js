// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { browser } from "@web/core/browser/browser";
import { useService } from "@web/core/utils/hooks";
import { onMounted, onWillUnmount } from "@odoo/owl";

/** What a job server sends when jobs have run, to all managers of jobs. */
const NEWS = "queue_job/ran";
const LIVELY = ["pending", "enqueued", "started"];
const SHORTEST_MS = 5000;
/** A list that takes long to load is loaded more seldom: a twentieth of the time at most. */
const SPARE = 20;

/**
 * Keep the jobs of a list or kanban up to date, while nobody is at work on them.
 *
 * @param {import("./held_pointer").SteadyModel} model
 * @param {{ el: HTMLElement }} rootRef
 */
export function useLiveJobs(model, rootRef) {
    const bus = useService("bus_service");
    let timer = null;
    let hasNews = false;
    let isGone = false;

    const shown = (list) =>
        list.groups ? list.groups.flatMap((group) => shown(group.list)) : list.records || [];
    const moves = () =>
        hasNews || shown(model.root).some((record) => LIVELY.includes(record.data.state));
    const isInUse = () =>
        document.hidden ||
        model.useSampleModel ||
        model.root.isDomainSelected ||
        model.root.selection?.length ||
        // Who goes through the rows by keyboard would lose the place.
        rootRef.el?.querySelector(".o_data_row:focus-within, .o_kanban_record:focus-within");

    async function look() {
        let took = 0;
        if (model.isReady && moves() && !isInUse()) {
            hasNews = false;
            const began = Date.now();
            try {
                await model.loadUnless(isInUse);
            } catch {
                // The server may be restarting, or somebody has begun to select jobs meanwhile;
                // what is shown is a little old.
                hasNews = true;
            }
            took = Date.now() - began;
        }
        if (!isGone) {
            timer = browser.setTimeout(look, Math.max(SHORTEST_MS, SPARE * took));
        }
    }

    const onNews = () => {
        hasNews = true;
    };
    bus.subscribe(NEWS, onNews);
    onMounted(() => {
        timer = browser.setTimeout(look, SHORTEST_MS);
    });
    onWillUnmount(() => {
        isGone = true;
        browser.clearTimeout(timer);
        bus.unsubscribe(NEWS, onNews);
    });
}
