# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How long a claim takes, by the number of waiting jobs and of channels (ours alone)."""

from __future__ import annotations

import sys

from benchmarks import backlog, options, sides
from benchmarks.report import Report
from benchmarks.serving import Database

#: A hundred channels with a limit, in ten groups with one: the arithmetic of a large company.
CHANNELS = 100

_CHANNELS = """
root = env.ref("queue_job.channel_root")
groups = env["queue.job.channel"].create([
    {"name": f"group{number}", "parent_id": root.id, "is_limited": True, "capacity": 50}
    for number in range(10)
])
channels = env["queue.job.channel"].create([
    {"name": f"part{number}", "parent_id": groups[number % 10].id,
     "is_limited": True, "capacity": 3}
    for number in range(count)
])
result = channels.mapped("complete_name")
"""
_ENQUEUE = """
record = env["benchmark.job"].create({})
for number in range(1000):
    record.with_delay().do_nothing()
"""
#: Each claim is undone by a rollback: what it finds stays the same.
_CLAIM = """
import time, uuid
import psycopg2
from odoo import sql_db
from odoo.addons.queue_job.store import claim, runners
_name, info = sql_db.connection_info_for(env.cr.dbname)
link = psycopg2.connect(**info)
cursor = link.cursor()
runner_id = runners.register(
    cursor, name="benchmark", uuid=str(uuid.uuid4()), hostname="", boot_id="", pid_namespace="",
    pid=1, start_ticks=0, slots=slots, version="",
)
link.commit()
times = []
for _number in range(claims):
    began = time.monotonic()
    claimed = claim.claim(
        cursor, runner_id=runner_id, worker_pids=list(range(1, slots + 1)), pack=8,
        packable=["<benchmark.job>.do_nothing"],
    )
    times.append((time.monotonic() - began) * 1000)
    link.rollback()
runners.unregister(cursor, runner_id=runner_id)
link.commit()
times.sort()
result = [times[len(times) // 2], times[int(len(times) * 0.95)], len(claimed)]
"""


def main(argv: list[str] | None = None) -> int:
    """Run the workload and return an exit status."""
    parser = options.parser(__doc__)
    parser.add_argument("--claims", type=int, default=100, help="claims of each round")
    args = parser.parse_args(argv)
    side = options.sides_of(args)[0]
    report = Report("claim", side.environment, {"claims": args.claims, "pack": 8})
    for spread in (False, True):
        with side.database("benchmark_jobs", args.db_template) as name:
            prepare(side, name, spread)
            where = f"{CHANNELS} channels" if spread else "one channel"
            run(report, side, name, f"1 thousand waiting, {where}", args)
            backlog.copy_jobs(Database(side.environment, name), backlog.MILLION, "pending")
            run(report, side, name, f"1 million waiting, {where}", args)
    report.write(args.out)
    return 0


def prepare(side: sides.Side, name: str, spread: bool) -> None:
    """Enqueue a thousand jobs, in one channel or spread over many."""
    sides.run(side, name, sides.AS_USER + _ENQUEUE)
    if spread:
        channels = sides.run(side, name, _CHANNELS, count=CHANNELS)
        Database(side.environment, name).query(
            "UPDATE queue_job SET channel = (%s::varchar[])[1 + id %% %s]",
            (channels, len(channels)),
        )


def run(report: Report, side: sides.Side, name: str, label: str, args) -> None:
    """Time claims for one free worker and for all of them."""
    Database(side.environment, name).query("VACUUM ANALYZE queue_job")
    for _round in range(args.rounds):
        for slots in (1, args.slots):
            p50, p95, jobs = sides.run(side, name, _CLAIM, slots=slots, claims=args.claims)
            assert jobs == slots * 8, f"{jobs} jobs were claimed for {slots} workers"
            free = f"{slots} free"
            report.add(side, f"{label}, {free}: p50", p50, "ms", more_is_better=False)
            report.add(side, f"{label}, {free}: p95", p95, "ms", more_is_better=False)


if __name__ == "__main__":
    sys.exit(main())
