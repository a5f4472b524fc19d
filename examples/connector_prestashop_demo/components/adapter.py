# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Speaks with the web service: XML over REST, the key as name of a basic-auth user."""

from lxml import etree

from odoo.addons.component.core import Component
from odoo.addons.connector.exception import (
    AccessRefused,
    IDMissingInBackend,
    InvalidDataError,
    NetworkRetryableError,
)
from odoo.addons.connector.http import BasicAuth
from odoo.addons.connector.http.xml import elements_of, name_of, parse_xml, texts_at
from odoo.addons.connector.values import flag_of, id_of
from odoo.addons.queue_job.exception import FailedJobError

from ..webservice import date_filter, record_of

REFUSED = (401, 403, 405)
ERRORS = "{*}errors/{*}error/{*}message"


class PrestashopAdapter(Component):
    """One for all resources: the binding model says which."""

    _name = "prestashop.adapter"
    _inherit = ["base.xml.adapter", "prestashop.base"]
    _usage = "backend.adapter"
    _root_tag = "prestashop"

    @property
    def _path(self) -> str:
        return self.model._resource

    def _base_url(self) -> str:
        url = self.backend_record.url.rstrip("/")
        return url if url.endswith("/api") else f"{url}/api"

    def _auth(self) -> BasicAuth:
        return BasicAuth(self.backend_record.sudo().key or "")

    # What goes wrong

    def _error_text(self, response) -> str:
        text = "; ".join(texts_at(response.content, ERRORS))
        if not text and response.status in REFUSED:
            return self.env._("check the web service key and its rights")
        return text

    def _explain(self, error: Exception, response) -> Exception:
        error = super()._explain(error, response)
        # A resource that the key has no right to at all "does not exist".
        unknown = response.status == 400 and "HTTP 400, Resource of type" in str(error)
        return AccessRefused(str(error)) if unknown or response.status in REFUSED else error

    def _decode(self, response) -> etree._Element:
        root = parse_xml(response)
        if name_of(root) != "prestashop":
            raise NetworkRetryableError(f"{response.what}: this is not PrestaShop's web service")
        if errors := texts_at(response.content, ERRORS):
            raise InvalidDataError(f"{response.what}: {'; '.join(errors)[:300]}")
        return root

    # Reading

    def _read_page(self, filters, page, limit: int):
        filters = dict(filters or {})
        if date := filters.pop("from_date", None):
            filters.update(date_filter(date, self.backend_record.tz))
        return super()._read_page(filters, page, limit)

    def _page_params(self, page, limit: int) -> dict:
        return {"limit": f"{page or 0},{limit}", "sort": "[id_ASC]"}

    def _next_page(self, response, items: list, page, limit: int):
        return (page or 0) + limit if len(items) == limit else None

    def _items(self, response) -> list[dict]:
        containers = elements_of(self._decode(response))
        return [record_of(element) for element in elements_of(containers[0])] if containers else []

    def _item(self, response) -> dict:
        return record_of(self._element(response))

    def _element(self, response) -> etree._Element:
        """Find the element of the only record in an answer."""
        for element in elements_of(self._decode(response)):
            return element
        raise IDMissingInBackend(f"{response.what}: the answer is empty")

    def _id_of(self, item: dict) -> int:
        return id_of(item.get("id"))

    def _list_many(self, external_ids: list[int], field: str = "id") -> dict[int, dict]:
        """List the whole records of which a field has one of some values, by their own id."""
        wanted = "|".join(map(str, external_ids))
        try:
            items = list(self.iterate({f"filter[{field}]": f"[{wanted}]", "display": "full"}))
        except AccessRefused:
            raise
        except (InvalidDataError, FailedJobError):
            # A shop that can't filter like this can still be asked for each.
            return {}
        return {self._id_of(item): item for item in items if len(item) > 1}

    # Writing

    def write(self, external_id, data: dict) -> None:
        # Older shops know no PATCH, and take what a PUT leaves out for empty.
        self.change(external_id, data)

    def _is_writable(self, field) -> bool:
        # What the shop computes can neither be searched nor written.
        return not flag_of(field.get("notFilterable"))

    def write_stock(self, binding, quantity: float) -> None:
        self.write(binding.external_id, {"quantity": int(quantity)})

    # What the key may do

    def describe_access(self, read: set[str], change: set[str]) -> str:
        """Ask the shop who it is, and what the key may do.

        :param read: resources that we want to read
        :param change: resources that we want to change
        :return: words for the user
        :raises FailedJobError: if this is no web service, or the key has no right at all
        """
        try:
            response = self.request("GET", "/")
        except IDMissingInBackend as error:
            raise FailedJobError(
                self.env._("%s: is the address right, and the web service enabled?", error)
            ) from None
        rights = self._element(response)
        allowed = {name_of(child): child for child in elements_of(rights)}
        version = response.headers.get("PSWS-Version", self.backend_record.version)
        shop = rights.get("shopName") or self.backend_record.url
        text = self.env._(
            "Connected to %(shop)s, PrestaShop %(version)s.", shop=shop, version=version
        )
        sentences = [text]
        if version.startswith("1.6") != (self.backend_record.version == "1.6"):
            sentences.append(self.env._("Choose the version above accordingly!"))
        for right, wanted, text in (
            ("get", read, self.env._("The key may not read: %s.")),
            ("put", change, self.env._("The key may not change: %s.")),
        ):
            granted = {name for name, one in allowed.items() if flag_of(one.get(right))}
            if missing := sorted(wanted - granted):
                sentences.append(text % ", ".join(missing))
        return " ".join(sentences)
