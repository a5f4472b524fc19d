# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Whatever a repository may answer, and what becomes of it."""

import json
import threading
from datetime import datetime

from odoo.tests import tagged

from odoo.addons.connector.exception import (
    IDMissingInBackend,
    InvalidDataError,
    NetworkRetryableError,
)
from odoo.addons.connector.tests.unit.scripted_server import Reply
from odoo.addons.connector_cmis_demo.exceptions import CmisConflictError
from odoo.addons.queue_job.exception import FailedJobError

from .common import CmisCase

SECRET = "s3cret-word"


def exception(name, status, message="why"):
    """Make the reply of an exception."""
    body = json.dumps({"exception": name, "message": message})
    return Reply(status, body, {"Content-Type": "application/json"})


@tagged("post_install", "-at_install")
class TestAdapter(CmisCase):
    def test_document(self):
        adapter = self.adapter()
        folder_id = adapter.ensure_folder("/Odoo/Übersicht")
        record = adapter.create(folder_id, {"cmis:name": "ä b.txt"}, b"\x00\xff\r\n", "text/plain")
        self.assertEqual(adapter.read_content(record), b"\x00\xff\r\n")
        (path,) = self.repository.documents()
        self.assertEqual(path, "/Odoo/Übersicht/ä b.txt")
        self.assertEqual(adapter.read_path(path), record)

        changed = adapter.set_content(record, b"new", "text/csv")
        self.assertNotEqual(changed["cmis:objectId"], record["cmis:objectId"])
        self.assertEqual(adapter.key_of(changed), adapter.key_of(record))
        self.assertEqual(adapter.read(record["cmis:objectId"]), changed)
        self.assertEqual(changed["cmis:contentStreamMimeType"], "text/csv")

        renamed = adapter.write(changed, {"cmis:name": "c.txt"})
        self.assertEqual(renamed["cmis:name"], "c.txt")
        adapter.delete(record["cmis:objectId"])
        with self.assertRaises(IDMissingInBackend):
            adapter.read(changed["cmis:objectId"])

    def test_long_form_of_properties(self):
        self.repository.short_form = False
        self.repository.add("/Odoo/a.txt", b"a")
        pages, _page = self.adapter().search_page()
        self.assertEqual(self.adapter().read(pages[0][1])["cmis:name"], "a.txt")

    def test_document_without_content(self):
        series = self.repository.add("/Odoo/a.txt")
        self.repository.latest(series).content = None
        adapter = self.adapter()
        self.assertEqual(adapter.read_content(adapter.read(self.repository.latest(series).id)), b"")

    def test_changed_by_somebody_else(self):
        series = self.repository.add("/Odoo/a.txt", b"a")
        adapter = self.adapter()
        record = adapter.read(self.repository.latest(series).id)
        self.repository.latest(series).modified += 1
        with self.assertRaisesRegex(CmisConflictError, "updateConflict"):
            adapter.write(record, {"cmis:name": "b.txt"})
        self.repository.change(series, b"theirs")
        record = {**record, "cmis:changeToken": None}
        with self.assertRaisesRegex(CmisConflictError, "versioning"):
            adapter.set_content(record, b"ours", "text/plain")

    def test_contents_that_change_in_working_copies_only(self):
        self.repository.updatability = "pwconly"
        series = self.repository.add("/Odoo/a.txt", b"a")
        adapter = self.adapter()
        record = adapter.read(self.repository.latest(series).id)
        record = adapter.set_content(record, b"second", "text/plain")
        self.assertEqual(record["cmis:objectId"], self.repository.latest(series).id)
        self.assertEqual(self.repository.latest(series).content, b"second")
        # An export that did not end has left its working copy behind.
        self.repository._check_out(self.repository.latest(series))
        record = adapter.read(record["cmis:objectId"])
        with self.assertRaisesRegex(CmisConflictError, "already checked out"):
            adapter.set_content(record, b"third", "text/plain")
        self.backend.login = "odoo"
        self.adapter().set_content(record, b"third", "text/plain")
        self.assertEqual(self.repository.latest(series).content, b"third")

    def test_folders_are_made_once(self):
        first = self.adapter().ensure_folder("/Odoo/res.partner/1")
        self.assertEqual(self.adapter().ensure_folder("/Odoo/res.partner/1"), first)
        self.assertEqual(self.adapter().ensure_folder("/"), "root")
        self.assertEqual(len(self.asked("createFolder")), 3)

    def test_folder_that_another_job_makes(self):
        adapter = self.adapter()
        create = self.repository._create_from

        def create_twice(*args):
            create(*args)
            return create(*args)

        self.repository._create_from = create_twice
        self.assertEqual(adapter.ensure_folder("/Odoo"), self.repository._at("/Odoo").id)

    def list_all(self, **filters):
        found, page, adapter = [], None, self.adapter()
        while True:
            pairs, page = adapter.search_page(filters, page, limit=2)
            self.assertLessEqual(len(pairs), 2)
            # It is kept in a job.
            page = json.loads(json.dumps(page))
            found += pairs
            if page is None:
                return sorted(found)

    def test_lists_page_by_page(self):
        series = [self.repository.add(f"/Odoo/{name}/a.txt") for name in ("b", "c", "d/e", "d/f")]
        series += [self.repository.add(f"/Odoo/{number}.txt") for number in range(3)]
        self.repository.add("/Elsewhere/a.txt")
        self.repository.change(series[2], b"new")
        expected = sorted([key, self.repository.latest(key).id] for key in series)
        for listing in ("auto", "children"):
            self.backend.listing = listing
            self.assertEqual(self.list_all(), expected)
        self.assertTrue(self.asked("cmisselector=query"))
        self.assertTrue(self.asked("cmisselector=children"))

    def test_lists_of_a_server_that_does_not_count(self):
        for number in range(4):
            self.repository.add(f"/Odoo/{number}.txt")
        answer = self.repository._json
        for removed in (("hasMoreItems",), ("hasMoreItems", "numItems")):
            self.repository._json = lambda value, status=200, names=removed: answer(
                {name: found for name, found in value.items() if name not in names}, status
            )
            self.assertEqual(len(self.list_all()), 4)

    def test_lists_what_has_changed(self):
        series = [self.repository.add(f"/Odoo/{number}.txt") for number in range(5)]
        since = datetime.utcfromtimestamp(self.repository.latest(series[3]).modified / 1000)
        for listing in ("auto", "children"):
            self.backend.listing = listing
            found = [key for key, _object_id in self.list_all(from_date=since)]
            self.assertEqual(found, sorted(series[3:]))

    def test_server_that_answers_no_queries(self):
        self.repository.query = "none"
        self.repository.add("/Odoo/a.txt")
        self.assertEqual(len(self.list_all()), 1)

    def test_exceptions(self):
        self.adapter()._get("object")
        for name, status, error in (
            ("objectNotFound", 404, IDMissingInBackend),
            ("constraint", 409, InvalidDataError),
            ("invalidArgument", 400, InvalidDataError),
            ("updateConflict", 409, CmisConflictError),
            ("versioning", 409, CmisConflictError),
            ("nameConstraintViolation", 409, CmisConflictError),
            ("permissionDenied", 403, FailedJobError),
            ("notSupported", 405, FailedJobError),
        ):
            self.server.faults = [exception(name, status)]
            with self.assertRaisesRegex(error, f"{name}: why"):
                self.adapter().read("x")
        for name, status in (("runtime", 500), ("storage", 500), ("serviceUnavailable", 503)):
            self.server.faults = [exception(name, status)]
            with self.assertRaises(NetworkRetryableError):
                self.adapter().read("x")

    def test_a_page_that_is_missing_is_no_missing_document(self):
        self.adapter()._get("object")
        self.server.faults = [Reply(404, "<html>Not Found</html>")]
        with self.assertRaisesRegex(FailedJobError, "no CMIS repository"):
            self.adapter().read("x")

    def test_overload(self):
        self.adapter()._get("object")
        self.server.faults = [Reply(429, "", {"Retry-After": "17"})]
        with self.assertRaises(NetworkRetryableError) as caught:
            self.adapter().read("x")
        self.assertEqual((caught.exception.seconds, caught.exception.ignore_retry), (17, True))

    def test_slow_answer(self):
        adapter = self.adapter()
        adapter._read_timeout = 0.3
        done = threading.Event()
        self.addCleanup(done.set)
        self.server.faults = [Reply(script=lambda handler: done.wait(60))]
        with self.assertRaisesRegex(NetworkRetryableError, "no answer in time"):
            adapter.repositories()

    def test_cut_connection(self):
        series = self.repository.add("/Odoo/a.txt", b"0123456789")
        adapter = self.adapter()
        record = adapter.read(self.repository.latest(series).id)

        def cut(handler):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234")

        self.server.faults = [Reply(script=cut)]
        with self.assertRaises(NetworkRetryableError):
            adapter.read_content(record)


@tagged("post_install", "-at_install")
class TestAuthentication(CmisCase):
    login = ("odoo", SECRET)

    def test_right_password(self):
        self.backend.write({"login": "odoo", "password": SECRET})
        self.assertIn("main", self.adapter().repositories())

    def test_wrong_password_is_final(self):
        for login, password in (("odoo", "not-" + SECRET), ("odoo", False), (False, False)):
            self.backend.write({"login": login, "password": password})
            with self.assertRaisesRegex(FailedJobError, "credentials") as caught:
                self.adapter().read("x")
            self.assertNotIn(SECRET, str(caught.exception))

    def test_password_is_not_in_messages(self):
        self.backend.write({"login": "odoo", "password": SECRET})
        self.adapter()._get("object")
        self.server.faults = [exception("constraint", 409, f"who sends {SECRET}?")]
        with self.assertRaisesRegex(InvalidDataError, r"who sends \*\*\*\?"):
            self.adapter().read("x")
