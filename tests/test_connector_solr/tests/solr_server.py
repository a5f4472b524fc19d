# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A small Solr: one core, with the parts of its HTTP interface that a connector needs."""

import base64
import json
import re
from urllib.parse import parse_qs, urlsplit

from odoo.addons.connector.tests.unit.scripted_server import Reply, ScriptedServer

#: What each suffix of Solr's default configuration accepts.
TYPES = {
    "s": str,
    "t": str,
    "ss": list,
    "l": int,
    "i": int,
    "d": (int, float),
    "f": (int, float),
    "b": bool,
    "dt": str,
}


class SolrServer(ScriptedServer):
    """Keeps documents by id.

    :param core: name of the core
    :param login: pair of name and password that requests must have
    """

    def __init__(self, core="products", login=None):
        super().__init__()
        self.core = core
        self.documents = {}
        self.login = login
        self.ping_status = "OK"
        #: replies to the next requests, whatever they are
        self.faults = []

    @property
    def address(self):
        """What a user enters as the address."""
        return f"{self.url}/solr"

    def reply_to(self, request):
        """Answer a request as Solr does."""
        if self.faults:
            return self.faults.pop(0)
        if self.login and not self._is_logged_in(request):
            headers = {"WWW-Authenticate": 'Basic realm="solr"'}
            return Reply(
                401, "<html><h2>HTTP ERROR 401 require authentication</h2></html>", headers
            )
        parts = urlsplit(request.path)
        params = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        handlers = {
            f"/solr/{self.core}/update": self._update,
            f"/solr/{self.core}/select": self._select,
            f"/solr/{self.core}/admin/ping": self._ping,
        }
        handler = handlers.get(parts.path)
        if handler is None:
            return Reply(404, "<html><h2>HTTP ERROR 404 Not Found</h2></html>")
        try:
            return handler(request, params)
        except BadRequestError as error:
            return failure(400, str(error))

    def _is_logged_in(self, request):
        expected = base64.b64encode(":".join(self.login).encode()).decode()
        return request.headers.get("Authorization") == f"Basic {expected}"

    def _ping(self, request, params):
        if self.ping_status != "OK":
            return failure(503, "Service disabled")
        return success(status="OK")

    def _update(self, request, params):
        if request.method != "POST":
            raise BadRequestError("missing content stream")
        if "json" not in request.headers.get("Content-Type", ""):
            raise BadRequestError("Unsupported ContentType")
        if int(params.get("commitWithin", 0)) <= 0:
            # Nobody would ever see it.
            raise BadRequestError("the test server commits nothing by itself")
        commands = json.loads(request.body)
        if isinstance(commands, list):
            for document in commands:
                self._add(document)
        elif isinstance(commands.get("delete"), list):
            for document_id in commands["delete"]:
                self.documents.pop(document_id, None)
        elif "query" in commands.get("delete", {}):
            for document_id in [row["id"] for row in self._find(commands["delete"]["query"])]:
                del self.documents[document_id]
        else:
            raise BadRequestError(f"Unknown command {next(iter(commands))}")
        return success()

    def _add(self, document):
        if "id" not in document:
            raise BadRequestError("Document is missing mandatory uniqueKey field: id")
        for name, value in document.items():
            if name == "id":
                continue
            kind = TYPES.get(name.rpartition("_")[2]) if "_" in name else None
            if kind is None:
                raise BadRequestError(f"ERROR: [doc={document['id']}] unknown field '{name}'")
            if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
                raise BadRequestError(
                    f"ERROR: [doc={document['id']}] Error adding field '{name}'='{value}'"
                )
        self.documents[document["id"]] = document

    def _select(self, request, params):
        rows = int(params.get("rows", 10))
        found = self._find(params["q"])
        answer = {"numFound": len(found), "start": 0, "docs": []}
        if "cursorMark" not in params:
            answer["docs"] = found[:rows]
            return success(response=answer)
        if params.get("sort") != "id asc":
            raise BadRequestError("Cursor functionality requires a sort containing a uniqueKey")
        mark = params["cursorMark"]
        after = [row for row in found if mark == "*" or row["id"] > mark][:rows]
        answer["docs"] = [{"id": row["id"]} for row in after]
        return success(response=answer, nextCursorMark=after[-1]["id"] if after else mark)

    def _find(self, query):
        conditions = [_condition(clause) for clause in query.split(" AND ")]
        found = sorted(self.documents.values(), key=lambda row: row["id"])
        return [row for row in found if all(condition(row) for condition in conditions)]


class BadRequestError(Exception):
    """What Solr answers with status 400."""


def _condition(clause):
    """Understand a clause of a query: all, a phrase, a range, or the contrary."""
    if clause.startswith("NOT "):
        inner = _condition(clause[4:])
        return lambda row: not inner(row)
    if clause == "*:*":
        return lambda row: True
    if match := re.fullmatch(r'(\w+):"([^"]*)"', clause):
        name, value = match.groups()
        return lambda row: row.get(name) == value
    if match := re.fullmatch(r"(\w+):\[(\d+|\*) TO (\d+|\*)\]", clause):
        name, low, high = match.groups()
        return lambda row: (
            name in row
            and (low == "*" or row[name] >= int(low))
            and (high == "*" or row[name] <= int(high))
        )
    raise BadRequestError(f"org.apache.solr.search.SyntaxError: Cannot parse '{clause}'")


def success(**values):
    """Make an answer."""
    return Reply(
        200,
        json.dumps({"responseHeader": {"status": 0, "QTime": 1}, **values}),
        {"Content-Type": "application/json;charset=utf-8"},
    )


def failure(code, message):
    """Make the answer of an error."""
    error = {
        "metadata": ["error-class", "org.apache.solr.common.SolrException"],
        "msg": message,
        "code": code,
    }
    return Reply(
        code,
        json.dumps({"responseHeader": {"status": code, "QTime": 1}, "error": error}),
        {"Content-Type": "application/json;charset=utf-8"},
    )
