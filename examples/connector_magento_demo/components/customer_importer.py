# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component
from odoo.addons.connector_shop.components.plain_orders import GUEST, ORDERED


class CustomerImporter(Component):
    """Imports a customer, then the addresses, which come with it."""

    _name = "magento.partner.importer"
    _inherit = "magento.record.importer"
    _apply_on = "magento.partner"
    _dependency_models = {"group_id": "magento.customer.group"}

    def _read(self):
        if self.external_id.startswith(GUEST):
            # The shop has no record of a guest: what we know came with the first order.
            return {"guest": True}
        return super()._read()

    def _must_skip(self):
        if self.external_record.get("guest"):
            return self.env._("A guest is only known by orders.")
        return super()._must_skip()

    def _after_import(self, binding):
        self._set_tag(binding)
        addresses = {
            address["id"]: {**address, "customer_id": self.external_id}
            for address in self.external_record["addresses"]
        }
        known = binding.address_ids.filtered(lambda one: not one.external_id.startswith(ORDERED))
        self._import_parts("magento.address", addresses, known)

    def _set_tag(self, binding):
        """Give the contact the tag of its group, and take those of the other groups away."""
        mine = [("backend_id", "=", self.backend_record.id)]
        groups = self.env["magento.customer.group"].search(mine)
        group = groups.filtered(lambda tag: tag.external_id == self.external_record["group_id"])
        tags = binding.category_id - (groups - group).odoo_id | group.odoo_id
        if tags != binding.category_id:
            binding.odoo_id.category_id = tags


class AddressImporter(Component):
    """Runs for each address of a customer, which has been read already."""

    _name = "magento.address.importer"
    _inherit = ["part.importer", "magento.record.importer"]
    _apply_on = "magento.address"
    _whole_model = "magento.partner"

    def _find_whole(self, external_id):
        return self.binder.to_internal(external_id).magento_partner_id.external_id
