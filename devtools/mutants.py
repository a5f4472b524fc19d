# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What switches a mechanism off, and the tests that must notice: read, checked, applied.

A mutation replaces a short text of the product by another one. It is declared in
``tests/mutations/mutations.toml`` with the row of ``docs/reference/races-and-security.md`` whose
mechanism it switches off, and the tests of that row which must fail then.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from .contract_coverage import ROOT, problem_of, tomllib
from .errors import DevError

PAGE = ROOT / "docs" / "reference" / "races-and-security.md"
DECLARED = ROOT / "tests" / "mutations" / "mutations.toml"
ROW = re.compile(r"(?m)^\| ([RS]\d+) \|.*\| (.+) \|$")


@dataclasses.dataclass(frozen=True)
class Change:
    """One text of one file.

    :param file: path below the repository's root
    :param before: a text that occurs in it exactly once
    :param after: what stands there instead
    """

    file: str
    before: str
    after: str


@dataclasses.dataclass(frozen=True)
class Mutation:
    """A mechanism that is switched off.

    :param row: id of the danger that it keeps away
    :param says: what is off, in a few words
    :param tests: references of the tests that must fail, ``path::method`` or ``path::Class.method``
    :param changes: how it is switched off
    """

    row: str
    says: str
    tests: tuple[str, ...]
    changes: tuple[Change, ...]


def page_rows(page: Path = PAGE) -> dict[str, tuple[str, ...]]:
    """Return the tests that the page names, by row."""
    return {
        row: tuple(re.findall(r"`([^`]+)`", tests))
        for row, tests in ROW.findall(page.read_text(encoding="utf-8"))
    }


def read(path: Path = DECLARED) -> list[Mutation]:
    """Read the declarations.

    :param path: a TOML file: ``[[mutation]]`` with row, says, tests, file, before, after, and
        ``[[mutation.also]]`` with file, before, after for each further text
    :raises DevError: something is missing, or has a name that is not known
    """
    found = []
    for values in tomllib.loads(path.read_text(encoding="utf-8")).get("mutation", []):
        also = values.pop("also", [])
        first = {name: values.pop(name) for name in ("file", "before", "after") if name in values}
        try:
            changes = tuple(Change(**change) for change in (first, *also))
            mutation = Mutation(**{**values, "tests": tuple(values["tests"])}, changes=changes)
        except (KeyError, TypeError) as error:
            raise DevError(f"{path}: the mutation {values} is wrong", str(error)) from None
        found.append(mutation)
    return found


def problems(
    mutations: Sequence[Mutation], rows: dict[str, tuple[str, ...]], root: Path = ROOT
) -> list[str]:
    """Say what is wrong: texts that don't occur exactly once, tests that no mutation is for.

    :param mutations: those declared
    :param rows: the tests of each row
    :param root: folder of the repository
    """
    found = []
    for mutation in mutations:
        for change in mutation.changes:
            path = root / change.file
            times = path.read_text(encoding="utf-8").count(change.before) if path.is_file() else 0
            if times != 1 or change.before == change.after:
                found.append(
                    f"{mutation.row} ({mutation.says}): {change.before!r} occurs {times} times in "
                    f"{change.file}, not once; say in {DECLARED.name} what switches it off now"
                )
        found += [
            f"{mutation.row}: {test} is not among the tests of the row"
            for test in mutation.tests
            if test not in rows.get(mutation.row, ())
        ]
    noticed = {(mutation.row, test) for mutation in mutations for test in mutation.tests}
    found += [
        f"{row}: no mutation is to be noticed by {test}"
        for row, tests in rows.items()
        for test in tests
        if (row, test) not in noticed
    ]
    found += [problem for _row, test in noticed if (problem := problem_of(test, {}, root))]
    return sorted(found)


@contextlib.contextmanager
def switched_off(mutation: Mutation, root: Path) -> Iterator[None]:
    """Have a mechanism switched off while the block runs.

    :param mutation: what is off
    :param root: folder of a copy of the repository
    :raises DevError: a text does not occur exactly once
    """
    before = {root / change.file: (root / change.file).read_text() for change in mutation.changes}
    try:
        for change in mutation.changes:
            path = root / change.file
            text = path.read_text()
            if (times := text.count(change.before)) != 1:
                raise DevError(f"{change.file} has {change.before!r} {times} times, not once")
            path.write_text(text.replace(change.before, change.after))
        yield
    finally:
        for path, text in before.items():
            path.write_text(text)
