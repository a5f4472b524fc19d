# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Adapters for systems that speak HTTP, and REST with JSON."""

from collections.abc import Iterator
from urllib.parse import quote

from odoo.addons.component.core import AbstractComponent
from odoo.addons.queue_job.exception import FailedJobError

from ..exception import ConnectorException, IDMissingInBackend, JobError
from ..http import HttpClient, HttpResponse


class HttpAdapter(AbstractComponent):
    """Base of the adapters over HTTP: one client for all components of a work context.

    To be overridden: ``_base_url``, ``_auth``, ``_headers``, and the limits. A backend that
    overrides ``work_on`` may pass a client of its own as ``http_client=``.
    """

    _name = "base.http.adapter"
    _inherit = "base.backend.adapter.crud"

    #: limits in seconds: to connect, between two signs of life, for a whole answer
    _connect_timeout = 10
    _read_timeout = 60
    _total_timeout = 300

    @property
    def client(self) -> HttpClient:
        """The client, shared with the adapters of other models in the same work."""
        client = getattr(self.work, "http_client", None)
        if client is None:
            client = self.work.http_client = self._make_client()
            if "http_client" not in self.work._propagate_kwargs:
                self.work._propagate_kwargs = [*self.work._propagate_kwargs, "http_client"]
        return client

    def _make_client(self) -> HttpClient:
        """Create the client from the settings of the backend."""
        return HttpClient(
            self._base_url(),
            auth=self._auth(),
            headers=self._headers(),
            connect_timeout=self._connect_timeout,
            read_timeout=self._read_timeout,
            total_timeout=self._total_timeout,
        )

    def _base_url(self) -> str:
        """Return the address to which paths are added; by default the ``url`` of the backend."""
        return self.backend_record.url

    def _auth(self):
        """Return the credentials: a pair, or an object of ``connector.http``; ``None`` for none."""
        return

    def _headers(self) -> dict:
        """Return the headers of all requests."""
        return {}

    def request(self, method: str, path: str = "", **kwargs) -> HttpResponse:
        """Send a request, see :meth:`HttpClient.request`.

        An error that the server answered with goes through :meth:`_explain`.
        """
        try:
            return self.client.request(method, path, **kwargs)
        except (JobError, ConnectorException) as error:
            response = getattr(error, "http_response", None)
            if response is None:
                raise
            problem = self._explain(error, response)
        # Out here, the answer's own error is not shown once more as the cause of another one.
        raise problem

    def _explain(self, error: Exception, response: HttpResponse) -> Exception:
        """Hook: say more about an error than the status of the answer does.

        By default the text that :meth:`_error_text` finds in the answer is added to the message.

        :param error: what the status means
        :param response: the answer
        :return: error to raise: the same one, or another one
        """
        text = self.client.redact(self._error_text(response))[:300]
        if text:
            error.args = (f"{response.what}: HTTP {response.status}, {text}", *error.args[1:])
        return error

    def _error_text(self, response: HttpResponse) -> str:
        """Hook: find the words for what went wrong in the body of an answer; empty for none."""
        return ""


