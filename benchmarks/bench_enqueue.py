# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How fast jobs are enqueued: in a loop, as a group, in bulk; no server runs meanwhile."""

from __future__ import annotations

import sys

from benchmarks import options, sides
from benchmarks.report import Report

_TIMED = """
import time
from odoo.addons.queue_job.delay import group
def timed(enqueue):
    began, cpu = time.monotonic(), time.process_time()
    enqueue()
    env.cr.commit()
    return [time.monotonic() - began, time.process_time() - cpu]
record = env["benchmark.job"].create({})
def loop():
    for number in range(count):
        record.with_delay().do_nothing()
def keyed():
    for number in range(count):
        record.with_delay(identity_key=f"{time.time()} {number}").do_nothing()
def grouped():
    group(*[record.delayable().do_nothing() for number in range(count)]).delay()
def bulk():
    env["queue.job"].delay_many([record.delayable().do_nothing() for number in range(count)])
loop()
env.cr.commit()
result = {"loop": timed(loop), "loop with identity keys": timed(keyed), "group": timed(grouped)}
if hasattr(env.registry["queue.job"], "delay_many"):
    result["bulk call"] = timed(bulk)
env["queue.job"].sudo().search_count([])
"""


def main(argv: list[str] | None = None) -> int:
    """Run the workload and return an exit status."""
    parser = options.parser(__doc__)
    parser.add_argument("--jobs", type=int, default=2000, help="jobs of each transaction")
    args = parser.parse_args(argv)
    measured = options.sides_of(args)
    report = Report(
        "enqueue", measured[0].environment, {"jobs a transaction": args.jobs, "rounds": args.rounds}
    )
    for _round in range(args.rounds):
        for side in measured:
            with side.database("benchmark_jobs", args.db_template) as database:
                times = sides.run(side, database, sides.AS_USER + _TIMED, count=args.jobs)
            for way, (seconds, cpu) in times.items():
                report.add(side, f"enqueue, {way}", args.jobs / seconds, "jobs/s")
                report.add(
                    side,
                    f"CPU of the caller, {way}",
                    cpu / args.jobs * 1e6,
                    "us/job",
                    more_is_better=False,
                )
            if "bulk call" not in times:
                # Its nearest equivalent there.
                report.add(side, "enqueue, bulk call", args.jobs / times["group"][0], "jobs/s")
    report.write(args.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
