# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The other Odoo: where it is, how to log in, and which of its versions speaks which protocol."""

from odoo import api, fields, models, tools


class OdooBackend(models.Model):
    """Connection settings of one remote Odoo database."""

    _name = "odoo.backend"
    _inherit = "connector.backend.url"
    _description = "Odoo Backend"
    _order = "name, id"
    _backend_type = "odoo"
    _connection_fields = ("url", "version", "database", "login", "key")
    _listed_fields = ("url", "version")

    # From the oldest to the newest: a component made for one version serves those after it too.
    version = fields.Selection(
        [("any", "Any version (XML-RPC)"), ("19.0", "19.0 and later (JSON-2)")],
        string="Version and protocol",
        required=True,
        default="19.0",
        help="XML-RPC works with every Odoo. JSON-2 is faster, and needs an API key.",
    )
    url = fields.Char(help="For example https://odoo.example.com")
    database = fields.Char(required=True)
    login = fields.Char(required=True)
    key = fields.Char(
        string="API key or password",
        required=True,
        copy=False,
        # Jobs read it with sudo(): who may run an import need not see the key.
        groups="connector.group_connector_manager",
        help="JSON-2 needs an API key without a scope (Preferences, Security); XML-RPC also takes "
        "the user's password.",
    )
    deletion_policy = fields.Selection(
        [("archive", "Archive ours too"), ("keep", "Keep ours as it is")],
        string="When a record is deleted there",
        required=True,
        default="archive",
    )
    page_size = fields.Integer(
        default=200, required=True, help="Records that one batch job compares with ours."
    )
    group_size = fields.Integer(
        default=20, required=True, help="Records that one import job fetches in one call."
    )
    kind_ids = fields.One2many("odoo.import.kind", "backend_id", string="What to import")

    _page_size_positive = models.Constraint(
        "CHECK (page_size > 0 AND group_size > 0)", "A page and a group have at least one record."
    )

    @api.model_create_multi
    def create(self, vals_list):
        backends = super().create(vals_list)
        backends._add_missing_kinds()
        return backends

    def _add_missing_kinds(self):
        """Give each backend one line per kind of record that the installed addons can import."""
        kinds = self.env["odoo.import.kind"]
        for backend in self:
            known = set(backend.kind_ids.mapped("binding_model"))
            kinds.create(
                [
                    {"backend_id": backend.id, "binding_model": model, "sequence": sequence}
                    for sequence, model in enumerate(kinds._labels())
                    if model not in known
                ]
            )

    @tools.ormcache("self.id", "self.write_date")
    def _remote_uid(self):
        """Return the id of our user over there, which each call of XML-RPC needs.

        Remembered in each process, until these settings change: a login takes long on purpose.
        """
        with self.work_on("odoo.backend") as work:
            return work.component(usage="backend.adapter").login()

    def _test_connection(self):
        with self.work_on("odoo.backend") as work:
            version = work.component(usage="backend.adapter").connect()
        return self.env._(
            "Connected to Odoo %(version)s as %(login)s.", version=version, login=self.login
        )

    def _import_kind(self, binding_model):
        kind = self.kind_ids.filtered(lambda kind: kind.binding_model == binding_model)
        return kind.action_import()
