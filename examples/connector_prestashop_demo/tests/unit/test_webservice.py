# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from odoo.addons.connector.values import utc_of
from odoo.addons.connector_prestashop_demo import webservice

DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">
<product>
  <id><![CDATA[5]]></id>
  <id_manufacturer xlink:href="http://x/api/manufacturers/1"><![CDATA[1]]></id_manufacturer>
  <quantity notFilterable="true">3</quantity>
  <upc/>
  <name><language id="1" xlink:href="http://x"><![CDATA[A & B]]></language><language id="2"/></name>
  <associations>
    <categories nodeType="category" api="categories">
      <category xlink:href="http://x"><id><![CDATA[2]]></id></category>
      <category><id>3</id></category>
    </categories>
    <combinations node_type="combinations"><combinations><id>7</id></combinations></combinations>
    <images/>
  </associations>
</product>
</prestashop>"""


def test_record():
    record = webservice.record_of(etree.fromstring(DOCUMENT.encode())[0])
    assert record == {
        "id": "5",
        "id_manufacturer": "1",
        "quantity": "3",
        "upc": "",
        "name": {"1": "A & B", "2": ""},
        "associations": {
            "categories": [{"id": "2"}, {"id": "3"}],
            "combinations": [{"id": "7"}],
            "images": [],
        },
    }
    assert webservice.links(record, "categories") == [2, 3]
    assert webservice.links(record, "images") == webservice.links({}, "images") == []


def test_link_in_a_list():
    link = etree.fromstring('<p xmlns:l="l" id="12" l:href="http://x"/>')
    assert webservice.record_of(link) == {"id": "12"}


def test_record_of_a_language_is_no_text():
    element = etree.fromstring("<language><id>1</id><name>English</name></language>")
    assert webservice.record_of(element) == {"id": "1", "name": "English"}


@settings(deadline=None)
@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))
def test_filter_asks_for_the_date_that_the_shop_tells(date):
    date = date.replace(microsecond=0)
    asked = webservice.date_filter(date, "UTC")["filter[date_upd]"]
    assert utc_of(asked.strip(">[]"), "UTC") == date
