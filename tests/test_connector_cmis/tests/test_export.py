# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import new_test_user, tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import CmisCase


@tagged("post_install", "-at_install")
class TestExport(CmisCase):
    def attach(self, name="Offer.txt", raw=b"cheap", **values):
        values = {"res_model": "res.partner", "res_id": self.partner.id, **values}
        made = []

        def create():
            made.append(self.env["ir.attachment"].create({"name": name, "raw": raw, **values}))

        self.run_jobs(create)
        return made[0]

    def contents(self):
        """Return what is below the folder of the contact, by name."""
        folder = f"/Odoo/res.partner/{self.partner.id}/"
        documents = self.repository.documents()
        return {path.removeprefix(folder): documents[path].content for path in documents}

    def document(self, attachment):
        return self.env["cmis.document"].search([("odoo_id", "=", attachment.id)])

    def test_new_attachment(self):
        attachment = self.attach()
        self.assertEqual(self.contents(), {"Offer.txt": b"cheap"})
        binding = self.document(attachment)
        (node,) = self.repository.documents().values()
        self.assertEqual((binding.external_id, binding.object_id), (node.series, node.id))
        self.assertEqual(node.mimetype, "text/plain")
        self.assertTrue(binding.last_export_date)

    def test_what_is_exported_is_not_imported_again(self):
        attachment = self.attach()
        self.run_jobs(self.backend.action_import_all)
        self.assertFalse(self.asked("cmisselector=content"))
        self.assertEqual(len(self.document(attachment)), 1)

    def test_what_is_not_exported(self):
        self.attach(res_model="res.users", res_id=self.env.uid)
        self.attach(res_id=0)
        self.attach(res_field="image_1920")
        self.attach(type="url", url="https://example.com", raw=False)
        self.assertEqual(self.contents(), {})

    def test_new_content_is_a_new_version(self):
        attachment = self.attach()
        binding = self.document(attachment)
        series, version = binding.external_id, binding.object_id
        self.run_jobs(attachment.write, {"raw": b"cheaper"})
        self.assertEqual(self.contents(), {"Offer.txt": b"cheaper"})
        self.assertEqual(binding.external_id, series)
        self.assertNotEqual(binding.object_id, version)

    def test_new_name_is_no_new_version(self):
        attachment = self.attach()
        self.run_jobs(attachment.write, {"name": "Our offer: 1/2.txt"})
        self.assertEqual(self.contents(), {"Our offer_ 1_2.txt": b"cheap"})
        self.assertFalse(self.asked("setContent"))

    def test_name_and_content_at_once(self):
        attachment = self.attach()
        self.run_jobs(attachment.write, {"name": "b.txt", "raw": b"b"})
        self.assertEqual(self.contents(), {"b.txt": b"b"})

    def test_somebody_has_made_a_new_version_meanwhile(self):
        attachment = self.attach()
        self.repository.change(self.document(attachment).external_id, b"theirs")
        self.run_jobs(attachment.write, {"raw": b"ours"})
        self.assertEqual(self.contents(), {"Offer.txt": b"ours"})

    def test_nothing_has_changed(self):
        attachment = self.attach()
        posts = len([request for request in self.server.requests if request.method == "POST"])
        self.assertIn("Nothing", self.document(attachment).export_record())
        self.assertEqual(
            len([request for request in self.server.requests if request.method == "POST"]), posts
        )

    def test_two_attachments_of_one_name(self):
        self.attach()
        second = self.attach(raw=b"dear")
        self.assertEqual(
            self.contents(), {"Offer.txt": b"cheap", f"Offer ({second.id}).txt": b"dear"}
        )

    def test_an_export_that_did_not_end_makes_no_second_document(self):
        attachment = self.attach()
        binding = self.document(attachment)
        series = binding.external_id
        binding.write({"external_id": False, "object_id": False, "synced_checksum": False})
        binding.export_record()
        self.assertEqual(self.contents(), {"Offer.txt": b"cheap"})
        self.assertEqual(binding.external_id, series)

    def test_document_deleted_there_is_made_again(self):
        attachment = self.attach()
        series = self.document(attachment).external_id
        self.repository.remove(series)
        self.run_jobs(attachment.write, {"raw": b"again"})
        self.assertEqual(self.contents(), {"Offer.txt": b"again"})
        self.assertNotEqual(self.document(attachment).external_id, series)

    def test_deleted_attachment(self):
        first, second = self.attach(), self.attach(name="b.txt")
        self.assertEqual(self.run_jobs(first.unlink), [])
        self.assertEqual(len(self.contents()), 2)
        self.backend.delete_documents = True
        self.run_jobs(second.write, {"raw": b"second version"})
        self.assertEqual(self.run_jobs(second.unlink), ["export_delete_record"])
        self.assertEqual(list(self.contents()), ["Offer.txt"])

    def test_attachment_deleted_before_its_export(self):
        with trap_jobs() as trap:
            values = {"name": "a", "res_model": "res.partner", "res_id": self.partner.id}
            self.env["ir.attachment"].create(values).unlink()
            trap.perform_enqueued_jobs()
        self.assertEqual(self.contents(), {})

    def test_changes_of_imported_documents_go_back(self):
        series = self.repository.add("/Odoo/a.txt", b"theirs")
        self.run_jobs(self.backend.action_import_all)
        attachment = self.binding(series).odoo_id
        self.run_jobs(attachment.write, {"raw": b"ours"})
        self.assertEqual(self.repository.latest(series).content, b"ours")

    def test_attachments_of_before(self):
        models = self.backend.export_model_ids
        self.backend.export_model_ids = False
        for name in ("a.txt", "b.txt"):
            self.attach(name=name)
        self.assertEqual(self.contents(), {})
        self.backend.export_model_ids = models
        self.env["ir.attachment"].search(
            [("res_model", "=", "res.partner"), ("res_id", "!=", self.partner.id)]
        ).unlink()
        names = self.run_jobs(self.backend.action_export)
        self.assertEqual(names, ["export_missing", *["export_attachment"] * 2])
        self.assertEqual(list(self.contents()), ["a.txt", "b.txt"])
        self.assertEqual(self.run_jobs(self.backend.action_export), ["export_missing"])

    def test_users_without_rights_on_the_repository(self):
        user = new_test_user(self.env, "seller", "base.group_user,base.group_partner_manager")
        attachment = self.attach()
        self.run_jobs(attachment.with_user(user).write, {"raw": b"new"})
        self.assertEqual(self.contents(), {"Offer.txt": b"new"})

    def test_empty_file(self):
        self.attach(raw=b"")
        self.assertEqual(list(self.contents()), ["Offer.txt"])
