# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How Magento 1 is spoken to: XML-RPC, with a session."""

import re

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.exception import (
    FailedJobError,
    IDMissingInBackend,
    InvalidDataError,
    NetworkRetryableError,
)

_ENDPOINT = re.compile(r"^(.*?)((?:/index\.php)?/api/xmlrpc)?/*$")
#: Where the interface is; the second one if the web server doesn't rewrite addresses.
_PATHS = ("api/xmlrpc", "index.php/api/xmlrpc")

_INTERNAL_ERROR = 1
_ACCESS_DENIED = 2
_SESSION_EXPIRED = 5
#: From here on the faults of each resource have numbers of its own.
_RESOURCE_FAULTS = 100


class MagentoFault(Exception):
    """A fault, before it is known what it means."""

    def __init__(self, code: int, text: str):
        super().__init__(text)
        self.code = code


class Magento1Adapter(AbstractComponent):
    """Calls the resources of the core API, as ``self.magento("customer.info", "5")``."""

    _name = "magento1.adapter"
    _inherit = ["base.xmlrpc.adapter", "magento.adapter"]
    _backend_version = "1.x"

    def _base_url(self):
        return _ENDPOINT.match(self.backend_record.url.strip())[1]

    def magento(self, method: str, *args):
        """Call a method of a resource, and log in as needed.

        :param method: resource and method
        :param args: its arguments
        :return: its result
        :raises IDMissingInBackend: the shop does not have what was asked for
        :raises InvalidDataError: the shop does not accept the data
        :raises FailedJobError: wrong credentials or rights
        :raises NetworkRetryableError: try later
        """
        return self._in_session(lambda session: self._call(method, *session, list(args)))

    def _call(self, method: str, path: str, token: str, args: list):
        """Call a method of a resource in a session."""
        self.client.keep_secret(token)
        try:
            return self.call("call", token, method, args, path=path)
        except MagentoFault as fault:
            problem = self._problem(method, fault)
        raise problem

    def _is_logged_out(self, error):
        return getattr(error, "fault_code", None) == _SESSION_EXPIRED

    def _log_in(self) -> tuple[str, str]:
        """Log in; return the path of the interface, and the session."""
        endpoint = _ENDPOINT.match(self.backend_record.url.strip())[2]
        for path in (endpoint.strip("/"),) if endpoint else _PATHS:
            try:
                token = self.call("login", *self._credentials()[:2], path=path)
            except MagentoFault as fault:
                problem = self._problem("login", fault)
            except FailedJobError as error:
                problem = error
                if isinstance(error.__cause__, IDMissingInBackend):
                    continue
            else:
                if isinstance(token, str) and token:
                    return path, token
                problem = FailedJobError("login: the shop gave us no session")
            break
        raise problem

    def _fault_error(self, method, code, text):
        return MagentoFault(int(code) if str(code).isdigit() else 0, text)

    def _problem(self, method: str, fault: MagentoFault) -> Exception:
        """Tell what a fault means for a job."""
        problem = self._meaning(method, fault, f"{method}: fault {fault.code}, {fault}")
        problem.fault_code = fault.code
        return problem

    def _meaning(self, method: str, fault: MagentoFault, message: str) -> Exception:
        """Make the error of a fault."""
        if fault.code == _ACCESS_DENIED:
            return FailedJobError(f"{message}: check the API user, its key and its role")
        if fault.code in (_INTERNAL_ERROR, _SESSION_EXPIRED):
            # An error in the shop, such as a deadlock of its database; or logged out at once.
            return NetworkRetryableError(message)
        if fault.code < _RESOURCE_FAULTS:
            return FailedJobError(message)
        # The same number means something else for each method. One that reads one record can only
        # miss it.
        reads_one = method.endswith(".info") or method == "customer_address.list"
        if reads_one or "not exist" in str(fault).lower():
            return IDMissingInBackend(message)
        return InvalidDataError(message)
