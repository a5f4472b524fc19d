# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The small rules of every text file: one newline at its end, no blanks at a line's end, no CR."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from .environment import ROOT

TEXT_SUFFIXES = {
    ".cfg", ".conf", ".css", ".csv", ".html", ".js", ".json", ".md", ".po", ".pot", ".py", ".rst",
    ".scss", ".sh", ".sql", ".toml", ".txt", ".xml", ".yaml", ".yml",
}  # fmt: skip

#: Folders that tools make; the same as in .gitignore.
MADE = {
    ".dev", ".git", ".hypothesis", ".import_linter_cache", ".pytest_cache", ".ruff_cache",
    "__pycache__", "build", "dist", "node_modules",
}  # fmt: skip


def tracked(paths: Sequence[Path]) -> list[Path]:
    """Return the files that belong to the repository, also those not committed yet.

    :param paths: files or folders to look at
    """
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"]
    try:
        listed = subprocess.run(
            [*command, *map(str, paths)], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        # An exported tree has no git, a machine may have none; then all files are our own.
        pairs = [
            (top, path) for top in paths for path in (top.rglob("*") if top.is_dir() else [top])
        ]
        return [
            path
            for top, path in pairs
            if path.is_file() and not MADE & {*path.relative_to(top).parts}
        ]
    found = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in found if path.is_file() and not path.is_symlink()]


def is_text(path: Path) -> bool:
    """Tell whether a file is one that people edit."""
    return path.suffix in TEXT_SUFFIXES or is_python(path)


def is_python(path: Path) -> bool:
    """Tell whether a file is Python, by its name or its first line."""
    if path.suffix:
        return path.suffix == ".py"
    with path.open("rb") as stream:
        first = stream.readline(100)
    return first.startswith(b"#!") and b"python" in first


def problems(path: Path, content: bytes) -> list[str]:
    """Return what is wrong with a file's form.

    :param path: its name, for the messages
    :param content: what is in it
    """
    found = []
    if content and not content.endswith(b"\n"):
        found.append(f"{path}: no newline at the end")
    if content.endswith(b"\n\n"):
        found.append(f"{path}: empty lines at the end")
    if b"\r" in content:
        found.append(f"{path}: carriage returns")
    for number, line in enumerate(content.split(b"\n"), 1):
        if line != line.rstrip(b" \t"):
            found.append(f"{path}:{number}: blanks at the end of the line")
    return found


def check(paths: Sequence[Path]) -> list[str]:
    """Check the form of all text files of the repository.

    :param paths: files or folders to look at
    :return: what is wrong, a line each
    """
    found = []
    for path in tracked(paths):
        if is_text(path) and "lib" not in path.relative_to(ROOT).parts:
            found += problems(path.relative_to(ROOT), path.read_bytes())
    return found
