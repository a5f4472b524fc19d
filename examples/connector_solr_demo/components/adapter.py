# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Speaks with a core (or collection) of Apache Solr."""

from urllib.parse import quote

from odoo.addons.component.core import Component
from odoo.addons.connector.exception import IDMissingInBackend, InvalidDataError
from odoo.addons.connector.http import BasicAuth
from odoo.addons.queue_job.exception import BaseQueueJobError, FailedJobError


class SolrAdapter(Component):
    """The JSON update handler, the ping handler, and searches with a cursor.

    Adding a document replaces the one of the same id, and deleting one that is not there succeeds:
    each call may be repeated.
    """

    _name = "solr.adapter"
    _inherit = ["base.http.adapter", "base.solr.connector"]

    def _base_url(self):
        backend = self.backend_record
        return f"{backend.url.rstrip('/')}/{quote(backend.core, safe='')}"

    def _auth(self):
        # Only managers may see the password, but whoever runs a job may use it.
        backend = self.backend_record.sudo()
        return BasicAuth(backend.login, backend.password or "") if backend.login else None

    def request(self, method, path="", **kwargs):
        """Send a request; Solr's own words become the message of an error."""
        # JSON has been the default for some years only.
        kwargs["params"] = {"wt": "json", **(kwargs.get("params") or {})}
        try:
            return super().request(method, path, **kwargs)
        except IDMissingInBackend as error:
            # Documents have no addresses of their own: it's the core that isn't there.
            raise FailedJobError(
                self.env._(
                    "%(error)s: there is no core %(core)s at this address",
                    error=error,
                    core=self.backend_record.core,
                )
            ) from None
        except InvalidDataError as error:
            message = self._solr_message(error.http_response)
            if not message:
                raise
            text = self.env._("Solr refused it: %s", self.client.redact(message))
            raise InvalidDataError(text) from None

    def _solr_message(self, response):
        """Find what Solr says about an error; ``None`` if the answer isn't Solr's."""
        try:
            error = response.json()["error"]
            return error.get("msg") or error.get("trace", "").partition("\n")[0] or None
        except (BaseQueueJobError, AttributeError, KeyError, TypeError):
            return None

    def ping(self):
        """Ask whether the core is in service.

        :raises FailedJobError: if it says that it isn't
        """
        status = self.request("GET", "admin/ping").json().get("status")
        if status != "OK":
            raise FailedJobError(self.env._("The core answers with the status %s.", status))

    def count(self, query="*:*"):
        """Count the documents that answer to a query, in Solr's syntax."""
        answer = self.request("GET", "select", params={"q": query, "rows": 0}).json()
        return answer["response"]["numFound"]

    def search_page(self, filters=None, page=None, limit=500):
        """List the ids of a page of documents.

        :param filters: query in Solr's syntax; all documents by default
        :param page: mark of the cursor, as the call before returned it; ``None`` for the first
        :param limit: documents per page
        :return: ids, and the mark of the next page or ``None``
        """
        mark = page or "*"
        params = {
            "q": filters or "*:*",
            "fl": "id",
            # A cursor needs an order in which no two documents are equal.
            "sort": "id asc",
            "rows": limit,
            "cursorMark": mark,
        }
        answer = self.request("GET", "select", params=params).json()
        following = answer["nextCursorMark"]
        # The end is where the mark stays as it was.
        ids = [document["id"] for document in answer["response"]["docs"]]
        return ids, following if following != mark else None

    def add(self, documents):
        """Add documents, or replace those of the same ids.

        :param documents: list of dicts
        :raises InvalidDataError: if one of them doesn't fit the schema; some may have been added
        """
        self._update(documents)

    def create(self, data):
        """Add a document, and return its id."""
        self.add([data])
        return data["id"]

    def write(self, external_id, data):
        """Replace a document."""
        self.add([{**data, "id": external_id}])

    def delete(self, external_id):
        """Delete a document, or a list of documents, by id."""
        ids = external_id if isinstance(external_id, list) else [external_id]
        self._update({"delete": ids})

    def delete_by_query(self, query):
        """Delete all documents that answer to a query, in Solr's syntax."""
        self._update({"delete": {"query": query}})

    def _update(self, commands):
        params = {"commitWithin": self.backend_record.commit_within}
        header = self.request("POST", "update", params=params, json=commands).json()
        status = header.get("responseHeader", {}).get("status", 0)
        if status:
            raise InvalidDataError(self.env._("Solr answers with the status %s.", status))
