# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Relations whose tables and keys are somebody else's affair."""

from odoo import fields


class LooseMany2one(fields.Many2one):
    """Many2one without a foreign key, for a column that is written all the time.

    A foreign key would look the referenced row up and lock it for each new row: for jobs,
    a sixth of what enqueueing one costs, and all processes would write the one row of
    their user or company. Rows may refer to records that are gone (see
    ``referenced_records``); whoever reads them must bear that.
    """

    def update_db_foreign_key(self, model, column):
        """Create no foreign key.

        :param model: model of the field
        :param column: the column's configuration
        """


class BorrowedMany2many(fields.Many2many):
    """Many2many over the table of a model, which has columns and keys of its own."""

    def update_db(self, model, columns):
        """Create nothing: the model does, and its uninstallation drops it.

        :param model: model of the field
        :param columns: the columns' configuration
        """
        return False
