# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Listeners export what users change."""

from odoo.addons.component.core import AbstractComponent


class ConnectorListener(AbstractComponent):
    """Base of the event listeners of connectors."""

    _name = "base.connector.listener"
    _inherit = ["base.connector", "base.event.listener"]

    def no_connector_export(self, record) -> bool:
        """Tell whether a change must not be exported, because it comes from an import.

        Made for ``@skip_if(lambda self, record, **kwargs: self.no_connector_export(record))``.

        :param record: record of the event
        :return: the context key ``connector_no_export`` of the record
        """
        return record.env.context.get("connector_no_export")
