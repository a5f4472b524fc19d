# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import AbstractComponent, Component


class PrestashopBase(AbstractComponent):
    """Mixed into all our components: they work for backends of ``prestashop.backend`` only."""

    _name = "prestashop.base"
    _inherit = "base.connector"
    _collection = "prestashop.backend"


class PrestashopBinder(Component):
    _name = "prestashop.binder"
    _inherit = ["base.binder", "prestashop.base"]
