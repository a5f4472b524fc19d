# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class MagentoCustomerGroup(models.Model):
    _name = "magento.customer.group"
    _inherit = "magento.binding"
    _inherits = {"res.partner.category": "odoo_id"}
    _description = "Customer Group of a Magento Shop"

    odoo_id = fields.Many2one("res.partner.category", "Tag", required=True, ondelete="cascade")


class MagentoPartner(models.Model):
    """A customer with an account; or a guest, by the e-mail address of the orders."""

    _name = "magento.partner"
    _inherit = "magento.binding"
    _inherits = {"res.partner": "odoo_id"}
    _description = "Customer of a Magento Shop"

    odoo_id = fields.Many2one("res.partner", "Our Contact", required=True, ondelete="cascade")
    magento_website_id = fields.Many2one("magento.website", "Website", ondelete="set null")
    tax_number = fields.Char(help="As the customer entered it; nobody has checked it.")
    address_ids = fields.One2many("magento.address", "magento_partner_id")


class MagentoAddress(models.Model):
    _name = "magento.address"
    _inherit = "magento.binding"
    _inherits = {"res.partner": "odoo_id"}
    _description = "Address of a Magento Customer"

    odoo_id = fields.Many2one("res.partner", "Our Contact", required=True, ondelete="cascade")
    magento_partner_id = fields.Many2one("magento.partner", ondelete="cascade", index=True)
