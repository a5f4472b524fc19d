# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How the cross-process tests are split, run and counted; in files made for it, and in ours."""

import xml.etree.ElementTree as ET

import pytest

from devtools import e2e_tests, lanes
from devtools.e2e_tests import LONGEST
from devtools.results import Counts, read_junit
from devtools.selection import E2E
from devtools.workspace import Workspace

MIXED = """
import pytest

def test_one(): pass

@pytest.mark.parametrize("number", [1, 2])
def test_numbers(number): pass

@pytest.mark.slow
def test_slow(): pass

@pytest.mark.alone
def test_alone(): pass

@pytest.mark.alone
@pytest.mark.slow
def test_slow_and_alone(): pass
"""
SLOW = """
import pytest

pytestmark = pytest.mark.slow

def test_two(): pass
"""


@pytest.fixture
def workspace(tmp_path):
    workspace = Workspace(tmp_path / "dev")
    workspace.prepare()
    return workspace


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A repository of its own, with nothing but the tests that are written into it."""
    folder = tmp_path / "tests"
    folder.mkdir()
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for module in (e2e_tests, lanes):
        monkeypatch.setattr(module, "ROOT", folder)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    slow: x\n    alone: x\n")
    return folder


def test_all_files_that_are_said_to_be_long_exist():
    assert [name for name in LONGEST if not (E2E / name).exists()] == []


def test_those_that_take_long_begin_first():
    files = {"tests/e2e/test_a.py": 1, f"tests/e2e/{LONGEST[1]}": 2, f"tests/e2e/{LONGEST[0]}": 3}
    assert [count for _file, count in e2e_tests.ordered(files)] == [3, 2, 1]


def test_every_test_is_run_once(workspace, folder):
    (folder / "test_mixed.py").write_text(MIXED)
    (folder / "test_other.py").write_text(SLOW)
    beside, alone = e2e_tests.tasks(workspace, [str(folder)], quick=False)
    assert [task.name for task in beside] == ["test_mixed", "test_other"]
    assert [task.name for task in alone] == ["test_mixed"]
    counts = [task.counts() for task in lanes.run([*beside, *alone], 3)]
    assert sorted(one.passed for one in counts) == [1, 2, 4]
    assert sum(one.failed for one in counts) == 0
    e2e_tests.merge(workspace)
    [report] = workspace.logs.glob("*.xml")
    assert read_junit(report).line() == "7 passed, 0 failed, 0 skipped"
    assert ET.parse(report).getroot().tag == "testsuites"


def test_quick_leaves_slow_ones_out(workspace, folder):
    (folder / "test_mixed.py").write_text(MIXED)
    (folder / "test_other.py").write_text(SLOW)
    found = e2e_tests.collect([str(folder)], ["not alone and not slow", "alone and not slow"])
    assert found == [{"test_mixed.py": 3}, {"test_mixed.py": 1}]
    beside, alone = e2e_tests.tasks(workspace, [str(folder)], quick=True)
    assert [task.command[task.command.index("-m", 3) + 1] for task in (*beside, *alone)] == [
        "not alone and not slow",
        "alone and not slow",
    ]


@pytest.mark.parametrize(
    ("tests", "status", "passed", "problem"),
    [
        (2, 1, 1, "m::bad"),
        # It died before the last one, or whatever else it may have been.
        (3, 0, 1, "only 2 of 3 tests have ended"),
        (1, 3, 1, "m::bad"),
    ],
)
def test_failures_count(tmp_path, tests, status, passed, problem):
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="m" name="good"/>'
        '<testcase classname="m" name="bad"><failure message="x"/></testcase>'
        "</testsuite></testsuites>"
    )
    counts = e2e_tests.count("test_m.py", tests, report, status)
    assert counts.passed == passed
    assert counts.failed
    assert problem in counts.problems[-1]


def test_an_end_without_failures_may_be_bad_too(tmp_path):
    report = tmp_path / "report.xml"
    assert "no report" in e2e_tests.count("test_m.py", 1, report, 1).problems[0]
    report.write_text('<testsuites><testcase classname="m" name="good"/></testsuites>')
    assert e2e_tests.count("test_m.py", 1, report, 0) == Counts(passed=1)
    assert "status 3" in e2e_tests.count("test_m.py", 1, report, 3).problems[0]


def test_a_file_that_can_not_be_read_is_told(workspace, folder):
    (folder / "test_mixed.py").write_text("import no_such_module")
    with pytest.raises(e2e_tests.CannotCollect, match="no_such_module"):
        e2e_tests.tasks(workspace, [str(folder)], quick=False)
