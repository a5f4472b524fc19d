# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Whole Odoo servers on real databases, for the tests that no single process can stand for."""

from .database import Database
from .server import OdooServer
from .waiting import overload, wait_for

__all__ = ["Database", "OdooServer", "overload", "wait_for"]
