# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What switches mechanisms off still fits the code, and whoever says so is held to it."""

from pathlib import Path

import pytest

from devtools import mutations, single_tests
from devtools.errors import DevError
from devtools.mutants import Change, Mutation, page_rows, problems, read, switched_off
from devtools.mutations import Result
from devtools.single_tests import FAILED, HUNG, NOT_RUN, PASSED, kind_of, odoo_ends, read_ends


def test_every_test_of_the_page_has_a_mutation_that_fits():
    """A text that was changed, or a test that no mutation is for: mutations.toml must follow."""
    assert problems(read(), page_rows()) == []


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "code.py").write_text("if locked:\n    wait()\nif locked or late:\n    stop()\n")
    (tmp_path / "test_it.py").write_text("def test_a(): ...\ndef test_b(): ...\n")
    return tmp_path


ROWS = {"R1": ("test_it.py::test_a",), "R2": ("test_it.py::test_b",)}


def mutation(row="R1", test="a", before="if locked:", after="if False:", file="code.py"):
    return Mutation(row, "waits", (f"test_it.py::test_{test}",), (Change(file, before, after),))


def test_nothing_is_wrong(root):
    assert problems([mutation(), mutation("R2", "b", "or late")], ROWS, root) == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"before": "locked"}, "'locked' occurs 2 times in code.py, not once"),
        ({"before": "gone"}, "'gone' occurs 0 times"),
        ({"file": "gone.py"}, "occurs 0 times in gone.py"),
        ({"after": "if locked:"}, "not once"),
        ({"test": "b"}, "test_it.py::test_b is not among the tests of the row"),
        ({"row": "R9"}, "test_it.py::test_a is not among the tests of the row"),
        ({"test": "gone"}, "there is no test 'test_gone'"),
    ],
)
def test_what_is_wrong(root, wrong, says):
    found = problems([mutation(**wrong), mutation("R2", "b")], ROWS, root)
    assert any(says in problem for problem in found), found


def test_a_test_without_a_mutation(root):
    [found] = problems([mutation()], ROWS, root)
    assert found == "R2: no mutation is to be noticed by test_it.py::test_b"


def test_off_and_on_again(root):
    code = root / "code.py"
    text = code.read_text()
    with switched_off(mutation(), root):
        assert code.read_text().startswith("if False:\n    wait()\nif locked or")
        with pytest.raises(DevError, match="0 times, not once"), switched_off(mutation(), root):
            pytest.fail("it is off already")
    assert code.read_text() == text
    with pytest.raises(KeyboardInterrupt), switched_off(mutation(), root):
        raise KeyboardInterrupt
    assert code.read_text() == text


def test_declarations(tmp_path):
    declared = tmp_path / "mutations.toml"
    declared.write_text(
        '[[mutation]]\nrow = "R1"\nsays = "off"\ntests = ["t"]\n'
        'file = "a"\nbefore = "b"\nafter = "c"\n'
        '[[mutation.also]]\nfile = "d"\nbefore = "e"\nafter = "f"\n'
    )
    assert read(declared) == [
        Mutation("R1", "off", ("t",), (Change("a", "b", "c"), Change("d", "e", "f")))
    ]
    declared.write_text('[[mutation]]\nrow = "R1"\nfile = "a"\nbefore = "b"\n')
    with pytest.raises(DevError, match="R1"):
        read(declared)


def test_rows_are_chosen_by_name():
    chosen = mutations.choose(["r3", "S5"], quick=False)
    assert {one.row for one in chosen} == {"R3", "S5"}
    # What takes long comes last.
    kinds = [{kind_of(test) for test in one.tests} for one in chosen]
    assert kinds[0] == {"unit"}
    assert "e2e" in kinds[-1]
    quick = mutations.choose(["R3"], quick=True)
    assert {kind_of(test) for one in quick for test in one.tests} == {"unit", "odoo"}
    with pytest.raises(DevError, match="There is no row R99"):
        mutations.choose(["R99"], quick=False)


@pytest.mark.parametrize(
    ("test", "kind"),
    [
        ("tests/e2e/test_jobs.py::test_a", "e2e"),
        ("queue_job/tests/unit/test_link.py::test_a", "unit"),
        ("tests/devtools/test_cli.py::test_a", "unit"),
        ("queue_job/tests/test_store.py::test_a", "odoo"),
        ("tests/test_queue_job/tests/test_job.py::TestJob.test_a", "odoo"),
    ],
)
def test_kinds(test, kind):
    assert kind_of(test) == kind


def test_ends_by_the_report_of_pytest(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuites><testsuite>"
        '<testcase name="test_good" /><testcase name="test_bad"><failure /></testcase>'
        '<testcase name="test_many[1]"><error /></testcase><testcase name="test_many[2]" />'
        '<testcase name="test_left_out"><skipped /></testcase>'
        "</testsuite></testsuites>"
    )
    assert read_ends(report) == {"test_good": PASSED, "test_bad": FAILED, "test_many": FAILED}


LOG = """\
2030-01-01 00:00:00,000 1 INFO db odoo.addons.a.tests.test_it: Starting TestIt.test_good ...
2030-01-01 00:00:00,000 1 INFO db odoo.addons.a.tests.test_it: Starting TestIt.test_bad ...
2030-01-01 00:00:00,000 1 ERROR db odoo.addons.a.tests.test_it: FAIL: TestIt.test_bad
2030-01-01 00:00:00,000 1 INFO db odoo.addons.a.tests.test_it: Starting TestIt.test_parts ...
2030-01-01 00:00:00,000 1 ERROR d odoo.addons.a.tests.test_it: FAIL: Subtest TestIt.test_parts (1)
2030-01-01 00:00:00,000 1 INFO db odoo.addons.a.tests.test_more: Starting TestMore.test_other ...
"""


def test_ends_by_the_log_of_odoo(tmp_path):
    log = tmp_path / "odoo.log"
    log.write_text(LOG)
    ends = {
        "a/tests/test_it.py::test_good": PASSED,
        "a/tests/test_it.py::TestIt.test_bad": FAILED,
        "a/tests/test_it.py::test_parts": FAILED,
        # No test of that file, and the end of another one's name.
        "a/tests/test_it.py::test_other": NOT_RUN,
        "a/tests/test_it.py::good": NOT_RUN,
    }
    assert odoo_ends(ends, log) == ends


@pytest.mark.parametrize(
    ("outcomes", "line"),
    [
        ([FAILED, FAILED], "2 killed, 0 survived"),
        ([FAILED, PASSED], "1 killed, 1 survived"),
        ([NOT_RUN, HUNG], "0 killed, 0 survived, 2 not clear"),
    ],
)
def test_summary(outcomes, line):
    assert mutations.summary([Result(mutation(), "t", outcome) for outcome in outcomes]) == line


def test_table():
    found = [Result(mutation("S1"), "t", PASSED), Result(mutation("R2"), "u", FAILED)]
    assert mutations.table(found) == [
        "  R2   killed    u: waits",
        "  S1   survived  t: waits",
    ]


def test_the_copy_is_whole_and_has_the_same_databases(tmp_path):
    copy = mutations.make_copy(tmp_path)
    assert (copy / "queue_job" / "__manifest__.py").is_file()
    assert copy.name == mutations.ROOT.name
    assert (copy / ".dev").is_symlink()
    assert not (copy / ".git").exists()
    assert single_tests.hash_addons([copy / "queue_job"]) == single_tests.hash_addons(
        [mutations.ROOT / "queue_job"]
    )
