// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { browser } from "@web/core/browser/browser";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { useExternalListener } from "@odoo/owl";

/** A button held for longer than a click takes: something is dragged, or it was let go elsewhere. */
const LONGEST_CLICK_MS = 2000;

/**
 * A model whose records are not exchanged in the middle of a click.
 *
 * Records that are loaded again get new elements. A press on the row that was there and a release
 * on the one that came is no click for the browser: it would be lost, in one of twenty clicks
 * where a list is loaded every two seconds.
 */
export class SteadyModel extends RelationalModel {
    /** @type {Promise<void> | null} kept when no button is held any more */
    released = null;

    async _loadData() {
        const data = await super._loadData(...arguments);
        await this.released;
        return data;
    }
}

/**
 * Tell a model when a button of the pointer is held on the view that shows its records.
 *
 * @param {SteadyModel} model
 * @param {{ el: HTMLElement }} rootRef
 */
export function useHeldPointer(model, rootRef) {
    let release = () => {};

    function onPress({ target }) {
        if (rootRef.el?.contains(target)) {
            model.released = new Promise((resolve) => {
                release = resolve;
                browser.setTimeout(resolve, LONGEST_CLICK_MS);
            });
        }
    }
    // The click comes right after the release, in the same turn of the browser's loop.
    const onRelease = () => browser.setTimeout(release);

    useExternalListener(document, "pointerdown", onPress, { capture: true });
    useExternalListener(document, "pointerup", onRelease, { capture: true });
    useExternalListener(document, "pointercancel", onRelease, { capture: true });
}
