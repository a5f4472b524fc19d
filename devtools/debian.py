# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Install Debian's packages on the machine, which only root may."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from . import console, process
from .errors import DevError

#: What apt-get asks for when a package manager was killed at its work.
FINISH = ("dpkg", "--configure", "-a")
#: Seconds to wait for another package manager, as for the upgrades of every morning.
LOCK_TIMEOUT = 300
OPTIONS = ("--yes", "--no-install-recommends", "-o", f"DPkg::Lock::Timeout={LOCK_TIMEOUT}")


def can_install() -> bool:
    """Tell whether packages can be installed here: by root, and on Debian."""
    return os.getuid() == 0 and bool(shutil.which("apt-get") and shutil.which("dpkg"))


def install(
    package: str, log: Path, *, environ: Mapping[str, str] | None = None, way_on: str = ""
) -> None:
    """Install a package and what it needs.

    :param package: its name
    :param log: the file that apt's output is added to
    :param environ: variables for the package's scripts
    :param way_on: what the user can do when it fails
    :raises DevError: it failed
    """
    variables = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", **(environ or {})}

    def run(what: str, *command: str) -> None:
        # Half a package helps nobody, and would be in the way of the next one.
        process.run(command, what=what, log=log, environ=variables, way_on=way_on, to_its_end=True)

    with console.step(f"Installing Debian's package {package}"):
        run("Reading Debian's package lists", "apt-get", "update")
        for attempt in (1, 2):
            try:
                run(f"Installing {package}", "apt-get", "install", *OPTIONS, package)
                return
            except DevError as error:
                # It has waited for whoever was at work, and found that one killed.
                if attempt == 2 or " ".join(FINISH) not in str(error):
                    raise
            run("Finishing an interrupted installation", *FINISH)
