# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Where ./dev keeps its things: all below ``.dev``, but for downloads worth keeping."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .environment import ROOT
from .errors import DevError

#: Below the user's cache folder.
CACHE_NAME = "odoo-jobs-dev"
#: What a complete set-up takes, with a browser and some databases, in bytes.
SPACE_NEEDED = 4 * 1024**3
#: What is left of that to be filled when Odoo is there.
SPACE_NEEDED_AFTER_ODOO = 2.5 * 1024**3


class Workspace:
    """The folders of one checkout.

    :param dev: the folder that holds everything, made when missing; may be a link to that of
        another checkout, for work on several branches with one set-up
    """

    def __init__(self, dev: Path = ROOT / ".dev") -> None:
        dev = dev.resolve()
        self.dev = dev
        self.apt = dev / "apt"
        self.odoo = dev / "odoo"
        self.venv = dev / "venv"
        self.pg = dev / "pg"
        self.data = dev / "data"
        self.logs = dev / "logs"
        self.stamps = dev / "stamps"
        self.locks = dev / "locks"
        self.environment = dev / "environment.json"
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        self.cache = Path(home) / CACHE_NAME

    @property
    def python(self) -> Path:
        """Return the Python of the virtual environment."""
        return self.venv / "bin" / "python"

    def prepare(self) -> None:
        """Make the folders.

        :raises DevError: they belong to somebody else, or the disk is full
        """
        try:
            self.dev.mkdir(exist_ok=True)
            for folder in (self.logs, self.stamps, self.locks, self.data):
                folder.mkdir(exist_ok=True)
        except PermissionError as error:
            raise DevError(
                f"{error.filename} can't be written",
                f"it belongs to {owner(self.dev)}; work on a "
                "checkout of your own, or have its owner run ./dev clean",
            ) from error
        if not os.access(self.dev, os.W_OK) or not os.access(self.stamps, os.W_OK):
            raise DevError(
                f"{self.dev} can't be written",
                f"it belongs to {owner(self.dev)}; have them run ./dev clean",
            )

    def check_space(self, needed: float = SPACE_NEEDED) -> None:
        """Refuse to go on with what can't end well.

        :param needed: bytes that must be free
        :raises DevError: too little room on the disk
        """
        free = shutil.disk_usage(self.dev).free
        if free < needed:
            raise DevError(
                f"Only {free / 1024**3:.2f} GB are free at {self.dev}",
                f"{needed / 1024**3:.2g} GB are needed; make room and start again",
            )


def owner(path: Path) -> str:
    """Return the name of the user a file belongs to, its number if it has none."""
    try:
        return path.owner()
    except KeyError:
        return f"user {path.stat().st_uid}"
