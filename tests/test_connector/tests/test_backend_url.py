# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from lxml import etree

from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged

MODEL = "test.connector.web.backend"


@tagged("post_install", "-at_install")
class TestBackendUrl(TransactionCase):
    def test_addresses(self):
        for url in ("http://127.0.0.1:8080/solr", "https://shop.example.com", "HTTPS://x"):
            self.env[MODEL].create({"name": "x", "url": url})

    def test_what_is_no_address(self):
        for url in ("shop.example.com", "ftp://shop.example.com", "http://", "file:///etc"):
            with self.assertRaisesRegex(ValidationError, "no web address"):
                self.env[MODEL].create({"name": "x", "url": url})

    def test_secret_in_the_address(self):
        backend = self.env[MODEL].create({"name": "x", "url": "https://shop.example.com"})
        for url in ("https://me:secret@shop.example.com", "https://key@shop.example.com"):
            with self.assertRaises(ValidationError) as caught:
                backend.url = url
            self.assertNotIn("secret", str(caught.exception))

    def test_default_views(self):
        for kind in ("list", "search"):
            arch = etree.fromstring(self.env[MODEL].get_view(view_type=kind)["arch"])
            names = [field.get("name") for field in arch.iterfind("./field")]
            self.assertEqual(names[:3], ["name", "url", "company_id"], kind)
        # What all backends show is there as well.
        self.assertIsNotNone(arch.find(".//filter[@name='not_connected']"))
