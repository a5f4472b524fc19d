# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.versions import is_older, schema

VERSIONS = st.lists(st.integers(0, 99), min_size=1, max_size=6)


def text(numbers):
    return ".".join(map(str, numbers))


@pytest.mark.parametrize(
    ("version", "than", "expected"),
    [
        ("19.0.1.0.0", "19.0.1.0.1", True),
        ("19.0.1.0.1", "19.0.1.0.0", False),
        ("19.0.1.0.0", "19.0.1.0.0", False),
        ("19.0.1", "19.0.1.0.0", False),
        ("19.0.1.9.0", "19.0.1.10.0", True),
        ("18.0.9.9.9", "19.0.1.0.0", True),
        ("19.0.1.0rc1", "19.0.1.0", False),
        ("19.0.1.0", "19.0.1.0rc1", False),
        ("", "19.0", True),
    ],
)
def test_examples(version, than, expected):
    assert is_older(version, than) is expected


@given(VERSIONS, VERSIONS)
def test_of_two_at_most_one_is_older(one, other):
    assert not (is_older(text(one), text(other)) and is_older(text(other), text(one)))


@given(VERSIONS, st.integers(0, 5), st.integers(1, 9))
def test_a_higher_part_makes_it_younger(numbers, place, more):
    higher = numbers + [0] * (place + 1 - len(numbers))
    higher[place] += more
    assert is_older(text(numbers), text(higher))


def test_what_the_tables_look_like():
    assert schema("19.0.3.0.1") == schema("19.0.3.0.0") == "19.0.3.0"
    assert is_older(schema("19.0.3.0.9"), schema("19.0.3.1.0"))
    assert not is_older(schema("19.0.3.0.0"), schema("19.0.3.0.9"))
