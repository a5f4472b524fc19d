# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The repository: where it is, which documents come from it, and which go there."""

import re

from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.exceptions import ValidationError

#: Characters that many repositories refuse in names.
REFUSED = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')


class CmisBackend(models.Model):
    """Connection settings of one repository of a CMIS server."""

    _name = "cmis.backend"
    _inherit = "connector.backend.url"
    _description = "CMIS Backend"
    _order = "name, id"
    _backend_type = "cmis"
    _connection_fields = ("url", "repository_id", "login", "password")
    _listed_fields = ("url", "folder_path")
    _import_kinds = ("cmis.document",)
    _import_date_fields = {"cmis.document": "documents_from"}

    url = fields.Char(
        help="Address of the browser binding (CMIS 1.1), mostly with /browser at the end."
    )
    repository_id = fields.Char(
        string="Repository", help="Id of the repository. Empty if the server has one only."
    )
    login = fields.Char(help="Empty if the server asks for no password.")
    password = fields.Char(copy=False, groups="connector.group_connector_manager")
    folder_path = fields.Char(
        string="Folder",
        required=True,
        default="/Odoo",
        help="All documents below it are imported; attachments are exported to folders below it. "
        "It is created if it does not exist.",
    )
    listing = fields.Selection(
        [("auto", "By a query, if the server can"), ("children", "Folder by folder")],
        string="Find Documents",
        required=True,
        default="auto",
        help="A query finds what has changed at once, but some servers answer with a delay.",
    )
    page_size = fields.Integer(
        default=100, required=True, help="Documents that one batch job lists."
    )
    max_size = fields.Integer(
        string="Largest Document (MB)", default=100, required=True, help="Others are not imported."
    )
    documents_from = fields.Datetime(
        string="Import Changes Since", help="Empty to compare all documents again."
    )
    export_model_ids = fields.Many2many(
        "ir.model",
        string="Export Attachments of",
        domain="[('transient', '=', False)]",
        help="Attachments of these models are exported when they are created or changed.",
    )
    delete_documents = fields.Boolean(
        help="When an attachment is deleted here, delete its document there too."
    )

    _sizes_positive = models.Constraint(
        "CHECK (page_size > 0 AND max_size > 0)",
        "A page has at least one document, and a document may have at least 1 MB.",
    )

    @api.constrains("folder_path")
    def _check_folder_path(self):
        for backend in self:
            names = backend.folder_path.strip("/").split("/")
            if backend.folder_path != "/" and any(name != self._safe_name(name) for name in names):
                raise ValidationError(
                    self.env._(
                        "%s is no path of folders: it looks like /Odoo/Documents.",
                        backend.folder_path,
                    )
                )

    @tools.ormcache("self.id", "self.url", "self.repository_id", "self.login")
    def _repository_urls(self):
        """Return what each job needs to know: address of the repository, that of its root folder,
        what queries it can answer, and when contents can be replaced.

        Remembered in each process, as it stays the same.
        """
        with self.work_on("cmis.document") as work:
            info = work.component(usage="backend.adapter").repository()
        capabilities = info.get("capabilities") or {}
        url = info.get("repositoryUrl") or self.url
        return (
            url,
            info["rootFolderUrl"],
            capabilities.get("capabilityQuery") or "none",
            capabilities.get("capabilityContentStreamUpdatability") or "anytime",
        )

    def _test_connection(self):
        # What was remembered may be what is wrong.
        self.env.registry.clear_cache()
        with self.work_on("cmis.document") as work:
            adapter = work.component(usage="backend.adapter")
            info = adapter.repository()
            adapter.read_path("/")
        return self.env._(
            "Connected to the repository %(name)s (%(product)s %(version)s).",
            name=info.get("repositoryName") or info.get("repositoryId"),
            product=info.get("productName") or "?",
            version=info.get("productVersion") or "",
        )

    @api.model
    def _safe_name(self, name):
        """Return a name that repositories accept: no slashes and the like."""
        return REFUSED.sub("_", name or "").strip().rstrip(".") or "_"

    def _folder_of(self, attachment):
        """Return the path of the folder for the documents of a record."""
        parts = [attachment.res_model or "other", str(attachment.res_id or 0)]
        return "/".join([self.folder_path.rstrip("/"), *parts])

    def _export_domain(self):
        """Return the domain of the attachments that are exported."""
        return [
            ("type", "=", "binary"),
            ("res_field", "=", False),
            ("res_model", "in", self.sudo().export_model_ids.mapped("model")),
            ("res_id", "!=", 0),
        ]

    def _has_document(self, attachment):
        """Tell whether an attachment has a document, or should have one."""
        if attachment.filtered_domain(self._export_domain()):
            return True
        domain = [("backend_id", "=", self.id), ("odoo_id", "=", attachment.id)]
        return bool(self.env["cmis.document"].search_count(domain, limit=1))

    def action_export(self):
        """Enqueue the export of all attachments that have no document yet."""
        self.ensure_one()
        self.check_access("write")
        documents = self.env["cmis.document"].with_user(SUPERUSER_ID)
        documents.with_delay().export_missing(self.with_user(SUPERUSER_ID))
        return self._notification(self.env._("The export is in the queue."), "success")
