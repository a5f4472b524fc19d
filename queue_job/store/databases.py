# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the engine asks a database before it runs anything in it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from ..rules.versions import is_older, schema
from . import stamp

_MODULE = "queue_job"

_ADOPT = (
    "To run its jobs here, press Run Jobs Here in Job Queue, This Database, or say: "
    "odoo queue_job adopt -d DATABASE"
)


@cache
def code_version() -> str:
    """Version of the code on this disk, from the addon's manifest."""
    manifest = Path(__file__).parents[1] / "__manifest__.py"
    return ast.literal_eval(manifest.read_text(encoding="utf-8"))["version"]


class Kind(Enum):
    """Why nothing is run in a database."""

    ABSENT = "absent"
    READ_ONLY = "read_only"
    CHANGING = "changing"
    OLDER_CODE = "older_code"
    OLDER_DATABASE = "older_database"
    COPIED = "copied"
    NEUTRALIZED = "neutralized"


@dataclass(frozen=True)
class Obstacle:
    """What keeps jobs from running in a database.

    :param kind: which of the reasons
    :param text: what goes on, for the log and for ``odoo queue_job check``
    """

    kind: Kind
    text: str

    def __str__(self) -> str:
        return self.text


def _own_version(name: str) -> str | None:
    return code_version() if name == _MODULE else None


def why_not_ready(cr, *, version_of: Callable[[str], str | None] = _own_version) -> Obstacle | None:
    """Why no job may run in this database now, None when it may.

    Jobs wait while modules change, on a server whose code is older than the database
    (they would run with half of the fields, or with yesterday's methods), where our own
    tables are older than the code, and in a copy until somebody adopts it.

    :param version_of: version of a module's code as this process has loaded it, by the
        module's name; None for one that is not to be compared
    """
    return _module_obstacle(cr, version_of) or _copy_obstacle(cr)


def _module_obstacle(cr, version_of: Callable[[str], str | None]) -> Obstacle | None:
    cr.execute(
        "SELECT to_regclass('ir_module_module') IS NOT NULL,"
        " to_regclass('queue_job_database') IS NOT NULL,"
        " current_setting('transaction_read_only') = 'on'"
    )
    is_odoo, has_tables, is_read_only = cr.fetchone()
    if not is_odoo:
        return Obstacle(Kind.ABSENT, "it is not an Odoo database")
    if is_read_only:
        return Obstacle(
            Kind.READ_ONLY,
            "it is read-only, as a standby is: give the runner the way to the primary "
            "(jobrunner_db_host and jobrunner_db_port)",
        )
    cr.execute(
        """
        SELECT name, state, latest_version FROM ir_module_module
         WHERE state IN ('installed', 'to install', 'to upgrade', 'to remove')
        """
    )
    modules = {name: (state, version) for name, state, version in cr.fetchall()}
    if _MODULE not in modules or modules[_MODULE][0] == "to install":
        return Obstacle(Kind.ABSENT, f"the module {_MODULE} is not installed")
    changing = sorted(name for name, (state, _v) in modules.items() if state != "installed")
    if changing:
        names = ", ".join(changing)
        return Obstacle(
            Kind.CHANGING, f"modules are being installed, upgraded or removed ({names})"
        )
    for name, (_state, version) in sorted(modules.items()):
        code = version_of(name)
        if code and version and is_older(code, version):
            return Obstacle(
                Kind.OLDER_CODE,
                f"its module {name} is of version {version} and this server's code of {code}: "
                f"update the code and restart, or go back in the database with -u {name}",
            )
    own_version = modules[_MODULE][1] or ""
    if not has_tables or is_older(schema(own_version), schema(code_version())):
        return Obstacle(
            Kind.OLDER_DATABASE,
            f"its module {_MODULE} is of version {own_version} and this server's code of "
            f"{code_version()}: it must be upgraded in the database (-u {_MODULE})",
        )
    return None


def _copy_obstacle(cr) -> Obstacle | None:
    if stamp.is_neutralized(cr):
        return Obstacle(Kind.NEUTRALIZED, f"it was neutralized, as copies for tests are. {_ADOPT}")
    noted = stamp.noted(cr)
    differences = noted.differences(stamp.present(cr)) if noted else []
    if not differences:
        return None
    return Obstacle(
        Kind.COPIED,
        f"it is a copy of the database in which its jobs were run before (other than there: "
        f"{', '.join(differences)}). {_ADOPT}",
    )


def terminate_backend(cr, *, backend_pid: int, seconds: float) -> bool:
    """End a database session left behind by a killed worker.

    Killing the client does not end its statement: the server notices only when it
    next talks to it. Pids are used again, so the session must be older than the job.

    :param backend_pid: the server process that served the job
    :param seconds: how long ago the job began
    :return: whether there was one
    """
    cr.execute(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE pid = %(pid)s
           AND datname = current_database()
           AND usename = current_user
           AND backend_start <= clock_timestamp() - %(seconds)s * interval '1 second'
        """,
        {"pid": backend_pid, "seconds": seconds},
    )
    return cr.fetchone() is not None


def living_runners(cr, *, lease_seconds: float) -> int:
    """Number of runners, on all nodes, that have beaten within their lease."""
    cr.execute(
        """
        SELECT count(*) FROM queue_job_runner
         WHERE state = 'running'
           AND date_beat > (clock_timestamp() AT TIME ZONE 'UTC')
                           - %(lease)s * interval '1 second'
        """,
        {"lease": lease_seconds},
    )
    return cr.fetchone()[0]


def stopped_channels(cr) -> list[str]:
    """Channels that are paused or have a capacity of 0, by name."""
    cr.execute(
        """
        SELECT complete_name FROM queue_job_channel
         WHERE paused OR (is_limited AND capacity <= 0)
         ORDER BY complete_name
        """
    )
    return [row[0] for row in cr.fetchall()]
