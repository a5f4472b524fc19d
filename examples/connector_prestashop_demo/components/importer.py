# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The import of a record, and of a group: the generic flows, and what is special."""

from collections.abc import Iterator

from odoo.addons.component.core import Component
from odoo.addons.connector.values import id_of


class PrestashopBatchImporter(Component):
    """Lists the ids of a kind page by page; each group of them becomes a job."""

    _name = "prestashop.batch.importer"
    _inherit = ["batch.importer", "prestashop.base"]
    _first_kinds = ("prestashop.language", "prestashop.shop")
    #: records that one job imports
    _group_size = 20


class PrestashopRecordImporter(Component):
    _name = "prestashop.record.importer"
    _inherit = ["shop.record.importer", "prestashop.base"]
    # They change with each order, or each time that somebody saves what has not changed.
    _volatile_keys = frozenset(
        {"quantity", "date_upd", "nb_products_recursive", "last_passwd_gen", "secure_key"}
    )

    def _set_up(self, external_id, force: bool = False) -> None:
        super()._set_up(int(external_id), force=force)

    def _dependencies(self) -> Iterator[tuple[str, int]]:
        for binding_model, external_id in super()._dependencies():
            if external_id := id_of(external_id):
                yield binding_model, external_id


class PrestashopGroupImporter(Component):
    _name = "prestashop.group.importer"
    _inherit = ["group.importer", "prestashop.base"]


class PrestashopDeletionImporter(Component):
    _name = "prestashop.deletion.importer"
    _inherit = ["deletion.importer", "prestashop.base"]


class PrestashopRecordDeleter(Component):
    """What is gone over there is unbound; what is sold or sold to is archived as well."""

    _name = "prestashop.record.deleter"
    _inherit = ["record.deleter", "prestashop.base"]


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
