# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Products are imported with their combinations, under one lock."""

from collections.abc import Iterator

from odoo.addons.component.core import Component
from odoo.addons.connector.exception import IDMissingInBackend
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
        if any(
            one.image_id != one.imported_image_id for one in (binding, *binding.combination_ids)
        ):
            binding.with_delay(identity_key=identity_exact).import_images()
        self._import_stock_records(binding)

    def _import_combinations(self, binding) -> None:
        """Import the combinations, and do what is due with those that are gone."""
        model = "prestashop.product.combination"
        ids = {id_of(record.get("id")): record for record in self.external_record["combinations"]}
        for external_id, record in ids.items():
            # It takes from the product what it has not itself.
            record = {**record, "id_product": self.external_id, "product": self.external_record}
            self._import_dependency(external_id, model, always=True, external_record=record)
        gone = binding.with_context(active_test=False).combination_ids.filtered(
            lambda one: one.external_id not in ids
        )
        deleter = self.component(usage="record.deleter", model_name=model)
        for external_id in gone.mapped("external_id"):
            deleter.run(external_id)

    def _set_active(self, template) -> None:
        """Archive what the shop does not sell; last, as a new variant is never archived."""
        active = flag_of(self.external_record.get("active", "1"))
        if not active or not template.active:
            template.active = active

    def _import_stock_records(self, binding) -> None:
        """Have the shop's records of the quantities imported that are not known yet."""
        known = self.binder_for("prestashop.stock.available").bindings_by_external_id(
            stock_ids := links(self.external_record, "stock_availables")
        )
        missing = [external_id for external_id in stock_ids if external_id not in known]
        if missing and binding.odoo_id.is_storable:
            stocks = self.env["prestashop.stock.available"]
            stocks.with_delay(identity_key=identity_exact).import_group(
                self.backend_record, missing
            )


class CombinationImporter(Component):
    """Runs inside the import of the product; asked for alone, it has the product imported."""

    _name = "prestashop.product.combination.importer"
    _inherit = "prestashop.record.importer"
    _apply_on = "prestashop.product.combination"

    def run(self, external_id, force: bool = False, external_record=None) -> str:
        if external_record is None:
            try:
                record = self.backend_adapter.read(external_id)
            except IDMissingInBackend:
                return super().run(external_id, force=force)
            model = "prestashop.product.template"
            importer = self.component(usage="record.importer", model_name=model)
            return importer.run(id_of(record.get("id_product")), force=True)
        # The product has changed, or we were not here: what a combination takes from it may have.
        return super().run(external_id, force=True, external_record=external_record)

    def _variant(self):
        """Find the variant of the product that has the values of the combination, or create it."""
        product_id = self.external_record["id_product"]
        template = self.binder_for("prestashop.product.template").to_internal(product_id).odoo_id
        template = template.with_context(connector_no_export=True)
        ids = links(self.external_record, "product_option_values")
        found = self.binder_for("prestashop.product.option.value").bindings_by_external_id(ids)
        wanted = {bound.odoo_id.id for bound in found.values()}
        values = template.attribute_line_ids.product_template_value_ids.filtered(
            lambda one: one.ptav_active and one.product_attribute_value_id.id in wanted
        )
        return template._create_product_variant(values)

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
