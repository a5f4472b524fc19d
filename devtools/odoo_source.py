# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Find Odoo 19.0: the one the user names, an importable one, else Debian's package, unpacked."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from . import apt, console
from .errors import DevError
from .stamps import Stamp
from .workspace import Workspace

SERIES = "19.0"
PACKAGE = "odoo-19"
#: Changed when the way of unpacking changes, so that older ones are redone.
UNPACK_FORMAT = 2
#: Odoo's package links to files of these; the suite says where their names are still the old ones.
PACKAGES = (
    "odoo-19/sid",
    "libjs-jquery/sid",
    "libjs-jquery-form/sid",
    "libjs-underscore/sid",
    "fonts-roboto-unhinted/sid",
    "fonts-montserrat/sid",
    "fonts-inconsolata/sid",
    "fonts-ocr-b/sid",
    "fonts-font-awesome/bookworm",
)
#: Links of the package that point at names its own dependencies don't have (any more).
RENAMED = {
    "usr/share/fonts/truetype/inconsolata/Inconsolata.otf": (
        "../../opentype/inconsolata/Inconsolata-Regular.otf"
    ),
}
#: Scripts that Debian has left out of the package, though a manifest names them: each time a
#: browser asks for the bundle, Odoo logs an error. An empty one does no harm, as only calls use it.
ADDONS = "usr/lib/python3/dist-packages/odoo/addons"
LEFT_OUT = (f"{ADDONS}/mail/static/lib/selfie_segmentation/selfie_segmentation.js",)
VERSION = re.compile(r"^version_info = \((\d+), (\d+)", re.MULTILINE)
WAY_ON = "give the path of an Odoo 19.0 with --odoo PATH or ODOO_PATH"


@dataclasses.dataclass(frozen=True)
class OdooSource:
    """An Odoo on the disk."""

    #: The folder that holds the package ``odoo``, to be put on Python's path.
    path: Path
    #: Where its addons live beside ``odoo/addons``; empty for an installed Odoo.
    addons: tuple[Path, ...]
    #: As exact as it is known.
    version: str
    #: Where it comes from, in a few words.
    origin: str


def series_of(path: Path) -> str | None:
    """Return the series of the Odoo in a folder, None if there is no Odoo in it.

    :param path: the folder that holds the package ``odoo``
    """
    try:
        match = VERSION.search((path / "odoo" / "release.py").read_text())
    except OSError:
        return None
    return f"{match[1]}.{match[2]}" if match else "unknown"


def from_path(path: Path) -> OdooSource:
    """Use the Odoo that the user names.

    :param path: a checkout, an unpacked package or a folder of Python packages
    :raises DevError: there is no Odoo 19.0
    """
    path = path.expanduser().resolve()
    candidates = (path, path / "usr/lib/python3/dist-packages", path.parent)
    for candidate in candidates:
        series = series_of(candidate)
        if series is None:
            continue
        if series != SERIES:
            raise DevError(f"{path} is an Odoo {series}, not {SERIES}", "give the path of another")
        addons = candidate / "addons"
        beside = (addons,) if (addons / "web" / "__manifest__.py").is_file() else ()
        return OdooSource(candidate, beside, SERIES, str(path))
    raise DevError(f"There is no Odoo in {path}", "give the folder that holds odoo/release.py")


def importable(workspace: Workspace) -> OdooSource | None:
    """Return the Odoo that the Python we run with can import, None if there is none of our series.

    :param workspace: what was unpacked into it doesn't count
    """
    code = "import odoo.release as r; print(r.__file__)"
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONHOME"}
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=environ,
    )
    if result.returncode:
        return None
    path = Path(result.stdout.strip()).parent.parent
    if series_of(path) != SERIES or workspace.dev in path.parents:
        return None
    found = from_path(path)
    return dataclasses.replace(found, origin=f"importable from {path}")


def from_debian(workspace: Workspace) -> OdooSource:
    """Download and unpack Debian's package, unless that is done.

    :param workspace: where it goes
    :raises DevError: it can be had neither from the archive nor from the cache
    """
    stamp = Stamp(workspace.stamps / "odoo.json", [UNPACK_FORMAT, PACKAGES])
    packages = workspace.odoo / "usr/lib/python3/dist-packages"
    if (notes := stamp.read()) and series_of(packages) == SERIES:
        return OdooSource(packages, (), notes["version"], "Debian's package")
    stamp.clear()
    workspace.check_space()
    shutil.rmtree(workspace.odoo, ignore_errors=True)

    def fetch(folder: Path) -> list[str]:
        private = apt.PrivateApt(workspace, ("sid", "bookworm"))
        private.configure()
        private.update()
        return private.fetch(PACKAGES, folder)

    with console.step("Downloading Odoo 19 (Debian's package, 130 MB)") as step:
        try:
            folder, files, reason = apt.cached_set(workspace, PACKAGE, fetch)
        except DevError as error:
            raise DevError(f"Odoo can't be downloaded: {error}; or {WAY_ON}") from error
        if reason:
            step.detail = f"taken from {folder}, as: {reason}"
    version = next(name for name in files if name.startswith(f"{PACKAGE}_")).split("_")[1]
    with console.step("Unpacking Odoo") as step:
        apt.unpack([folder / name for name in files], workspace.odoo, workspace.logs / "apt.log")
        mend(workspace.odoo)
        step.detail = version
    if (series := series_of(packages)) != SERIES:
        raise DevError(f"Debian's package {PACKAGE} {version} holds Odoo {series}", WAY_ON)
    stamp.write(version=version)
    return OdooSource(packages, (), version, "Debian's package")


def mend(prefix: Path) -> None:
    """Supply the files that Odoo's package expects and its dependencies don't have.

    :param prefix: the folder the packages were unpacked to
    """
    for name, target in RENAMED.items():
        link = prefix / name
        if not link.exists() and (link.parent / target).resolve().exists():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(target)
    for name in LEFT_OUT:
        path = prefix / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("/* Left out of this package of Odoo. */\n")


def find(workspace: Workspace, wanted: str | None) -> OdooSource:
    """Find Odoo 19.0, downloading it if need be.

    :param workspace: where a downloaded one goes
    :param wanted: path given by the user; else ``ODOO_PATH`` counts, then what is importable
    :raises DevError: there is none to be had
    """
    wanted = wanted or os.environ.get("ODOO_PATH")
    if wanted:
        return from_path(Path(wanted))
    return importable(workspace) or from_debian(workspace)
