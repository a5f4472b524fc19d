// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor } from "@web/core/colors/colors";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { Component, onMounted, onWillUnmount, status, useEffect, useRef } from "@odoo/owl";

const { DateTime } = luxon;
/** More columns than that can't be told apart: minutes are put together. */
const MAX_COLUMNS = 96;

/** Jobs that ended, stacked by how, over the time. */
export class JobChart extends Component {
    static template = "queue_job.JobChart";
    static props = {
        minutes: { type: Array },
        period: { type: Number },
        now: { type: String },
    };

    setup() {
        this.canvas = useRef("canvas");
        this.chart = null;
        this.isReady = false;
        // The figures don't wait for the library that draws them.
        onMounted(async () => {
            await loadBundle("web.chartjs_lib");
            if (status(this) !== "destroyed") {
                this.isReady = true;
                this.draw();
            }
        });
        useEffect(() => this.draw());
        onWillUnmount(() => this.chart?.destroy());
    }

    /** Put the minutes into columns of equal width; where nothing ran there is a gap. */
    get columns() {
        const width = Math.max(1, Math.ceil(this.props.period / MAX_COLUMNS));
        const end = deserializeDateTime(this.props.now).startOf("minute");
        const count = Math.ceil(this.props.period / width);
        const columns = [...Array(count).keys()].map((index) => ({
            at: end.minus({ minutes: (count - 1 - index) * width }),
            done: 0,
            failed: 0,
            retried: 0,
            crashed: 0,
        }));
        for (const minute of this.props.minutes) {
            const age = end.diff(deserializeDateTime(minute.minute), "minutes").minutes;
            const column = columns[count - 1 - Math.floor(Math.max(age, 0) / width)];
            if (column) {
                for (const end of ["done", "failed", "retried", "crashed"]) {
                    column[end] += minute[end];
                }
            }
        }
        return columns;
    }

    draw() {
        if (!this.isReady) {
            return;
        }
        const columns = this.columns;
        const scheme = cookie.get("color_scheme");
        const colors = {
            done: "#28a745",
            failed: "#dc3545",
            retried: "#f0ad4e",
            crashed: getColor(7, scheme),
        };
        const labels = {
            done: _t("Done"),
            failed: _t("Failed"),
            retried: _t("To be retried"),
            crashed: _t("Crashed or taken back"),
        };
        const data = {
            labels: columns.map((column) => column.at.toLocaleString(DateTime.TIME_SIMPLE)),
            datasets: Object.keys(labels).map((end) => ({
                label: labels[end],
                data: columns.map((column) => column[end]),
                backgroundColor: colors[end],
                stack: "all",
            })),
        };
        if (this.chart) {
            this.chart.data = data;
            this.chart.update("none");
            return;
        }
        const text = getComputedStyle(this.canvas.el).color;
        // Who reads from the right has the past on the right.
        const rtl = localization.direction === "rtl";
        this.chart = new Chart(this.canvas.el, {
            type: "bar",
            data,
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                scales: {
                    x: {
                        stacked: true,
                        reverse: rtl,
                        ticks: { color: text, maxTicksLimit: 8 },
                        grid: { display: false },
                    },
                    y: {
                        stacked: true,
                        beginAtZero: true,
                        position: rtl ? "right" : "left",
                        ticks: { color: text, precision: 0 },
                    },
                },
                plugins: {
                    legend: { rtl, labels: { color: text, boxWidth: 12 } },
                    tooltip: {
                        rtl,
                        callbacks: {
                            title: ([item]) => formatDateTime(this.columns[item.dataIndex].at),
                        },
                    },
                },
            },
        });
    }
}
