# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tools import html2plaintext

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import changed_by, mapping


class SolrProductMapper(Component):
    """Makes a document of a product.

    The names of the fields end as Solr's default configuration wants it (_s for a string, _t for
    a text, and so on), so a new core takes the documents as they are.
    """

    _name = "solr.product.mapper"
    _inherit = ["base.export.mapper", "base.solr.connector"]
    _apply_on = "solr.product"

    direct = [("name", "name_t"), ("default_code", "code_s"), ("barcode", "barcode_s")]

    @mapping
    def identity(self, record):
        backend = self.backend_record
        return {
            "id": backend._document_id(record.odoo_id.id),
            "source_s": backend._source_key(),
            # Documents with a lower number than that of the last rebuild are stale.
            "build_l": backend.build,
        }

    @mapping
    @changed_by("list_price", "standard_price", "product_template_attribute_value_ids")
    def price(self, record):
        return {"price_d": record.lst_price, "currency_s": record.currency_id.name}

    @mapping
    @changed_by("categ_id")
    def category(self, record):
        return {"category_s": record.categ_id.complete_name}

    @mapping
    @changed_by("product_tag_ids", "additional_product_tag_ids")
    def tags(self, record):
        return {"tags_ss": record.all_product_tag_ids.mapped("name")}

    @mapping
    @changed_by("description_sale")
    def description(self, record):
        return {"description_t": html2plaintext(record.description_sale or "").strip()}

    def finalize(self, map_record, values):
        # What is empty is left out: an empty text is no valid number, date or boolean.
        values = super().finalize(map_record, values)
        return {
            name: value
            for name, value in values.items()
            if value is not False and value not in (None, "", [])
        }
