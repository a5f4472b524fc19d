// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { _t } from "@web/core/l10n/translation";
import { formatFloat, formatInteger } from "@web/views/fields/formatters";

/** Format seconds for reading: two units at most, "—" where there is no value. */
export function formatSeconds(seconds) {
    if (seconds === null || seconds === undefined || seconds === false) {
        return "—";
    }
    if (seconds < 1) {
        return _t("%s ms", formatInteger(Math.round(seconds * 1000)));
    }
    if (seconds < 60) {
        return _t("%s s", formatFloat(seconds, { digits: [16, seconds < 10 ? 1 : 0] }));
    }
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) {
        return _t("%(minutes)s min %(seconds)s s", {
            minutes,
            seconds: Math.floor(seconds % 60),
        });
    }
    const hours = Math.floor(minutes / 60);
    if (hours < 48) {
        return _t("%(hours)s h %(minutes)s min", { hours, minutes: minutes % 60 });
    }
    return _t("%s days", formatInteger(Math.floor(hours / 24)));
}

/** Format a number of jobs; one that isn't exact says so. */
export function formatCount(count, isExact = true) {
    return isExact ? formatInteger(count) : _t("about %s", formatInteger(count));
}

export function formatShare(share) {
    if (share === null || share === undefined) {
        return "—";
    }
    const digits = share && share < 0.1 ? 1 : 0;
    return _t("%s%", formatFloat(share * 100, { digits: [16, digits] }));
}
