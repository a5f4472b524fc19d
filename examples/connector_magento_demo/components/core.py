# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import hashlib

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.exception import IDMissingInBackend

#: What the shops gave us at log-in, kept by each process: or half of all requests were log-ins.
sessions = {}


class MagentoBase(AbstractComponent):
    """Mixed into all our components: they work for backends of ``magento.backend`` only.

    What an adapter of either version has for the others, by model:

    ======================== =======================================================================
    all that are imported    ``search(filters)`` or ``search_page(filters, page, limit)``, with
                             ``from_date`` as the only filter; ``read(external_id)``, which returns
                             a dictionary of ``records``
    products                 ``write_stock(binding, quantity)``
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
    """What the adapters of both versions have in common: credentials, sessions."""

    _name = "magento.adapter"
    _inherit = ["base.http.adapter", "magento.base"]

    def _credentials(self) -> tuple[str, str, str]:
        """Return name, password and token, as far as there are any."""
        backend = self.backend_record.sudo()
        return backend.username or "", backend.password or "", backend.token or ""

    def _make_client(self):
        client = super()._make_client()
        client.keep_secret(*(text for text in self._credentials()[1:] if len(text) > 3))
        return client

    def _session_key(self) -> tuple:
        """Name a session: other credentials, of which only a checksum is kept, are another one."""
        parts = self.backend_record.url, *self._credentials()
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
        return self.env.cr.dbname, self.backend_record.id, digest


class ListedAdapter(AbstractComponent):
    """Records of which there are few, and that the shop only gives as a list."""

    _name = "magento.listed.adapter"
    _inherit = "magento.adapter"

    def search(self, filters=None):
        return list(self._read_all())

    def search_page(self, filters=None, page=None, limit=100):
        return self.search(), None

    def read(self, external_id, **params):
        found = self._read_all().get(str(external_id))
        if found is None:
            raise IDMissingInBackend(f"{self.model._name}: the list has no {external_id}")
        return found

    def _read_all(self) -> dict:
        """Read the list, by id."""
        found = map(self._neutral, self._read_list())
        return {item["id"]: item for item in found if item["id"]}
