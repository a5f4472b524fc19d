# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.connector.tests.unit.scripted_server import Reply
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import SolrCase
from .solr_core import BadRequestError


@tagged("post_install", "-at_install")
class TestRebuild(SolrCase):
    def setUp(self):
        super().setUp()
        self.backend.auto_export = False
        self.products = self.env["product.product"].concat(
            *(self.create_product(f"Violin {number}") for number in range(5))
        )

    def updates(self):
        return [request for request in self.server.requests if "/update" in request.path]

    def test_rebuild(self):
        other = {"id": "other", "source_s": "another database"}
        stale = {"id": "stale", "source_s": f"db1-{self.backend.id}", "build_l": 0}
        self.core.documents = {"other": other, "stale": stale}
        names = self.run_jobs(self.backend.action_rebuild)
        self.assertEqual(names, ["export_all", *["export_batch"] * 3, "delete_stale"])
        self.assertEqual(
            set(self.core.documents),
            {"other", *self.products.solr_bind_ids.mapped("external_id")},
        )
        self.assertEqual(len(self.products.solr_bind_ids), 5)
        # Two products for each request, and the deletion.
        self.assertEqual(len(self.updates()), 4)
        self.assertEqual(self.document(self.products[0])["build_l"], 1)

    def test_rebuild_again(self):
        self.run_jobs(self.backend.action_rebuild)
        self.products[0].sale_ok = False
        self.products[1].unlink()
        self.products[2].action_archive()
        self.run_jobs(self.backend.action_rebuild)
        bound = self.products.exists().solr_bind_ids.filtered("external_id")
        self.assertEqual(bound.odoo_id, self.products[3:])
        self.assertEqual(set(self.core.documents), set(bound.mapped("external_id")))

    def test_empty_index(self):
        self.run_jobs(self.backend.action_rebuild)
        self.products.unlink()
        names = self.run_jobs(self.backend.action_rebuild)
        self.assertEqual(names, ["export_all", "delete_stale"])
        self.assertEqual(self.core.documents, {})

    def test_a_product_that_solr_refuses_does_not_hold_up_the_others(self):
        refused = f"-{self.products[1].id}"
        add = self.core._add

        def add_but_one(document):
            if document["id"].endswith(refused):
                raise BadRequestError("not this one")
            add(document)

        self.core._add = add_but_one
        with trap_jobs() as trap:
            self.backend.action_rebuild()
            trap.perform_enqueued_jobs()
            trap.perform_enqueued_jobs()
            (job,) = trap.enqueued_jobs
        self.assertEqual(job.recordset, self.products[1].solr_bind_ids)
        self.assertEqual(job.method_name, "export_record")
        self.assertEqual(len(self.core.documents), 4)
        self.assertFalse(self.products[1].solr_bind_ids.external_id)

    def test_nothing_is_deleted_before_all_batches_are_done(self):
        self.backend.action_rebuild()
        self.env["solr.product"].export_all(self.backend, 1)
        jobs = self.env["queue.job"].search([("model_name", "=", "solr.product")])
        (last,) = jobs.filtered(lambda job: job.method_name == "delete_stale")
        batches = jobs.filtered(lambda job: job.method_name == "export_batch")
        self.assertEqual(last.state, "wait_dependencies")
        self.assertEqual(set(last.dependencies["depends_on"]), set(batches.mapped("uuid")))
        self.assertEqual(set(jobs.mapped("channel")), {"root.solr"})

    def test_an_older_rebuild_gives_way(self):
        self.backend.build = 3
        with trap_jobs() as trap:
            self.env["solr.product"].export_all(self.backend, 2)
            trap.assert_jobs_count(0)

    def test_batch_is_tried_again_as_a_whole(self):
        self.server.faults = [Reply(503)]
        self.backend.build = 1
        bindings = self.env["solr.product"]._bind_products(self.backend, self.products)
        with self.assertRaisesRegex(Exception, "503"), self.cr.savepoint():
            bindings.export_batch(self.backend, 1)
        self.assertFalse(any(bindings.mapped("external_id")))
        bindings.export_batch(self.backend, 1)
        self.assertEqual(len(self.core.documents), 5)
        bindings[0].unlink()
        bindings.export_batch(self.backend, 1)
