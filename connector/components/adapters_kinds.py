# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One adapter for many kinds of records, which differ in where they are and what they look like."""

from collections.abc import Callable
from typing import NamedTuple

from odoo.addons.component.core import AbstractComponent

from ..exception import IDMissingInBackend


class Kind(NamedTuple):
    """Where a system has a kind of records, and which function reads one of them."""

    path: str
    #: makes a dictionary with an ``id`` of what was received; an empty id for what is none of ours
    reader: Callable[[dict], dict]
    #: whether the system only gives all of them at once
    whole: bool = False
    #: what pages are sorted by; ``None`` if it does not come in pages
    sort: str | None = None


class KindsAdapter(AbstractComponent):
    """Reads records by the :class:`Kind` of the binding model: lists of ids, and one by its id.

    The readers give the rest of a connector one form of records, whatever version of the system
    sent them. External ids are texts everywhere. To be overridden: ``_kinds``, ``_read_page``,
    ``_read_one``.
    """

    _name = "base.kinds.adapter"
    _inherit = "base.http.adapter"

    #: binding model -> where its records are
    _kinds = {}

    @property
    def _kind(self) -> Kind:
        return self._kinds[self.model._name]

    def _read_page(self, since, page, limit: int) -> tuple[list[dict], object]:
        """Read a page of records as the system lists them.

        :param since: only what was changed since, a naive UTC datetime; ``None`` for all
        :param page: which page; ``None`` for the first
        :param limit: records per page
        :return: records, and the next page or ``None``
        """
        raise NotImplementedError

    def _read_one(self, external_id: str) -> dict:
        """Read one record as the system sends it; empty if it says that there is none."""
        raise NotImplementedError

    def search_page(self, filters=None, page=None, limit: int = 100) -> tuple[list[str], object]:
        """List the ids of a page, and tell which one is next.

        :param filters: ``from_date``, see :meth:`_read_page`
        """
        if self._kind.whole:
            return list(self._read_whole()), None
        found, page = self._read_page((filters or {}).get("from_date"), page, limit)
        ids = (self._kind.reader(raw)["id"] for raw in found)
        return list(dict.fromkeys(filter(None, ids))), page

    def read(self, external_id, **params) -> dict:
        """Read a record, in the form of its reader.

        :raises IDMissingInBackend: the system does not have it
        """
        external_id = str(external_id)
        if self._kind.whole:
            found = self._read_whole().get(external_id)
        else:
            raw = self._read_one(external_id)
            found = raw and self._kind.reader(raw)
        if not found:
            raise IDMissingInBackend(f"{self._kind.path}: there is no {external_id}")
        return found

    def _read_whole(self) -> dict[str, dict]:
        """Read all records of a kind, by id."""
        found, page = self._read_page(None, None, 100)
        while page is not None:
            more, page = self._read_page(None, page, 100)
            found += more
        return {item["id"]: item for item in map(self._kind.reader, found) if item["id"]}
