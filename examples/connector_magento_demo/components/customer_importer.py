# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import Command

from odoo.addons.component.core import Component

#: External ids of customers without an account begin with it.
GUEST = "guest:"


class CustomerImporter(Component):
    """Imports a customer, then the addresses, which come with it."""

    _name = "magento.partner.importer"
    _inherit = "magento.record.importer"
    _apply_on = "magento.partner"
    _dependency_models = {"group_id": "magento.customer.group", "website_id": "magento.website"}

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
        gone = binding.address_ids.filtered(
            lambda item: item.external_id not in {address["id"] for address in known}
        )
        for address in gone:
            deleter = self.component(usage="record.deleter", model_name="magento.address")
            deleter.run(address.external_id)

    def _set_tag(self, binding):
        """Give the contact the tag of its group, and take those of the other groups away."""
        groups = self.env["magento.customer.group"].search(
            [("backend_id", "=", self.backend_record.id)]
        )
        group = self.binder_for("magento.customer.group").to_internal(
            self.external_record["group_id"] or ""
        )
        wrong = (groups.odoo_id & binding.category_id) - group.odoo_id
        missing = group.odoo_id - binding.category_id
        if wrong or missing:
            binding.odoo_id.category_id = [
                *(Command.unlink(tag.id) for tag in wrong),
                *(Command.link(tag.id) for tag in missing),
            ]


class AddressImporter(Component):
    """Runs for each address of a customer, which has been read already."""

    _name = "magento.address.importer"
    _inherit = "magento.record.importer"
    _apply_on = "magento.address"

    def run(self, external_id, force=False, external_record=None):
        if external_record is None:
            # Somebody wants to have an address imported again: it comes with its customer.
            binding = self.binder.to_internal(external_id)
            customer = binding.magento_partner_id.external_id
            if not customer:
                return self.env._("Address %s belongs to no customer of ours.", external_id)
            importer = self.component(usage="record.importer", model_name="magento.partner")
            return importer.run(customer, force=True)
        return super().run(external_id, force=force, external_record=external_record)
