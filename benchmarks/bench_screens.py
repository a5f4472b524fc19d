# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How long an operator waits: the dashboard and the list of jobs, with a million jobs in the table
and more coming in all the time."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

from benchmarks import options, serving, sides
from benchmarks.report import Report
from benchmarks.serving import Database
from devtools.environment import Environment

#: What stands in the table: shares by state.
STOCK = {"done": 0.90, "failed": 0.02, "wait_dependencies": 0.02, "pending": 0.06}

_FIRST = 'env["benchmark.job"].create({}).with_delay().do_nothing()'
_HOLD = """
root = env.ref("queue_job.channel_root")
env["queue.job.channel"].create(
    [{"name": "held", "parent_id": root.id, "paused": True}]
    + [{"name": f"more{number}", "parent_id": root.id} for number in range(30)]
)
"""
_COPIES = """
    INSERT INTO queue_job (uuid, state, date_created, date_done, channel, exc_name, exc_message,
                           exec_time, {names})
    SELECT gen_random_uuid()::text, %(state)s,
           (clock_timestamp() AT TIME ZONE 'UTC') - number * interval '1 second',
           CASE WHEN %(state)s = 'done'
                THEN (clock_timestamp() AT TIME ZONE 'UTC') - number * interval '1 second' END,
           CASE WHEN %(state)s = 'pending' THEN 'root.held'
                ELSE 'root.more' || number %% 30 END,
           CASE WHEN %(state)s = 'failed' THEN 'ValueError' END,
           CASE WHEN %(state)s = 'failed' THEN 'Reference ' || number %% 50 || ' is unknown' END,
           CASE WHEN %(state)s = 'done' THEN 0.01 END, {names}
      FROM (SELECT * FROM queue_job ORDER BY id LIMIT 1) AS job,
           generate_series(1, %(count)s) AS number
"""
_NOT_COPIED = [
    "id",
    "uuid",
    "state",
    "date_created",
    "date_done",
    "channel",
    "exc_name",
    "exc_message",
    "exec_time",
]

#: Adds jobs at a steady rate, in small transactions as users' are.
_WRITE = """
import time
record = env["benchmark.job"].create({})
began, added = time.monotonic(), 0
while time.monotonic() - began < seconds:
    for _one in range(10):
        record.with_delay().do_nothing()
    env.cr.commit()
    added += 10
    time.sleep(max(0.0, began + added / rate - time.monotonic()))
result = added / (time.monotonic() - began)
"""

#: Time of the database alone: as Odoo counts it for its own profile of a request, and what the
#: database's process has used of a processor, whoever else wanted it meanwhile.
_REFRESH = """
import threading, time
import psutil
thread = threading.current_thread()
backend = psutil.Process(env.cr.connection.get_backend_pid())
def used():
    times = backend.cpu_times()
    return (times.user + times.system) * 1000
before = used()
elapsed = []
for _round in range(count):
    env.cr.rollback()
    env.invalidate_all()
    thread.query_count, thread.query_time = 0, 0.0
    env["queue.job.dashboard"].get_overview(60)
    elapsed.append(thread.query_time * 1000)
    time.sleep(0.2)
result = {"elapsed": elapsed, "processor": (used() - before) / count}
"""

_USERS = "Odoo's own list of users"
_SCREENS = {
    # What a page costs that is not ours, to compare.
    _USERS: ("/odoo/action-base.action_res_users", ".o_list_view .o_data_row"),
    "dashboard": (
        "/odoo/job-dashboard",
        ".o_queue_job_dashboard [data-state=failed] .o_queue_job_number",
    ),
    "jobs list": ("/odoo/jobs", ".o_list_view .o_data_row"),
}
#: From a click to the frame that shows what it led to, by the page's own clock.
_CLICK = """
new Promise((resolve) => {
    const began = performance.now();
    const look = () => document.querySelector(%(shown)s)
        ? requestAnimationFrame(() => resolve(performance.now() - began))
        : setTimeout(look, 5);
    document.querySelector(%(item)s).click();
    look();
})
"""
_MENU = ".o_menu_sections .dropdown-toggle"
#: The item in the menu, the page to click it on, and what that one shows: the dashboard is no
#: list, so that the first row is one of the jobs.
_MENU_ITEMS = {
    "dashboard": (
        "[data-menu-xmlid='queue_job.menu_queue_job_dashboard']",
        "/odoo/job-functions",
        ".o_list_view",
    ),
    "jobs list": (
        "[data-menu-xmlid='queue_job.menu_queue_job']",
        "/odoo/job-dashboard",
        ".o_queue_job_dashboard canvas",
    ),
}


