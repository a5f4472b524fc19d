# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Letting jobs run in a copied database, from the command line."""

from __future__ import annotations

import psycopg2

from odoo.tools import config

from ..store import databases, stamp
from ..store.databases import Kind
from . import configuration, connections, notifier

_ADOPTABLE = (None, Kind.COPIED, Kind.NEUTRALIZED)


def main() -> int:
    """Adopt the databases named by ``-d`` (or ``db_name`` of the file).

    :return: exit code: 0 when all are adopted
    """
    names = config["db_name"]
    if not names:
        print("Say which database to adopt: odoo queue_job adopt -d DATABASE")
        return 2
    settings, _problems = configuration.load()
    problems = [problem for name in names if (problem := _adopt(name, settings))]
    for problem in problems:
        print(f"ERROR: {problem}")
    return 1 if problems else 0


def _adopt(dbname: str, settings) -> str | None:
    """
    :return: why it could not be done, None when it is
    """
    try:
        connection = connections.connect(dbname, settings, application_name="odoo-queue-job-adopt")
    except psycopg2.Error as error:
        return f"{dbname} can't be reached: {str(error).strip()}"
    try:
        with connection.cursor() as cr:
            obstacle = databases.why_not_ready(cr)
            if (obstacle.kind if obstacle else None) not in _ADOPTABLE:
                return f"{dbname} can't be adopted now: {obstacle}"
            stamp.adopt(cr)
    finally:
        connection.close()
    notifier.notify(dbname)
    print(
        f"{dbname}: its jobs run here from now on."
        if obstacle
        else f"{dbname}: nothing kept its jobs from running here."
    )
    return None
