# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import copy

import pytest

from odoo.addons.connector.components.map_modifiers import (
    MappingDefinition,
    merge_definitions,
    modifier_field,
    none,
)
from odoo.addons.connector.components.mapper import MapOptions


def test_missing_options_are_none():
    options = MapOptions({"a": 1})
    assert (options.a, options["a"]) == (1, 1)
    assert options.b is None
    assert options["b"] is None
    assert options.get("b", 5) == 5
    assert "b" not in options


def test_attributes_are_items():
    options = MapOptions()
    options.a = 2
    assert options == {"a": 2}


def test_copies():
    options = MapOptions({"a": [1]})
    assert copy.deepcopy(options) == options
    assert copy.copy(options).a == [1]
    with pytest.raises(AttributeError):
        _ = options.__no_such_protocol__


def test_definitions_are_merged_into_new_ones():
    first = MappingDefinition({"a"}, False)
    merged = merge_definitions(first, [MappingDefinition({"b"}, True)])
    assert merged == MappingDefinition({"a", "b"}, True)
    assert first == MappingDefinition({"a"}, False)
    assert merge_definitions(None, []) == MappingDefinition(set(), False)


def test_source_field_of_modifiers():
    assert modifier_field("name") == "name"
    assert modifier_field(none(none("name"))) == "name"
    with pytest.raises(AssertionError):
        modifier_field(len)
