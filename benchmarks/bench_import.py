# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""An import by the generic batch importer: by groups of records, and one job for each record."""

from __future__ import annotations

import sys

from benchmarks import options, serving, sides
from benchmarks.report import Report
from benchmarks.serving import Database, Sample, wait_for

_ENQUEUE = """
backend = env["benchmark.backend"].create({"records": records, "group_size": group_size})
# The categories are there already, as in any import but the first.
env["benchmark.category.binding"].import_group(backend, [f"C{number}" for number in range(100)])
env["benchmark.product.binding"].with_delay().import_batch(backend)
"""
_UNDONE = "SELECT count(*) FROM queue_job WHERE state NOT IN ('done', 'cancelled', 'failed')"
_SECONDS = """
    SELECT extract(epoch FROM max(date_done) - min(date_started))::float FROM queue_job
     WHERE model_name = 'benchmark.product.binding'
"""
#: Before anything is measured the workers load their registry, for a job that does nothing.
_WARM = "env['res.partner'].with_delay().name_search('x')"


def main(argv: list[str] | None = None) -> int:
    """Run the workload and return an exit status."""
    parser = options.parser(__doc__)
    parser.add_argument("--records", type=int, default=10000, help="records to import")
    parser.add_argument("--group-size", type=int, default=100, help="records per job, by groups")
    args = parser.parse_args(argv)
    # Groups are ours alone: there is nothing to compare with.
    side = options.sides_of(args)[0]
    protocol = {"records": args.records, "group_size": args.group_size, "slots": args.slots}
    report = Report("import", side.environment, protocol)
    for _round in range(args.rounds):
        rates = [one_run(report, side, size, args) for size in (args.group_size, 1)]
        report.add(side, "by groups: times as fast", rates[0] / rates[1], "")
    report.write(args.out)
    return 0


def one_run(report: Report, side: sides.Side, group_size: int, args) -> float:
    """Import all records into a fresh database, and return how many a second."""
    name = f"groups of {group_size}" if group_size > 1 else "one job per record"
    with side.database("benchmark_import", args.db_template) as database_name:
        database = Database(side.environment, database_name)
        with serving.server(side, database_name) as server:
            sides.run(side, database_name, _WARM)
            wait_for(lambda: not database.value(_UNDONE), timeout=120)
            first = Sample.take(server, database)
            sides.run(
                side,
                database_name,
                sides.AS_USER + _ENQUEUE,
                records=args.records,
                group_size=group_size,
            )
            wait_for(lambda: not database.value(_UNDONE), timeout=1800, interval=0.25)
            used = Sample.take(server, database).cpu_since(first)
        check(database, args.records)
        rate = args.records / database.value(_SECONDS)
    report.add(side, f"{name}: rate", rate, "records/s")
    report.add(side, f"{name}: CPU", used / args.records * 1e3, "ms/record", more_is_better=False)
    return rate


def check(database: Database, records: int) -> None:
    """Fail when a record was not imported, or twice."""
    bound, products = database.query(
        "SELECT count(DISTINCT external_id), count(DISTINCT odoo_id) FROM benchmark_product_binding"
    )[0]
    made = database.value("SELECT count(*) FROM benchmark_product")
    assert (bound, products, made) == (records, records, records), (bound, products, made)

    return 0


if __name__ == "__main__":
    sys.exit(main())
