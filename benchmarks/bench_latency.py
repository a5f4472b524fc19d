# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How long it takes from a commit to the start of its job: alone, and before a queue of others."""

from __future__ import annotations

import sys

from benchmarks import options, serving, sides
from benchmarks.report import Report
from benchmarks.serving import Database

_PROBE = """
import random, time
result = []
for number in range(count):
    record = env["benchmark.job"].create({})
    env.cr.commit()
    time.sleep(random.uniform(0.05, 0.15))
    record.with_delay(priority=0).tell_the_time()
    env.cr.commit()
    committed = time.time()
    begun = 0
    while not begun and time.time() < committed + 60:
        env.cr.execute("SELECT begun_at FROM benchmark_job WHERE id = %s", [record.id])
        begun = env.cr.fetchone()[0]
        env.cr.rollback()
        time.sleep(0.005)
    result.append((begun - committed) * 1000)
"""
_LOAD = """
record = env["benchmark.job"].create({})
for number in range(count):
    record.with_delay().take_time(seconds)
"""
#: The queue before the probes keeps all slots busy, the same way on a fast engine and a slow one.
LOAD_SECONDS = 0.05


def main(argv: list[str] | None = None) -> int:
    """Run the workload and return an exit status."""
    parser = options.parser(__doc__)
    parser.add_argument("--probes", type=int, default=100, help="jobs whose start is timed")
    parser.add_argument(
        "--load", type=int, default=6000, help=f"jobs of {LOAD_SECONDS} s that wait before them"
    )
    args = parser.parse_args(argv)
    measured = options.sides_of(args)
    report = Report(
        "latency", measured[0].environment, {"probes": args.probes, "slots": args.slots}
    )
    for _round in range(args.rounds):
        for load in (0, args.load):
            for side in measured:
                one_run(report, side, load, args)
    report.write(args.out)
    return 0


def one_run(report: Report, side: sides.Side, load: int, args) -> None:
    """Time some jobs on a server that is idle, or has a queue of jobs of lower priority."""
    with side.database("benchmark_jobs", args.db_template) as name:
        if load:
            sides.run(side, name, sides.AS_USER + _LOAD, count=load, seconds=LOAD_SECONDS)
        database = Database(side.environment, name)
        with serving.server(side, name):
            # A job that has run: the workers are up, their registry is loaded.
            sides.run(side, name, sides.AS_USER + _PROBE, count=1 if load else 10)
            times = sides.run(side, name, sides.AS_USER + _PROBE, count=args.probes)
            left = database.value("SELECT count(*) FROM queue_job WHERE state = 'pending'")
        if load and not left:
            raise SystemExit("The load was over before the probes: use a larger --load")
    times.sort()
    what = "under load" if load else "idle"
    for part, where in (("p50", 0.5), ("p95", 0.95)):
        value = times[min(len(times) - 1, int(len(times) * where))]
        report.add(side, f"commit to start, {what}, {part}", value, "ms", more_is_better=False)


if __name__ == "__main__":
    sys.exit(main())
