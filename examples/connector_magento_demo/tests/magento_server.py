# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A small shop over HTTP: XML-RPC as Magento 1 speaks it, REST as Magento 2 does.

It knows nothing of Odoo. ``MagentoServer`` is told what to do wrong by ``trouble``.
"""

import json
import re
import threading
import time
import xmlrpc.client
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from .shop_data import magento1, magento2

API_USER, API_KEY = "odoo", "api-key-1234"
TOKEN = "integration-token-5678"


class ProblemError(Exception):
    """An answer that is none: a fault of XML-RPC, or a status and a message of REST."""


def cut(handler):
    """Cut the connection in the middle of an answer."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"[")
    handler.close_connection = True


def status(code, body=b"", **headers):
    """Answer with a status.

    :param code: HTTP status
    :param body: text or value of JSON
    :param headers: with _ for -
    """

    def act(handler):
        handler.answer(code, body, {key.replace("_", "-"): headers[key] for key in headers})

    return act


class MagentoServer:
    """Serves both shops on one port.

    :param rewrites: whether the web server does without index.php
    """

    def __init__(self, rewrites=True):
        self.shop1, self.shop2 = magento1(), magento2()
        self.rewrites = rewrites
        self.sessions = {}
        self.tokens = {TOKEN}
        self.done = []
        self.requests = []
        #: query of each request, of 2.x
        self.queries = []
        #: pairs of a piece of the path or method, and what happens instead of the next such request
        self.trouble = []
        #: set to let slow answers go
        self.stopped = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, code, body, headers=None):
                if not isinstance(body, bytes):
                    body = (body if isinstance(body, str) else json.dumps(body)).encode()
                self.send_response(code)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                server.serve(self, body)

            do_GET = do_POST = do_PUT = do_DELETE = serve

            def log_message(self, *args):
                """Stay silent."""

        self._httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._httpd.daemon_threads = True
        self._thread = threading.Thread(target=self._httpd.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self):
        return f"http://127.0.0.1:{self._httpd.server_port}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc_info):
        self.stopped.set()
        self._httpd.shutdown()
        self._httpd.server_close()
        self._thread.join()

    def slow(self, handler):
        """Answer nothing until the test is over."""
        self.stopped.wait(60)
        handler.close_connection = True

    def serve(self, handler, body):
        """Answer a request."""
        path = urlsplit(handler.path).path.rstrip("/")
        rest = re.fullmatch(r"/rest(/\w+)?/V1/(.+)", path)
        endpoints = ("/api/xmlrpc", "/index.php/api/xmlrpc")[0 if self.rewrites else 1 :]
        if rest:
            what = f"{handler.command} {unquote(rest[2])}"
        elif path in endpoints:
            args, method = xmlrpc.client.loads(body)
            what = args[1] if method == "call" else method
        else:
            handler.answer(404, "<html>no such page</html>")
            return
        self.requests.append(what)
        for number, (pattern, act) in enumerate(self.trouble):
            if pattern in what:
                del self.trouble[number]
                act(handler)
                return
        if rest:
            self._rest(handler, rest[2], body)
        else:
            self._xmlrpc(handler, method, args)

    # Magento 1

    def _xmlrpc(self, handler, method, args):
        try:
            if method == "login":
                if args != (API_USER, API_KEY):
                    raise ProblemError(2, "Access denied.")
                result = f"session-{len(self.sessions)}-{time.monotonic_ns()}"
                self.sessions[result] = True
            else:
                session, name, *params = args
                if session not in self.sessions:
                    raise ProblemError(5, "Session expired. Try to relogin.")
                result = self._call1(name, *(params[0] if params else []))
            text = xmlrpc.client.dumps((result,), methodresponse=True, allow_none=True)
        except ProblemError as problem:
            text = xmlrpc.client.dumps(xmlrpc.client.Fault(*problem.args))
        handler.answer(200, text.encode(), {"Content-Type": "text/xml"})

    def _call1(self, name, *args):
        shop = self.shop1
        lists = {
            "store.list": shop["stores"],
            "customer_group.list": shop["groups"],
            "customer.list": shop["customers"],
            "catalog_product.list": shop["products"],
            "sales_order.list": shop["orders"],
        }
        infos = {
            "customer.info": (shop["customers"], "customer_id", 102, "Customer not exists."),
            "catalog_product.info": (shop["products"], "product_id", 101, "Product not exists."),
            "sales_order.info": (shop["orders"], "increment_id", 100, "Order not exists."),
        }
        if name in lists:
            since = (args[0] if args else {}).get("updated_at", {}).get("from", "")
            return [item for item in lists[name] if (item.get("updated_at") or "") >= since]
        if name in infos:
            records, key, *fault = infos[name]
            return self._one(records, key, args[0], *fault)
        if name == "customer_address.list":
            return shop["addresses"].get(args[0], [])
        if name == "catalog_category.tree":
            return shop["tree"]
        if name == "catalog_category.info":
            return self._one(_flat(shop["tree"], "children"), "category_id", args[0], 102, "None.")
        return self._change1(name, *args)

    def _change1(self, name, *args):
        if name == "cataloginventory_stock_item.update":
            self._one(self.shop1["products"], "product_id", args[0], 101, "Product not exists.")
            self.done.append((name, *args))
            return True
        resource, _dot, verb = name.rpartition(".")
        if resource not in ("sales_order_invoice", "sales_order_shipment"):
            raise ProblemError(3, "Invalid api path.")
        if verb == "create":
            self._one(self.shop1["orders"], "increment_id", args[0], 103, "Order not exists.")
        elif verb in ("list", "info"):
            found = [
                {
                    "increment_id": f"1000000{place}",
                    "order_id": "1",
                    "comments": [{"comment": done[3]}],
                }
                for place, done in enumerate(self.done)
                if done[0] == f"{resource}.create"
            ]
            return found if verb == "list" else found[0]
        self.done.append((name, *args))
        return f"1000000{len(self.done) - 1}"

    def _one(self, records, key, value, *fault):
        for item in records:
            if str(item[key]) == str(value):
                return item
        raise ProblemError(*fault)

    # Magento 2

    def _rest(self, handler, path, body):
        query = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
        self.queries.append(query)
        value = json.loads(body) if body else None
        try:
            if path == "integration/admin/token":
                if value != {"username": API_USER, "password": API_KEY}:
                    raise ProblemError(401, {"message": "The account sign-in was incorrect."})
                token = f"admin-{time.monotonic_ns()}"
                self.tokens.add(token)
                result = token
            else:
                if handler.headers["Authorization"] not in {f"Bearer {key}" for key in self.tokens}:
                    message = "The consumer isn't authorized to access %resources."
                    parameters = {"resources": "Magento_Sales::sales"}
                    raise ProblemError(401, {"message": message, "parameters": parameters})
                result = self._answer2(handler.command, path, query, value)
        except ProblemError as problem:
            handler.answer(*problem.args)
        else:
            handler.answer(200, json.dumps(result))

    def _answer2(self, command, path, query, value):
        shop = self.shop2
        parts = [unquote(part) for part in path.split("/")]
        lists = {
            "customerGroups/search": shop["groups"],
            "customers/search": shop["customers"],
            "products": shop["products"],
            "orders": shop["orders"],
        }
        plain = {
            "store/websites": shop["websites"],
            "store/storeViews": shop["stores"],
            "categories": shop["tree"],
        }
        records = {
            "customers": (shop["customers"], "id"),
            "products": (shop["products"], "sku"),
            "orders": (shop["orders"], "entity_id"),
            "categories": (_flat(shop["tree"], "children_data"), "id"),
        }
        if command == "GET" and path in lists:
            return self._page(lists[path], query)
        if command == "GET" and path in plain:
            return plain[path]
        if command == "GET" and len(parts) == 2 and parts[0] in records:
            return self._find(*records[parts[0]], parts[1])
        return self._change2(command, parts, query, value)

    def _change2(self, command, parts, query, value):
        if parts in (["invoices"], ["shipments"]):
            verb = {"invoices": "invoice", "shipments": "ship"}[parts[0]]
            found = [
                {"entity_id": 50 + place, "comments": [done[1]["comment"]]}
                for place, done in enumerate(self.done)
                if done[0].endswith(f"/{verb}")
            ]
            return {"items": found, "total_count": len(found)}
        if command == "GET" and parts[0] == "stockItems":
            product = self._find(self.shop2["products"], "sku", parts[1])
            return {"item_id": 100 + product["id"], "qty": 1}
        known = {
            ("POST", "order", "invoice"),
            ("POST", "order", "ship"),
            ("PUT", "products", "stockItems"),
        }
        if (command, *parts[:1], *parts[2:3]) in known:
            kind = {"order": ("orders", "entity_id"), "products": ("products", "sku")}[parts[0]]
            self._find(self.shop2[kind[0]], kind[1], parts[1])
        elif (command, parts) != ("POST", ["shipment", "track"]):
            raise ProblemError(404, {"message": "Request does not match any route.", "trace": None})
        self.done.append(("/".join(parts), value))
        return 50 + len(self.done) - 1

    def _find(self, records, key, value):
        for item in records:
            if str(item[key]) == value:
                return item
        message = "No such entity with %fieldName = %fieldValue"
        parameters = {"fieldName": key, "fieldValue": value}
        raise ProblemError(404, {"message": message, "parameters": parameters})

    def _page(self, records, query):
        condition = "searchCriteria[filter_groups][0][filters][0]"
        if query.get(f"{condition}[field]"):
            name, value = query[f"{condition}[field]"], query[f"{condition}[value]"]
            if query[f"{condition}[condition_type]"] == "eq":
                # What the database calls entity_id is the id of a product.
                key = "id" if name == "entity_id" else name
                records = [item for item in records if str(item.get(key)) == value]
            else:
                assert query[f"{condition}[condition_type]"] == "gteq"
                records = [item for item in records if item.get(name, "") >= value]
        size = int(query.get("searchCriteria[pageSize]", 20))
        last = max(1, -(-len(records) // size))
        # Beyond the last page there is the last page again, as in the real shop.
        page = min(int(query.get("searchCriteria[currentPage]", 1)), last)
        return {
            "items": records[(page - 1) * size : page * size],
            "search_criteria": {"page_size": size, "current_page": page},
            "total_count": len(records),
        }


def _flat(node, key):
    """List the nodes of a tree."""
    return [node, *(found for child in node[key] for found in _flat(child, key))]
