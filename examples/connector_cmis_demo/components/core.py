# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import AbstractComponent, Component


class BaseCmisConnector(AbstractComponent):
    """Mixed into all our components: they work for backends of ``cmis.backend`` only."""

    _name = "base.cmis.connector"
    _inherit = "base.connector"
    _collection = "cmis.backend"


class CmisBinder(Component):
    """Finds attachments by documents of the repository, and the other way round."""

    _name = "cmis.binder"
    _inherit = ["base.binder", "base.cmis.connector"]
