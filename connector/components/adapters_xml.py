# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Adapters for systems that speak REST with XML."""

from lxml import etree

from odoo.addons.component.core import AbstractComponent

from ..http import HttpResponse
from ..http.xml import elements_of, name_of, parse_xml, value_to_xml, xml_to_value


class XmlRestAdapter(AbstractComponent):
    """CRUD of one kind of record over REST with XML.

    Records are dicts: a child element is a value, several of one name are a list. Override
    ``_items``, ``_item`` and ``_id_of`` where ids are attributes, or texts have several languages.
    """

    _name = "base.xml.adapter"
    _inherit = "base.rest.adapter"

    #: name of the root element of what is sent, and of the element of one record
    _root_tag = "root"
    _item_tag = None

    def _headers(self) -> dict:
        return {**super()._headers(), "Accept": "application/xml"}

    def _decode(self, response: HttpResponse) -> etree._Element:
        return parse_xml(response)

    def _items(self, response: HttpResponse) -> list:
        first = self._first_element(self._decode(response))
        if first is None:
            return []
        # Records may hold elements of the same name, such as the products of a bundle: only those
        # beside the first one are records of the list.
        parent = first.getparent()
        siblings = [first] if parent is None else parent.iterchildren(f"{{*}}{self._item_tag}")
        return [self._record_of(element) for element in siblings]

    def _item(self, response: HttpResponse):
        return self._record_of(self._element(response))

    def _first_element(self, root: etree._Element) -> etree._Element | None:
        """Find the first element of a record in document order, be it the root itself."""
        return next(root.iter(f"{{*}}{self._item_tag}"), None)

    def _record_of(self, element: etree._Element):
        """Translate the element of a record.

        An id that is an attribute, as in a list of links, is taken over.
        """
        value = xml_to_value(element)
        if isinstance(value, dict):
            return value
        return {self._id_key: element.get(self._id_key, value)}

    def change(self, external_id, data: dict) -> bool:
        """Change fields of a record: it is read, and sent back as a whole.

        For systems without PATCH, which take what is left out for empty. Nothing is sent if all
        values are there already.

        :param external_id: its id
        :param data: values by name of a field
        :return: whether it was sent
        """
        path = self._record_path(external_id)
        record = self._element(self.request("GET", path))
        fields = {name_of(child): child for child in elements_of(record)}
        texts = {name: str(value) for name, value in data.items()}
        if all(name in fields and (fields[name].text or "") == texts[name] for name in texts):
            return False
        for name, child in fields.items():
            if name not in texts and not self._is_writable(child):
                record.remove(child)
        for name, text in texts.items():
            child = fields[name] if name in fields else etree.SubElement(record, name)
            child.text = text
        self._send_element(self._write_method, path, record)
        return True

    def _element(self, response: HttpResponse) -> etree._Element:
        """Find the element of the only record in an answer."""
        root = self._decode(response)
        element = self._first_element(root)
        return root if element is None else element

    def _is_writable(self, field: etree._Element) -> bool:
        """Hook: tell whether a field that was read may be sent back."""
        return True

    def _send(self, method: str, path: str, data) -> HttpResponse:
        return self._send_element(method, path, value_to_xml(self._item_tag, data))

    def _send_element(self, method: str, path: str, element: etree._Element) -> HttpResponse:
        """Send the element of a record."""
        root = etree.Element(self._root_tag)
        root.append(element)
        return self.request(
            method,
            path,
            data=etree.tostring(root, encoding="utf-8", xml_declaration=True),
            headers={"Content-Type": "text/xml; charset=utf-8"},
        )
