# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The import of a record, and of a group of records: the generic flows, and what is special."""

from odoo import fields

from odoo.addons.component.core import Component


class OdooRecordImporter(Component):
    """Imports one record, for all models: what differs between them is in their mappers."""

    _name = "odoo.record.importer"
    _inherit = ["record.importer", "base.odoo.connector"]

    def _dependencies(self):
        """List what the record points at: its country, its company, its tags."""
        for field, binding_model in self.mapper._dependencies.items():
            value = self.external_record[field]
            for external_id in value if isinstance(value, list) else [value]:
                if external_id:
                    yield binding_model, external_id

    def _create_data(self, map_record, **kwargs):
        return self._with_date(super()._create_data(map_record, **kwargs))

    def _update_data(self, map_record, **kwargs):
        return self._with_date(super()._update_data(map_record, **kwargs))

    def _with_date(self, values):
        """Note when the record was last changed over there: pages compare that date."""
        date = fields.Datetime.to_datetime(self.external_record["write_date"])
        return {**values, "external_date": date}


class OdooGroupImporter(Component):
    """Imports a group of records that one call has fetched."""

    _name = "odoo.group.importer"
    _inherit = ["group.importer", "base.odoo.connector"]
