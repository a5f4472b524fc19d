# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The cache against a plain model of it."""

from collections import OrderedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.component.cache import LRUCache

KEYS = st.integers(min_value=0, max_value=7)


def test_a_size_below_one_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        LRUCache(0)


def test_the_least_recently_used_entry_goes_first():
    cache = LRUCache(2)
    cache["a"] = 1
    cache["b"] = 2
    assert cache.get("a") == 1
    cache["c"] = 3
    assert list(cache) == ["a", "c"]
    assert cache.get("b") is None
    assert cache.get("b", "absent") == "absent"
    assert "a" in cache
    assert "b" not in cache


def test_clear_forgets_everything():
    cache = LRUCache(3)
    cache["a"] = 1
    cache.clear()
    assert len(cache) == 0
    assert cache.get("a") is None


def test_none_can_be_kept():
    cache = LRUCache(1)
    cache["a"] = None
    assert cache.get("a", "absent") is None


@given(
    size=st.integers(min_value=1, max_value=5),
    steps=st.lists(st.tuples(st.booleans(), KEYS, st.integers()), max_size=60),
)
def test_it_behaves_like_its_model(size, steps):
    cache, model = LRUCache(size), OrderedDict()
    for writes, key, value in steps:
        if writes:
            cache[key] = value
            model[key] = value
            model.move_to_end(key)
            while len(model) > size:
                model.popitem(last=False)
        else:
            expected = model.get(key)
            if key in model:
                model.move_to_end(key)
            assert cache.get(key) == expected
        assert set(cache) == set(model)
        assert len(cache) <= size
