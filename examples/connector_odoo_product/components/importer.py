# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component


class ProductTemplateImporter(Component):
    """Goods and services; a combo is nothing without its choices, which point at variants."""

    _name = "odoo.product.template.importer"
    _inherit = "odoo.record.importer"
    _apply_on = "odoo.product.template"

    def _must_skip(self):
        """Leave out combos, as a plain product of that name could be sold without its choices."""
        if self.external_record["type"] == "combo":
            return self.env._(
                "%s is a combo, and the choices of combos aren't imported.",
                self.external_record["name"],
            )
        return super()._must_skip()
