# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component
from odoo.addons.connector.exception import IDMissingInBackend
from odoo.addons.connector.http import BearerAuth


class OdooJson2Adapter(Component):
    """JSON-2, from Odoo 19.0 on: one POST per call, named arguments, an API key in the header."""

    _name = "odoo.adapter.json2"
    _inherit = ["odoo.adapter", "base.rest.adapter"]
    _backend_version_from = "19.0"

    def _auth(self):
        return BearerAuth(self._key)

    def _headers(self):
        # One server may have many databases: it must not have to guess.
        return {"X-Odoo-Database": self.backend_record.database}

    def connect(self):
        self._call("res.users", "search", [["login", "=", self.backend_record.login]])
        return self.request("GET", "/web/version").json()["version"]

    def _call(self, model, method, domain, **kwargs):
        path = f"/json/2/{model}/{method}"
        try:
            response = self.request("POST", path, json={"domain": domain, **kwargs})
        except IDMissingInBackend as error:
            # HTTP 404, but not of a record: nobody must take it for a deleted one.
            raise self._refused(self.env._("no such database or model (%s)", error)) from None
        return response.json()
