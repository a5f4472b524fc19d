# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Products are imported with their combinations, under one lock."""

from collections.abc import Iterator

from odoo.addons.component.core import Component
from odoo.addons.connector.values import flag_of, id_of
from odoo.addons.queue_job.job import identity_exact

from ..webservice import links


class ProductImporter(Component):
    _name = "prestashop.product.importer"
    _inherit = "prestashop.record.importer"
    _apply_on = "prestashop.product.template"
    _dependency_models = {"id_category_default": "prestashop.category"}

    def _dependencies(self) -> Iterator[tuple[str, int]]:
        yield from super()._dependencies()
        for category_id in links(self.external_record, "categories"):
            yield "prestashop.category", category_id
        for combination in self.external_record["combinations"]:
            for value_id in links(combination, "product_option_values"):
                yield "prestashop.product.option.value", value_id

    def _must_skip(self) -> str | None:
        if self.external_record.get("state") == "0":
            # From 1.7 on, what somebody began to enter is there before it is saved.
            return self.env._("Product %s is a draft.", self.external_id)
        return super()._must_skip()

    def _after_import(self, binding) -> None:
        super()._after_import(binding)
        self._import_combinations(binding)
        self._set_active(binding.odoo_id.with_context(connector_no_export=True))
        if any(one._image_differs() for one in (binding, *binding.combination_ids)):
            binding.with_delay(identity_key=identity_exact).import_images()
        if binding.odoo_id.is_storable:
            stocks = links(self.external_record, "stock_availables")
            self._delay_missing("prestashop.stock.available", stocks)

    def _import_combinations(self, binding) -> None:
        """Import the combinations, and do what is due with those that are gone."""
        product = self.external_record
        parts = {
            # It takes from the product what it has not itself.
            id_of(one.get("id")): {**one, "id_product": self.external_id, "product": product}
            for one in product["combinations"]
        }
        known = binding.with_context(active_test=False).combination_ids
        self._import_parts("prestashop.product.combination", parts, known)

    def _set_active(self, template) -> None:
        """Archive what the shop does not sell; last, as a new variant is never archived."""
        active = flag_of(self.external_record.get("active", "1"))
        if not active or not template.active:
            template.active = active


class ImageImporter(Component):
    """Fetches the pictures of a product and its combinations that we don't have yet."""

    _name = "prestashop.image.importer"
    _inherit = ["base.image.importer", "prestashop.base"]
    _apply_on = "prestashop.product.template"

    def _pictures(self, binding) -> Iterator[tuple]:
        yield from super()._pictures(binding)
        for combination in binding.combination_ids:
            yield combination, "image_variant_1920"


class CombinationImporter(Component):
    """Runs inside the import of the product."""

    _name = "prestashop.product.combination.importer"
    _inherit = ["part.importer", "prestashop.record.importer"]
    _apply_on = "prestashop.product.combination"
    _whole_model = "prestashop.product.template"

    def _find_whole(self, external_id):
        return id_of(self.backend_adapter.read(external_id).get("id_product"))

    def run(self, external_id, force: bool = False, external_record=None) -> str:
        # The product has changed, or we were not here: what a combination takes from it may have.
        return super().run(external_id, force=True, external_record=external_record)

    def _variant(self):
        """Find the variant of the product that has the values of the combination, or create it."""
        product_id = self.external_record["id_product"]
        template = self.binder_for("prestashop.product.template").to_internal(product_id).odoo_id
        ids = links(self.external_record, "product_option_values")
        binder = self.binder_for("prestashop.product.option.value")
        found = (bound.odoo_id.id for bound in binder.bindings_by_external_id(ids).values())
        values = self.env["product.attribute.value"].browse(found)
        return self.mapper.variant_with(template, values)

    def _must_skip(self) -> str | None:
        if not self._variant():
            return self.env._("Combination %s is none of the product's.", self.external_id)
        return super()._must_skip()

    def _mapping_options(self) -> dict:
        return {**super()._mapping_options(), "variant": self._variant()}

    def _after_import(self, binding) -> None:
        """Give a price that comes with one attribute to that attribute."""
        super()._after_import(binding)
        values = binding.odoo_id.product_template_attribute_value_ids
        if len(values) == 1:
            values.price_extra = binding.price_impact


class StockAvailableImporter(Component):
    _name = "prestashop.stock.available.importer"
    _inherit = "prestashop.record.importer"
    _apply_on = "prestashop.stock.available"
    _dependency_models = {"id_product": "prestashop.product.template"}

    def _must_skip(self) -> str | None:
        record = self.external_record
        product = self.binder_for("prestashop.product.template").to_internal(
            id_of(record.get("id_product"))
        )
        if not product:
            return self.env._("Product %s can't be imported.", record.get("id_product"))
        if product.combination_ids and not id_of(record.get("id_product_attribute")):
            return self.env._("Quantity %s is the sum of those of the combinations.", record["id"])
        return super()._must_skip()
