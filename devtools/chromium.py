# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Chromium for the browser tests: the machine's, else Debian's, installed or only unpacked."""

from __future__ import annotations

import shutil
from pathlib import Path

from . import apt, apt_sources, console, debian, process
from .errors import DevError
from .stamps import Stamp
from .workspace import Workspace

#: Names under which Odoo's browser tests look for it.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
PACKAGE = "chromium"
WRAPPER = """\
#!/bin/sh
# Chromium from unpacked packages: its libraries and fonts aren't where the system looks.
root='{root}'
LD_LIBRARY_PATH="{libraries}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
FONTCONFIG_FILE='{fonts}'
export LD_LIBRARY_PATH FONTCONFIG_FILE
exec "$root/usr/lib/chromium/chromium" "$@"
"""
FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{root}/usr/share/fonts</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


def find(workspace: Workspace) -> Path | None:
    """Return the browser there is, None if there is none.

    :param workspace: where an unpacked one would be
    """
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    wrapper, stamp = unpacked_files(workspace)
    return wrapper if stamp.read() is not None and wrapper.exists() else None


def unpacked_files(workspace: Workspace) -> tuple[Path, Stamp]:
    """Return what starts an unpacked browser, and the stamp that says it is whole."""
    stamp = Stamp(workspace.stamps / "chromium.json", [apt_sources.codename(), 2])
    return workspace.dev / "bin" / PACKAGE, stamp


def provide(workspace: Workspace) -> Path:
    """Return a browser, installing or unpacking one when there is none.

    :param workspace: where an unpacked one goes
    :raises DevError: it can't be had
    """
    if found := find(workspace):
        return found
    if debian.can_install():
        debian.install(PACKAGE, workspace.logs / "chromium.log", way_on="install a Chromium")
        if found := shutil.which(PACKAGE):
            return Path(found)
    return unpacked(workspace)


def library_folders(root: Path) -> list[Path]:
    """Return the folders of libraries below an unpacked root.

    Some packages keep their own apart, PulseAudio's among them, and know where the system has them.
    """
    found = {
        path.parent
        for top in (root / "usr/lib", root / "lib")
        for pattern in ("*-linux-gnu*/lib*.so*", "*-linux-gnu*/*/lib*.so*")
        for path in top.glob(pattern)
    }
    # The common ones first.
    return sorted(found, key=lambda path: (len(path.parts), path))


def unpacked(workspace: Workspace) -> Path:
    """Return a Chromium unpacked below ``.dev`` with all the libraries that the machine lacks."""
    release = apt_sources.codename()
    root = workspace.dev / "chromium"
    wrapper, stamp = unpacked_files(workspace)
    stamp.clear()
    shutil.rmtree(root, ignore_errors=True)

    def fetch(folder: Path) -> list[str]:
        private = apt.PrivateApt(workspace, (release,), installed=True)
        private.configure()
        private.update()
        return private.fetch(private.closure([PACKAGE]), folder)

    with console.step("Downloading Chromium"):
        folder, files, _ = apt.cached_set(workspace, PACKAGE, fetch)
    with console.step("Unpacking Chromium"):
        apt.unpack([folder / name for name in files], root, workspace.logs / "chromium.log")
        fonts = root / "fonts.conf"
        fonts.write_text(FONTS.format(root=root, cache=workspace.dev / "font-cache"))
        libraries = ":".join(map(str, library_folders(root)))
        wrapper.parent.mkdir(exist_ok=True)
        wrapper.write_text(WRAPPER.format(root=root, libraries=libraries, fonts=fonts))
        wrapper.chmod(0o755)
        result = process.capture([wrapper, "--version"])
        if result.returncode:
            reason = process.explain(result.stderr, "install a Chromium")
            raise DevError("The unpacked Chromium doesn't start", reason)
    stamp.write()
    return wrapper
