# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.queue_job.exception import FailedJobError


class AccessRefused(FailedJobError):
    """The key may not do this; records are imported without what it may not see."""


class PrestashopBase(AbstractComponent):
    """Mixed into all our components: they work for backends of ``prestashop.backend`` only."""

    _name = "prestashop.base"
    _inherit = "base.connector"
    _collection = "prestashop.backend"


class PrestashopBinder(Component):
    _name = "prestashop.binder"
    _inherit = ["base.binder", "prestashop.base"]
