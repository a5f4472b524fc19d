# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest import mock

from odoo.tests import tagged

from odoo.addons.connector.exception import (
    IDMissingInBackend,
    InvalidDataError,
    NetworkRetryableError,
)
from odoo.addons.queue_job.exception import FailedJobError

from ..components import adapter_rest, adapter_xmlrpc
from .common import MagentoCase
from .magento_server import API_KEY, API_USER, TOKEN, cut, status


@tagged("post_install", "-at_install")
class TestTroubles(MagentoCase):
    """What goes wrong on the way, and what it is for a job."""

    def fails(self, backend, error, act, external_id="1"):
        """Read a customer, while the shop does something else."""
        what = "customer.info" if backend == self.one else "GET customers/"
        if act:
            self.server.trouble.append((what, act))
        with self.assertRaises(error) as caught:
            self.adapter(backend).read(external_id)
        self.assertFalse(self.server.trouble)
        return caught.exception

    def each(self, error, act):
        """Read with both versions; return the errors."""
        return [self.fails(backend, error, act) for backend in (self.one, self.two)]

    def test_too_many_requests(self):
        for error in self.each(NetworkRetryableError, status(429, Retry_After="17")):
            self.assertEqual(error.seconds, 17)
            self.assertTrue(error.ignore_retry)

    def test_out_of_order(self):
        for code in (500, 502, 503):
            self.each(NetworkRetryableError, status(code, "<html>Error</html>"))

    def test_refused(self):
        for backend, secret in ((self.one, API_KEY), (self.two, TOKEN)):
            act = status(401, {"message": f"Not with {secret}."})
            error = self.fails(backend, FailedJobError, act)
            self.assertNotIn(secret, str(error))

    def test_cut_connection(self):
        self.each(NetworkRetryableError, cut)

    def test_page_of_a_proxy(self):
        self.each(NetworkRetryableError, status(200, "<html>Please wait</html>"))

    def test_slow_answer(self):
        for backend in (self.one, self.two):
            adapter = self.adapter(backend)
            adapter._read_timeout = 0.2
            self.server.trouble.append(("customer", self.server.slow))
            with self.assertRaisesRegex(NetworkRetryableError, "in time"):
                adapter.read("1")

    def test_missing(self):
        for backend in (self.one, self.two):
            error = self.fails(backend, IDMissingInBackend, None, "99")
            self.assertIn("99" if backend == self.two else "Customer not exists", str(error))

    def test_wrong_address_is_no_missing_record(self):
        self.one.url = self.two.url = f"{self.server.url}/shop"
        for backend in (self.one, self.two):
            self.fails(backend, FailedJobError, None)
        self.two.url = self.server.url
        act = status(404, {"message": "Request does not match any route."})
        self.fails(self.two, FailedJobError, act)

    def test_spelling_of_the_address(self):
        for suffix in ("/", "/rest", "/rest/V1/", "/rest/default/V1"):
            self.two.url = self.server.url + suffix
            self.assertEqual(self.adapter(self.two).read("1")["id"], "1")
        for suffix in ("/", "/api/xmlrpc/", "/index.php/api/xmlrpc"):
            self.one.url = self.server.url + suffix
            self.assertEqual(self.adapter(self.one).read("1")["id"], "1")
        self.two.write({"url": f"{self.server.url}/rest/V1", "store_code": "all"})
        base = self.adapter(self.two)._base_url()
        self.assertEqual(base, f"{self.server.url}/rest/all/V1")

    def test_web_server_without_rewriting(self):
        self.server.rewrites = False
        self.assertEqual(self.adapter(self.one).read("1")["id"], "1")


