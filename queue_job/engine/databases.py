# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which databases this server runs jobs for."""

from __future__ import annotations

import logging

from odoo.service.server import cron_database_list

_logger = logging.getLogger(__name__)


def names(settings) -> list[str] | None:
    """Odoo's own list for scheduled actions, without the excluded ones.

    :return: None when the list can't be read now
    """
    try:
        return sorted(name for name in cron_database_list() if settings.serves(name))
    except Exception:
        # The database server may be away for a moment.
        _logger.warning("The list of databases can't be read", exc_info=True)
        return None
