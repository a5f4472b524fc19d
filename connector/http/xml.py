# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""XML of other systems, read without trusting it, as plain values."""

from lxml import etree

from ..exception import NetworkRetryableError
from .client import HttpResponse

#: what no XML may hold, and texts that somebody pasted into a shop do
_CONTROL_CHARACTERS = bytes(set(range(32)) - set(b"\t\n\r"))


def parse_xml(response: HttpResponse) -> etree._Element:
    """Read the body of an answer as XML; no entity is expanded and nothing is fetched.

    What is before it, such as empty lines or a notice of PHP's, and control characters in it, which
    are not allowed, are left out.

    :param response: answer
    :return: root element
    :raises NetworkRetryableError: if it is something else, such as the page of a proxy
    """
    content = response.content.lstrip()
    for candidate in (content, without_noise(content)):
        try:
            return etree.fromstring(candidate, _parser())
        except (etree.XMLSyntaxError, ValueError):
            continue
    raise NetworkRetryableError(f"{response.what}: the answer is not XML")


def without_noise(content: bytes) -> bytes:
    """Leave out what XML may not hold: what is before it, and control characters.

    :param content: XML in UTF-8, or what is meant to be
    """
    # Where there is no declaration, all of it has to be XML.
    start = max(content.find(b"<?xml"), 0)
    return content[start:].lstrip(b"\xef\xbb\xbf \t\r\n").translate(None, _CONTROL_CHARACTERS)


def _parser() -> etree.XMLParser:
    """Make a parser that does not trust what it reads."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_blank_text=True,
        remove_comments=True,
        remove_pis=True,
    )


def elements_of(parent: etree._Element) -> list[etree._Element]:
    """List the elements below another one.

    What is left of an entity, which is not expanded, is none: it has no tag of text.
    """
    return [child for child in parent if isinstance(child.tag, str)]


def name_of(element: etree._Element) -> str:
    """Name an element without its namespace."""
    return etree.QName(element).localname


def texts_at(content: bytes, path: str) -> list[str]:
    """Read the texts of some elements of a body that may be no XML at all, such as an error's.

    :param content: body of an answer
    :param path: where they are below the root, as ``etree`` knows it
    :return: texts that are not empty, each on one line; none if it is no XML
    """
    try:
        root = etree.fromstring(content.strip(), _parser())
    except (etree.XMLSyntaxError, ValueError):
        return []
    return [text for found in root.iterfind(path) if (text := " ".join((found.text or "").split()))]


def xml_to_value(element: etree._Element):
    """Translate an element: text, or a dict of its children; children of one name become a list.

    :param element: element
    :return: text (empty text for an empty element) or dict
    """
    children = elements_of(element)
    if not children:
        return element.text or ""
    value = {}
    for child in children:
        name = name_of(child)
        item = xml_to_value(child)
        if name not in value:
            value[name] = item
        elif isinstance(value[name], list):
            value[name].append(item)
        else:
            value[name] = [value[name], item]
    return value


def value_to_xml(name: str, value) -> etree._Element:
    """Translate values back: a dict to children, a list to elements of one name, others to text.

    :param name: name of the element
    :param value: dict, text, number, boolean or nothing
    """
    element = etree.Element(name)
    if isinstance(value, dict):
        for key, item in value.items():
            for one in item if isinstance(item, list | tuple) else [item]:
                element.append(value_to_xml(key, one))
    elif value is not None and value is not False:
        element.text = "1" if value is True else str(value)
    return element
