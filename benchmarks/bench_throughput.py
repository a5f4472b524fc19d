# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Jobs per second of a real server, from a queue that was filled beforehand.

Every job is counted by the state its row ends in, and those that write also by their effect.
"""

from __future__ import annotations

import contextlib
import sys
import time

from benchmarks import backlog, options, serving, sides
from benchmarks.report import Report
from benchmarks.serving import Database, OdooServer, Sample, wait_for

_ENQUEUE = """
# A record for each job: what is measured is not how jobs get into each other's way.
for record in env["benchmark.job"].create([{}] * count):
    getattr(record.with_delay(), method)()
"""
#: Jobs that are done before the measuring begins: the workers have loaded their registry by then.
WARM = 200
#: Seconds from then on for the rest of the server to load its code, which is no cost of a job.
SETTLE_SECONDS = 5.0


def main(argv: list[str] | None = None) -> int:
    """Run the workload and return an exit status."""
    parser = options.parser(__doc__)
    parser.add_argument("--jobs", type=int, default=20000, help="jobs committed beforehand")
    parser.add_argument("--seconds", type=float, default=30, help="longest time of a measurement")
    parser.add_argument(
        "--methods", nargs="+", default=["do_nothing", "write_one"], help="what the jobs do"
    )
    parser.add_argument(
        "--backlogs",
        nargs="+",
        choices=list(backlog.KINDS),
        default=["none"],
        help="what else is in the database: see benchmarks/backlog.py",
    )
    args = parser.parse_args(argv)
    measured = options.sides_of(args)
    protocol = {"jobs": args.jobs, "seconds": args.seconds, "slots": args.slots}
    report = Report("throughput", measured[0].environment, protocol)
    for _round in range(args.rounds):
        for kind in args.backlogs:
            for method in args.methods:
                for side in measured:
                    one_run(report, side, kind, method, args)
    report.write(args.out)
    return 0


def one_run(report: Report, side: sides.Side, kind: str, method: str, args) -> None:
    """Fill a database, start a server on it, and see how fast the jobs get done."""
    with side.database("benchmark_jobs", args.db_template) as name:
        sides.run(side, name, sides.AS_USER + _ENQUEUE, count=args.jobs, method=method)
        database = Database(side.environment, name)
        with contextlib.ExitStack() as stack:
            stack.enter_context(backlog.KINDS[kind](database))
            server = stack.enter_context(serving.server(side, name))
            measure(report, side, label(method, kind), database, server, args)
        if method == "write_one":
            check_effects(database)


def label(method: str, kind: str) -> str:
    """Return how a run is called in the report."""
    return method if kind == "none" else f"{method}, {kind}"


def measure(
    report: Report, side: sides.Side, name: str, database: Database, server: OdooServer, args
) -> None:
    """Wait for the first jobs, then sample until the time or the jobs are over."""
    wait_for(lambda: done_jobs(database) >= WARM, timeout=120, message="the first jobs are done")
    time.sleep(SETTLE_SECONDS)
    first, done_first = Sample.take(server, database), done_jobs(database)

    def is_over() -> bool:
        late = time.monotonic() - first.at >= args.seconds
        return late or done_jobs(database) >= args.jobs

    wait_for(is_over, timeout=args.seconds + 60, interval=0.25)
    second, done_second = Sample.take(server, database), done_jobs(database)
    jobs = done_second - done_first
    report.add(side, f"{name}: rate", jobs / (second.at - first.at), "jobs/s")
    for what, value, unit in (
        ("CPU", second.cpu_since(first) / jobs * 1e3, "ms/job"),
        ("commits", (second.commits - first.commits) / jobs, "per job"),
        ("WAL", (second.wal - first.wal) / jobs, "bytes/job"),
        ("memory of all its processes", sum(serving.memory(server)), "MB"),
    ):
        report.add(side, f"{name}: {what}", value, unit, more_is_better=False)


def done_jobs(database: Database) -> int:
    """Return how many of the measured jobs are done (copies have no execution time)."""
    return database.value("SELECT count(*) FROM queue_job WHERE state = 'done' AND exec_time >= 0")


def check_effects(database: Database) -> None:
    """Fail when a job that is done has left no effect, or two."""
    hits = database.value("SELECT sum(hits) FROM benchmark_job")
    done = database.value(
        "SELECT count(*) FROM queue_job WHERE state = 'done' AND method_name = 'write_one'"
        " AND exec_time >= 0"
    )
    assert hits == done, f"{done} jobs are done, but there are {hits} effects"


if __name__ == "__main__":
    sys.exit(main())
