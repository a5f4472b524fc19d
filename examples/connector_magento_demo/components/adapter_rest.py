# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How Magento 2 is spoken to: REST with JSON, with a token."""

import re

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.exception import (
    FailedJobError,
    IDMissingInBackend,
    NetworkRetryableError,
)
from odoo.addons.connector.values import items, record, records, text

_ENDPOINT = re.compile(r"^(.*?)(?:/rest(?:/(?!V1(?:/|$))([^/]+))?(?:/V1)?)?/*$")
_NO_ROUTE = "does not match any route"


class Magento2Adapter(AbstractComponent):
    """Sends requests with the token of an integration, or the one an administrator gets."""

    _name = "magento2.adapter"
    _inherit = "magento.adapter"
    _backend_version = "2.x"

    def _base_url(self):
        root, store_code = _ENDPOINT.match(self.backend_record.url.strip()).groups()
        store_code = self.backend_record.store_code or store_code
        return f"{root}/rest/{store_code}/V1" if store_code else f"{root}/rest/V1"

    def request(self, method, path="", token=None, **kwargs):
        """Send a request: with a token that is given, or the one of the integration, or a log-in's.

        :param token: token; an empty one to go without
        """
        if token is None:
            token = self._credentials()[2]
            if not token:
                return self._in_session(lambda given: self.request(method, path, given, **kwargs))
        if token:
            self.client.keep_secret(token)
            kwargs["headers"] = {"Authorization": f"Bearer {token}"}
        return super().request(method, path, **kwargs)

    def _log_in(self) -> str:
        """Get a token for an administrator, which ends after some hours."""
        login = dict(zip(("username", "password"), self._credentials(), strict=False))
        token = self.request("POST", "integration/admin/token", token="", json=login).json()
        if not isinstance(token, str) or not token:
            raise FailedJobError("The shop gave us no token.")
        return token

    def _is_logged_out(self, error):
        return getattr(getattr(error, "http_response", None), "status", None) == 401

    def _headers(self):
        return {"Accept": "application/json"}

    def _error_text(self, response):
        return message_of(response)

    def _explain(self, error, response):
        message = self._error_text(response)
        if isinstance(error, IDMissingInBackend) and (
            _NO_ROUTE in message or (response.content.strip() and not message)
        ):
            # The page of a web server is no answer of Magento's, so nothing is known of the record.
            return FailedJobError(f"{response.what}: there is no web API at this address")
        error = super()._explain(error, response)
        if response.status == 401 and message:
            error.args = (f"{error}: check the token, and what the integration may do",)
        return error


def message_of(response) -> str:
    """Read the error message of an answer, and put its parameters in; empty if it is none."""
    try:
        content = record(response.json())
    except NetworkRetryableError:
        return ""
    messages = []
    for raw in records([content, *items(content.get("errors"))]):
        message, parameters = text(raw.get("message")), raw.get("parameters")
        if isinstance(parameters, list):
            parameters = {str(place): value for place, value in enumerate(parameters, 1)}
        # The longest first: %10 and %1, %fieldName and %field.
        for name, value in sorted(record(parameters).items(), key=lambda item: -len(item[0])):
            message = message.replace(f"%{name}", str(value))
        messages.append(message)
    return " ".join(filter(None, messages))
