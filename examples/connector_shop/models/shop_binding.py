# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Bindings of what every shop has. A connector inherits from its own base and from one of these."""

from odoo import api, fields, models


class ConnectorShopBinding(models.AbstractModel):
    """Parent of all bindings below: which of our records is which one of a shop."""

    _name = "connector.shop.binding"
    _inherit = "external.binding"
    _description = "Binding of a Shop"

    @api.private
    def export_record(self, fields=None, **kwargs):
        """Export with the rights of the system: who posts an invoice may not write bindings."""
        return super(ConnectorShopBinding, self.sudo()).export_record(fields=fields, **kwargs)


class ConnectorShopLanguage(models.AbstractModel):
    """A language of the shop, linked to one of ours and never created."""

    _name = "connector.shop.language"
    _inherit = "connector.shop.binding"
    _description = "Language of a Shop"
    _rec_name = "name"

    name = fields.Char()
    code = fields.Char()
    odoo_id = fields.Many2one(
        "res.lang", "Our language", help="Texts in other languages are not imported."
    )


class ConnectorShopCountry(models.AbstractModel):
    _name = "connector.shop.country"
    _inherit = "connector.shop.binding"
    _description = "Country of a Shop"
    _rec_name = "code"

    code = fields.Char()
    odoo_id = fields.Many2one("res.country", "Our country")


class ConnectorShopCountryState(models.AbstractModel):
    _name = "connector.shop.country.state"
    _inherit = "connector.shop.binding"
    _description = "State of a Shop"
    _rec_name = "code"

    code = fields.Char()
    odoo_id = fields.Many2one("res.country.state", "Our state")


class ConnectorShopCurrency(models.AbstractModel):
    _name = "connector.shop.currency"
    _inherit = "connector.shop.binding"
    _description = "Currency of a Shop"
    _rec_name = "code"

    code = fields.Char()
    odoo_id = fields.Many2one("res.currency", "Our currency")


class ConnectorShopPartner(models.AbstractModel):
    """A customer, an address or a manufacturer of the shop."""

    _name = "connector.shop.partner"
    _inherit = "connector.shop.binding"
    _inherits = {"res.partner": "odoo_id"}
    _description = "Contact of a Shop"

    odoo_id = fields.Many2one(
        "res.partner", "Our Contact", required=True, ondelete="cascade", index=True
    )


class ConnectorShopCategory(models.AbstractModel):
    """A category of the shop's catalogue."""

    _name = "connector.shop.category"
    _inherit = "connector.shop.binding"
    _inherits = {"product.category": "odoo_id"}
    _description = "Category of a Shop"

    odoo_id = fields.Many2one(
        "product.category", "Our Category", required=True, ondelete="cascade", index=True
    )


class ConnectorShopProduct(models.AbstractModel):
    """What can be bought: a product, or one variant of it."""

    _name = "connector.shop.product"
    _inherit = "connector.shop.binding"
    _inherits = {"product.product": "odoo_id"}
    _description = "Product of a Shop"

    odoo_id = fields.Many2one(
        "product.product", "Our Product", required=True, ondelete="cascade", index=True
    )


def models_of(env, parent: str) -> list:
    """List the models of all connectors that inherit from one of ours.

    :param env: environment
    :param parent: name of an abstract model of this addon
    """
    parent_class = env.registry[parent]
    return [
        env[name]
        for name, model in env.registry.items()
        if not model._abstract and issubclass(model, parent_class)
    ]
