# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models


class ConnectorShopImage(models.AbstractModel):
    """A binding of a product or variant that has a picture in the shop.

    Pictures are fetched by a job of their own, with an ``image.importer``, see
    ``base.image.importer``.
    """

    _name = "connector.shop.image"
    _inherit = "connector.shop.binding"
    _description = "Picture in a Shop"

    image_id = fields.Char("Picture in the Shop")
    imported_image_id = fields.Char("Imported Picture")

    def _image_differs(self) -> bool:
        """Tell whether the shop has another picture than the one that we have."""
        return (self.image_id or False) != (self.imported_image_id or False)

    @api.private
    def import_images(self):
        """Fetch the pictures of a product and of its variants (a job)."""
        self.ensure_one()
        with self._binding_backend().work_on(self._name) as work:
            return work.component(usage="image.importer").run(self)
