# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import hashlib
from collections.abc import Callable
from typing import NamedTuple

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.exception import (
    FailedJobError,
    IDMissingInBackend,
    RetryableJobError,
)

#: What the shops gave us at log-in, kept by each process: or half of all requests were log-ins.
sessions = {}


class MagentoBase(AbstractComponent):
    """Mixed into all our components: they work for backends of ``magento.backend`` only.

    What an adapter of either version has for the others, by model:

    ======================== =======================================================================
    all that are imported    ``search_page(filters, page, limit)``, with ``from_date`` as the only
                             filter; ``read(external_id)``, which returns a dictionary of
                             ``records``
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


class Kind(NamedTuple):
    """Where a shop has a kind of records, and which function of ``records`` reads one of them."""

    path: str
    reader: Callable[[dict], dict]
    #: whether the shop only gives all of them at once
    whole: bool = False
    #: what pages are sorted by; ``None`` if it does not come in pages
    sort: str | None = None


class MagentoAdapter(AbstractComponent):
    """What the adapters of both versions have in common; they send and receive."""

    _name = "magento.adapter"
    _inherit = ["base.http.adapter", "magento.base"]

    #: where each kind is, by model
    _kinds = {}

    # Reading

    def search_page(self, filters=None, page=None, limit=100):
        """List the ids of a page, and tell which one is next."""
        if self._kind.whole:
            return list(self._read_whole()), None
        found, page = self._read_page((filters or {}).get("from_date"), page, limit)
        ids = (self._kind.reader(raw)["id"] for raw in found)
        return list(dict.fromkeys(filter(None, ids))), page

    def read(self, external_id, **params):
        """Read a record.

        :raises IDMissingInBackend: the shop does not have it
        """
        external_id = str(external_id)
        if self._kind.whole:
            found = self._read_whole().get(external_id)
        else:
            raw = self._read_one(external_id)
            found = raw and self._kind.reader(raw)
        if not found:
            raise IDMissingInBackend(f"{self._kind.path}: the shop has no {external_id}")
        return found

    @property
    def _kind(self) -> Kind:
        return self._kinds[self.model._name]

    def _read_whole(self) -> dict:
        """Read all records of a kind, by id."""
        found, page = self._read_page(None, None, 100)
        while page is not None:
            more, page = self._read_page(None, page, 100)
            found += more
        return {item["id"]: item for item in map(self._kind.reader, found) if item["id"]}

    # Logging in

    def _credentials(self) -> tuple[str, str, str]:
        """Return name, password and token, as far as there are any."""
        backend = self.backend_record.sudo()
        return backend.username or "", backend.password or "", backend.token or ""

    def _make_client(self):
        client = super()._make_client()
        client.keep_secret(*(text for text in self._credentials()[1:] if len(text) > 3))
        return client

    def _in_session(self, send: Callable):
        """Call a function with what a log-in gave us; log in if there is none (any more).

        :param send: function with one argument, which sends a request
        """
        # Other credentials, of which only a checksum is kept, are another session.
        parts = self.backend_record.url, *self._credentials()
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
        key = self.env.cr.dbname, self.backend_record.id, digest
        if session := sessions.get(key):
            try:
                return send(session)
            except (FailedJobError, RetryableJobError) as error:
                if not self._is_logged_out(error):
                    raise
        session = sessions[key] = self._log_in()
        return send(session)
