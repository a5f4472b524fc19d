# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import AbstractComponent, Component


class MagentoBase(AbstractComponent):
    """Mixed into all our components: they work for backends of ``magento.backend`` only.

    What an adapter of either version has for the others, by model:

    ======================== =======================================================================
    all that are imported    ``search_page(filters, page, limit)``, with ``from_date`` as the only
                             filter; ``read(external_id)``, which returns a dictionary of
                             ``records``
    products                 ``write_stock(binding, quantity)``; ``product_of_line(line)``, which
                             returns the id of the product of an order's line
    invoices and shipments   ``create(data)``, which returns the id; ``find(order, comment)``
    shipments                ``add_track(external_id, order, number, title)``
    ======================== =======================================================================

    External ids are texts everywhere.
    """

    _name = "magento.base"
    _inherit = "base.connector"
    _collection = "magento.backend"


class MagentoBinder(Component):
    _name = "magento.binder"
    _inherit = ["base.binder", "magento.base"]


class MagentoAdapter(AbstractComponent):
    """What the adapters of both versions have in common; they send and receive."""

    _name = "magento.adapter"
    _inherit = ["base.kinds.adapter", "base.session.adapter", "magento.base"]

    def _credentials(self) -> tuple[str, str, str]:
        """Return name, password and token, as far as there are any."""
        backend = self.backend_record.sudo()
        return backend.username or "", backend.password or "", backend.token or ""

    def _session_parts(self):
        return self._credentials()

    def _make_client(self):
        client = super()._make_client()
        client.keep_secret(*(text for text in self._credentials()[1:] if len(text) > 3))
        return client
