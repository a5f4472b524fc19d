# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How Magento 2 is spoken to: REST with JSON, with a token."""

import re

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.exception import (
    FailedJobError,
    IDMissingInBackend,
    InvalidDataError,
    NetworkRetryableError,
)

from ..records.values import items, record, records, text

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

    def request(self, method, path="", **kwargs):
        if token := self._credentials()[2]:
            return self._send(method, path, token, **kwargs)
        return self._in_session(lambda token: self._send(method, path, token, **kwargs))

    def _log_in(self) -> str:
        """Get a token for an administrator, which ends after some hours."""
        login = dict(zip(("username", "password"), self._credentials(), strict=False))
        token = self._send("POST", "integration/admin/token", json=login).json()
        if not isinstance(token, str) or not token:
            raise FailedJobError("The shop gave us no token.")
        return token

    def _is_logged_out(self, error):
        return getattr(getattr(error, "http_response", None), "status", None) == 401

    def _send(self, method: str, path: str, token: str | None = None, **kwargs):
        """Send a request; an error tells what the shop says about it."""
        headers = {"Accept": "application/json"}
        if token:
            self.client.keep_secret(token)
            headers["Authorization"] = f"Bearer {token}"
        try:
            return self.client.request(method, path, headers=headers, **kwargs)
        except (FailedJobError, IDMissingInBackend, InvalidDataError) as error:
            problem = self._explained(error)
        raise problem

    def _explained(self, error: Exception) -> Exception:
        """Tell what an error of the shop means, in its own words."""
        response = getattr(error, "http_response", None)
        if response is None:
            return error
        message = self.client.redact(message_of(response))
        what = f"{response.what}: HTTP {response.status}, {message}"
        if isinstance(error, IDMissingInBackend):
            # The page of a web server is no answer of Magento's, so nothing is known of the record.
            if _NO_ROUTE in message or (response.content.strip() and not message):
                return FailedJobError(f"{response.what}: there is no web API at this address")
            return IDMissingInBackend(what)
        if not message:
            return error
        if response.status == 401:
            what += ": check the token, and what the integration may do"
        problem = type(error)(what)
        problem.http_response = response
        return problem


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
