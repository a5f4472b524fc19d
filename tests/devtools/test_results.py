# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Counting tests from Odoo's log and pytest's report."""

import pytest

from devtools.results import Counts, OdooLog, failure, read_junit

PREFIX = "2026-01-02 03:04:05,678 4321"
TEST = "odoo.addons.sale.tests.test_order"


def log(*entries: tuple[str, str, str]) -> list[str]:
    # With the blank that Odoo's format leaves at the end.
    return [f"{PREFIX} {level} db1 {logger}: {text} \n" for level, logger, text in entries]


def read_odoo_log(lines: list[str]) -> Counts:
    reader = OdooLog()
    for line in lines:
        reader.feed(line.rstrip("\n"))
    return reader.counts()


def total(number: int) -> tuple[str, str, str]:
    text = f"0 failed, 0 error(s) of {number} tests when loading database 'db1'"
    return ("INFO", "odoo.tests.result", text)


def test_passed_failed_and_skipped():
    counts = read_odoo_log(
        [
            *log(
                ("INFO", TEST, "Starting TestOrder.test_good ..."),
                ("INFO", TEST, "Starting TestOrder.test_bad ..."),
                ("INFO", TEST, "=" * 70),
                ("ERROR", TEST, "FAIL: TestOrder.test_bad"),
            ),
            "Traceback (most recent call last):\n",
            "AssertionError: 2026-01-02 isn't a log line\n",
            *log(
                ("INFO", TEST, "Starting TestOrder.test_raises ..."),
                ("ERROR", TEST, "ERROR: TestOrder.test_raises"),
                ("INFO", TEST, "Starting TestOrder.test_later ..."),
                ("INFO", TEST, "skipped TestOrder.test_later : not : today"),
                ("ERROR", "odoo.tests.result", "1 failed, 1 error(s) of 4 tests when loading 'x'"),
                ("ERROR", "odoo.modules.loading", "Module sale: 1 failures, 1 errors of 4 tests"),
            ),
        ]
    )
    assert counts.line() == "1 passed, 2 failed, 1 skipped"
    assert counts.problems == [f"{TEST} TestOrder.test_bad", f"{TEST} TestOrder.test_raises"]
    assert not counts.good


def test_failed_subtests_fail_their_test_once():
    counts = read_odoo_log(
        log(
            ("INFO", TEST, "Starting TestOrder.test_many ..."),
            ("ERROR", TEST, "FAIL: Subtest TestOrder.test_many (number=1)"),
            ("ERROR", TEST, "FAIL: Subtest TestOrder.test_many (number=2)"),
            total(1),
        )
    )
    assert counts.line() == "0 passed, 1 failed, 0 skipped"


def test_failed_set_up_of_a_class_counts():
    counts = read_odoo_log(
        log(("ERROR", TEST, "ERROR: setUpClass (odoo.addons.sale.tests.test_order.TestOrder)"))
    )
    assert counts.failed == 1


def test_skipped_class_counts():
    counts = read_odoo_log(log(("INFO", TEST, "skipped setUpClass (a.TestOrder) : no browser")))
    assert counts.line() == "0 passed, 0 failed, 1 skipped"
    assert not counts.good


def test_same_name_in_two_modules_is_two_tests():
    counts = read_odoo_log(
        log(
            ("INFO", "odoo.addons.a.tests.test_x", "Starting TestX.test_it ..."),
            ("INFO", "odoo.addons.b.tests.test_x", "Starting TestX.test_it ..."),
            ("ERROR", "odoo.addons.b.tests.test_x", "ERROR: TestX.test_it"),
            total(2),
        )
    )
    assert counts.line() == "1 passed, 1 failed, 0 skipped"


@pytest.mark.parametrize("level", ["ERROR", "CRITICAL"])
def test_unexpected_error_in_the_log_is_a_failure(level):
    counts = read_odoo_log(
        log(
            ("INFO", TEST, "Starting TestOrder.test_good ..."),
            (level, "odoo.addons.sale.models.order", "Something broke"),
            total(1),
        )
    )
    assert counts.line() == "1 passed, 1 failed, 0 skipped"
    assert counts.problems[0].endswith("Something broke")


def test_warnings_and_other_lines_are_no_failures():
    counts = read_odoo_log(
        [
            *log(
                ("INFO", TEST, "Starting TestOrder.test_good ..."),
                ("WARNING", "odoo.addons.sale", "ERROR: only a warning"),
                ("INFO", "odoo.addons.sale.models.order", "Starting the order ..."),
                total(1),
            ),
            "ERROR: not a log line\n",
        ]
    )
    assert counts.line() == "1 passed, 0 failed, 0 skipped"
    assert counts.good


@pytest.mark.parametrize("reported", [None, 1, 3])
def test_odoo_and_its_log_must_agree(reported):
    counts = read_odoo_log(
        log(
            ("INFO", TEST, "Starting TestOrder.test_one ..."),
            ("INFO", TEST, "Starting TestOrder.test_two ..."),
            *([] if reported is None else [total(reported)]),
        )
    )
    assert counts.line() == "2 passed, 1 failed, 0 skipped"
    assert f"reports {reported or 0} tests, its log shows 2" in counts.problems[0]


def test_meaning_of_lines():
    reader = OdooLog()
    lines = log(
        ("INFO", TEST, "Starting TestOrder.test_good ..."),
        ("ERROR", TEST, "FAIL: TestOrder.test_good"),
        ("ERROR", "odoo.sql_db", "bad query"),
        ("INFO", TEST, "anything"),
    )
    assert [reader.feed(line.rstrip()) for line in lines] == ["start", "fail", "error", ""]


def test_pytest_report(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuites><testsuite>"
        '<testcase classname="m" name="good"/>'
        '<testcase classname="m" name="bad"><failure message="x"/></testcase>'
        '<testcase classname="m" name="broken"><error message="x"/></testcase>'
        '<testcase classname="m" name="left"><skipped/></testcase>'
        "</testsuite></testsuites>"
    )
    counts = read_junit(report)
    assert counts.line() == "1 passed, 2 failed, 1 skipped"
    assert counts.problems == ["m::bad", "m::broken"]


def test_sums():
    total = Counts(2, 0, 1) + failure("the server died") + Counts(1)
    assert total.line() == "3 passed, 1 failed, 1 skipped"
    assert total.problems == ["the server died"]


def test_run_without_tests_is_not_good():
    assert not Counts().good
    assert not Counts(skipped=3).good
    assert Counts(passed=1).good
