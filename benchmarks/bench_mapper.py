# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How fast records are mapped, and what events cost a model to which nobody listens."""

from __future__ import annotations

import sys

from benchmarks import options, sides
from benchmarks.report import Report
from benchmarks.snippets import PER_SECOND

_MAP = (
    PER_SECOND
    + """
from odoo.models import BaseModel
names = "name ref email phone street street2 zip city function website".split()
record = {f"remote_{name}": f"value of {name}" for name in names}
record.update(kind="company", remarks="none", deleted=False)
with env["benchmark.shop"].new({}).work_on("res.partner") as work:
    mapper = work.component(usage="import.mapper")
    assert len(mapper.map_record(record).values()) == 13
    result = {"map": per_second(lambda: mapper.map_record(record).values())}
# Nothing is written: what is left is what the overrides of write() cost. It is little, so the best
# of many short measurements counts, in turn with those of Odoo's own method.
country = env["res.country"].search([], limit=1)
def seconds_of(call):
    begin = time.process_time()
    for _number in range(1000):
        call()
    return (time.process_time() - begin) / 1000
pairs = [
    (seconds_of(lambda: country.write({})), seconds_of(lambda: BaseModel.write(country, {})))
    for _number in range(int(60 * seconds))
]
with_events, without = (min(column) for column in zip(*pairs))
result["events"] = (with_events - without) * 1e6
"""
)


def main(argv: list[str] | None = None) -> int:
    """Run the workload and return an exit status."""
    parser = options.parser(__doc__)
    parser.add_argument("--seconds", type=float, default=1, help="CPU seconds for each figure")
    args = parser.parse_args(argv)
    measured = options.sides_of(args)
    report = Report("mapper", measured[0].environment, {"direct": 10, "methods": 3})
    for _round in range(args.rounds):
        for side in measured:
            with side.database("benchmark_mapper", args.db_template) as database:
                rates = sides.run(side, database, _MAP, seconds=args.seconds)
            report.add(side, "map_record().values()", rates["map"], "per CPU second")
            report.add(
                side,
                "events of a write without listeners",
                rates["events"],
                "us of CPU",
                more_is_better=False,
            )
    report.write(args.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
