# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import base64
from collections.abc import Iterator

from odoo.addons.component.core import AbstractComponent


class ShopImageImporter(AbstractComponent):
    """Fetches the pictures that we don't have yet, of a binding and of those below it.

    The adapter has ``read_image(binding, image_id)``, which returns the content of a file, or
    ``None``. See ``connector.shop.image``.
    """

    _name = "shop.image.importer"
    _inherit = "base.importer"
    _usage = "image.importer"

    def run(self, binding) -> str:
        """Import pictures.

        :param binding: binding of a product
        :return: what was done, in words
        """
        fetched = sum(
            self._import_one(binding, record, field)
            for record, field in self._pictures(binding)
            if record._image_differs()
        )
        return self.env._("%s pictures imported.", fetched)

    def _pictures(self, binding) -> Iterator[tuple]:
        """Hook: list the bindings that have a picture, each with the field that it goes to."""
        yield binding, "image_1920"

    def _import_one(self, binding, record, field: str) -> bool:
        """Import the picture of a product or a variant.

        :return: whether there is one
        """
        content = None
        if record.image_id:
            content = self.backend_adapter.read_image(binding, record.image_id)
        record = record.with_context(connector_no_export=True)
        record.odoo_id[field] = base64.b64encode(content) if content else False
        record.imported_image_id = record.image_id
        return bool(content)
