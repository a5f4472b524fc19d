# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What PrestaShop's web service sends, as plain values. Knows nothing of the network."""

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from lxml import etree

from odoo.addons.connector.http.xml import elements_of, name_of
from odoo.addons.connector.values import id_of


def record_of(element: etree._Element) -> dict:
    """Translate the element of a record, or the link to one in a list.

    :param element: such as ``<product>``
    :return: texts by name; a text in several languages is a dict by language id, ``associations``
        a dict of lists of dicts
    """
    children = elements_of(element)
    if not children:
        return {"id": element.get("id") or (element.text or "").strip()}
    return {name_of(child): _value_of(child) for child in children}


def _value_of(element: etree._Element):
    children = elements_of(element)
    if name_of(element) == "associations":
        return {
            name_of(kind): [record_of(entry) for entry in elements_of(kind)] for kind in children
        }
    if not children:
        return (element.text or "").strip()
    if all(name_of(child) == "language" and child.get("id") for child in children):
        return {child.get("id"): (child.text or "").strip() for child in children}
    return {name_of(child): _value_of(child) for child in children}


def image_of(value) -> str:
    """Read the id of a picture; 0 is none, which is an empty text."""
    return str(id_of(value) or "")


def date_filter(date: datetime, zone: str) -> dict[str, str]:
    """Select the records that changed since a date.

    :param date: naive UTC
    :param zone: time zone of the shop
    :return: query parameters
    """
    local = date.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone))
    return {"filter[date_upd]": f">[{local:%Y-%m-%d %H:%M:%S}]", "date": "1"}


def links(record: dict, kind: str, key: str = "id") -> list[int]:
    """List the ids of an association; none if the shop does not tell.

    :param record: record
    :param kind: such as ``combinations``
    :param key: which id of each entry
    """
    associations = record.get("associations") or {}
    found = (id_of(entry.get(key)) for entry in associations.get(kind) or ())
    return [external_id for external_id in found if external_id]
