# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component
from odoo.addons.connector.exception import IDMissingInBackend
from odoo.addons.connector.http import NoAuth

FAULT_ACCESS_DENIED = 3


class OdooXmlRpcAdapter(Component):
    """XML-RPC, which every Odoo speaks: user id and password or API key in each call."""

    _name = "odoo.adapter.xmlrpc"
    _inherit = ["odoo.adapter", "base.xmlrpc.adapter"]

    def _auth(self):
        # The key goes into the calls; it is only named here to be blotted out of messages.
        auth = NoAuth()
        auth.secrets = (self._key,)
        return auth

    def connect(self):
        self.login()
        return self._call_service("common", "version")["server_serie"]

    def login(self):
        """Return the id of our user over there.

        :raises FailedJobError: if it is refused
        """
        backend = self.backend_record
        uid = self._call_service(
            "common", "authenticate", backend.database, backend.login, self._key, {}
        )
        if not uid:
            raise self._refused(self.env._("wrong login, password or API key"))
        return uid

    def _call(self, model, method, domain, **kwargs):
        backend = self.backend_record
        return self._call_service(
            "object",
            "execute_kw",
            backend.database,
            backend._remote_uid(),
            self._key,
            model,
            method,
            # By position: the argument's name has changed over the years.
            [domain],
            kwargs,
        )

    def _call_service(self, service, method, *args):
        try:
            return self.call(method, *args, path=f"/xmlrpc/2/{service}")
        except IDMissingInBackend as error:
            raise self._refused(self.env._("there is no Odoo (%s)", error)) from None

    def _fault_error(self, method, code, text):
        if code == FAULT_ACCESS_DENIED:
            return self._refused(self.env._("wrong login, password or API key"))
        # Other faults may hold a whole traceback: its last line says what it is about.
        lines = text.strip().splitlines() or [str(code)]
        return self._refused(lines[-1])
