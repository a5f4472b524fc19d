# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What all our bindings have in common: the link to a record of the other Odoo, and no more."""

from odoo import fields, models


class OdooBinding(models.AbstractModel):
    """A record of ours, and the record of the other Odoo that it stands for.

    ``external.binding`` brings the job methods, the date of the last import, and the promise of the
    whole connector: a unique index on backend and external id. Whatever runs at the same time, the
    database has one record of ours for each record over there.
    """

    _name = "odoo.binding"
    _inherit = "external.binding"
    _description = "Odoo Binding"

    backend_id = fields.Many2one("odoo.backend", required=True, ondelete="restrict", index=True)
    external_id = fields.Integer(string="Id over there", required=True, aggregator=None)
    external_date = fields.Datetime(
        string="Changed over there",
        readonly=True,
        help="Date of the last change of the remote record, as of our last import.",
    )
