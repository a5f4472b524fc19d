# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The linters: what they are and what they look at."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from . import files, manifests
from .environment import ROOT, find_addons

#: Addons of the product and the examples; the test-only ones follow looser rules.
Targets = Sequence[Path]


@dataclasses.dataclass(frozen=True)
class Check:
    """One linter."""

    name: str
    #: Given the targets, returns what is wrong as text, empty if nothing is.
    run: Callable[[Targets], str]


def command(*words: str, targets: Callable[[Targets], list[str]]) -> Callable[[Targets], str]:
    """Return a check that runs a program.

    :param words: program of the virtual environment, and options
    :param targets: turns the targets into arguments; none of them means nothing to do
    """

    def run(paths: Targets) -> str:
        arguments = targets(paths)
        if not arguments:
            return ""
        result = subprocess.run(
            [Path(sys.prefix, "bin", words[0]), *words[1:], *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if not result.returncode:
            return ""
        return (result.stdout + result.stderr).strip() or f"exit status {result.returncode}"

    return run


def addons_among(paths: Targets) -> list[str]:
    """Return the addons that are among the targets or below them."""
    return [
        str(addon)
        for addon in find_addons().values()
        if any(path == addon or path in addon.parents or addon in path.parents for path in paths)
    ]


def contracts(paths: Targets) -> list[str]:
    """Return import-linter's arguments: it always looks at whole packages."""
    return ["--no-cache"] if addons_among(paths) else []


def python_files(paths: Targets) -> list[str]:
    """Return the targets as ruff wants them: folders and Python files, ``dev`` included."""
    return [str(path) for path in paths if path.is_dir() or files.is_python(path)]


#: Checks of pylint-odoo that don't fit here. (Its configuration file can't say "all but these".)
PYLINT_EXCEPTIONS = (
    # A field's label is there for whoever reads or translates it.
    "attribute-string-redundant",
    # Running jobs is about committing.
    "invalid-commit",
    # A model is split into files by idea.
    "consider-merging-classes-inherited",
    # What a manifest says is read by people too.
    "manifest-superfluous-key",
    # Backend adapters have a read, create and write of their own, which have no parent.
    "method-required-super",
    # The addons' texts are in readme/.
    "missing-readme",
    # It takes a call of super() in any method, tests included, for one whose result counts.
    "missing-return",
    # Commands and benchmarks print.
    "print-used",
)

CHECKS = (
    Check("ruff check", command("ruff", "check", "--quiet", targets=python_files)),
    Check("ruff format", command("ruff", "format", "--check", "--quiet", targets=python_files)),
    Check(
        "pylint-odoo",
        command(
            "pylint",
            "--disable=all",
            "--enable=odoolint",
            f"--disable={','.join(PYLINT_EXCEPTIONS)}",
            targets=addons_among,
        ),
    ),
    Check("import-linter", command("lint-imports", "--no-logo", targets=contracts)),
    Check("manifests", lambda paths: "\n".join(manifests.check(addons_among(paths)))),
    Check("ends of files", lambda paths: "\n".join(files.check(paths))),
)
