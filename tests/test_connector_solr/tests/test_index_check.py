# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest import mock

from odoo.tests import tagged

from .common import SolrCase


@tagged("post_install", "-at_install")
class TestIndexCheck(SolrCase):
    def test_what_differs_is_mended(self):
        products = self.env["product.product"].concat(
            *(self.create_product(f"Violin {number}") for number in range(5))
        )
        self.run_jobs(self.backend.action_rebuild)
        complete = dict(self.core.documents)
        source = f"db1-{self.backend.id}"
        self.core.documents["unknown"] = {"id": "unknown", "source_s": source, "build_l": 9}
        self.core.documents["other"] = {"id": "other", "source_s": "another database"}
        del self.core.documents[f"{source}-{products[3].id}"]
        search_page = type(self.adapter()).search_page
        with mock.patch.object(
            type(self.adapter()),
            "search_page",
            lambda adapter, filters, page: search_page(adapter, filters, page, limit=2),
        ):
            names = self.run_jobs(self.backend.action_check_index)
        self.assertEqual(names, ["check_index", "delete_unknown", "export_record"])
        self.assertEqual(set(self.core.documents), {*complete, "other"})

    def test_a_product_bound_meanwhile_is_kept(self):
        product = self.create_product()
        self.run_jobs(self.backend.action_rebuild)
        external_id = self.document(product)["id"]
        self.env["solr.product"].delete_unknown(self.backend, [external_id, "unknown"])
        self.assertEqual(list(self.core.documents), [external_id])
