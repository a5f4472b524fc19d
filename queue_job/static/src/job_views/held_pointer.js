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
    /** @type {(() => boolean) | null} for the load that begins next */
    isUnwanted = null;
    /** Whether a button was pressed since the last load by itself began. */
    wasPressed = false;

    async _loadData() {
        const isUnwanted = this.isUnwanted;
        this.isUnwanted = null;
        const data = await super._loadData(...arguments);
        await this.released;
        if (isUnwanted?.()) {
            throw new Error("What was loaded is not wanted any more");
        }
        return data;
    }

    /**
     * Load what is shown again, but leave it as it is where somebody begins to work with it
     * before the answer comes. A check mark set meanwhile waits for the answer, and would be set
     * on a record that is shown no more.
     *
     * @param {() => boolean} isInUse
     * @returns {Promise<void>} fails where the answer came too late
     */
    loadUnless(isInUse) {
        return this.mutex.exec(() => {
            const { offset, limit, orderBy, domain } = this.root;
            this.wasPressed = false;
            // Taken by _loadData before anything else can run.
            this.isUnwanted = () => this.wasPressed || isInUse();
            return this.root._load(offset, limit, orderBy, domain);
        });
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
            model.wasPressed = true;
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
