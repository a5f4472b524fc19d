# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component


class OdooBinder(Component):
    """Finds records of ours by ids of the other Odoo, and the other way round."""

    _name = "odoo.binder"
    _inherit = ["base.binder", "base.odoo.connector"]
