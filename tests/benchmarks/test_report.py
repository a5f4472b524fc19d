# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The report of the benchmarks: medians, ratios, what is written."""

import dataclasses
import json

import pytest

from benchmarks import report
from benchmarks.__main__ import names


@dataclasses.dataclass
class Side:
    """All that the report knows of a side."""

    name: str


OURS, PEER = Side("ours"), Side("peer")


@pytest.fixture
def made(monkeypatch, capsys):
    """A report that does not look at the machine."""
    monkeypatch.setattr(report, "machine", lambda _environment: {"cores": 2})
    return report.Report("speed", None, {"jobs": 10})


def fill(made, name, ours, peer=(), **options):
    for side, values in ((OURS, ours), (PEER, peer)):
        for value in values:
            made.add(side, name, value, "jobs/s", **options)
    return made.figures[name]


def test_the_median_counts_and_not_the_mean(made):
    assert fill(made, "rate", [1, 2, 300]).median("ours") == 2


def test_a_side_without_rounds_has_no_median(made):
    figure = fill(made, "rate", [1])
    assert figure.median("peer") is None
    assert figure.ratio() is None


def test_a_ratio_above_one_means_that_ours_is_better(made):
    assert fill(made, "rate", [300], [100]).ratio() == 3
    assert fill(made, "latency", [2], [8], more_is_better=False).ratio() == 4


def test_nothing_at_all_has_no_ratio(made):
    assert fill(made, "rate", [300], [0]).ratio() is None


def test_the_table_has_a_line_for_each_figure(made):
    fill(made, "rate", [100, 300], [50])
    fill(made, "bulk", [7])
    assert made.table().splitlines() == [
        "| what | unit | ours (rounds) | peer (rounds) | times better |",
        "| --- | --- | --- | --- | --- |",
        "| rate | jobs/s | 200 (100, 300) | 50.0 (50.0) | 4.0 |",
        "| bulk | jobs/s | 7.00 (7.00) |  |  |",
    ]


def test_alone_there_is_no_column_for_the_peer(made):
    fill(made, "rate", [100])
    assert "peer" not in made.table()
    assert "better" not in made.table()


@pytest.mark.parametrize(
    ("value", "text"), [(0.123, "0.12"), (12.34, "12.3"), (123.4, "123"), (123456.7, "123,457")]
)
def test_values_are_shown_with_the_digits_that_matter(value, text):
    assert report.shown(value) == text


def test_files_are_written(made, tmp_path):
    fill(made, "rate", [100, 200, 400], [100])
    made.write(tmp_path / "new")
    content = json.loads((tmp_path / "new" / "speed.json").read_text())
    assert content["machine"] == {"cores": 2}
    assert content["protocol"] == {"jobs": 10}
    (figure,) = content["figures"]
    assert figure["values"] == {"ours": [100, 200, 400], "peer": [100]}
    assert figure["medians"] == {"ours": 200, "peer": 100}
    assert figure["ratio"] == 2
    assert made.table() in (tmp_path / "new" / "speed.md").read_text()


def test_every_workload_has_its_file():
    assert {"claim", "component", "enqueue", "latency", "throughput"} <= set(names())
