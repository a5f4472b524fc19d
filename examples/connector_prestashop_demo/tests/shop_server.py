# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A small server that speaks the documented protocol of PrestaShop's web service.

It knows nothing of the connector, and needs nothing but Python: tests of one process import it,
those of several load the file.
"""

import base64
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

KEY = "ZQ88PRJX5VWQHCWE4EE7SQ7HPNX00RAJ"
NAMESPACE = 'xmlns:xlink="http://www.w3.org/1999/xlink"'

#: resource -> element of one record
RESOURCES = {
    "addresses": "address",
    "categories": "category",
    "combinations": "combination",
    "countries": "country",
    "currencies": "currency",
    "customers": "customer",
    "languages": "language",
    "manufacturers": "manufacturer",
    "order_carriers": "order_carrier",
    "order_states": "order_state",
    "orders": "order",
    "product_option_values": "product_option_value",
    "product_options": "product_option",
    "products": "product",
    "shops": "shop",
    "states": "state",
    "stock_availables": "stock_available",
}

#: association -> element of one entry, where it is not that of the resource
ENTRIES = {"images": "image", "order_rows": "order_row"}

#: what the shop computes: it can't be searched, and is refused when it is sent
COMPUTED = {"quantity_all_versions", "manufacturer_name", "id_default_image", "type"}

#: the smallest picture
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class Answer(Exception):
    """What is answered.

    :param script: instead of all else, gets the handler and writes what it likes
    """

    def __init__(self, status=200, body="", headers=None, script=None):
        super().__init__(status)
        self.status = status
        self.body = body.encode() if isinstance(body, str) else body
        self.headers = {"Content-Type": "text/xml;charset=utf-8", **(headers or {})}
        self.script = script


def document(inner):
    """Write a whole document."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f"{head}\n<prestashop {NAMESPACE}>\n{inner}\n</prestashop>\n"


def failure(status, code, message, headers=None):
    """Write the document of an error."""
    return Answer(
        status,
        document(
            f"<errors>\n<error>\n<code><![CDATA[{code}]]></code>\n"
            f"<message><![CDATA[{message}]]></message>\n</error>\n</errors>"
        ),
        headers,
    )


