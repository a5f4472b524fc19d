# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import Command

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import external_to_m2o, mapping


class PartnerMapper(Component):
    """Companies and their contacts, with tags and pictures."""

    _name = "odoo.res.partner.import.mapper"
    _inherit = "odoo.import.mapper"
    _apply_on = "odoo.res.partner"
    _more_fields = ("category_id", "lang", "type")
    _dependencies = {
        "country_id": "odoo.res.country",
        "state_id": "odoo.res.country.state",
        "category_id": "odoo.res.partner.category",
        "parent_id": "odoo.res.partner",
    }

    direct = [
        ("name", "name"),
        ("active", "active"),
        ("is_company", "is_company"),
        ("ref", "ref"),
        ("vat", "vat"),
        ("function", "function"),
        ("email", "email"),
        ("phone", "phone"),
        ("website", "website"),
        ("comment", "comment"),
        ("street", "street"),
        ("street2", "street2"),
        ("zip", "zip"),
        ("city", "city"),
        ("image_1920", "image_1920"),
        (external_to_m2o("country_id", binding="odoo.res.country"), "country_id"),
        (external_to_m2o("state_id", binding="odoo.res.country.state"), "state_id"),
        (external_to_m2o("parent_id", binding="odoo.res.partner"), "parent_id"),
    ]

    @mapping
    def category_id(self, record):
        """Tags: all of them are bound by now, as dependencies come first."""
        binder = self.binder_for("odoo.res.partner.category")
        bindings = binder.bindings_by_external_id(record["category_id"])
        return {"category_id": [Command.set([tag.odoo_id.id for tag in bindings.values()])]}

    @mapping
    def lang(self, record):
        """Keep the language only where it is installed on our side too."""
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        return {"lang": record["lang"]} if record["lang"] in installed else {}

    @mapping
    def type(self, record):
        """Kinds of address differ between versions: one that we don't have is 'other'."""
        known = self.env["res.partner"]._fields["type"].get_values(self.env)
        return {"type": record["type"] if record["type"] in known else "other"}