def main(argv: list[str] | None = None) -> int:
    """Run the workload and return an exit status."""
    parser = options.parser(__doc__)
    parser.add_argument("--jobs", type=int, default=1_000_000, help="jobs in the table")
    parser.add_argument("--rate", type=int, default=500, help="jobs a second that come in")
    parser.add_argument("--refreshes", type=int, default=40, help="refreshes that are timed")
    args = parser.parse_args(argv)
    side = options.sides_of(args)[0]
    protocol = {"jobs": args.jobs, "jobs a second": args.rate}
    report = Report("screens", side.environment, protocol)
    with side.database("benchmark_jobs", args.db_template) as name:
        database = Database(side.environment, name)
        fill(side, database, args.jobs)
        with serving.server(side, name) as server:
            # The browser asks for its web socket at the server's only port that it knows. A
            # proxy would lead it to Odoo's other one; the dashboard polls without it.
            server.expect_error("odoo.http: Exception during request handling")
            for _round in range(args.rounds):
                with writing(side, name, args) as rates:
                    time_refreshes(report, side, name, args)
                    time_screens(report, side, server, database)
                report.add(side, "jobs that came in", rates[0], "jobs/s")
    report.write(args.out)
    return 0


def fill(side: sides.Side, database: Database, jobs: int) -> None:
    """Put that many jobs into the table."""
    sides.run(side, database.name, sides.AS_USER + _FIRST)
    sides.run(side, database.name, _HOLD)
    names = ", ".join(
        column
        for (column,) in database.query(
            "SELECT quote_ident(column_name) FROM information_schema.columns"
            " WHERE table_name = 'queue_job' AND table_schema = 'public'"
            " AND column_name != ALL(%s)",
            (_NOT_COPIED,),
        )
    )
    for state, share in STOCK.items():
        values = {"state": state, "count": int(jobs * share)}
        database.query(_COPIES.format(names=names), values)
    database.query("VACUUM ANALYZE queue_job")


@contextlib.contextmanager
def writing(side: sides.Side, name: str, args) -> Iterator[list[float]]:
    """Have jobs added at the wanted rate from here to the end of the block, and a little longer.

    :return: a list that holds the rate that was reached, after the block
    """
    rates: list[float] = []
    seconds = args.refreshes * 0.25 + 15

    def write() -> None:
        code = sides.AS_USER + _WRITE
        rates.append(sides.run(side, name, code, rate=args.rate, seconds=seconds))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield rates
    finally:
        thread.join()


def time_refreshes(report: Report, side: sides.Side, name: str, args) -> None:
    """Time what the database does for one refresh of the dashboard."""
    measured = sides.run(side, name, _REFRESH, count=args.refreshes)
    what = "dashboard, database, processor time of a refresh"
    report.add(side, what, measured["processor"], "ms", more_is_better=False)
    times = sorted(measured["elapsed"])
    for part, where in (("p50", 0.5), ("p95", 0.95)):
        value = times[min(len(times) - 1, int(len(times) * where))]
        report.add(
            side, f"dashboard, database, a refresh, {part}", value, "ms", more_is_better=False
        )


def time_screens(report: Report, side: sides.Side, server, database: Database) -> None:
    """Time screens in a browser that was never there before: the whole page, which is mostly
    Odoo's client, and from a click in its menu to what is shown."""
    from harness.browser import Browser, find_chromium

    chromium = chromium_of(side.environment) or find_chromium()
    if not chromium:
        raise SystemExit("There is no Chromium: run ./dev test once, or name it in CHROMIUM")
    # Who comes first waits for Odoo to build its client's files.
    with Browser(chromium) as browser:
        browser.login(server.url, database.name, "admin", "admin")
        browser.goto("/odoo", timeout=400)
        browser.wait_for_selector(".o_main_navbar", timeout=400)
    for what, (path, shown) in _SCREENS.items():
        with Browser(chromium) as browser:
            browser.login(server.url, database.name, "admin", "admin")
            for which in ("first page of all", "page and all"):
                began = time.monotonic()
                browser.goto(path, timeout=60)
                browser.wait_for_selector(shown, timeout=60)
                value = (time.monotonic() - began) * 1000
                report.add(side, f"{what}, {which}", value, "ms", more_is_better=False)
            if what in _MENU_ITEMS:
                item, start, is_there = _MENU_ITEMS[what]
                browser.goto(start, timeout=60)
                browser.wait_for_selector(is_there, timeout=60)
                browser.click(_MENU)
                browser.wait_for_selector(item)
                value = browser.evaluate(
                    _CLICK % {"item": json.dumps(item), "shown": json.dumps(shown)}
                )
                report.add(side, f"{what}, from a click", value, "ms", more_is_better=False)


def chromium_of(environment: Environment) -> str | None:
    """Return the browser that the set-up has brought."""
    return environment.chromium or None


if __name__ == "__main__":
    with contextlib.suppress(subprocess.CalledProcessError):
        sys.exit(main())
