# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import external_to_m2o, mapping, only_create


class OrderMapper(Component):
    """An order is written once; later imports only follow its state, as it may be changed here."""

    _name = "magento.sale.order.import.mapper"
    _inherit = "magento.import.mapper"
    _apply_on = "magento.sale.order"

    direct = [
        ("state", "magento_state"),
        ("payment", "magento_payment"),
        (external_to_m2o("store_id", optional=True), "store_id"),
    ]

    @only_create
    @mapping
    def header(self, record):
        backend = self.backend_record
        values = {
            "name": f"{backend.order_prefix or ''}{record['number']}",
            "client_order_ref": record["number"],
            "origin": f"{backend.name} {record['number']}",
            "magento_id": record["magento_id"],
            "company_id": backend.company_id.id,
            "warehouse_id": backend.warehouse_id.id,
            # What was sold is sold, whatever Odoo would have added.
            "fiscal_position_id": False,
        }
        if record["date"]:
            values["date_order"] = record["date"]
        return values

    @only_create
    @mapping
    def pricelist_id(self, record):
        """Take a pricelist in the currency of the order; make one, if there is none."""
        company = self.backend_record.company_id
        currency = self.currency_of(record["currency"]) or company.currency_id
        domain = [("currency_id", "=", currency.id), ("company_id", "in", (company.id, False))]
        if currency == company.currency_id:
            pricelist = self.env["product.pricelist"].search(domain, limit=1)
            return {"pricelist_id": pricelist.id}
        currency.filtered(lambda found: not found.active).active = True
        values = {"currency_id": currency.id, "company_id": company.id}
        values["name"] = f"Magento {currency.name}"
        return {"pricelist_id": self.find_or_create("product.pricelist", domain, values).id}

    @only_create
    @mapping
    def order_line(self, record):
        return {"order_line": self.component(usage="order.lines").commands(record)}
