# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import base64

from odoo.addons.component.core import Component


class ImageImporter(Component):
    """Fetches the pictures of a product and its combinations that we don't have yet."""

    _name = "prestashop.image.importer"
    _inherit = ["base.importer", "prestashop.base"]
    _apply_on = "prestashop.product.template"
    _usage = "image.importer"

    def run(self, binding) -> str:
        """Import pictures.

        :param binding: binding of a product
        :return: what was done, in words
        """
        fetched = 0
        for record, field in (
            (binding, "image_1920"),
            *((one, "image_variant_1920") for one in binding.combination_ids),
        ):
            if record.image_id != record.imported_image_id:
                fetched += self._import_one(binding, record, field)
        return self.env._("%s pictures imported.", fetched)

    def _import_one(self, product, record, field: str) -> bool:
        """Import the picture of a product or a combination.

        :return: whether there is one
        """
        content = None
        if record.image_id:
            content = self.backend_adapter.read_image(product.external_id, record.image_id)
        record = record.with_context(connector_no_export=True)
        record.odoo_id[field] = base64.b64encode(content) if content else False
        record.imported_image_id = record.image_id
        return bool(content)
