# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Exports one binding, and never creates it twice over there."""

from odoo.addons.component.core import AbstractComponent


class RecordExporter(AbstractComponent):
    """The generic exporter, made safe against a job that dies between the other system's commit
    and ours.

    A job may run again after the other system has created the record, but before we stored its id.
    So before it creates, it asks :meth:`_find_existing`. Where the other system can search for a
    reference of ours, send
    :meth:`_idempotency_key` as one when creating, and search it there.
    """

    _name = "record.exporter"
    _inherit = "generic.exporter"
    _usage = "record.exporter"

    def _idempotency_key(self) -> str:
        """Name the record once and for all, for the other system.

        :return: the same for each try to export this binding, and for no other record of any
            database
        """
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"{uuid}/{self.binding._name}/{self.binding.id}"

    def _find_existing(self):
        """Hook: find the record over there that an interrupted export has created.

        :return: its external id, or ``None``
        """
        return

    def _create(self, data):
        existing = self._find_existing()
        if existing is None:
            return super()._create(data)
        self.external_id = existing
        self._update(data)
        return existing
