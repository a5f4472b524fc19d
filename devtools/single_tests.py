# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Run single tests of any kind in a copy of the repository, and tell how each one ended."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from . import databases, manifests, ports, process, selection
from .contract_coverage import path_of
from .environment import Environment, find_addons, hash_addons
from .results import OdooLog

FAILED, PASSED, NOT_RUN, HUNG = "failed", "passed", "not run", "hung"

#: A test that has not ended after this many seconds hangs.
LONGEST = 600
#: Addons whose Odoo tests are run; the others that they depend on come with them.
ADDONS = ("component_event", "connector", "queue_job", "test_connector", "test_queue_job")
#: Files that Odoo reads when it installs an addon, and not at each start.
DATA_SUFFIXES = (".xml", ".csv")


def kind_of(test: str) -> str:
    """Return which program runs a test: "odoo", or pytest for "unit" and "e2e".

    :param test: its reference, ``path::method`` or ``path::Class.method``
    """
    path = Path(test.partition("::")[0])
    if path.parts[:2] == ("tests", "e2e"):
        return "e2e"
    return "odoo" if path.parent.name == "tests" else "unit"


class SingleTests:
    """
    :param environment: the set-up
    :param copy: folder of the repository's copy, whose code is run
    :param logs: folder for what the tests print
    """

    def __init__(self, environment: Environment, copy: Path, logs: Path) -> None:
        self._environment = environment
        self._copy = copy
        self.logs = logs
        self._serial = itertools.count(1)
        logs.mkdir(exist_ok=True)
        # Whatever is changed in the copy, or in the original while this goes on: databases are
        # made with the code as it is now.
        os.environ[databases.SOURCE_VARIABLE] = hash_addons([*find_addons(tests=True).values()])
        # Two changes of a file within a second would look the same to Python's cache.
        self._environ = {"PYTHONDONTWRITEBYTECODE": "1"}

    def run(
        self,
        tests: Iterable[str],
        name: str,
        *,
        changed: Sequence[str] = (),
        is_mutated: bool = False,
    ) -> dict[str, str]:
        """Run tests; of those that must fail, no more than the first case that does.

        :param tests: their references
        :param name: of the logs
        :param changed: files of the copy that are not as in the original
        :param is_mutated: the tests are expected to fail
        :return: FAILED, PASSED, NOT_RUN or HUNG of each
        """
        tests = list(tests)
        found: dict[str, str] = {}
        for kind in ("unit", "e2e"):
            chosen = [test for test in tests if kind_of(test) == kind]
            # One at a time where each stops at its first failure.
            for group in [[test] for test in chosen] if is_mutated else [chosen] * bool(chosen):
                log = self._log(name)
                found.update(self._run_pytest(group, log, until_failure=is_mutated))
        of_odoo = [test for test in tests if kind_of(test) == "odoo"]
        for addon, group in itertools.groupby(sorted(of_odoo), key=_addon):
            found.update(self._run_odoo(addon, list(group), self._log(name), changed))
        return {test: found[test] for test in tests}

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}-{next(self._serial)}.log"

    def _spawn(
        self,
        command: Sequence[str | Path],
        log: Path,
        count: int,
        environ: Mapping[str, str] | None = None,
    ) -> bool:
        """Run a program to its end.

        :param environ: variables on top of those that all have
        :return: False when it had to be ended
        """
        environ = {**self._environ, **(environ or {})}
        with log.open("wb") as output:
            started = process.popen(command, output, environ, cwd=self._copy)
            with process.ending(started):
                try:
                    started.wait(LONGEST * count)
                except subprocess.TimeoutExpired:
                    return False
        return True

    def _run_pytest(self, tests: list[str], log: Path, *, until_failure: bool) -> dict[str, str]:
        report = log.with_suffix(".xml")
        report.unlink(missing_ok=True)
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}"]
        command += ["--rootdir", self._copy, *(["-x"] if until_failure else [])]
        command += [self._copy / path_of(test, {}) for test in tests]
        if not self._spawn(command, log, len(tests)):
            return dict.fromkeys(tests, HUNG)
        ends = read_ends(report) if report.exists() else {}
        return {test: ends.get(_method(test), NOT_RUN) for test in tests}

    def _run_odoo(
        self, addon: str, tests: list[str], log: Path, changed: Sequence[str]
    ) -> dict[str, str]:
        environment = self._environment
        # What is in a data file only a new database is sure to get.
        is_new = any(Path(file).suffix in DATA_SUFFIXES for file in changed)
        # Odoo runs tests of the one kind when it installs or updates, of the other any time.
        is_updated = any(self._is_at_install(test) for test in tests)
        database = f"mutated_{os.getpid()}"
        databases.create(environment, database, self._template(() if is_new else ADDONS))
        addons_path = environment.addons_path(tests=True, root=self._copy)
        command = [
            environment.python,
            environment.odoo_script,
            "server",
            "--config=/dev/null",
            f"--addons-path={addons_path}",
            f"--data-dir={environment.data_dir}",
            f"--database={database}",
            f"--db-filter=^{database}$",
            *([f"--init={addon}"] if is_new else [f"--update={addon}"] if is_updated else []),
            f"--test-tags={','.join(map(_tag, tests))}",
            "--stop-after-init",
            f"--http-interface={ports.LOOPBACK}",
            f"--http-port={ports.any_free()}",
            "--max-cron-threads=0",
        ]
        try:
            # Not for pytest: some of its servers have another way to the database, on purpose.
            if not self._spawn(command, log, len(tests), environment.postgres.environ()):
                return dict.fromkeys(tests, HUNG)
        finally:
            databases.drop(environment, database)
        return odoo_ends(tests, log)

    def _template(self, addons: Sequence[str]) -> str:
        base = manifests.foreign_dependencies(find_addons(tests=True))
        if not addons:
            return databases.template(self._environment, base)
        return databases.template(self._environment, list(addons), base=base)

    def _is_at_install(self, test: str) -> bool:
        return "-at_install" not in (self._copy / test.partition("::")[0]).read_text()


def _method(test: str) -> str:
    return test.rpartition("::")[2].rpartition(".")[2]


def _addon(test: str) -> str:
    return Path(test).parent.parent.name


def _tag(test: str) -> str:
    path, _, name = test.partition("::")
    return selection.odoo_tag(_addon(path), Path(path).name, name)


def read_ends(report: Path) -> dict[str, str]:
    """Return how the tests of pytest's report ended, the cases of each taken together.

    :param report: its XML file
    """
    found: dict[str, str] = {}
    for case in ET.parse(report).getroot().iter("testcase"):
        name = (case.get("name") or "").partition("[")[0]
        outcomes = {child.tag for child in case}
        if outcomes & {"failure", "error"}:
            found[name] = FAILED
        elif "skipped" not in outcomes:
            found.setdefault(name, PASSED)
    return found


def odoo_ends(tests: Iterable[str], log: Path) -> dict[str, str]:
    """Return how tests ended, by Odoo's log.

    :param tests: their references
    :param log: the whole log
    """
    read = OdooLog()
    for line in log.read_text(errors="replace").splitlines():
        read.feed(line)

    def is_among(test: str, found: Iterable[tuple[str, str]]) -> bool:
        path, _, name = test.partition("::")
        module = f".{Path(path).stem}"
        return any(
            module in logger and f".{where}".partition(" ")[0].endswith(f".{name}")
            for logger, where in found
        )

    ends = {}
    for test in tests:
        if is_among(test, read.failed):
            ends[test] = FAILED
        elif is_among(test, read.started) and not is_among(test, read.skipped):
            ends[test] = PASSED
        else:
            ends[test] = NOT_RUN
    return ends
