# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import mapping, only_create


class CmisImportMapper(Component):
    """Makes an attachment of a document."""

    _name = "cmis.import.mapper"
    _inherit = ["base.import.mapper", "base.cmis.connector"]
    _apply_on = "cmis.document"

    direct = [("cmis:name", "name"), ("cmis:description", "description")]

    @mapping
    def content(self, record):
        values = {"raw": record["content"]}
        if record.get("cmis:contentStreamMimeType"):
            values["mimetype"] = record["cmis:contentStreamMimeType"].partition(";")[0]
        return values

    @only_create
    @mapping
    def place(self, record):
        # Whoever may see the backend may see its documents.
        backend = self.backend_record
        return {"type": "binary", "res_model": backend._name, "res_id": backend.id}


class CmisExportMapper(Component):
    """Makes the properties of a document of an attachment."""

    _name = "cmis.export.mapper"
    _inherit = ["base.export.mapper", "base.cmis.connector"]
    _apply_on = "cmis.document"

    @mapping
    def name(self, record):
        return {"cmis:name": record.backend_id._safe_name(record.name)}
