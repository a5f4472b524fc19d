# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component
from odoo.addons.component_event import skip_if


class DocumentListener(Component):
    """What is new is exported."""

    _name = "magento.document.listener"
    _inherit = ["base.connector.listener", "magento.base"]
    _apply_on = ["magento.invoice", "magento.shipment"]

    @skip_if(lambda self, record, fields=None: self.no_connector_export(record))
    def on_record_create(self, record, fields=None):
        record.with_delay().export_record()
