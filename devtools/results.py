# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Count what passed and what failed, in whatever way each kind of test reports it."""

from __future__ import annotations

import dataclasses
import re
import xml.etree.ElementTree as ET
from pathlib import Path

LOG_LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ "
    r"(?P<level>[A-Z]+) (?P<database>\S+) (?P<logger>[\w.?-]+): ?(?P<message>.*)$"
)
#: A line of level ERROR or above, searched for in a whole log.
ERROR_LINE = re.compile(r"^\S+ \S+ \d+ (?:ERROR|CRITICAL) .*", re.MULTILINE)
STARTING = re.compile(r"^Starting (?P<test>.+) \.\.\.$")
SKIPPED = re.compile(r"^skipped (?P<test>.+?) : (?P<reason>.*)$")
FAILED = re.compile(r"^(?:FAIL|ERROR): (?:Subtest (?P<of>\S+).*|(?P<test>.+))$")
RESULT_LOGGER = "odoo.tests.result"
TOTAL = re.compile(r"error\(s\) of (\d+) tests")
#: Odoo's own summaries of what it has said before.
SUMMARY = re.compile(
    r"\d+ failed, \d+ error\(s\) of \d+ tests"
    r"|Module \S+: \d+ failures, \d+ errors of \d+ tests"
    r"|At least one test failed"
)


@dataclasses.dataclass
class Counts:
    """How many tests ended in which way, and what is wrong in a line each."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    problems: list[str] = dataclasses.field(default_factory=list)

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.problems + other.problems,
        )

    @property
    def good(self) -> bool:
        """Return whether nothing failed; a run without any test isn't good either."""
        return not self.failed and bool(self.passed)

    def line(self) -> str:
        """Return the line that a test run ends with."""
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def failure(problem: str) -> Counts:
    """Return a single failure.

    :param problem: what is wrong, in a line
    """
    return Counts(failed=1, problems=[problem])


class OdooLog:
    """Reads the log of an Odoo that runs tests, line by line.

    A line of level ERROR or CRITICAL is a failure: either it reports a failed test, or something
    went wrong that no test expected (an expected one is caught by its test and never printed).
    """

    def __init__(self) -> None:
        self.started: dict[tuple[str, str], None] = {}
        self.skipped: dict[tuple[str, str], str] = {}
        self.failed: dict[tuple[str, str], None] = {}
        self.errors: list[str] = []
        self.starts = 0
        #: How many tests Odoo itself says it has run.
        self.reported = 0

    def feed(self, line: str) -> str:
        """Read one line.

        :param line: without its end
        :return: what it means: "start", "skip", "fail", "error" or nothing
        """
        # Odoo's format leaves a blank behind every message.
        match = LOG_LINE.match(line.rstrip())
        if not match:
            return ""
        logger, message = match["logger"], match["message"]
        if match["level"] in ("ERROR", "CRITICAL"):
            return self._feed_error(logger, message)
        if logger == RESULT_LOGGER and (total := TOTAL.search(message)):
            self.reported = int(total[1])
            return ""
        is_test = ".tests" in logger
        if is_test and (start := STARTING.match(message)):
            self.started[logger, start["test"]] = None
            self.starts += 1
            return "start"
        if is_test and (skip := SKIPPED.match(message)):
            self.skipped[logger, skip["test"]] = skip["reason"]
            return "skip"
        return ""

    def _feed_error(self, logger: str, message: str) -> str:
        if logger == RESULT_LOGGER and (total := TOTAL.search(message)):
            self.reported = int(total[1])
        if SUMMARY.search(message):
            return ""
        # Failures of a class's or module's set-up come from the result's own logger.
        if ".tests" in logger and (fail := FAILED.match(message)):
            self.failed[logger, fail["of"] or fail["test"]] = None
            return "fail"
        self.errors.append(f"{logger}: {message}")
        return "error"

    def counts(self) -> Counts:
        """Return what has been counted so far."""
        passed = self.started.keys() - self.failed.keys() - self.skipped.keys()
        problems = [f"{logger} {test}" for logger, test in self.failed]
        problems += [f"unexpected error in the log: {line}" for line in self.errors]
        failed = len(self.failed) + len(self.errors)
        if self.starts != self.reported:
            # Odoo died before its end, or its log isn't what we take it for.
            failed += 1
            problems.append(f"Odoo reports {self.reported} tests, its log shows {self.starts}")
        return Counts(
            passed=len(passed),
            failed=failed,
            skipped=len(self.skipped.keys() - self.failed.keys()),
            problems=problems,
        )


def read_junit(path: Path) -> Counts:
    """Count the tests of pytest's report.

    :param path: the XML file
    """
    counts = Counts()
    for case in ET.parse(path).getroot().iter("testcase"):
        outcomes = {child.tag for child in case}
        if outcomes & {"failure", "error"}:
            counts.failed += 1
            counts.problems.append(f"{case.get('classname')}::{case.get('name')}")
        elif "skipped" in outcomes:
            counts.skipped += 1
        else:
            counts.passed += 1
    return counts
