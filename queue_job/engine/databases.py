# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which databases this server runs jobs for."""

from __future__ import annotations

import logging

import psycopg2

from odoo import sql_db
from odoo.service.server import cron_database_list

from .notifier import MAINTENANCE_DATABASE

_logger = logging.getLogger(__name__)


def names(settings) -> list[str] | None:
    """Odoo's own list for scheduled actions, without the excluded ones.

    :return: None when the list can't be read now
    """
    try:
        return sorted(name for name in cron_database_list() if settings.serves(name))
    except Exception as error:  # noqa: BLE001
        # The database server is away for a moment, or for longer.
        _logger.warning("The list of databases can't be read: %s", str(error).strip())
        return None


def existing() -> set[str]:
    """Names of the databases that there are, as far as that can be found out.

    Those that the configuration names need not be among them: not yet, or because a
    pooler knows them by another name.
    """
    try:
        with sql_db.db_connect(MAINTENANCE_DATABASE).cursor() as cr:
            cr.execute("SELECT datname FROM pg_database")
            return {row[0] for row in cr.fetchall()}
    except psycopg2.Error:
        return set()
