# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Check the addons' manifests against what is on the disk."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

VERSION = re.compile(r"^19\.0\.\d+\.\d+\.\d+$")
LICENSE = "LGPL-3"
REQUIRED = ("name", "summary", "version", "author", "license", "category", "depends")


def read(addon: Path) -> dict[str, Any]:
    """Return an addon's manifest.

    :param addon: its folder
    """
    return ast.literal_eval((addon / "__manifest__.py").read_text())


def files_named(manifest: dict[str, Any]) -> list[str]:
    """Return the files a manifest names, relative to the addon."""
    return [*manifest.get("data", ()), *manifest.get("demo", ())]


def loadable_files(addon: Path) -> set[str]:
    """Return the XML and CSV files that a manifest should name, relative to the addon."""
    found = set()
    for folder in ("data", "demo", "security", "views", "wizard", "wizards", "report", "reports"):
        for path in (addon / folder).rglob("*"):
            if path.suffix in (".xml", ".csv"):
                found.add(str(path.relative_to(addon)))
    return found


def problems(addon: Path) -> list[str]:
    """Return what is wrong with one addon, a line each.

    :param addon: its folder
    """
    where = f"{addon.name}/__manifest__.py"
    try:
        manifest = read(addon)
    except (SyntaxError, ValueError) as error:
        return [f"{where}: no Python literal: {error}"]
    found = [f"{where}: no {key}" for key in REQUIRED if key not in manifest]
    if not VERSION.match(str(manifest.get("version", ""))):
        found.append(f"{where}: version {manifest.get('version')!r} isn't 19.0.x.y.z")
    if manifest.get("license") != LICENSE:
        found.append(f"{where}: license {manifest.get('license')!r} isn't {LICENSE!r}")
    named = files_named(manifest)
    found += [f"{where}: {name} is named twice" for name in set(named) if named.count(name) > 1]
    found += [f"{where}: {name} doesn't exist" for name in named if not (addon / name).is_file()]
    unnamed = loadable_files(addon) - set(named)
    found += [f"{where}: {name} is never loaded" for name in sorted(unnamed)]
    if not (addon / "static/description/icon.png").is_file():
        found.append(f"{addon.name}: no static/description/icon.png")
    if not list((addon / "readme").glob("*")):
        found.append(f"{addon.name}: no readme/")
    return found


def check(addons: Sequence[str | Path]) -> list[str]:
    """Check several addons.

    :param addons: their folders
    :return: what is wrong, a line each
    """
    return [problem for addon in addons for problem in problems(Path(addon))]


def foreign_dependencies(addons: dict[str, Path], chosen: Sequence[str] | None = None) -> list[str]:
    """Return the addons from elsewhere that some addons depend on.

    :param addons: technical name to folder
    :param chosen: only what these of them need, and what those need that they depend on
    """
    found: set[str] = set()
    wanted = list(addons if chosen is None else chosen)
    seen = set(wanted)
    while wanted:
        path = addons.get(wanted.pop())
        if path is not None:
            depends = set(read(path).get("depends", ["base"]))
            found |= depends - addons.keys()
            wanted += depends - seen
            seen |= depends
    # All others depend on it.
    return sorted(found - {"base"} or found)
