# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Whatever a Solr may answer, and what becomes of it."""

import threading

from odoo.tests import tagged

from odoo.addons.connector.exception import InvalidDataError, NetworkRetryableError
from odoo.addons.connector.tests.unit.scripted_server import Reply
from odoo.addons.queue_job.exception import FailedJobError

from .common import SolrCase
from .solr_core import failure

SECRET = "s3cret-word"


def refusal(code, message):
    """Make the reply of an error."""
    status, headers, body = failure(code, message)
    return Reply(status, body, headers)


@tagged("post_install", "-at_install")
class TestAdapter(SolrCase):
    def test_documents_are_added_replaced_and_deleted(self):
        adapter = self.adapter()
        self.assertEqual(adapter.create({"id": "a", "name_t": "Violin"}), "a")
        adapter.write("a", {"name_t": "Viola"})
        adapter.add([{"id": "b"}, {"id": "c"}])
        self.assertEqual(self.core.documents["a"], {"id": "a", "name_t": "Viola"})
        adapter.delete("a")
        adapter.delete("a")
        adapter.delete(["b", "never was"])
        self.assertEqual(list(self.core.documents), ["c"])

    def test_changes_become_visible_by_themselves(self):
        self.backend.commit_within = 250
        self.adapter().create({"id": "a"})
        (request,) = self.server.requests
        self.assertEqual(request.method, "POST")
        self.assertEqual(request.path, "/solr/products/update?wt=json&commitWithin=250")
        self.assertEqual(request.body, b'[{"id": "a"}]')

    def test_delete_by_query(self):
        self.core.documents = {
            "a": {"id": "a", "source_s": "x", "build_l": 1},
            "b": {"id": "b", "source_s": "x", "build_l": 2},
            "c": {"id": "c", "source_s": "y", "build_l": 1},
            "d": {"id": "d", "source_s": "x"},
        }
        self.adapter().delete_by_query('source_s:"x" AND NOT build_l:[2 TO *]')
        self.assertEqual(list(self.core.documents), ["b", "c"])

    def test_ids_page_by_page(self):
        self.core.documents = {name: {"id": name} for name in "edcba"}
        adapter, pages, page = self.adapter(), [], None
        while True:
            ids, page = adapter.search_page(None, page, limit=2)
            pages.append(ids)
            if page is None:
                break
        self.assertEqual(pages, [["a", "b"], ["c", "d"], ["e"], []])

    def test_ping(self):
        self.adapter().ping()
        self.core.ping_status = "DISABLED"
        with self.assertRaises(NetworkRetryableError):
            self.adapter().ping()

    def test_solr_says_what_is_wrong(self):
        with self.assertRaisesRegex(InvalidDataError, r"\[doc=a\] unknown field 'oops'"):
            self.adapter().create({"id": "a", "oops": 1})

    def test_refusal_of_somebody_else(self):
        self.server.faults = [Reply(400, "<html>Bad proxy</html>")]
        with self.assertRaisesRegex(InvalidDataError, "Bad proxy"):
            self.adapter().create({"id": "a"})

    def test_unknown_core_is_final(self):
        self.backend.core = "no such core"
        with self.assertRaisesRegex(FailedJobError, "no core no such core"):
            self.adapter().delete("a")

    def test_overload(self):
        self.server.faults = [Reply(429, "", {"Retry-After": "17"})]
        with self.assertRaises(NetworkRetryableError) as caught:
            self.adapter().create({"id": "a"})
        self.assertEqual((caught.exception.seconds, caught.exception.ignore_retry), (17, True))

    def test_server_error_is_tried_again(self):
        for code in (500, 503):
            self.server.faults = [refusal(code, "Server is shutting down")]
            with self.assertRaises(NetworkRetryableError):
                self.adapter().create({"id": "a"})

    def test_page_instead_of_json_is_tried_again(self):
        self.server.faults = [Reply(200, "<html>We'll be back soon</html>")]
        with self.assertRaises(NetworkRetryableError):
            self.adapter().create({"id": "a"})

    def test_slow_answer(self):
        adapter = self.adapter()
        adapter._read_timeout = 0.3
        done = threading.Event()
        self.addCleanup(done.set)
        self.server.faults = [Reply(script=lambda handler: done.wait(60))]
        with self.assertRaisesRegex(NetworkRetryableError, "no answer in time"):
            adapter.create({"id": "a"})

    def test_cut_connection(self):
        def cut(handler):
            handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"respon')

        self.server.faults = [Reply(script=cut)]
        with self.assertRaises(NetworkRetryableError):
            self.adapter().create({"id": "a"})


@tagged("post_install", "-at_install")
class TestAuthentication(SolrCase):
    login = ("odoo", SECRET)

    def test_right_password(self):
        self.backend.write({"login": "odoo", "password": SECRET})
        self.adapter().ping()

    def test_wrong_password_is_final(self):
        for password in (False, "not-" + SECRET):
            self.backend.write({"login": "odoo", "password": password})
            with self.assertRaisesRegex(FailedJobError, "credentials") as caught:
                self.adapter().create({"id": "a"})
            self.assertNotIn(SECRET, str(caught.exception))
        self.backend.login = False
        with self.assertRaises(FailedJobError):
            self.adapter().ping()

    def test_password_is_not_in_messages(self):
        self.backend.write({"login": "odoo", "password": SECRET})
        self.server.faults = [refusal(400, f"who sends {SECRET}?")]
        with self.assertRaisesRegex(InvalidDataError, r"who sends \*\*\*\?"):
            self.adapter().create({"id": "a"})
