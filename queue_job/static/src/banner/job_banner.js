// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { browser } from "@web/core/browser/browser";
import { useBus, useService } from "@web/core/utils/hooks";
import { Component, onWillStart, onWillUnmount, useExternalListener, useState } from "@odoo/owl";

const REFRESH_MS = 10000;
/** After the list has changed: somebody may have resumed a channel in it. */
const SOON_MS = 500;

/** What keeps jobs from running, the worst first. */
export class JobWarnings extends Component {
    static template = "queue_job.Warnings";
    static props = { warnings: Array };
}

/** The same, asked for by itself: above lists that show jobs and channels. */
export class JobBanner extends Component {
    static template = "queue_job.Banner";
    static components = { JobWarnings };
    static props = { model: Object };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ warnings: [] });
        this.isGone = false;
        useExternalListener(document, "visibilitychange", () => this.ask());
        useBus(this.props.model.bus, "update", () => this.schedule(SOON_MS));
        // The list does not wait for it.
        onWillStart(() => void this.ask());
        onWillUnmount(() => {
            this.isGone = true;
            browser.clearTimeout(this.timer);
        });
    }

    async ask() {
        browser.clearTimeout(this.timer);
        if (document.hidden || this.isGone) {
            return;
        }
        try {
            this.state.warnings = await this.orm.silent.call(
                "queue.job.dashboard",
                "get_warnings",
                []
            );
        } catch {
            // Who may not see them, or a server that restarts: the list itself says so.
            this.state.warnings = [];
        }
        this.schedule(REFRESH_MS);
    }

    schedule(delay) {
        if (!this.isGone) {
            browser.clearTimeout(this.timer);
            this.timer = browser.setTimeout(() => this.ask(), delay);
        }
    }
}
