# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import AbstractComponent


class BaseOdooConnector(AbstractComponent):
    """Mixed into all our components: they work for backends of ``odoo.backend`` only."""

    _name = "base.odoo.connector"
    _inherit = "base.connector"
    _collection = "odoo.backend"
