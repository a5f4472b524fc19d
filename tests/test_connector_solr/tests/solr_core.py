# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A small Solr, with the parts of HTTP that a connector needs. It knows nothing of Odoo."""

import base64
import json
import re
from urllib.parse import parse_qs, urlsplit

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


class SolrCore:
    """One core, which keeps documents by id.

    :param name: name of the core
    :param login: pair of name and password that requests must have
    """

    def __init__(self, name="products", login=None):
        self.name = name
        self.documents = {}
        self.login = login
        self.ping_status = "OK"

    def handle(self, method, path, headers, body):
        """Answer a request as Solr does.

        :return: status, headers and body
        """
        if self.login and not self._is_logged_in(headers):
            return page(401, "require authentication", {"WWW-Authenticate": 'Basic realm="solr"'})
        parts = urlsplit(path)
        params = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        handlers = {
            f"/solr/{self.name}/update": self._update,
            f"/solr/{self.name}/select": self._select,
            f"/solr/{self.name}/admin/ping": self._ping,
        }
        handler = handlers.get(parts.path)
        if handler is None:
            return page(404, "Not Found")
        try:
            return handler(params, method, headers, body)
        except BadRequestError as error:
            return failure(400, str(error))

    def _is_logged_in(self, headers):
        expected = base64.b64encode(":".join(self.login).encode()).decode()
        return headers.get("Authorization") == f"Basic {expected}"

    def _ping(self, params, *request):
        if self.ping_status != "OK":
            return failure(503, "Service disabled")
        return success(status="OK")

    def _update(self, params, method, headers, body):
        if method != "POST":
            raise BadRequestError("missing content stream")
        if "json" not in headers.get("Content-Type", ""):
            raise BadRequestError("Unsupported ContentType")
        if int(params.get("commitWithin", 0)) <= 0:
            # Nobody would ever see it.
            raise BadRequestError("the test server commits nothing by itself")
        commands = json.loads(body)
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

    def _select(self, params, *request):
        rows = int(params.get("rows", 10))
        found = self._find(params["q"])
        result = {"numFound": len(found), "start": 0, "docs": []}
        if "cursorMark" not in params:
            result["docs"] = found[:rows]
            return success(response=result)
        if params.get("sort") != "id asc":
            raise BadRequestError("Cursor functionality requires a sort containing a uniqueKey")
        mark = params["cursorMark"]
        after = [row for row in found if mark == "*" or row["id"] > mark][:rows]
        result["docs"] = [{"id": row["id"]} for row in after]
        return success(response=result, nextCursorMark=after[-1]["id"] if after else mark)

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
    return answer(200, {"responseHeader": {"status": 0, "QTime": 1}, **values})


def failure(code, message):
    """Make the answer of an error."""
    error = {
        "metadata": ["error-class", "org.apache.solr.common.SolrException"],
        "msg": message,
        "code": code,
    }
    return answer(code, {"responseHeader": {"status": code, "QTime": 1}, "error": error})


def answer(status, value):
    """Make an answer of JSON."""
    return status, {"Content-Type": "application/json;charset=utf-8"}, json.dumps(value).encode()


def page(status, text, headers=None):
    """Make the page of the server below Solr."""
    body = f"<html><h2>HTTP ERROR {status} {text}</h2></html>".encode()
    return status, {"Content-Type": "text/html", **(headers or {})}, body
