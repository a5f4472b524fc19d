# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The report: figures of several rounds, their medians, a table and JSON."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import statistics
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from devtools import databases
from devtools.environment import Environment

from .sides import Side


@dataclasses.dataclass
class Figure:
    """One line of the report.

    :param name: what was measured
    :param unit: of the values
    :param more_is_better: which way a ratio is turned
    :param values: side to the values of its rounds
    """

    name: str
    unit: str
    more_is_better: bool = True
    values: dict[str, list[float]] = dataclasses.field(default_factory=dict)

    def median(self, side: str) -> float | None:
        """Return the median of a side's rounds, None where nothing was measured."""
        values = self.values.get(side)
        return statistics.median(values) if values else None

    def ratio(self) -> float | None:
        """Return how many times ours is better than the peer."""
        ours, peer = self.median("ours"), self.median("peer")
        if not ours or not peer:
            return None
        return ours / peer if self.more_is_better else peer / ours


class Report:
    """Collects the figures of one workload.

    :param workload: its name
    :param environment: the set-up, to describe the machine
    :param protocol: settings that matter for the figures
    """

    def __init__(self, workload: str, environment: Environment, protocol: dict[str, Any]) -> None:
        self.workload = workload
        self.protocol = protocol
        self.machine = machine(environment)
        self.figures: dict[str, Figure] = {}

    def add(
        self, side: Side, name: str, value: float, unit: str, *, more_is_better: bool = True
    ) -> None:
        """Note a value of one round, and show it."""
        figure = self.figures.setdefault(name, Figure(name, unit, more_is_better))
        figure.values.setdefault(side.name, []).append(value)
        print(f"  {side.name:5} {name}: {shown(value)} {unit}", flush=True)

    def table(self) -> str:
        """Return the figures as a Markdown table."""
        sides = list(dict.fromkeys(side for f in self.figures.values() for side in f.values))
        head = ["what", "unit", *(f"{side} (rounds)" for side in sides)]
        if "peer" in sides:
            head.append("times better")
        rows = []
        for figure in self.figures.values():
            row = [figure.name, figure.unit]
            row += [cell(figure.median(side), figure.values.get(side, ())) for side in sides]
            if "peer" in sides:
                ratio = figure.ratio()
                row.append(f"{ratio:.1f}" if ratio else "")
            rows.append(row)
        lines = [head, ["---"] * len(head), *rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def write(self, folder: Path) -> None:
        """Write ``<workload>.json`` and ``<workload>.md`` and print the table."""
        folder.mkdir(parents=True, exist_ok=True)
        content = {
            "workload": self.workload,
            "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "machine": self.machine,
            "protocol": self.protocol,
            "figures": [
                dataclasses.asdict(figure)
                | {"medians": {side: figure.median(side) for side in figure.values}}
                | {"ratio": figure.ratio()}
                for figure in self.figures.values()
            ],
        }
        (folder / f"{self.workload}.json").write_text(json.dumps(content, indent=2) + "\n")
        protocol = ", ".join(f"{key} {value}" for key, value in self.protocol.items())
        text = f"### {self.workload}\n\n{protocol}\n\n{self.table()}\n"
        (folder / f"{self.workload}.md").write_text(text)
        print(f"\n{text}", flush=True)


def cell(median: float | None, values: Iterable[float]) -> str:
    """Return a median and, in brackets, the rounds it comes from."""
    if median is None:
        return ""
    return f"{shown(median)} ({', '.join(shown(value) for value in values)})"


def shown(value: float) -> str:
    """Return a value with about three digits that matter."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def machine(environment: Environment) -> dict[str, Any]:
    """Describe what the figures were measured on."""
    connection = databases.connect(environment.postgres)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, setting FROM pg_settings WHERE name IN"
                " ('server_version', 'fsync', 'synchronous_commit', 'shared_buffers')"
            )
            settings = dict(cursor.fetchall())
    finally:
        connection.close()
    return {
        "cores": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()],
        "system": platform.platform(),
        "python": platform.python_version(),
        "odoo": environment.odoo_version,
        "postgresql": settings,
    }
