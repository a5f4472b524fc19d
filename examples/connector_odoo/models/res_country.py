# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class OdooCountry(models.Model):
    """Countries are only linked, by code: both sides have the same ones."""

    _name = "odoo.res.country"
    _inherit = "odoo.binding"
    _inherits = {"res.country": "odoo_id"}
    _description = "Country of Another Odoo"

    odoo_id = fields.Many2one("res.country", "Our country", required=True, ondelete="cascade")


class OdooCountryState(models.Model):
    """States are linked by country and code, and created where we have none."""

    _name = "odoo.res.country.state"
    _inherit = "odoo.binding"
    _inherits = {"res.country.state": "odoo_id"}
    _description = "State of Another Odoo"

    odoo_id = fields.Many2one("res.country.state", "Our state", required=True, ondelete="cascade")
