# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the engine asks a database before it runs anything in it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

_MODULE = "queue_job"


@cache
def code_version() -> str:
    """Version of the code on this disk, from the addon's manifest."""
    manifest = Path(__file__).parents[1] / "__manifest__.py"
    return ast.literal_eval(manifest.read_text(encoding="utf-8"))["version"]


def why_not_ready(cr) -> str | None:
    """Why no job may run in this database now, None when it may.

    Jobs wait while modules change, and on a server whose code is older than the
    database: they would run with half of the fields, or with yesterday's methods.
    """
    cr.execute(
        "SELECT to_regclass('ir_module_module') IS NOT NULL,"
        " to_regclass('queue_job_runner') IS NOT NULL"
    )
    is_odoo, has_tables = cr.fetchone()
    if not is_odoo:
        return "it is not an Odoo database"
    cr.execute(
        """
        SELECT name, state, latest_version FROM ir_module_module
         WHERE name = %(module)s OR state IN ('to install', 'to upgrade', 'to remove')
        """,
        {"module": _MODULE},
    )
    modules = {name: (state, version) for name, state, version in cr.fetchall()}
    state, version = modules.pop(_MODULE, (None, None))
    if state in (None, "uninstalled", "uninstallable"):
        return f"the module {_MODULE} is not installed"
    if modules or state != "installed":
        names = ", ".join(sorted(modules) or [_MODULE])
        return f"modules are being installed, upgraded or removed ({names})"
    if version and _as_tuple(version) > _as_tuple(code_version()):
        return (
            f"its {_MODULE} is of version {version} and this server's code of {code_version()}: "
            "update the code and restart"
        )
    if not has_tables:
        return f"the module {_MODULE} must be upgraded in it (-u {_MODULE})"
    return None


def _as_tuple(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


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
