# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class PrestashopManufacturer(models.Model):
    _name = "prestashop.manufacturer"
    _inherit = ["prestashop.binding", "connector.shop.partner"]
    _description = "PrestaShop Manufacturer"
    _resource = "manufacturers"
    _on_deleted = "archive"


class PrestashopCustomer(models.Model):
    _name = "prestashop.customer"
    _inherit = ["prestashop.binding", "connector.shop.partner"]
    _description = "PrestaShop Customer"
    _resource = "customers"
    _on_deleted = "archive"

    newsletter = fields.Boolean()


class PrestashopAddress(models.Model):
    _name = "prestashop.address"
    _inherit = ["prestashop.binding", "connector.shop.partner"]
    _description = "PrestaShop Address"
    _resource = "addresses"
    _on_deleted = "archive"

    alias = fields.Char(help="How the customer calls it.")
