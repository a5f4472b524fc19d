# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a finished set-up offers: Odoo, a Python to run it, a PostgreSQL server, the addons."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Names the file that a set-up is read from, instead of the one below ``.dev``.
ENVIRONMENT_VARIABLE = "DEV_ENVIRONMENT"
#: Folders of this repository that hold addons; the test-only ones come last.
ADDONS_FOLDERS = (".", "examples", "tests")
#: Tells this checkout from others that share its set-up (``.dev`` is a link then); else empty.
CHECKOUT = re.sub(r"\W", "_", ROOT.name)[:9] if (ROOT / ".dev").is_symlink() else ""


@dataclasses.dataclass(frozen=True)
class Postgres:
    """How to reach the PostgreSQL server, as a role that may create databases."""

    host: str
    port: int
    user: str
    password: str = ""
    #: Superuser of a private server, for the tests that break things; empty on somebody else's.
    superuser: str = ""

    def environ(self) -> dict[str, str]:
        """Return the libpq variables that make psql and friends connect here."""
        return {
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
        }


@dataclasses.dataclass(frozen=True)
class Environment:
    """A finished set-up, as stored in ``.dev/environment.json``; all paths are absolute."""

    python: str
    #: A script that behaves like Odoo's own ``odoo-bin``.
    odoo_script: str
    #: Folders with Odoo's own addons, beside those found through ``odoo.addons``.
    odoo_addons: tuple[str, ...]
    odoo_version: str
    #: Attachments of all databases, sessions.
    data_dir: str
    postgres: Postgres
    #: Browser for the tests that need one; empty when there is none.
    chromium: str = ""
    #: Without, Odoo finds the addons only where they are installed.
    addons_from_checkout: bool = True

    def addons_path(self, *, tests: bool = False, root: Path = ROOT) -> str:
        """Return the value for Odoo's ``addons_path``, empty if it needs none.

        :param tests: with the test-only addons
        :param root: folder of the repository, or of a copy
        """
        if not self.addons_from_checkout:
            return ",".join(self.odoo_addons)
        folders = ADDONS_FOLDERS if tests else ADDONS_FOLDERS[:-1]
        own = [
            str(root / name) for name in folders if list((root / name).glob("*/__manifest__.py"))
        ]
        return ",".join([*own, *self.odoo_addons])

    def addons_options(self, *, tests: bool = False) -> list[str]:
        """Return the options that tell Odoo where the addons are.

        :param tests: with the test-only addons
        """
        path = self.addons_path(tests=tests)
        return [f"--addons-path={path}"] if path else []

    def save(self, path: Path) -> None:
        """Write the set-up to a file that only the user may read, as it holds a password."""
        draft = path.with_suffix(".new")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            json.dump(dataclasses.asdict(self), stream, indent=2)
        draft.replace(path)

    @classmethod
    def load(cls, path: Path | None = None) -> Environment:
        """Read a set-up.

        :param path: the file; by default the one that the environment names, else ``./dev``'s own
        :raises FileNotFoundError: nothing has been set up yet
        """
        path = path or Path(
            os.environ.get(ENVIRONMENT_VARIABLE) or ROOT / ".dev" / "environment.json"
        )
        values = json.loads(path.read_text())
        values["postgres"] = Postgres(**values["postgres"])
        values["odoo_addons"] = tuple(values["odoo_addons"])
        return cls(**values)


def find_addons(*, examples: bool = True, tests: bool = False) -> dict[str, Path]:
    """Find the addons of this repository.

    :param examples: with those in ``examples/``
    :param tests: with the test-only ones in ``tests/``
    :return: technical name to folder, sorted by name
    """
    folders = [
        ROOT,
        *([ROOT / "examples"] if examples else []),
        *([ROOT / "tests"] if tests else []),
    ]
    found = {
        manifest.parent.name: manifest.parent
        for folder in folders
        for manifest in folder.glob("*/__manifest__.py")
    }
    return dict(sorted(found.items()))


def hash_addons(folders: list[Path]) -> str:
    """Summarise all that matters for a database in which addons are installed.

    Tests, texts and translations templates don't: a change there keeps the cached database.

    :param folders: the addons
    :return: 12 hexadecimal digits
    """
    digest = hashlib.sha256()
    for folder in sorted(folders):
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if {"tests", "readme", "__pycache__"} & set(inner.parts) or not path.is_file():
                continue
            digest.update(f"{folder.name}/{inner}".encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
