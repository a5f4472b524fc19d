# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""``./dev test --peers``: the tests of published addons, run on ours."""

from __future__ import annotations

import configparser
import dataclasses
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from . import console, odoo_tests, peers
from .environment import ROOT, Environment, find_addons
from .errors import DevError
from .results import Counts, OdooLog
from .workspace import Workspace

KNOWN_FAILURES = ROOT / "tests" / "peers" / "known_failures.ini"


@dataclasses.dataclass(frozen=True)
class Known:
    """What is known to fail.

    :param tests: addon and ``Class.method`` to the reason
    :param modules: addon and test module that can't be imported to the reason
    """

    tests: dict[tuple[str, str], str]
    modules: dict[tuple[str, str], str]

    @classmethod
    def read(cls, path: Path = KNOWN_FAILURES) -> Known:
        """Read the list."""
        parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
        parser.read_string(path.read_text(), str(path))
        found: dict[str, dict[tuple[str, str], str]] = {"tests": {}, "modules": {}}
        for title in parser.sections():
            for kind, names in found.items():
                for line in parser[title].get(kind, "").split("\n"):
                    if line:
                        addon, name = line.split()
                        names[addon, name] = title
        return cls(**found)


def choose(pattern: str | None) -> list[str]:
    """Return the addons whose tests are to be run.

    :param pattern: technical name of one, None for all
    :raises DevError: there is none of that name
    """
    known = [*peers.replaced(), *peers.tested()]
    if pattern and pattern not in known:
        raise DevError(f"{pattern!r} is no published addon", f"there are: {', '.join(known)}")
    return [pattern] if pattern else known


def run(workspace: Workspace, environment: Environment, addons: Sequence[str]) -> Counts:
    """Run the tests of published addons on ours.

    :param workspace: for downloads and logs
    :param environment: the set-up
    :param addons: technical names
    :return: what was counted; tests that are known to fail, and do, count as skipped
    """
    unpacked = peers.provide(workspace)
    known = Known.read()
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        ours, theirs = Path(folder) / "ours", Path(folder) / "theirs"
        shutil.copytree(unpacked.others, theirs)
        for name, source in find_addons(examples=False).items():
            shutil.copytree(source, ours / name, ignore=shutil.ignore_patterns("__pycache__"))
            if name in peers.replaced():
                put_tests(unpacked.replaced / name / "tests", ours / name / "tests", name, known)
        for addon in {addon for addon, _module in known.modules} - set(peers.replaced()):
            write_init(theirs / addon / "tests", addon, known)
        there = dataclasses.replace(
            environment,
            addons_from_checkout=False,
            odoo_addons=(str(ours), str(theirs), *environment.odoo_addons),
        )
        log = odoo_tests.run_log(
            there,
            tuple(addons),
            ",".join(f"/{addon}" for addon in addons),
            workspace.logs / "peers-tests.log",
            environ=unpacked.environ(),
            is_known=lambda logger, test: name_of(logger, test) in known.tests,
        )
    return compare(log, known, addons)


def put_tests(source: Path, target: Path, addon: str, known: Known) -> None:
    """Replace the tests in a copy of one of our addons; the helpers that modules import stay.

    :param source: the published tests
    :param target: our tests
    :param addon: technical name
    :param known: says which test modules to leave out
    """
    for path in target.glob("test_*.py"):
        path.unlink()
    shutil.rmtree(target / "unit", ignore_errors=True)
    for path in source.iterdir():
        if path.is_file() and not (target / path.name).exists():
            shutil.copy(path, target)
    write_init(target, addon, known)


def write_init(folder: Path, addon: str, known: Known) -> None:
    """Let a package of tests import its modules, but for those that can't be imported.

    :param folder: the package
    :param addon: technical name
    :param known: says which modules to leave out
    """
    modules = sorted(path.stem for path in folder.glob("test_*.py"))
    kept = [module for module in modules if (addon, module) not in known.modules]
    (folder / "__init__.py").write_text("".join(f"from . import {module}\n" for module in kept))


def compare(log: OdooLog, known: Known, addons: Sequence[str]) -> Counts:
    """Count, with what is known to fail taken as it is.

    :param log: of Odoo
    :param known: what is known
    :param addons: whose tests were run
    """
    expected = {name: title for name, title in known.tests.items() if name[0] in addons}
    failed = {name_of(logger, test): (logger, test) for logger, test in log.failed}
    for name in expected.keys() & failed.keys():
        del log.failed[failed[name]]
        log.skipped[failed[name]] = expected[name]
    counts = log.counts()
    for addon, test in sorted(expected.keys() - failed.keys()):
        counts.failed += 1
        counts.problems.append(
            f"{addon} {test} is said to fail in {KNOWN_FAILURES.relative_to(ROOT)}: it doesn't"
        )
    per_addon: dict[str, int] = {}
    for logger, _test in log.started:
        addon = logger.split(".")[2]
        per_addon[addon] = per_addon.get(addon, 0) + 1
    for addon, number in sorted(per_addon.items()):
        console.say(f"  {addon}: {number} tests")
    titles = [title for name, title in expected.items() if name in failed]
    for title in dict.fromkeys(titles):
        console.say(f"  known to fail, {titles.count(title)}: {title}")
    return counts


def name_of(logger: str, test: str) -> tuple[str, str]:
    """Return addon and test of a failure, as the list of the known ones names them.

    :param logger: ``odoo.addons.<addon>.tests.<module>``
    :param test: ``Class.method``
    """
    return logger.split(".")[2] if logger.count(".") >= 2 else logger, test
