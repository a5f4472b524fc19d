# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class PrestashopManufacturer(models.Model):
    _name = "prestashop.manufacturer"
    _inherit = "prestashop.binding"
    _inherits = {"res.partner": "odoo_id"}
    _description = "PrestaShop Manufacturer"
    _resource = "manufacturers"
    _on_deleted = "archive"

    odoo_id = fields.Many2one("res.partner", required=True, ondelete="cascade")


class PrestashopCustomer(models.Model):
    _name = "prestashop.customer"
    _inherit = "prestashop.binding"
    _inherits = {"res.partner": "odoo_id"}
    _description = "PrestaShop Customer"
    _resource = "customers"
    _on_deleted = "archive"

    odoo_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    newsletter = fields.Boolean()


class PrestashopAddress(models.Model):
    _name = "prestashop.address"
    _inherit = "prestashop.binding"
    _inherits = {"res.partner": "odoo_id"}
    _description = "PrestaShop Address"
    _resource = "addresses"
    _on_deleted = "archive"

    odoo_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    alias = fields.Char(help="How the customer calls it.")
