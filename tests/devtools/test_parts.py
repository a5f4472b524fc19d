# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The parts of a test run, in processes of their own."""

import json

import pytest

from devtools import lanes, parts, testing
from devtools.environment import ROOT
from devtools.results import Counts, failure
from devtools.selection import Selection
from devtools.workspace import Workspace

FILE = ROOT / "tests" / "devtools" / "test_stamps.py"


@pytest.fixture
def workspace(tmp_path):
    workspace = Workspace(tmp_path / "dev")
    workspace.prepare()
    return workspace


def test_only_what_is_chosen_is_a_task(workspace):
    chosen = Selection(lint=(ROOT,), unit=(str(FILE),))
    names = [task.name for task in parts.tasks(workspace, chosen, quick=False)]
    assert names == ["linters", "unit tests"]


def test_an_order_comes_through(tmp_path, monkeypatch):
    """What the other process is told is what was chosen, and what it counts comes back."""
    chosen = Selection(lint=(ROOT,), unit=(str(FILE),), addons=("queue_job",), tags="/queue_job")
    seen = []

    def run(part, workspace, environment, selection, *, quick):
        seen.append((part, selection, quick))
        return Counts(2, 0, 1, ["a problem"])

    monkeypatch.setattr(parts, "run", run)
    monkeypatch.setattr(parts.Environment, "load", lambda: None)
    monkeypatch.setattr(parts.cli, "catch_signals", lambda: None)
    task = parts.make_task("addons", "Odoo tests", chosen, tmp_path, quick=True)
    parts.main(*map(str, task.command[3:]))
    assert seen == [("addons", chosen, True)]
    assert task.count(0) == Counts(2, 0, 1, ["a problem"])


def test_a_part_that_died_is_a_failure(tmp_path):
    assert parts.read_outcome("unit tests", tmp_path / "none", -9) == failure(
        "unit tests: ended with status -9 and no outcome"
    )


def test_a_part_in_a_process_of_its_own(tmp_path):
    no_code = ROOT / "requirements.txt"
    task = parts.make_task("lint", "linters", Selection(lint=(no_code,)), tmp_path, quick=False)
    [done] = lanes.run([task], 1)
    counts = done.counts()
    assert counts.failed == 0, task.log.read_text()
    assert counts.passed >= 2
    assert json.loads((tmp_path / "lint.json").read_text())["passed"] == counts.passed


def test_the_rest_runs_though_a_part_fails(workspace, monkeypatch):
    bad = lanes.Task("bad", ["false"], workspace.logs / "bad", lambda status: failure("bad"))
    good = lanes.Task("good", ["true"], workspace.logs / "good", lambda status: Counts(1))
    last = lanes.Task("last", ["true"], workspace.logs / "last", lambda status: Counts(2))
    monkeypatch.setattr(testing.parts, "tasks", lambda *args, **kwargs: [bad])
    monkeypatch.setattr(testing.e2e_tests, "tasks", lambda *args, **kwargs: ([good], [last]))
    counts = testing.run_all(workspace, Selection(), quick=False)
    assert counts.line() == "3 passed, 1 failed, 0 skipped"
    assert counts.problems == ["bad"]


def test_files_that_can_not_be_collected_are_a_failure(workspace, monkeypatch, capsys):
    def tasks(*args, **kwargs):
        raise testing.e2e_tests.CannotCollect("no_such_module")

    monkeypatch.setattr(testing.e2e_tests, "tasks", tasks)
    assert not testing.run_all(workspace, Selection(), quick=True).good
    assert "no_such_module" in capsys.readouterr().out
