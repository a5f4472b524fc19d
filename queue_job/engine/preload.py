# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Loading registries before the workers are forked."""

from __future__ import annotations

import logging

from odoo import sql_db
from odoo.modules.registry import Registry
from odoo.tools import config

_logger = logging.getLogger(__name__)


def registries() -> None:
    """Load the registries of the configured databases in the parent.

    The workers then share its memory, and none of them spends its first two seconds
    on loading. A database that is not ready yet is left to the worker that needs it.
    """
    for dbname in config["db_name"]:
        try:
            Registry(dbname)
        except Exception as error:  # noqa: BLE001
            _logger.info("Registry of %s is loaded later: %s", dbname, error)
    sql_db.close_all()
