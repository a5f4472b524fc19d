# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Adapters for systems that speak XML-RPC."""

import xmlrpc.client
from xml.parsers.expat import ExpatError

from odoo.addons.component.core import AbstractComponent
from odoo.addons.queue_job.exception import FailedJobError

from ..exception import IDMissingInBackend, NetworkRetryableError
from ..http.xml import without_noise


class XmlRpcAdapter(AbstractComponent):
    """Calls remote procedures over HTTP, with the limits and errors of the HTTP client.

    Override ``_fault_error`` to tell the faults of the system apart.
    """

    _name = "base.xmlrpc.adapter"
    _inherit = "base.http.adapter"

    def call(self, method: str, *args, path: str = ""):
        """Call a remote procedure.

        :param method: its name
        :param args: its arguments; ``None`` is allowed
        :param path: path below the base address
        :return: its result, with dates as ``datetime`` and binary data as ``bytes``
        :raises NetworkRetryableError: network failure, or an answer that is not XML-RPC
        :raises FailedJobError: the procedure failed; or what :meth:`_fault_error` makes of it
        """
        body = xmlrpc.client.dumps(args, methodname=method, encoding="utf-8", allow_none=True)
        try:
            response = self.request(
                "POST",
                path,
                data=body.encode("utf-8", "xmlcharrefreplace"),
                headers={"Content-Type": "text/xml"},
            )
        except IDMissingInBackend as error:
            # A record that is missing is a fault; this is about the service itself.
            raise FailedJobError(f"{error}, no XML-RPC service at this address") from error
        try:
            content = without_noise(response.content)
            (result,), _method = xmlrpc.client.loads(content, use_builtin_types=True)
        except xmlrpc.client.Fault as fault:
            problem = self._fault_error(
                method, fault.faultCode, self.client.redact(str(fault.faultString))
            )
        except (ExpatError, xmlrpc.client.Error, ValueError, TypeError):
            problem = NetworkRetryableError(f"{response.what}: the answer is not XML-RPC")
        else:
            return result
        raise problem

    def _fault_error(self, method: str, code, text: str) -> Exception:
        """Translate a fault.

        :param method: procedure that was called
        :param code: number, or whatever the system sends
        :param text: message, without our secrets
        :return: error to raise
        """
        return FailedJobError(f"{method}: {text.strip() or code}")
