# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from odoo.addons.connector.exception import NetworkRetryableError
from odoo.addons.connector.http import HttpResponse
from odoo.addons.connector.http.xml import parse_xml, texts_at, value_to_xml, xml_to_value


def parse(text):
    return parse_xml(HttpResponse(200, {}, text.encode(), "GET x"))


def test_values():
    root = parse(
        """<p><id>5</id><!-- no --><name><![CDATA[A & B]]></name><empty/>
           <lines><line><n>1</n></line><line><n>2</n></line></lines><v>a</v><v>b</v><v>c</v></p>"""
    )
    assert xml_to_value(root) == {
        "id": "5",
        "name": "A & B",
        "empty": "",
        "lines": {"line": [{"n": "1"}, {"n": "2"}]},
        "v": ["a", "b", "c"],
    }


def test_what_shops_send_and_must_not():
    assert xml_to_value(parse("\n \t<?xml version='1.0'?><a>B\x0bold \x1fé</a>")) == "Bold é"
    # As it is in UTF-16, where every other byte would be taken for a control character.
    response = HttpResponse(200, {}, "<?xml version='1.0'?><a>é</a>".encode("utf-16"), "GET x")
    assert parse_xml(response).text == "é"


def test_namespaces_are_left_out():
    assert xml_to_value(parse('<a xmlns="urn:x"><b>1</b></a>')) == {"b": "1"}


def test_entities_are_not_expanded(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("s3cret")
    text = f'<!DOCTYPE a [<!ENTITY e SYSTEM "{secret.as_uri()}">]><a><b>&e;</b></a>'
    assert "s3cret" not in str(xml_to_value(parse(text)))


def test_many_nested_entities_are_not_expanded():
    entities = "".join(f'<!ENTITY e{level + 1} "{f"&e{level};" * 10}">' for level in range(9))
    text = f'<!DOCTYPE a [<!ENTITY e0 "x">{entities}]><a>&e9;</a>'
    try:
        value = xml_to_value(parse(text))
    except NetworkRetryableError:
        return
    assert len(value) < 100


@pytest.mark.parametrize("text", ["", "hello", "<a>", '{"a": 1}', "<html><p></html>"])
def test_what_is_no_xml(text):
    with pytest.raises(NetworkRetryableError, match="not XML"):
        parse(text)


def test_to_xml():
    element = value_to_xml(
        "p", {"id": 5, "on": True, "off": False, "none": None, "l": {"v": [1, 2]}, "t": "<&>"}
    )
    assert etree.tostring(element).decode() == (
        "<p><id>5</id><on>1</on><off/><none/><l><v>1</v><v>2</v></l><t>&lt;&amp;&gt;</t></p>"
    )


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1).filter(
    lambda text: text.strip() == text and not set(text) & {"\ufffe", "\uffff"}
)
names = st.sampled_from("abcd")
values = st.recursive(texts, lambda inner: st.dictionaries(names, inner, min_size=1), max_leaves=12)


@given(values)
def test_there_and_back(value):
    text = etree.tostring(value_to_xml("root", value), encoding="unicode")
    assert xml_to_value(parse(text)) == value


ERRORS = "{*}errors/{*}error/{*}message"


def test_errors():
    text = b"""\n<prestashop><errors><error><code><![CDATA[32]]></code>
      <message><![CDATA[No\n such]]></message></error></errors></prestashop>"""
    assert texts_at(text, ERRORS) == ["No such"]
    assert texts_at(b"401 Unauthorized", ERRORS) == texts_at(b"<a/>", ERRORS) == []


@pytest.mark.parametrize(
    "noise",
    ["\n\n", "\ufeff", "\ufeff\n \ufeff", "<br />\n<b>Notice</b>: Undefined index in x.php\n"],
)
def test_what_is_before_the_document(noise):
    assert xml_to_value(parse(f'{noise}<?xml version="1.0"?><a><b>1</b></a>')) == {"b": "1"}


def test_what_is_before_nothing():
    with pytest.raises(NetworkRetryableError):
        parse("<br />\n<b>Fatal error</b>: Uncaught Error")
