# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import models

from ..rules.values import read_literal


class IrFieldsConverter(models.AbstractModel):
    _inherit = "ir.fields.converter"

    def _str_to_job_serialized(self, model, field, value, savepoint):
        """Read a cell of a file to import, or of the CSV data of an addon.

        :param value: a Python literal, or JSON
        :return: (value, warnings)
        """
        try:
            return read_literal(value), []
        except ValueError:
            message = self.env._(
                "'%s' does not seem to be a valid Python literal or JSON for field '%%(field)s'"
            )
            raise self._format_import_error(ValueError, message, value) from None