def cut(handler):
    """Promise more than is sent, and hang up."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/xml")
    handler.send_header("Content-Length", "10000")
    handler.end_headers()
    handler.wfile.write(b"<?xml version='1.0'?><prestashop>")


def stall(handler):
    """Let the client wait until the shop closes."""
    handler.server.closing.wait(30)


class ShopServer:
    """A shop on a free port.

    ``records`` are dicts by resource and id: texts; dicts by language id; ``associations``, a dict
    of lists of dicts. ``rights`` says what the key may do with a resource, all by default; one
    that it has no right to at all "does not exist". ``next`` holds answers that come first, and
    ``requests`` what was asked.
    """

    def __init__(self, records=None, version="1.7.8.8"):
        self.records = {name: {} for name in RESOURCES}
        for name, found in (records or {}).items():
            self.records[name] = found
        self.images = {}
        self.rights = {}
        self.version = version
        self.next = []
        self.requests = []
        self.lock = threading.Lock()
        shop = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                try:
                    shop.serve(self, body)
                except Answer as answer:
                    self.send(answer)

            do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = do_HEAD = serve

            def send(self, answer):
                if answer.script:
                    self.close_connection = True
                    answer.script(self)
                    return
                self.send_response(answer.status)
                self.send_header("PSWS-Version", shop.version)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *args):
                """Stay silent."""

        self._httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._httpd.daemon_threads = True
        self._httpd.closing = threading.Event()
        self._thread = threading.Thread(target=self._httpd.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self):
        """Address of the shop."""
        return f"http://127.0.0.1:{self._httpd.server_port}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc_info):
        self._httpd.closing.set()
        self._httpd.shutdown()
        self._httpd.server_close()
        self._thread.join()

    def asked(self, method, resource):
        """List the paths with queries of requests for a resource."""
        start = f"/api/{resource}"
        return [
            path
            for verb, path, _body in self.requests
            if verb == method and re.match(rf"{re.escape(start)}(/|\?|$)", path)
        ]

    # Answers

    def serve(self, handler, body):
        """Answer a request."""
        with self.lock:
            self.requests.append((handler.command, unquote(handler.path), body))
            if self.next:
                raise self.next.pop(0)
        parts = urlsplit(handler.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.authenticate(handler.headers.get("Authorization", ""))
        steps = [step for step in parts.path.split("/") if step]
        if not steps or steps[0] != "api":
            raise Answer(404, "<html><body>Page not found</body></html>")
        if len(steps) == 1:
            raise Answer(200, document(self.overview()))
        if steps[1] == "images":
            raise self.image(steps[2:])
        resource = self.allowed(steps[1], handler.command)
        if len(steps) == 2:
            raise Answer(200, document(self.listing(resource, query)))
        record_id = int(steps[2]) if steps[2].isdigit() else 0
        if record_id not in self.records[resource]:
            raise Answer(404, document(""))
        if handler.command == "PUT":
            self.put(resource, record_id, body)
        raise Answer(200, document(self.element(resource, record_id)))

    def authenticate(self, header):
        """Check the key, which is the name of a user without a password."""
        name = base64.b64decode(header.partition(" ")[2] or b"").decode().partition(":")[0]
        if name != KEY:
            realm = "Welcome to PrestaShop Webservice, please enter the authentication key"
            raise Answer(401, "401 Unauthorized", {"WWW-Authenticate": f'Basic realm="{realm}"'})

    def allowed(self, resource, method):
        """Check the rights of the key."""
        rights = self.rights.get(resource, "GET PUT POST DELETE HEAD")
        if resource not in RESOURCES or not rights:
            raise failure(
                400, 32, f'Resource of type "{resource}" does not exists. Did you mean: "shops"?'
            )
        if method not in rights:
            raise failure(
                405,
                25,
                f"Method {method} is not allowed for the resource {resource} "
                "with this authentication key",
            )
        return resource

    def overview(self):
        """List what the key may do."""
        lines = []
        for resource in RESOURCES:
            if rights := self.rights.get(resource, "GET PUT POST DELETE HEAD"):
                attributes = " ".join(
                    f'{verb.lower()}="{str(verb in rights).lower()}"'
                    for verb in ("GET", "PUT", "POST", "DELETE", "HEAD")
                )
                lines.append(f'<{resource} xlink:href="{self.url}/api/{resource}" {attributes}/>')
        return '<api shopName="My &amp; shop">\n' + "\n".join(lines) + "\n</api>"

    def image(self, steps):
        """Give a picture out."""
        content = self.images.get("/".join(steps))
        if content is None:
            return failure(404, 57, "This image id does not exist")
        return Answer(200, content, {"Content-Type": "image/png"})

    def listing(self, resource, query):
        """List records: ``display``, ``filter[...]``, ``sort`` and ``limit``."""
        found = list(self.records[resource].items())
        for key, condition in query.items():
            if field := re.fullmatch(r"filter\[(\w+)\]", key):
                found = self.filtered(resource, found, field[1], condition, query)
        if sort := re.fullmatch(r"\[(\w+)_(ASC|DESC)\]", query.get("sort", "[id_ASC]")):
            found.sort(key=lambda item: self.plain(item, sort[1]), reverse=sort[2] == "DESC")
        offset, _comma, count = query.get("limit", "").rpartition(",")
        if count:
            found = found[int(offset or 0) : int(offset or 0) + int(count)]
        tag = RESOURCES[resource]
        if query.get("display") == "full":
            inner = "\n".join(self.element(resource, record_id) for record_id, _record in found)
        else:
            inner = "\n".join(
                f'<{tag} id="{record_id}" xlink:href="{self.url}/api/{resource}/{record_id}"/>'
                for record_id, _record in found
            )
        return f"<{resource}>\n{inner}\n</{resource}>"

    def filtered(self, resource, found, field, condition, query):
        """Apply a filter: ``[a|b]`` one of them, ``>[a]`` greater."""
        known = {"id"}.union(*(record for _id, record in found)) - COMPUTED
        if found and (field not in known or (field.startswith("date_") and "date" not in query)):
            raise failure(400, 38, f"This filter does not exist for this linked table: {field}")
        greater = condition.startswith(">")
        values = condition.lstrip(">").strip("[]").split("|")
        if greater:
            return [item for item in found if str(self.plain(item, field)) > values[0]]
        return [item for item in found if str(self.plain(item, field)) in values]

    @staticmethod
    def plain(item, field):
        """Return the value of a field of a record, its id as a number."""
        record_id, record = item
        return record_id if field == "id" else record.get(field, "")

    def element(self, resource, record_id):
        """Write a record."""
        record = self.records[resource][record_id]
        lines = [f"<id><![CDATA[{record_id}]]></id>"]
        for name, value in record.items():
            if name == "associations":
                lines.append(self.associations(value))
            elif isinstance(value, dict):
                texts = "".join(
                    f'<language id="{key}" xlink:href="{self.url}/api/languages/{key}">'
                    f"<![CDATA[{text}]]></language>"
                    for key, text in value.items()
                )
                lines.append(f"<{name}>{texts}</{name}>")
            else:
                lines.append(self.field(name, str(value)))
        tag = RESOURCES[resource]
        return f"<{tag}>\n" + "\n".join(lines) + f"\n</{tag}>"

    def field(self, name, text):
        """Write a field: nothing for nothing, ids with the address of what they point at."""
        attributes = ' notFilterable="true"' if name in COMPUTED else ""
        if name.startswith("id_") and text not in ("", "0"):
            attributes += f" xlink:href={quoteattr(f'{self.url}/api/x/{text}')}"
        if not text:
            return f"<{name}{attributes}/>"
        return f"<{name}{attributes}><![CDATA[{text}]]></{name}>"

    def associations(self, associations):
        """Write the links of a record."""
        parts = []
        for kind, entries in associations.items():
            tag = ENTRIES.get(kind) or RESOURCES.get(kind, "entry")
            inner = "".join(
                f'<{tag} xlink:href="{self.url}/api/{kind}/{entry.get("id", "")}">'
                + "".join(
                    f"<{key}><![CDATA[{value}]]></{key}>"
                    if isinstance(value, int)
                    else f"<{key}>{escape(value)}</{key}>"
                    for key, value in entry.items()
                )
                + f"</{tag}>"
                for entry in entries
            )
            parts.append(f'<{kind} nodeType="{tag}" api="{kind}">{inner}</{kind}>')
        return f"<associations>{''.join(parts)}</associations>"

    def put(self, resource, record_id, body):
        """Replace a record by what was sent: whole, and without what the shop computes."""
        try:
            [element] = ET.fromstring(body)
        except (ET.ParseError, ValueError):
            raise failure(500, 127, "XML error : String could not be parsed as XML") from None
        sent = {child.tag: child for child in element}
        if element.tag != RESOURCES[resource] or (sent["id"].text or "").strip() != str(record_id):
            raise failure(400, 90, "id is required when modifying a resource")
        record = self.records[resource][record_id]
        for name, value in record.items():
            if name in COMPUTED:
                if name in sent:
                    raise failure(400, 93, f'parameter "{name}" not writable. Please remove it')
            elif isinstance(value, str) and name not in sent:
                raise failure(400, 41, f'parameter "{name}" required')
        with self.lock:
            for name, value in record.items():
                if isinstance(value, str) and name in sent:
                    record[name] = sent[name].text or ""
