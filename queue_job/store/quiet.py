# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Statements that may well fail, and whose failure is an answer."""

from __future__ import annotations

from typing import Any

import psycopg2.extensions


def execute_quietly(cr, query: str, params: Any) -> None:
    """Execute a statement; an Odoo cursor would log its failure as an error."""
    if isinstance(cr, psycopg2.extensions.cursor) or getattr(cr, "is_quiet", False):
        cr.execute(query, params)
    else:
        cr.execute(query, params, log_exceptions=False)
