# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The import of a record, and of a group: the generic flows, and what is special."""

import logging
from collections.abc import Iterator

from odoo.addons.component.core import Component

from ..webservice import id_of
from .core import AccessRefused

_logger = logging.getLogger(__name__)

#: Keys that change with each order, or each time that somebody saves what has not changed.
VOLATILE = {"quantity", "date_upd", "nb_products_recursive", "last_passwd_gen", "secure_key"}


class PrestashopRecordImporter(Component):
    _name = "prestashop.record.importer"
    _inherit = ["record.importer", "prestashop.base"]

    def _set_up(self, external_id, force: bool = False) -> None:
        super()._set_up(int(external_id), force=force)

    def _dependencies(self) -> Iterator[tuple[str, int]]:
        for key, binding_model in self._dependency_models.items():
            if external_id := id_of(self.external_record.get(key)):
                yield binding_model, external_id

    def _import_dependency(self, external_id, binding_model: str, **kwargs) -> None:
        try:
            super()._import_dependency(external_id, binding_model, **kwargs)
        except AccessRefused as error:
            _logger.warning("%s %s is left out: %s", binding_model, external_id, error)

    def _external_version(self) -> str | None:
        record = self.external_record
        self.external_record = {key: record[key] for key in record if key not in VOLATILE}
        try:
            return super()._external_version()
        finally:
            self.external_record = record

    # What mappers have to know of what there is already

    def _options(self) -> dict:
        return {"binding": self.binding}

    def _create_data(self, map_record, **kwargs) -> dict:
        return super()._create_data(map_record, **self._options(), **kwargs)

    def _update_data(self, map_record, **kwargs) -> dict:
        return super()._update_data(map_record, **self._options(), **kwargs)

    def _after_import(self, binding) -> None:
        """Write the texts in all languages that both sides have."""
        super()._after_import(binding)
        if not self.mapper._texts:
            return
        for language in self.backend_record.languages():
            texts = self.mapper.texts_in(self.external_record, language.external_id)
            translated = {
                name: text for name, text in texts.items() if self.model._fields[name].translate
            }
            self._update(binding.with_context(lang=language.odoo_id.code), translated)


class PrestashopGroupImporter(Component):
    _name = "prestashop.group.importer"
    _inherit = ["group.importer", "prestashop.base"]


class PrestashopRecordDeleter(Component):
    """What is gone over there is unbound; what is sold or sold to is archived as well."""

    _name = "prestashop.record.deleter"
    _inherit = ["record.deleter", "prestashop.base"]

    @property
    def _on_deleted(self) -> str:
        return self.model._on_deleted


class CategoryImporter(Component):
    _name = "prestashop.category.importer"
    _inherit = "prestashop.record.importer"
    _apply_on = "prestashop.category"
    _dependency_models = {"id_parent": "prestashop.category"}


class OptionValueImporter(Component):
    _name = "prestashop.product.option.value.importer"
    _inherit = "prestashop.record.importer"
    _apply_on = "prestashop.product.option.value"
    _dependency_models = {"id_attribute_group": "prestashop.product.option"}


class StateImporter(Component):
    _name = "prestashop.country.state.importer"
    _inherit = "prestashop.record.importer"
    _apply_on = "prestashop.country.state"
    _dependency_models = {"id_country": "prestashop.country"}


class AddressImporter(Component):
    _name = "prestashop.address.importer"
    _inherit = "prestashop.record.importer"
    _apply_on = "prestashop.address"
    _dependency_models = {
        "id_customer": "prestashop.customer",
        "id_country": "prestashop.country",
        "id_state": "prestashop.country.state",
    }

    def _must_skip(self) -> str | None:
        if not id_of(self.external_record.get("id_customer")):
            return self.env._("Address %s is no customer's.", self.external_id)
        return super()._must_skip()

    def _after_import(self, binding) -> None:
        super()._after_import(binding)
        vat = self.external_record.get("vat_number")
        company = binding.odoo_id.commercial_partner_id
        if vat and not company.vat:
            # It belongs to the customer; shops take any text for one.
            company.with_context(no_vat_validation=True, connector_no_export=True).vat = vat
