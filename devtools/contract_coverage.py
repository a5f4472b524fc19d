# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which rows of the public contract, and which dangers, are proven by which tests.

``python -m devtools.contract_coverage`` lists the rows without one and fails; with ``-v`` it
lists them all. Tests are found in the syntax tree of their files, so a comment is no test.
"""

from __future__ import annotations

import argparse
import ast
import dataclasses
import functools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

try:
    import tomllib
except ImportError:  # before Python 3.11
    from pip._vendor import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
CONTRACT = ROOT / "docs" / "reference" / "contract.toml"


@dataclasses.dataclass(frozen=True)
class Row:
    """One row of the contract.

    :param id: section and name
    :param names: what callers write
    :param says: what they can count on
    :param tests: references, ``file::Class.method`` or ``file::method``
    :param dropped: why the row is not kept, empty if it is
    """

    id: str
    names: tuple[str, ...] = ()
    says: str = ""
    tests: tuple[str, ...] = ()
    dropped: str = ""


@functools.cache
def find_tests(path: Path) -> frozenset[str]:
    """Return the tests of a file, as ``Class.method`` and ``function``.

    :param path: a Python file
    """
    return frozenset(_tests(ast.parse(path.read_text(encoding="utf-8")).body, ""))


def _tests(body: Iterable[ast.stmt], prefix: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.ClassDef) and not prefix:
            yield from _tests(node.body, f"{node.name}.")
        elif isinstance(node, FUNCTIONS) and node.name.startswith("test"):
            yield prefix + node.name


def problem_of(reference: str, files: dict[str, str], root: Path = ROOT) -> str | None:
    """Say what is wrong with a reference to a test, None if it is right.

    :param reference: ``file::Class.method`` or ``file::method``
    :param files: paths below ``root`` by their short names; a path itself is right too
    :param root: folder of the repository
    """
    file, _, name = reference.partition("::")
    path = root / files.get(file, file)
    if not path.is_file():
        return f"{reference}: there is no file {files.get(file, file)}"
    found = [test for test in find_tests(path) if name in (test, test.rpartition(".")[2])]
    if not name or not found:
        return f"{reference}: there is no test {name!r} in {path.relative_to(root)}"
    if name not in found and len(found) > 1:
        return f"{reference}: several classes have it, {', '.join(sorted(found))}; name one"
    return None


def path_of(reference: str, files: dict[str, str]) -> str:
    """Return a reference as ``./dev test`` takes it: ``path::Class::method``.

    :param reference: ``file::Class.method`` or ``file::method``
    :param files: paths by their short names
    """
    file, _, name = reference.partition("::")
    return f"{files.get(file, file)}::{name.replace('.', '::')}"


def read(path: Path = CONTRACT) -> tuple[list[Row], dict[str, str]]:
    """Read the rows and the short names of files.

    :param path: the contract
    """
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    rows = [
        Row(
            **{
                name: tuple(value) if isinstance(value, list) else value
                for name, value in row.items()
            }
        )
        for row in data["row"]
    ]
    return rows, data["files"]


def problems(rows: list[Row], files: dict[str, str], root: Path = ROOT) -> list[str]:
    """Say what is missing: rows without a test, tests that are not there.

    :param rows: the contract
    :param files: paths by their short names
    :param root: folder of the repository
    """
    found = []
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            found.append(f"{row.id}: there are two rows of this name")
        seen.add(row.id)
        if not row.names or not row.says:
            found.append(f"{row.id}: names or says is missing")
        if not row.tests and not row.dropped:
            found.append(f"{row.id}: no test proves it")
        if row.tests and row.dropped:
            found.append(f"{row.id}: it is dropped and yet has tests")
        found += [
            f"{row.id}: {problem}"
            for reference in row.tests
            if (problem := problem_of(reference, files, root))
        ]
    used = {reference.partition("::")[0] for row in rows for reference in row.tests}
    found += [f"files: {name} is not used" for name in sorted(set(files) - used)]
    return found


def main() -> int:
    """Print what is missing and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("-v", "--verbose", action="store_true", help="list all rows")
    arguments = parser.parse_args()
    rows, files = read()
    if arguments.verbose:
        for row in rows:
            print(
                f"{row.id}: {(row.dropped and 'dropped: ' + row.dropped) or ', '.join(row.tests)}"
            )
    found = problems(rows, files)
    for problem in found:
        print(f"✗ {problem}")
    kept = [row for row in rows if not row.dropped]
    print(f"{len(kept)} rows, {len(rows) - len(kept)} dropped, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
