# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.component.core import Component

from .common import ShopComponentCase


class ProductMapper(Component):
    _name = "test.product.mapper"
    _inherit = "shop.product.import.mapper"


class AddressMapper(Component):
    _name = "test.address.mapper"
    _inherit = "shop.address.import.mapper"


@tagged("post_install", "-at_install")
class TestProducts(ShopComponentCase):
    def setUp(self):
        super().setUp()
        self.mapper = self.build(ProductMapper)

    def test_barcode(self):
        product = self.env["product.product"].create({"name": "A", "barcode": "4006381333931"})
        codes = ("", "0000000000000", "4006381333931", "036000291452")
        self.assertEqual(self.mapper.free_barcode(codes, product.browse()), "036000291452")
        self.assertEqual(self.mapper.free_barcode(codes, product), "4006381333931")
        product.active = False
        self.assertFalse(self.mapper.free_barcode(["4006381333931"], product.browse()))

    def test_attributes_and_variants(self):
        attribute = self.env["product.attribute"].create(
            {"name": "Size", "create_variant": "dynamic"}
        )
        small, large, huge = self.env["product.attribute.value"].create(
            [{"name": name, "attribute_id": attribute.id} for name in ("S", "L", "XL")]
        )
        templates = self.env["product.template"]
        commands = self.mapper.missing_values(templates, small | large)
        shirt = templates.create({"name": "Shirt", "attribute_line_ids": commands})
        self.assertFalse(shirt.product_variant_ids, "the shop knows which there are")
        self.assertEqual(self.mapper.missing_values(shirt, small), [])
        shirt.attribute_line_ids = self.mapper.missing_values(shirt, huge)
        self.assertEqual(shirt.attribute_line_ids.value_ids, small | large | huge)
        variant = self.mapper.variant_with(shirt, large)
        self.assertEqual(variant.product_template_attribute_value_ids.name, "L")
        self.assertEqual(self.mapper.variant_with(shirt, large), variant)

    def test_addresses(self):
        mapper = self.build(AddressMapper)
        address = {
            "name": "Ann",
            "company": "Kite",
            "street": ["One", "Two", "Three"],
            "city": "Milan",
            "postcode": "20100",
            "country": "IT",
            "region": "",
            "region_code": "MI",
            "phone": "",
        }
        values = mapper.address(address)
        self.assertEqual(values["name"], "Kite, Ann")
        self.assertEqual((values["street"], values["street2"]), ("One", "Two, Three"))
        self.assertEqual(values["state_id"], self.env.ref("base.state_it_mi").id)
        unknown = mapper.address({**address, "region": "Nowhere", "region_code": ""})
        self.assertEqual((unknown["city"], unknown["state_id"]), ("Milan, Nowhere", False))
        self.assertEqual(mapper.type({"billing": False, "shipping": True}), {"type": "delivery"})
