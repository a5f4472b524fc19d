# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""An integer column of eight bytes."""

from odoo import fields


class BigInteger(fields.Integer):
    """Integer for what outgrows four bytes, such as clock ticks since the boot."""

    _column_type = ("int8", "int8")