@tagged("post_install", "-at_install")
class TestMagento1(MagentoCase):
    def test_session_is_kept(self):
        self.adapter(self.one).read("1")
        self.adapter(self.one).read("2")
        self.assertEqual(self.server.requests.count("login"), 1)

    def test_session_expires(self):
        self.adapter(self.one).read("1")
        self.server.sessions.clear()
        self.assertEqual(self.adapter(self.one).read("1")["id"], "1")
        self.assertEqual(self.server.requests.count("login"), 2)

    def test_session_that_never_lasts(self):
        self.server.sessions = mock.MagicMock(__contains__=lambda *args: False)
        for logins in (1, 2):
            with self.assertRaises(NetworkRetryableError):
                self.adapter(self.one).read("1")
            self.assertEqual(self.server.requests.count("login"), logins)

    def test_wrong_key(self):
        self.one.password = "not-the-key"
        with self.assertRaisesRegex(FailedJobError, "fault 2, Access denied") as caught:
            self.adapter(self.one).read("1")
        self.assertNotIn("not-the-key", str(caught.exception))

    def test_faults(self):
        adapter = self.adapter(self.one)
        for method, code, text, error in (
            ("sales_order.info", 100, "Requested order not exists.", IDMissingInBackend),
            ("customer.info", "102", "Customer does not exist.", IDMissingInBackend),
            ("sales_order.list", 101, "Invalid filters given.", InvalidDataError),
            ("sales_order_invoice.create", 102, "Invalid data given.", InvalidDataError),
            ("sales_order_invoice.create", 103, "Order not exists.", IDMissingInBackend),
            ("catalog_category.delete", 105, "Delete error.", InvalidDataError),
            ("store.list", 3, "Invalid api path.", FailedJobError),
            ("store.list", 1, "Internal Error.", NetworkRetryableError),
            ("store.list", "x", "?", FailedJobError),
        ):
            fault = adapter._fault_error("call", code, text)
            self.assertIsInstance(fault, adapter_xmlrpc.MagentoFault)
            self.assertIsInstance(adapter._problem(method, fault), error, method)

    def test_lists_of_php(self):
        adapter = self.adapter(self.one, "magento.sale.order")
        with mock.patch.object(type(adapter), "magento", return_value={}):
            self.assertEqual(adapter.search_page(), ([], None))
            with self.assertRaises(IDMissingInBackend):
                adapter.read("7")
        answer = {"0": {"increment_id": "1"}, "2": {"increment_id": 3}}
        with mock.patch.object(type(adapter), "magento", return_value=answer):
            self.assertEqual(adapter.search_page()[0], ["1", "3"])


@tagged("post_install", "-at_install")
class TestMagento2(MagentoCase):
    def as_admin(self):
        self.two.write({"token": False, "username": API_USER, "password": API_KEY})

    def test_administrator(self):
        self.as_admin()
        self.adapter(self.two).read("1")
        self.adapter(self.two).read("2")
        logins = self.server.requests.count("POST integration/admin/token")
        self.assertEqual(logins, 1)
        # It ends after some hours.
        self.server.tokens.clear()
        self.assertEqual(self.adapter(self.two).read("1")["id"], "1")

    def test_administrator_with_a_wrong_password(self):
        self.as_admin()
        self.two.password = "wrong-password"
        with self.assertRaisesRegex(FailedJobError, "sign-in was incorrect") as caught:
            self.adapter(self.two).read("1")
        self.assertNotIn("wrong-password", str(caught.exception))

    def test_wrong_token_says_what_is_missing(self):
        self.two.token = "wrong-token"
        with self.assertRaisesRegex(FailedJobError, "authorized to access Magento_Sales::sales"):
            self.adapter(self.two).read("1")

    def test_message_with_parameters(self):
        def message(**content):
            return adapter_rest.message_of(mock.Mock(json=lambda: content))

        self.assertEqual(message(message="%1 of %2", parameters=["one", 2]), "one of 2")
        self.assertEqual(
            message(message="%field, %fieldName", parameters={"field": 1, "fieldName": "x"}),
            "1, x",
        )
        errors = [{"message": "%1 is required", "parameters": ["sku"]}, None]
        self.assertEqual(message(message="Invalid.", errors=errors), "Invalid. sku is required")
        self.assertEqual(message(error="x"), "")

    def test_refused_data(self):
        order = mock.Mock(external_id="1")
        data = {"items": {"1": 1}, "notify": False, "comment": "x", "order": order}
        answer = {"message": "The order does not allow %1.", "parameters": ["an invoice"]}
        self.server.trouble.append(("invoice", status(400, answer)))
        with self.assertRaisesRegex(InvalidDataError, "does not allow an invoice"):
            self.adapter(self.two, "magento.invoice").create(data)

    def test_skus_are_quoted(self):
        adapter = self.adapter(self.two, "magento.product")
        self.assertEqual(adapter.read("WS/12 M")["magento_id"], "2")
        # Some web servers refuse a slash that is quoted.
        self.server.trouble.append(("products/WS/12 M", status(404, "<html>Not Found</html>")))
        self.assertEqual(adapter.read("WS/12 M")["magento_id"], "2")
        self.server.trouble.append(("products/24-MB01", status(404, "<html>Not Found</html>")))
        with self.assertRaisesRegex(FailedJobError, "no web API"):
            adapter.read("24-MB01")
