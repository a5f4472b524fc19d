# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""PgBouncer and Pgpool-II for the tests that put them before PostgreSQL.

The machine's own, else Debian's packages, unpacked below ``.dev`` and never installed:
installing them would start their services.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from . import apt, apt_sources, console
from .errors import DevError
from .locks import file_lock
from .stamps import Stamp
from .workspace import Workspace

#: Program to Debian package.
PACKAGES = {"pgbouncer": "pgbouncer", "pgpool": "pgpool2"}
#: Services are no business of an ordinary user's PATH.
MORE_FOLDERS = "/usr/sbin:/usr/local/sbin"
WRAPPER = """\
#!/bin/sh
# From an unpacked package: its libraries aren't where the system looks.
root='{root}'
LD_LIBRARY_PATH="$root/usr/lib/{triplet}:$root/lib/{triplet}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
export LD_LIBRARY_PATH
exec "$root/usr/sbin/{name}" "$@"
"""


def find(workspace: Workspace, name: str) -> Path | None:
    """Return a program, None if it isn't there.

    :param workspace: where an unpacked one would be
    :param name: ``pgbouncer`` or ``pgpool``
    """
    if found := shutil.which(name) or shutil.which(name, path=MORE_FOLDERS):
        return Path(found)
    wrapper = workspace.dev / "bin" / name
    return wrapper if _stamp(workspace).read() is not None and wrapper.exists() else None


def can_be_had(workspace: Workspace) -> bool:
    """Tell whether this machine has the programs, or a Debian archive to get them from."""
    if all(find(workspace, name) for name in PACKAGES):
        return True
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        return False
    try:
        apt_sources.debian_mirror(apt_sources.read(), apt_sources.codename())
    except DevError:
        return False
    return True


def provide(workspace: Workspace, name: str) -> Path:
    """Return a program, unpacking the packages of both when it isn't there.

    :param workspace: where they go
    :param name: ``pgbouncer`` or ``pgpool``
    :raises DevError: they can't be had
    """
    with file_lock(workspace.locks / "poolers"):
        if found := find(workspace, name):
            return found
        _unpack(workspace)
    return workspace.dev / "bin" / name


def _stamp(workspace: Workspace) -> Stamp:
    return Stamp(workspace.stamps / "poolers.json", [apt_sources.codename(), 1])


def _unpack(workspace: Workspace) -> None:
    root = workspace.dev / "poolers"
    stamp = _stamp(workspace)
    stamp.clear()
    shutil.rmtree(root, ignore_errors=True)

    def fetch(folder: Path) -> list[str]:
        private = apt.PrivateApt(workspace, (apt_sources.codename(),), installed=True)
        private.configure()
        private.update()
        return private.fetch(private.closure(list(PACKAGES.values())), folder)

    with console.step("Downloading PgBouncer and Pgpool-II"):
        folder, files, _ = apt.cached_set(workspace, "poolers", fetch)
    apt.unpack([folder / name for name in files], root, workspace.logs / "poolers.log")
    triplet = next((path.name for path in (root / "usr/lib").glob("*-linux-gnu*")), "")
    (workspace.dev / "bin").mkdir(exist_ok=True)
    for name in PACKAGES:
        wrapper = workspace.dev / "bin" / name
        wrapper.write_text(WRAPPER.format(root=root, triplet=triplet, name=name))
        wrapper.chmod(0o755)
    stamp.write()
