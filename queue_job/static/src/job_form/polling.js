// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { browser } from "@web/core/browser/browser";
import { onMounted, onWillUnmount, useExternalListener } from "@odoo/owl";

/**
 * Ask for something again and again, while the component is there and its tab is shown:
 * the next time so long after the answer to the last one.
 *
 * @param {() => Promise<void>} ask its failures are for it to handle
 * @param {number} milliseconds
 * @param {() => boolean} isWanted false while there is nothing to ask for
 */
export function usePolling(ask, milliseconds, isWanted) {
    let timer = null;
    let isAsking = false;
    let isGone = false;

    async function run() {
        timer = null;
        isAsking = true;
        try {
            await ask();
        } finally {
            isAsking = false;
            schedule(milliseconds);
        }
    }

    function schedule(delay) {
        browser.clearTimeout(timer);
        timer = null;
        if (!isGone && !isAsking && !document.hidden && isWanted()) {
            timer = browser.setTimeout(run, delay);
        }
    }

    onMounted(() => schedule(milliseconds));
    // Who comes back to the tab sees at once what has happened meanwhile.
    useExternalListener(document, "visibilitychange", () => schedule(0));
    onWillUnmount(() => {
        isGone = true;
        browser.clearTimeout(timer);
    });
}
