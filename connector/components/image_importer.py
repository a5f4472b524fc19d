# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import base64
import logging
from collections.abc import Iterator

from odoo.exceptions import UserError

from odoo.addons.component.core import AbstractComponent

_logger = logging.getLogger(__name__)


class ImageImporter(AbstractComponent):
    """Fetches the pictures that we don't have yet, of a binding and of those below it.

    Bindings have ``image_id``, the other system's id of a picture, ``imported_image_id``, which is
    that of the one that we have, and ``_image_differs()``. The adapter has ``read_image(binding,
    image_id)``, which returns the content of a file, or ``None``.

    To be overridden: ``_pictures``.
    """

    _name = "base.image.importer"
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
        record.imported_image_id = record.image_id
        try:
            with self.env.cr.savepoint():
                record.odoo_id[field] = base64.b64encode(content) if content else False
        except UserError as error:
            # What is no picture must not keep the others from being imported, nor come again.
            _logger.warning("Picture %s is left out: %s", record.image_id, error)
            return False
        return bool(content)
