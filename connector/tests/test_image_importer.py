# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import base64
from unittest import mock

from odoo.tests import tagged

from .common import ConnectorComponentCase

#: A picture of one pixel.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class Binding:
    """A binding of a partner with a picture."""

    def __init__(self, partner, image_id, imported_image_id=False):
        self.odoo_id = partner
        self.image_id = image_id
        self.imported_image_id = imported_image_id

    def with_context(self, **context):
        return self

    def _image_differs(self):
        return self.image_id != self.imported_image_id


@tagged("post_install", "-at_install")
class TestImageImporter(ConnectorComponentCase):
    def setUp(self):
        super().setUp()
        self.partner = self.env["res.partner"].create({"name": "Ann"})

    def run_importer(self, binding, content):
        importer = self.comp_registry["base.image.importer"](self.work_on())
        importer._backend_adapter = mock.Mock()
        importer._backend_adapter.read_image.return_value = content
        text = importer.run(binding)
        return text, importer._backend_adapter.read_image.call_count

    def test_new_picture(self):
        binding = Binding(self.partner, "7")
        text, asked = self.run_importer(binding, PIXEL)
        self.assertTrue(self.partner.image_1920)
        self.assertEqual((binding.imported_image_id, asked), ("7", 1))
        self.assertIn("1", text)
        self.assertEqual(self.run_importer(binding, PIXEL)[1], 0, "it is here already")

    def test_picture_that_is_gone(self):
        self.run_importer(Binding(self.partner, "7"), PIXEL)
        binding = Binding(self.partner, False, "7")
        self.assertEqual(self.run_importer(binding, PIXEL)[1], 0)
        self.assertFalse(self.partner.image_1920)
        self.run_importer(Binding(self.partner, "8"), None)
        self.assertFalse(self.partner.image_1920)

    def test_what_is_no_picture(self):
        binding = Binding(self.partner, "7")
        with self.assertLogs("odoo.addons.connector.components.image_importer") as logs:
            text, _asked = self.run_importer(binding, b"\x00 no picture at all")
        self.assertIn("Picture 7 is left out", logs.output[0])
        self.assertIn("0", text)
        self.assertEqual(binding.imported_image_id, "7", "it is not asked for again")