class RestAdapter(AbstractComponent):
    """CRUD of one kind of record over REST with JSON.

    Set ``_path``, and override the steps in which the system differs: how it pages
    (``_page_params``, ``_next_page``), and where ids and records are in its answers (``_items``,
    ``_item``, ``_id_of``).
    """

    _name = "base.rest.adapter"
    _inherit = "base.http.adapter"

    #: path of the list of records, below the base address
    _path = None
    #: key of the id in a record
    _id_key = "id"
    #: key of the list in an answer; ``None`` if the answer is the list
    _items_key = None
    #: key of the record in an answer, and in what is sent; ``None`` if it is not wrapped
    _item_key = None
    #: HTTP method of updates
    _write_method = "PUT"

    def search(self, filters=None) -> list:
        """List the external ids of all records that answer to a filter.

        :param filters: query parameters
        """
        return [self._id_of(item) for item in self.search_read(filters)]

    def search_read(self, filters=None) -> list:
        """List all records that answer to a filter.

        :param filters: query parameters
        """
        return list(self.iterate(filters))

    def iterate(self, filters=None, limit: int = 100) -> Iterator:
        """Go through all records that answer to a filter, page by page.

        :param filters: query parameters
        :param limit: records per page
        """
        page = None
        while True:
            items, page = self._read_page(filters, page, limit)
            yield from items
            if page is None:
                return

    def search_page(self, filters=None, page=None, limit: int = 100) -> tuple[list, object]:
        """List the external ids of a page.

        :param filters: query parameters
        :param page: which page; ``None`` for the first
        :param limit: records per page
        :return: external ids, and the next page or ``None``
        """
        items, page = self._read_page(filters, page, limit)
        return [self._id_of(item) for item in items], page

    def read(self, external_id, **params):
        """Read a record.

        :param external_id: its id
        :param params: query parameters
        :raises IDMissingInBackend: if there is none
        """
        response = self.request("GET", self._record_path(external_id), params=params or None)
        return self._item(response)

    def read_many(self, external_ids: list) -> dict:
        """Read records: those that :meth:`_list_many` gets at once, and the others one by one.

        :param external_ids: their ids
        :return: records by id, in the order of the ids; those that are gone are absent
        """
        listed = self._list_many(external_ids) if len(external_ids) > 1 else {}
        found = {}
        for external_id in external_ids:
            try:
                found[external_id] = listed.get(external_id) or self.read(external_id)
            except IDMissingInBackend:
                continue
        return found

    def _list_many(self, external_ids: list) -> dict:
        """Hook: read several records with one request, where the system can.

        :param external_ids: their ids
        :return: whole records by id; what is absent is read by itself
        """
        return {}

    def create(self, data):
        """Create a record.

        :param data: values
        :return: its id
        """
        return self._id_of(self._item(self._send("POST", self._path, data)))

    def write(self, external_id, data) -> None:
        """Update a record.

        :param external_id: its id
        :param data: values
        """
        self._send(self._write_method, self._record_path(external_id), data)

    def delete(self, external_id) -> None:
        """Delete a record.

        :param external_id: its id
        """
        self.request("DELETE", self._record_path(external_id))

    def _record_path(self, external_id) -> str:
        """Put the path of a record together."""
        return f"{self._path}/{quote(str(external_id), safe='')}"

    def _read_page(self, filters, page, limit: int) -> tuple[list, object]:
        """Read the records of a page, and tell which one is next."""
        params = {**(filters or {}), **self._page_params(page, limit)}
        try:
            response = self.request("GET", self._path, params=params)
        except IDMissingInBackend as error:
            # No record is missing, but the list: nobody must take that for deleted records.
            raise FailedJobError(self.env._("%s: is the address right?", error)) from None
        items = self._items(response)
        return items, self._next_page(response, items, page, limit)

    def _page_params(self, page, limit: int) -> dict:
        """Ask for a page. By default ``page`` counts from 1, and ``limit`` is the size."""
        return {"page": page or 1, "limit": limit}

    def _next_page(self, response: HttpResponse, items: list, page, limit: int):
        """Tell which page is next; ``None`` after the last. By default the last one is not full."""
        return (page or 1) + 1 if len(items) >= limit else None

    def _items(self, response: HttpResponse) -> list:
        """Find the records in the answer to a search."""
        content = self._decode(response)
        return content[self._items_key] if self._items_key else content

    def _item(self, response: HttpResponse):
        """Find the record in an answer."""
        content = self._decode(response)
        return content[self._item_key] if self._item_key else content

    def _id_of(self, item):
        """Find the id of a record; some systems list bare ids."""
        return item[self._id_key] if isinstance(item, dict) else item

    def _decode(self, response: HttpResponse):
        """Read the body of an answer."""
        return response.json()

    def _send(self, method: str, path: str, data) -> HttpResponse:
        """Send a record."""
        return self.request(method, path, json={self._item_key: data} if self._item_key else data)
