# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a pattern given to ``./dev test`` stands for: an addon, a folder, a file or a test."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from . import manifests
from .environment import ROOT, find_addons
from .errors import DevError

E2E = ROOT / "tests" / "e2e"
BROWSER = re.compile(r"browser_js|start_tour|mark\.browser|chromium")


@dataclasses.dataclass(frozen=True)
class Selection:
    """What is to be run; whatever is empty isn't run."""

    #: Files and folders for the linters.
    lint: tuple[Path, ...] = ()
    #: Arguments of pytest for the tests that need no server.
    unit: tuple[str, ...] = ()
    #: Addons that Odoo installs for its test cases.
    addons: tuple[str, ...] = ()
    #: Odoo's ``--test-tags``.
    tags: str = ""
    #: Arguments of pytest for the cross-process tests.
    e2e: tuple[str, ...] = ()

    @property
    def needs_browser(self) -> bool:
        """Return whether one of the tests drives a browser."""
        known = find_addons(tests=True)
        folders = [known[name] / "tests" for name in self.addons]
        folders += [Path(argument.split("::")[0]) for argument in self.e2e if argument[0] != "-"]
        return any(
            BROWSER.search(file.read_text(errors="replace"))
            for top in folders
            for file in ([top] if top.is_file() else top.rglob("*.py"))
        )


def without_slow_addons(chosen: Selection) -> Selection:
    """Leave the demo connectors out: they need ``sale`` and ``stock``, which take minutes."""
    known = find_addons(tests=True)
    slow = {name for name in known if name.endswith("_demo")}
    while more := {
        name
        for name, path in known.items()
        if name not in slow and slow.intersection(manifests.read(path).get("depends", ()))
    }:
        slow |= more
    addons = tuple(name for name in chosen.addons if name not in slow)
    return dataclasses.replace(chosen, addons=addons, tags=",".join(f"/{name}" for name in addons))


def has_tests(folder: Path) -> bool:
    """Tell whether there is a test file for pytest in a folder or below."""
    return any(folder.rglob("test_*.py"))


def everything() -> Selection:
    """Select all there is."""
    addons = find_addons(tests=True)
    unit = [path / "tests" / "unit" for path in addons.values()]
    unit.append(ROOT / "tests" / "devtools")
    return Selection(
        lint=(ROOT,),
        unit=tuple(str(folder) for folder in unit if has_tests(folder)),
        addons=tuple(addons),
        tags=",".join(f"/{name}" for name in addons),
        e2e=(str(E2E),) if has_tests(E2E) else (),
    )


def select(pattern: str | None) -> Selection:
    """Select what a pattern names.

    :param pattern: name of an addon, a path in the repository, ``path::test``, or the name of a
        test or a test class; None for everything
    :raises DevError: it names nothing
    """
    if not pattern:
        return everything()
    addons = find_addons(tests=True)
    if pattern.strip("/") in addons:
        return select_addon(pattern.strip("/"), addons)
    name, _, test = pattern.partition("::")
    for path in (Path.cwd() / name, ROOT / name):
        if path.exists():
            return select_path(path.resolve(), test, addons)
    if re.fullmatch(r"\w+", pattern):
        return select_name(pattern)
    raise DevError(
        f"{pattern!r} names no addon, file or test",
        "give e.g. queue_job or tests/e2e/test_wheels.py",
    )


def select_addon(name: str, addons: dict[str, Path]) -> Selection:
    """Select all tests of an addon.

    :param name: its technical name
    :param addons: those there are
    """
    unit = addons[name] / "tests" / "unit"
    return Selection(
        lint=(addons[name],),
        unit=(str(unit),) if has_tests(unit) else (),
        addons=(name,),
        tags=f"/{name}",
    )


def select_path(path: Path, test: str, addons: dict[str, Path]) -> Selection:
    """Select the tests of a file or folder.

    :param path: absolute, it exists
    :param test: ``Class::method``, ``Class`` or ``method`` in it, empty for all
    :param addons: those there are
    """
    argument = f"{path}::{test}" if test else str(path)
    if path == ROOT:
        return everything()
    if path == E2E or E2E in path.parents:
        return Selection(e2e=(argument,))
    for name, folder in addons.items():
        if path == folder:
            return select_addon(name, addons)
        tests = folder / "tests"
        if path.parent == tests and path.suffix == ".py":
            return Selection(addons=(name,), tags=odoo_tag(name, path.name, test))
        if path == tests:
            found = select_addon(name, addons)
            return dataclasses.replace(found, lint=())
    if has_tests(path) if path.is_dir() else path.name.startswith("test_"):
        return Selection(unit=(argument,))
    raise DevError(f"There are no tests in {path}", "name a test file, or an addon")


def odoo_tag(addon: str, file: str, test: str) -> str:
    """Return Odoo's way to name the tests of a file.

    :param addon: technical name
    :param file: name of a file in its ``tests``
    :param test: ``Class::method``, ``Class`` or ``method``, empty for all
    """
    tag = f"/{addon}/tests/{file}"
    # Odoo's own notation is Class.method.
    names = [name for name in re.split(r"::|\.", test) if name]
    klass = next((name for name in names if name[0].isupper()), "")
    method = next((name for name in names if not name[0].isupper()), "")
    return tag + (f":{klass}" if klass else "") + (f".{method}" if method else "")


def select_name(name: str) -> Selection:
    """Select the tests, of all kinds, that have a name.

    :param name: of a test, a test class or a test file without its suffix
    """
    addons = find_addons(tests=True)
    whole = everything()
    word = re.compile(rf"\b{name}\b")

    def mentions(path: Path) -> bool:
        return path.stem == name or bool(word.search(path.read_text(errors="replace")))

    tags, chosen = [], []
    for addon, folder in addons.items():
        files = [path for path in (folder / "tests").glob("test_*.py") if mentions(path)]
        tags += [odoo_tag(addon, path.name, "" if path.stem == name else name) for path in files]
        if files:
            chosen.append(addon)
    pytest_tops = [*whole.unit, *whole.e2e]
    unit, e2e = [], []
    for top in pytest_tops:
        for path in Path(top).rglob("test_*.py"):
            if mentions(path):
                (e2e if E2E in path.parents else unit).append(str(path))
    if not tags and not unit and not e2e:
        raise DevError(f"{name!r} names no addon, file or test", "give e.g. queue_job")
    keyword = ("-k", name)
    return Selection(
        unit=(*unit, *keyword) if unit else (),
        addons=tuple(chosen),
        tags=",".join(tags),
        e2e=(*e2e, *keyword) if e2e else (),
    )
