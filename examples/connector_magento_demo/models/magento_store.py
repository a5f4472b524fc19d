# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class MagentoWebsite(models.Model):
    """A website of the shop: customers and stocks belong to one. We have no record like it."""

    _name = "magento.website"
    _inherit = "magento.binding"
    _description = "Website of a Magento Shop"

    name = fields.Char(required=True)
    code = fields.Char()


class MagentoStore(models.Model):
    """A store view: a language, often a currency, of a website."""

    _name = "magento.store"
    _inherit = "magento.binding"
    _description = "Store View of a Magento Shop"

    name = fields.Char(required=True)
    code = fields.Char()
    website_id = fields.Many2one("magento.website", ondelete="cascade", index=True)
