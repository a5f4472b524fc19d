# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A reference that the database does not check."""

from odoo import fields


class LooseMany2one(fields.Many2one):
    """Many2one without a foreign key, for a column that is written all the time.

    A foreign key would lock the referenced row at each write. Rows may refer to
    records that are gone; whoever reads them must bear that.
    """

    def update_db_foreign_key(self, model, column):
        """Create no foreign key.

        :param model: model of the field
        :param column: the column's configuration
        """
