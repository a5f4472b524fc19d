# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import new_test_user, tagged

from odoo.addons.connector.exception import InvalidDataError, NetworkRetryableError
from odoo.addons.connector.tests.unit.scripted_server import Reply
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import SolrCase


@tagged("post_install", "-at_install")
class TestExport(SolrCase):
    def created(self, **values):
        """Create a product, run the jobs, and return it."""
        made = []
        self.run_jobs(lambda: made.append(self.create_product(**values)))
        return made[0]

    def test_new_product(self):
        tag = self.env["product.tag"].create({"name": "Strings"})
        product = self.created(
            default_code="V1",
            barcode="4711",
            description_sale="Bow included",
            product_tag_ids=[(4, tag.id)],
        )
        self.assertEqual(
            self.document(product),
            {
                "id": f"db1-{self.backend.id}-{product.id}",
                "source_s": f"db1-{self.backend.id}",
                "build_l": 0,
                "name_t": "Violin",
                "code_s": "V1",
                "barcode_s": "4711",
                "price_d": 100.0,
                "currency_s": product.currency_id.name,
                "category_s": "Instruments",
                "tags_ss": ["Strings"],
                "description_t": "Bow included",
            },
        )
        binding = product.solr_bind_ids
        self.assertEqual(binding.external_id, self.document(product)["id"])
        self.assertTrue(binding.last_export_date)

    def test_empty_values_are_left_out_and_zero_is_not(self):
        document = self.document(self.created(list_price=0.0))
        self.assertEqual(document["price_d"], 0.0)
        self.assertFalse({"code_s", "tags_ss", "description_t"} & set(document))

    def test_change_of_a_variant_or_of_its_template(self):
        product = self.created()
        self.run_jobs(product.write, {"default_code": "V2"})
        self.run_jobs(product.product_tmpl_id.write, {"name": "Viola", "list_price": 5.0})
        document = self.document(product)
        self.assertEqual((document["code_s"], document["name_t"]), ("V2", "Viola"))
        self.assertEqual(document["price_d"], 5.0)

    def test_change_of_what_is_not_in_the_document(self):
        product = self.created()
        self.assertEqual(self.run_jobs(product.write, {"description_purchase": "cheap"}), [])

    def test_several_changes_are_one_job(self):
        product = self.created()
        with trap_jobs() as trap:
            product.default_code = "V2"
            product.default_code = "V3"
            trap.assert_jobs_count(1)

    def test_product_that_is_not_to_be_listed(self):
        product = self.created(sale_ok=False)
        self.assertFalse(product.solr_bind_ids)
        self.run_jobs(product.write, {"sale_ok": True})
        self.assertTrue(self.document(product))
        self.run_jobs(product.write, {"sale_ok": False})
        self.assertIsNone(self.document(product))
        self.assertFalse(product.solr_bind_ids.external_id)

    def test_archived_product(self):
        product = self.created()
        self.run_jobs(product.action_archive)
        self.assertIsNone(self.document(product))
        self.run_jobs(product.action_unarchive)
        self.assertTrue(self.document(product))

    def test_deleted_product_and_template(self):
        product, other = self.created(), self.created(name="Oboe")
        self.assertEqual(self.run_jobs(product.unlink), ["export_delete_record"])
        self.run_jobs(other.product_tmpl_id.unlink)
        self.assertEqual(self.core.documents, {})

    def test_deleted_binding(self):
        product = self.created()
        self.run_jobs(product.solr_bind_ids.unlink)
        self.assertIsNone(self.document(product))

    def test_product_deleted_before_its_export(self):
        product = self.create_product()
        with trap_jobs() as trap:
            product.default_code = "V2"
            product.unlink()
            trap.perform_enqueued_jobs()
        self.assertEqual(self.core.documents, {})

    def test_no_automatic_export(self):
        self.backend.auto_export = False
        product = self.created()
        self.assertEqual(self.run_jobs(product.write, {"name": "Viola"}), [])
        self.assertEqual(self.server.requests, [])

    def test_users_without_rights_on_the_index(self):
        user = new_test_user(self.env, "seller", "base.group_user,product.group_product_manager")
        product = self.created()
        self.run_jobs(product.with_user(user).write, {"name": "Viola"})
        self.assertEqual(self.document(product)["name_t"], "Viola")

    def test_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.backend.lang_id = self.env.ref("base.lang_fr")
        product = self.created()
        self.run_jobs(product.with_context(lang="fr_FR").write, {"name": "Violon"})
        self.assertEqual(self.document(product)["name_t"], "Violon")

    def test_failed_export_changes_nothing_here(self):
        product = self.create_product()
        self.server.faults = [Reply(503), Reply(400, "no")]
        for error in (NetworkRetryableError, InvalidDataError):
            with self.assertRaises(error), self.cr.savepoint():
                self.env["solr.product"].export_product(self.backend, product.id)
            self.assertFalse(product.solr_bind_ids.external_id)

    def test_rebuild_that_begins_during_an_export(self):
        product = self.created()
        binding = product.solr_bind_ids

        update = self.core._update

        def begin_and_update(*args):
            # As another transaction does.
            self.backend.build = 7
            return update(*args)

        self.core._update = begin_and_update
        with trap_jobs() as trap:
            binding.export_record()
            trap.assert_enqueued_job(binding.export_record)
            self.core._update = update
            trap.perform_enqueued_jobs()
        self.assertEqual(self.document(product)["build_l"], 7)
