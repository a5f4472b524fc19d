# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How fast components are looked up and made."""

from __future__ import annotations

import sys

from benchmarks import options, sides
from benchmarks.report import Report
from benchmarks.snippets import PER_SECOND

_LOOK_UP = (
    PER_SECOND
    + """
with env["benchmark.collection"].new({}).work_on("res.partner") as work:
    lookup = work.components_registry.lookup
    result = {
        "lookup in the registry": per_second(
            lambda: lookup("benchmark.collection", usage="adapter", model_name="res.partner")
        ),
        "work.component(usage=...)": per_second(lambda: work.component(usage="adapter")),
        "work.component_by_name(...)": per_second(
            lambda: work.component_by_name("benchmark.partner")
        ),
        "work.many_components(...)": per_second(lambda: work.many_components(usage="general")),
        "work_on a record": 0,
    }
def work_on():
    with env["benchmark.collection"].new({}).work_on("res.partner") as work:
        work.component(usage="adapter")
result["work_on a record"] = per_second(work_on)
"""
)


def main(argv: list[str] | None = None) -> int:
    """Run the workload and return an exit status."""
    parser = options.parser(__doc__)
    parser.add_argument("--seconds", type=float, default=1, help="CPU seconds for each figure")
    args = parser.parse_args(argv)
    measured = options.sides_of(args)
    report = Report("component", measured[0].environment, {"components": 40})
    for _round in range(args.rounds):
        for side in measured:
            with side.database("benchmark_components", args.db_template) as database:
                rates = sides.run(side, database, _LOOK_UP, seconds=args.seconds)
            for name, rate in rates.items():
                report.add(side, name, rate, "per CPU second")
    report.write(args.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
