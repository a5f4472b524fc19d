# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Errors of both protocols. That they work is shown against a real server, in ``tests/e2e``."""

import json
import xmlrpc.client
from unittest import mock

import requests
from requests.structures import CaseInsensitiveDict

from odoo.tests import tagged

from odoo.addons.component.tests.common import TransactionComponentCase
from odoo.addons.connector.exception import IDMissingInBackend, NetworkRetryableError
from odoo.addons.connector.http import HttpClient, HttpResponse
from odoo.addons.queue_job.exception import FailedJobError


@tagged("post_install", "-at_install")
class TestAdapters(TransactionComponentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend = cls.env["odoo.backend"].create(
            {
                "name": "Other",
                "url": "http://127.0.0.1:9",
                "database": "other",
                "login": "admin",
                "key": "top-secret",
            }
        )

    def adapter(self, version):
        self.backend.version = version
        with self.backend.work_on("odoo.res.partner") as work:
            return work.component(usage="backend.adapter")

    def answer(self, content, status=200):
        """Make the server answer that, whatever is asked."""
        response = HttpResponse(status, CaseInsensitiveDict(), content, "POST there")
        patcher = mock.patch.object(HttpClient, "_send", return_value=response)
        self.addCleanup(patcher.stop)
        return patcher.start()

    def fault(self, code, text):
        return self.answer(xmlrpc.client.dumps(xmlrpc.client.Fault(code, text)).encode())

    def test_unreachable_is_worth_another_try(self):
        error = requests.exceptions.ConnectionError("refused")
        for version in ("any", "19.0"):
            with mock.patch.object(requests.Session, "request", side_effect=error):
                with self.assertRaisesRegex(NetworkRetryableError, "127.0.0.1:9"):
                    self.adapter(version).search([])

    def test_json2_call(self):
        send = self.answer(
            json.dumps([{"id": 3, "parent_id": [9, "Acme"], "lang": False}]).encode()
        )
        record = self.adapter("19.0").read(3)
        self.assertEqual(record["parent_id"], 9)
        body = send.call_args.args[3]["json"]
        self.assertEqual(body["domain"], [["id", "in", [3]]])
        self.assertEqual(body["context"], {"active_test": False})
        self.assertIn("write_date", body["fields"])

    def test_xmlrpc_logs_in_once(self):
        self.answer(xmlrpc.client.dumps((2,), methodresponse=True).encode())
        self.adapter("any")
        self.assertEqual(self.backend._remote_uid(), 2)
        with mock.patch.object(HttpClient, "_send", side_effect=AssertionError("asked again")):
            self.assertEqual(self.backend._remote_uid(), 2)

    def test_xmlrpc_call(self):
        self.patch(type(self.backend), "_remote_uid", lambda backend: 2)
        send = self.answer(xmlrpc.client.dumps(([4, 5],), methodresponse=True).encode())
        self.assertEqual(self.adapter("any").search([["id", ">", 3]], limit=2), [4, 5])
        args, method = xmlrpc.client.loads(send.call_args.args[3]["data"])
        self.assertEqual(method, "execute_kw")
        self.assertEqual(args[:5], ("other", 2, "top-secret", "res.partner", "search"))
        self.assertEqual(args[5], [[["id", ">", 3]]])

    def test_record_that_is_gone(self):
        self.answer(b"[]")
        with self.assertRaises(IDMissingInBackend):
            self.adapter("19.0").read(3)

    def test_missing_database_is_no_missing_record(self):
        # Else the records of a whole database that was renamed over there would be archived.
        self.answer(b"<html>", status=404)
        for version in ("any", "19.0"):
            with self.assertRaisesRegex(FailedJobError, "http://127.0.0.1:9"):
                self.adapter(version).read(3)

    def test_refused_login_is_final_and_clear(self):
        self.answer(b"{}", status=401)
        with self.assertRaisesRegex(FailedJobError, "credentials"):
            self.adapter("19.0").search([])
        self.patch(type(self.backend), "_remote_uid", lambda backend: 2)
        self.fault(3, "Access Denied")
        with self.assertRaisesRegex(FailedJobError, "user admin on the database other"):
            self.adapter("any").search([])
        self.answer(xmlrpc.client.dumps((False,), methodresponse=True).encode())
        with self.assertRaisesRegex(FailedJobError, "wrong login"):
            self.adapter("any").connect()

    def test_fault_shows_the_last_line_and_no_key(self):
        self.patch(type(self.backend), "_remote_uid", lambda backend: 2)
        self.fault(1, "Traceback\n  File x\nValueError: top-secret is not valid\n")
        with self.assertRaises(FailedJobError) as caught:
            self.adapter("any").search([])
        self.assertIn(": ValueError: *** is not valid", str(caught.exception))
        self.assertNotIn("Traceback", str(caught.exception))

    def test_all_ids_are_listed_in_portions(self):
        adapter = self.adapter("19.0")
        pages = [list(range(1, 10_001)), [10_001, 10_002]]
        with mock.patch.object(type(adapter), "_call", side_effect=pages) as call:
            self.assertEqual(len(adapter.search_all([])), 10_002)
        self.assertEqual(call.call_args.args[2], [["id", ">", 10_000]])
