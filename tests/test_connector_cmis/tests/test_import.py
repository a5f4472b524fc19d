# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.connector.exception import NetworkRetryableError
from odoo.addons.connector.tests.unit.scripted_server import Reply

from .common import CmisCase


@tagged("post_install", "-at_install")
class TestImport(CmisCase):
    def import_all(self):
        return self.run_jobs(self.backend.action_import_all)

    def test_import(self):
        series = self.repository.add("/Odoo/2026/Offer.txt", b"cheap")
        others = [self.repository.add(f"/Odoo/{number}.txt", b"x") for number in range(4)]
        self.repository.add("/Elsewhere/Offer.txt", b"y")
        names = self.import_all()
        self.assertEqual((names.count("import_batch"), names.count("import_record")), (3, 5))
        bindings = self.env["cmis.document"].search([("backend_id", "=", self.backend.id)])
        self.assertEqual(set(bindings.mapped("external_id")), {series, *others})
        binding = self.binding(series)
        attachment = binding.odoo_id
        self.assertEqual((attachment.name, attachment.raw), ("Offer.txt", b"cheap"))
        self.assertEqual(attachment.mimetype, "text/plain")
        self.assertEqual((attachment.res_model, attachment.res_id), self.place())
        self.assertEqual(binding.object_id, self.repository.latest(series).id)
        self.assertTrue(binding.last_import_date)

    def place(self):
        return "cmis.backend", self.backend.id

    def test_nothing_is_read_twice(self):
        for number in range(3):
            self.repository.add(f"/Odoo/{number}.txt", b"x")
        self.import_all()
        contents = len(self.asked("cmisselector=content"))
        self.assertEqual(contents, 3)
        self.backend.documents_from = False
        self.import_all()
        self.assertEqual(len(self.asked("cmisselector=content")), contents)

    def test_new_version_updates_the_attachment(self):
        series = self.repository.add("/Odoo/a.txt", b"old")
        self.import_all()
        attachment = self.binding(series).odoo_id
        self.repository.change(series, b"new")
        self.backend.documents_from = False
        self.import_all()
        self.assertEqual(self.binding(series).odoo_id, attachment)
        self.assertEqual(attachment.raw, b"new")
        self.assertEqual(self.binding(series).object_id, self.repository.latest(series).id)

    def test_one_document_by_the_id_of_a_version(self):
        series = self.repository.add("/Odoo/a.txt", b"old")
        old_id = self.repository.latest(series).id
        self.repository.change(series, b"new")
        documents = self.env["cmis.document"]
        documents.import_record(self.backend, old_id)
        documents.import_record(self.backend, old_id)
        documents.import_record(self.backend, series)
        self.assertEqual(self.binding(series).odoo_id.raw, b"new")
        self.assertEqual(documents.search_count([("backend_id", "=", self.backend.id)]), 1)

    def test_renamed_document(self):
        series = self.repository.add("/Odoo/a.txt", b"x")
        self.import_all()
        node = self.repository.latest(series)
        node.name, node.modified = "b.txt", node.modified + 1
        self.env["cmis.document"].import_record(self.backend, series)
        self.assertEqual(self.binding(series).odoo_id.name, "b.txt")

    def test_deleted_document(self):
        series = self.repository.add("/Odoo/a.txt", b"x")
        self.import_all()
        attachment = self.binding(series).odoo_id
        self.repository.remove(series)
        names = self.run_jobs(self.env["cmis.document"].import_record, self.backend, series)
        self.assertEqual(names, [])
        self.assertFalse(self.binding(series))
        self.assertFalse(attachment.exists())

    def test_deleted_documents_are_looked_for(self):
        gone, kept = (self.repository.add(f"/Odoo/{name}.txt", b"x") for name in ("a", "b"))
        others = [self.repository.add(f"/Odoo/{number}.txt", b"y") for number in range(2)]
        self.import_all()
        attachment = self.binding(gone).odoo_id
        self.repository.remove(gone)
        names = self.run_jobs(self.env["cmis.document"].import_deletions, self.backend)
        self.assertEqual(names, ["import_record"])
        self.assertFalse(attachment.exists())
        for series in (kept, *others):
            self.assertTrue(self.binding(series).odoo_id.exists())

    def test_what_is_not_imported(self):
        folder_id = self.repository.add_folder("/Odoo/sub")
        series = self.repository.add("/Odoo/a.txt", b"x" * (2**20 + 1))
        self.backend.max_size = 1
        documents = self.env["cmis.document"]
        self.assertIn("not a document", documents.import_record(self.backend, folder_id))
        object_id = self.repository.latest(series).id
        self.assertIn("too large", documents.import_record(self.backend, object_id))
        properties = self.repository.latest(series).properties()
        self.repository.latest(series).properties = lambda: {
            **properties,
            "cmis:isPrivateWorkingCopy": True,
        }
        self.assertIn("working copy", documents.import_record(self.backend, object_id))
        self.assertFalse(self.asked("cmisselector=content"))

    def test_failed_download_changes_nothing(self):
        series = self.repository.add("/Odoo/a.txt", b"old")
        self.import_all()
        self.repository.change(series, b"new")
        select = self.repository._select

        def select_or_fail(path, params):
            if params["cmisselector"] == "content":
                return 503, {}, b""
            return select(path, params)

        self.repository._select = select_or_fail
        documents = self.env["cmis.document"]
        with self.assertRaises(NetworkRetryableError), self.cr.savepoint():
            documents.import_record(self.backend, series)
        self.assertEqual(self.binding(series).odoo_id.raw, b"old")
        self.repository._select = select
        documents.import_record(self.backend, series)
        self.assertEqual(self.binding(series).odoo_id.raw, b"new")

    def test_list_that_fails_in_the_middle(self):
        for number in range(3):
            self.repository.add(f"/Odoo/{number}.txt", b"x")
        self.adapter().search_page()
        self.server.faults = [Reply(502)]
        with self.assertRaises(NetworkRetryableError):
            self.env["cmis.document"].import_batch(self.backend)
        self.assertIn("2 records", self.env["cmis.document"].import_batch(self.backend))
