# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json
import xmlrpc.client
from datetime import datetime
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

from odoo.tests import tagged

from odoo.addons.component.core import Component, WorkContext
from odoo.addons.queue_job.exception import FailedJobError

from ..exception import IDMissingInBackend, NetworkRetryableError
from .common import ConnectorComponentCase
from .unit.scripted_server import Reply, ScriptedServer

SECRET = "s3cret-key"


class Backend(SimpleNamespace):
    """What an adapter needs of a backend."""

    _name = "test.backend"


class AdapterCase(ConnectorComponentCase):
    def setUp(self):
        super().setUp()
        self.server = ScriptedServer()
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        self.collection = Backend(env=self.env, url=f"{self.server.url}/api/")

    def adapter(self, parent, **attributes):
        """Build an adapter, with credentials, on top of another one."""
        definition = type(
            "TestAdapter",
            (Component,),
            {
                "_name": "test.adapter",
                "_inherit": parent,
                "__module__": __name__,
                "_auth": lambda self: (SECRET, ""),
                **attributes,
            },
        )
        return self.build(definition)

    def reply(self, request, *replies):
        self.server.replies[request] = list(replies)

    def params(self):
        """Return the query parameters of each request."""
        return [
            {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
            for request in self.server.requests
        ]


@tagged("post_install", "-at_install")
class TestRestAdapter(AdapterCase):
    def setUp(self):
        super().setUp()
        self.products = self.adapter("base.rest.adapter", _path="products")

    def test_read(self):
        self.reply("GET /api/products/5", Reply(200, '{"id": 5}'))
        self.assertEqual(self.products.read(5, lang="fr"), {"id": 5})
        self.assertEqual(self.params(), [{"lang": "fr"}])
        self.assertIn("Authorization", self.server.requests[0].headers)

    def test_read_missing(self):
        self.reply("GET /api/products/5", Reply(404))
        with self.assertRaises(IDMissingInBackend):
            self.products.read(5)

    def test_ids_are_quoted(self):
        self.server.reply_to = lambda request: Reply(200, "{}")
        self.products.read("a/b?c")
        self.assertEqual(self.server.requests[0].path, "/api/products/a%2Fb%3Fc")

    def test_pages(self):
        self.reply(
            "GET /api/products",
            Reply(200, '[{"id": 1}, {"id": 2}]'),
            Reply(200, '[{"id": 3}]'),
        )
        self.assertEqual(self.products.search_page({"color": "red"}, None, 2), ([1, 2], 2))
        self.assertEqual(self.products.search_page({"color": "red"}, 2, 2), ([3], None))
        self.assertEqual(
            self.params(),
            [
                {"color": "red", "page": "1", "limit": "2"},
                {"color": "red", "page": "2", "limit": "2"},
            ],
        )

    def test_search_goes_through_all_pages(self):
        full = json.dumps([{"id": number} for number in range(100)])
        self.reply("GET /api/products", Reply(200, full), Reply(200, "[7]"))
        self.assertEqual(self.products.search(), [*range(100), 7])
        self.reply("GET /api/products", Reply(200, "[]"))
        self.assertEqual(self.products.search_read({"a": 1}), [])

    def test_missing_list_is_no_missing_record(self):
        self.reply("GET /api/products", Reply(404))
        with self.assertRaisesRegex(FailedJobError, "is the address right"):
            self.products.search()

    def test_read_many(self):
        self.server.reply_to = lambda request: {
            "/api/products/1": Reply(200, '{"id": 1}'),
            "/api/products/2": Reply(404),
        }[urlsplit(request.path).path]
        self.assertEqual(self.products.read_many([2, 1]), {1: {"id": 1}})
        # What a system lists at once is not read again, whatever the number of ids.
        self.products._list_many = lambda external_ids: {3: {"id": 3}}
        self.assertEqual(list(self.products.read_many([3, 2, 1])), [3, 1])
        self.assertEqual(len(self.server.requests), 4)

    def test_words_of_the_answer(self):
        adapter = self.adapter(
            "base.rest.adapter",
            _name="test.telling.adapter",
            _path="products",
            _error_text=lambda self, response: response.json().get("message", ""),
        )
        self.reply("GET /api/products/5", Reply(404, '{"message": "sold, key %s"}' % SECRET))
        with self.assertRaises(IDMissingInBackend) as caught:
            adapter.read(5)
        self.assertRegex(str(caught.exception), r"products/5: HTTP 404, sold, key \*\*\*$")
        self.reply("GET /api/products/6", Reply(401, "{}"))
        with self.assertRaisesRegex(FailedJobError, "check the credentials"):
            adapter.read(6)

    def test_page_that_fails_in_the_middle(self):
        full = json.dumps(list(range(100)))
        self.reply("GET /api/products", Reply(200, full), Reply(502))
        with self.assertRaises(NetworkRetryableError):
            self.products.search()

    def test_wrapped_answers(self):
        products = self.adapter(
            "base.rest.adapter",
            _name="test.wrapped",
            _path="products",
            _items_key="products",
            _item_key="product",
            _id_key="sku",
        )
        self.reply("GET /api/products", Reply(200, '{"products": [{"sku": "A"}]}'))
        self.reply("GET /api/products/A", Reply(200, '{"product": {"sku": "A"}}'))
        self.reply("POST /api/products", Reply(201, '{"product": {"sku": "B"}}'))
        self.assertEqual(products.search(), ["A"])
        self.assertEqual(products.read("A"), {"sku": "A"})
        self.assertEqual(products.create({"name": "x"}), "B")
        self.assertEqual(json.loads(self.server.requests[-1].body), {"product": {"name": "x"}})

    def test_changes(self):
        self.reply("POST /api/products", Reply(201, '{"id": 9}'))
        self.reply("PUT /api/products/9", Reply(204))
        self.reply("DELETE /api/products/9", Reply(204))
        self.assertEqual(self.products.create({"name": "x"}), 9)
        self.products.write(9, {"name": "y"})
        self.products.delete(9)
        bodies = [request.body for request in self.server.requests]
        self.assertEqual(bodies, [b'{"name": "x"}', b'{"name": "y"}', b""])

    def test_method_of_updates(self):
        products = self.adapter(
            "base.rest.adapter", _name="test.patch", _path="products", _write_method="PATCH"
        )
        self.reply("PATCH /api/products/9", Reply(200, "{}"))
        products.write(9, {})
        self.assertEqual([request.method for request in self.server.requests], ["PATCH"])

    def test_errors_tell_no_secret(self):
        self.reply("GET /api/products/5", Reply(401, f"no such key: {SECRET}"))
        with self.assertRaises(FailedJobError) as caught:
            self.products.read(5, key=SECRET)
        self.assertNotIn(SECRET, str(caught.exception))
        self.assertIn("/api/products/5", str(caught.exception))

    def test_one_client_for_all_models_of_a_work(self):
        work = self.products.work
        client = self.products.client
        other = work.work_on("res.users")
        self.assertIs(self.comp_registry["test.adapter"](other).client, client)
        fresh = WorkContext(model_name="res.partner", collection=self.collection)
        self.assertIsNot(self.comp_registry["test.adapter"](fresh).client, client)

    def test_client_of_the_backend(self):
        client = object()
        work = self.work_on(http_client=client)
        self.assertIs(self.comp_registry["test.adapter"](work).client, client)

    def test_limits_and_headers(self):
        adapter = self.adapter(
            "base.rest.adapter",
            _name="test.limits",
            _path="x",
            _read_timeout=3,
            _headers=lambda self: {"X-Lang": "fr"},
        )
        transport = adapter.client._session.get_adapter("https://example.com")
        self.assertEqual(transport.timeouts, (10, 3))
        self.reply("GET /api/x/1", Reply(200, "{}"))
        adapter.read(1)
        self.assertEqual(self.server.requests[0].headers["X-Lang"], "fr")


@tagged("post_install", "-at_install")
class TestXmlAdapter(AdapterCase):
    def setUp(self):
        super().setUp()
        self.products = self.adapter(
            "base.xml.adapter", _path="products", _root_tag="shop", _item_tag="product"
        )

    def test_read(self):
        body = '<?xml version="1.0"?><shop><product><id>5</id><name>Kite</name></product></shop>'
        self.reply("GET /api/products/5", Reply(200, body))
        self.assertEqual(self.products.read(5), {"id": "5", "name": "Kite"})
        self.assertEqual(self.server.requests[0].headers["Accept"], "application/xml")

    def test_list_of_links(self):
        body = '<shop><products><product id="1" href="x"/><product id="2"/></products></shop>'
        self.reply("GET /api/products", Reply(200, body))
        self.assertEqual(self.products.search(), ["1", "2"])

    def test_records_inside_of_records(self):
        """A bundle lists products too: they are no records of the list."""
        body = """
            <shop><products>
                <product><id>1</id><bundle><product><id>8</id></product></bundle></product>
                <!-- the next one -->
                <product><id>2</id><product>odd</product></product>
            </products></shop>
        """
        self.reply("GET /api/products", Reply(200, body))
        self.assertEqual(self.products.search(), ["1", "2"])
        self.reply("GET /api/products", Reply(200, "<shop><products/></shop>"))
        self.assertEqual(self.products.search(), [])

    def test_namespaces(self):
        body = '<s:shop xmlns:s="urn:s"><s:product><s:id>3</s:id></s:product></s:shop>'
        self.reply("GET /api/products", Reply(200, body))
        self.assertEqual(self.products.search(), ["3"])

    def test_root_may_be_the_record(self):
        self.reply("GET /api/products/5", Reply(200, "<product><id>5</id></product>"))
        self.assertEqual(self.products.read(5), {"id": "5"})

    def test_create(self):
        self.reply("POST /api/products", Reply(201, "<shop><product><id>7</id></product></shop>"))
        self.assertEqual(self.products.create({"name": "é <b>", "tags": {"tag": ["1", "2"]}}), "7")
        body = self.server.requests[0].body.decode()
        self.assertIn("<shop><product><name>é &lt;b&gt;</name>", body)
        self.assertIn("<tags><tag>1</tag><tag>2</tag></tags>", body)
        self.assertIn("xml", self.server.requests[0].headers["Content-Type"])

    def test_change_sends_the_whole_record(self):
        body = "<shop><product><id>5</id><name>Kite</name><sum>3</sum></product></shop>"
        path = "/api/products/5"
        self.reply(f"GET {path}", *[Reply(200, body)] * 3)
        self.reply(f"PUT {path}", Reply(200, body))
        self.products._is_writable = lambda field: field.tag != "sum"
        self.assertFalse(self.products.change(5, {"name": "Kite"}), "it is there already")
        self.assertTrue(self.products.change(5, {"name": "A & B", "new": 1}))
        sent = self.server.requests[-1].body.decode()
        self.assertIn(
            "<shop><product><id>5</id><name>A &amp; B</name><new>1</new></product></shop>", sent
        )
        self.assertEqual([one.method for one in self.server.requests], ["GET", "GET", "PUT"])

    def test_no_xml(self):
        self.reply("GET /api/products/5", Reply(200, "maintenance"))
        with self.assertRaises(NetworkRetryableError):
            self.products.read(5)


@tagged("post_install", "-at_install")
class TestXmlRpcAdapter(AdapterCase):
    def setUp(self):
        super().setUp()
        self.rpc = self.adapter("base.xmlrpc.adapter")

    def answer(self, *results):
        body = xmlrpc.client.dumps(results, methodresponse=True, allow_none=True)
        self.reply("POST /api/rpc", Reply(200, body))

    def test_call(self):
        self.answer({"a": [1, None], "at": datetime(2026, 1, 2), "raw": b"x", "t": "é"})
        self.assertEqual(
            self.rpc.call("product.list", "key", {"sku": "é"}, None, path="rpc"),
            {"a": [1, None], "at": datetime(2026, 1, 2), "raw": b"x", "t": "é"},
        )
        args, method = xmlrpc.client.loads(self.server.requests[0].body)
        self.assertEqual((args, method), (("key", {"sku": "é"}, None), "product.list"))

    def test_fault(self):
        fault = xmlrpc.client.dumps(xmlrpc.client.Fault(101, f"No product for {SECRET}"))
        self.reply("POST /api/rpc", Reply(200, fault))
        with self.assertRaises(FailedJobError) as caught:
            self.rpc.call("product.info", path="rpc")
        self.assertEqual(str(caught.exception), "product.info: No product for ***")

    def test_faults_of_the_system(self):
        rpc = self.adapter(
            "base.xmlrpc.adapter",
            _name="test.faults",
            _fault_error=lambda self, method, code, text: (
                IDMissingInBackend(text) if code == 101 else FailedJobError(text)
            ),
        )
        fault = xmlrpc.client.dumps(xmlrpc.client.Fault(101, "none"))
        self.reply("POST /api/rpc", Reply(200, fault))
        with self.assertRaises(IDMissingInBackend):
            rpc.call("product.info", path="rpc")

    def test_noise_around_an_answer(self):
        body = xmlrpc.client.dumps(("a\x0bb\xe9\n",), methodresponse=True).encode()
        self.reply("POST /api/rpc", Reply(200, b"\xef\xbb\xbf\n " + body))
        self.assertEqual(self.rpc.call("product.info", path="rpc"), "ab\xe9\n")

    def test_what_is_no_xmlrpc(self):
        for body in ("<html><body>proxy</body></html>", "hello", "", "<methodResponse/>"):
            self.reply("POST /api/rpc", Reply(200, body))
            with self.assertRaises(NetworkRetryableError):
                self.rpc.call("product.info", path="rpc")

    def test_http_errors(self):
        self.reply("POST /api/rpc", Reply(503, headers={"Retry-After": "30"}))
        with self.assertRaises(NetworkRetryableError) as caught:
            self.rpc.call("product.info", path="rpc")
        self.assertEqual(caught.exception.seconds, 30)
        # What a procedure does not find is a fault. Or a wrong address would delete our records.
        self.reply("POST /api/rpc", Reply(404))
        with self.assertRaisesRegex(FailedJobError, "no XML-RPC service"):
            self.rpc.call("product.info", path="rpc")
