# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How Magento 2 is spoken to: REST with JSON, with a token."""

import re

from odoo import fields

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.exception import (
    FailedJobError,
    IDMissingInBackend,
    InvalidDataError,
    NetworkRetryableError,
)

from ..records.values import ident, items, number, record, records, text
from .core import sessions

_ENDPOINT = re.compile(r"^(.*?)(?:/rest(?:/(?!V1(?:/|$))([^/]+))?(?:/V1)?)?/*$")
_NO_ROUTE = "does not match any route"


class Magento2Adapter(AbstractComponent):
    """Sends requests with the token of an integration, or the one an administrator gets."""

    _name = "magento2.adapter"
    _inherit = ["base.rest.adapter", "magento.adapter"]
    _backend_version = "2.x"
    _id_key = "id"

    def _base_url(self):
        root, store_code = _ENDPOINT.match(self.backend_record.url.strip()).groups()
        store_code = self.backend_record.store_code or store_code
        return f"{root}/rest/{store_code}/V1" if store_code else f"{root}/rest/V1"

    def request(self, method, path="", **kwargs):
        username, password, token = self._credentials()
        if token:
            return self._request(method, path, token, kwargs)
        key = self._session_key()
        token = sessions.get(key)
        if token:
            try:
                return self._request(method, path, token, kwargs)
            except FailedJobError as error:
                # Such a token ends after some hours.
                response = getattr(error, "http_response", None)
                if response is None or response.status != 401:
                    raise
        login = {"json": {"username": username, "password": password}}
        token = self._request("POST", "integration/admin/token", None, login).json()
        if not isinstance(token, str) or not token:
            raise FailedJobError("The shop gave us no token.")
        sessions[key] = token
        return self._request(method, path, token, kwargs)

    def _request(self, method: str, path: str, token: str | None, kwargs: dict):
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

    # Lists

    def _read_page(self, filters, page, limit):
        params = self._page_params(page, limit)
        if date := (filters or {}).get("from_date"):
            params |= self._condition("updated_at", fields.Datetime.to_string(date), "gteq")
        response = self.request("GET", self._path, params=params)
        found = self._items(response)
        return found, self._next_page(response, found, page, limit)

    def search_page(self, filters=None, page=None, limit=100):
        found, page = self._read_page(filters, page, limit)
        ids = (ident(raw.get(self._id_key)) for raw in found)
        return list(dict.fromkeys(filter(None, ids))), page

    def _condition(self, field: str, value: str, kind: str) -> dict:
        """Write a filter."""
        prefix = "searchCriteria[filter_groups][0][filters][0]"
        parts = {"field": field, "value": value, "condition_type": kind}
        return {f"{prefix}[{name}]": part for name, part in parts.items()}

    def _page_params(self, page, limit):
        return {"searchCriteria[pageSize]": limit, "searchCriteria[currentPage]": page or 1}

    def _next_page(self, response, found, page, limit):
        # Beyond the last page there is the last page again, so the total has to tell.
        page, total = page or 1, record(response.json()).get("total_count")
        more = len(found) >= limit if total is None else page * limit < number(total)
        return page + 1 if found and more else None

    def _items(self, response):
        content = response.json()
        if isinstance(content, dict) and ("items" in content or "total_count" in content):
            content = content.get("items")
        return records(content)

    def _item(self, response):
        content = record(response.json())
        if not content:
            raise IDMissingInBackend(f"{response.what}: the answer is empty")
        return self._neutral(content)


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
