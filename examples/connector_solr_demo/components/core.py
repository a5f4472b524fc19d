# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import AbstractComponent, Component


class BaseSolrConnector(AbstractComponent):
    """Mixed into all our components: they work for backends of ``solr.backend`` only."""

    _name = "base.solr.connector"
    _inherit = "base.connector"
    _collection = "solr.backend"


class SolrBinder(Component):
    """Finds products by ids of documents, and the other way round."""

    _name = "solr.binder"
    _inherit = ["base.binder", "base.solr.connector"]
