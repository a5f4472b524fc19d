# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component

#: External ids of customers without an account begin with it.
GUEST = "guest:"
#: ... and those of addresses that only an order has.
ORDERED = "order:"


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
        known = self.external_record["addresses"]
        for address in known:
            self._import_dependency(
                address["id"],
                "magento.address",
                always=True,
                external_record={**address, "customer_id": self.external_id},
            )
        deleter = self.component(usage="record.deleter", model_name="magento.address")
        for external_id in binding.address_ids.mapped("external_id"):
            gone = external_id not in {address["id"] for address in known}
            if gone and not external_id.startswith(ORDERED):
                deleter.run(external_id)

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
    _inherit = "magento.record.importer"
    _apply_on = "magento.address"

    def run(self, external_id, force=False, external_record=None):
        if external_record is None:
            # Somebody wants to have an address imported again: it comes with its customer.
            customer = self.binder.to_internal(external_id).magento_partner_id.external_id
            importer = self.component(usage="record.importer", model_name="magento.partner")
            return importer.run(customer, force=True)
        return super().run(external_id, force=force, external_record=external_record)
