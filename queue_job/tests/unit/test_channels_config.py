# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.channels import (
    ChannelSpec,
    Rate,
    format_channels,
    parse_channels,
    read_channels,
)


def one(text):
    [spec] = parse_channels(text)
    return spec


def test_several_entries_in_order():
    specs = parse_channels("root:4, root.a:2\n b : 3 ,\n\n,a.c")
    assert [(spec.name, spec.capacity) for spec in specs] == [
        ("root", 4),
        ("root.a", 2),
        ("root.b", 3),
        ("root.a.c", 1),
    ]


@pytest.mark.parametrize("text", [None, "", " ", ",", "\n,\n"])
def test_nothing_configured(text):
    assert parse_channels(text) == []


def test_capacity_zero_is_a_number_like_any_other():
    assert one("root:0").capacity == 0


@pytest.mark.parametrize("yes", ["", "=1", "=true", "=True", "=YES", "=on"])
def test_options_switched_on(yes):
    assert one(f"a:1:sequential{yes}").sequential is True
    assert one(f"a:1:paused{yes}").paused is True


@pytest.mark.parametrize("no", ["=0", "=false", "=False", "=no", "=Off"])
def test_options_switched_off(no):
    assert one(f"a:1:sequential{no}").sequential is False
    assert one(f"a:1:paused{no}").paused is False


def test_sequential_switched_off_leaves_the_capacity_free():
    assert one("a:4:sequential=False") == ChannelSpec("root.a", 4)


def test_throttle():
    assert one("a:2:throttle=7").throttle == 7
    assert one("a:2:throttle").throttle == 1
    assert one("a:2:throttle=0") == ChannelSpec("root.a", 2)


def test_rate_and_burst():
    spec = one("a:2:rate=100/60:burst=20")
    assert (spec.rate, spec.burst, spec.effective_burst) == (Rate(100, 60), 20, 20)
    assert one("a:2:rate=5").rate == Rate(5, 1)


@pytest.mark.parametrize(
    ("rate", "burst"), [("100/60", 2), ("1/10", 1), ("50/1", 50), ("60/60", 1)]
)
def test_default_burst_is_one_second_of_the_rate(rate, burst):
    assert one(f"a:9:rate={rate}").effective_burst == burst


def test_burst_without_any_limit_of_starts():
    assert one("a:9").effective_burst == 1


def test_blanks_are_stripped_everywhere():
    assert one("  a . b : 2 : throttle = 3 : paused ") == ChannelSpec(
        "root.a.b", 2, throttle=3, paused=True
    )


def test_unknown_options_are_kept_for_the_report():
    assert one("a:2:pausd:colour=red").unknown == {"pausd": True, "colour": "red"}


@pytest.mark.parametrize(
    ("text", "entry", "right"),
    [
        (":2", ":2", "name is missing"),
        ("root:2,:3", ":3", "name is missing"),
        ("a..b:2", "a..b:2", "empty part"),
        ("a:x", "a:x", "'x' is not a whole number.*a:N"),
        ("a::paused", "a::paused", "'' is not a whole number"),
        ("a:paused", "a:paused", "a:1:paused"),
        ("a:1.5", "a:1.5", "'1.5' is not a whole number"),
        ("a:1_0", "a:1_0", "'1_0' is not a whole number"),
        ("a:-1", "a:-1", "'-1' is below 0.*0 stops the channel"),
        ("a:1:k=v=w", "a:1:k=v=w", "more than one '='.*key=value"),
        ("a:1:", "a:1:", "has no name.*sequential"),
        ("a:1:=3", "a:1:=3", "has no name"),
        ("a:1:paused:paused", "a:1:paused:paused", "'paused' is given twice"),
        ("a:1:capacity=2", "a:1:capacity=2", "'capacity' is given twice"),
        ("a:1:name=b", "a:1:name=b", "'name' is given twice"),
        ("a:1:foo:foo=1", "a:1:foo:foo=1", "'foo' is given twice"),
        ("a:1,root.a:2", "root.a:2", "root.a is given twice"),
        ("a:1,b,a:1", "a:1", "root.a is given twice"),
        ("a:2:sequential", "a:2:sequential", "capacity must be 1, not 2"),
        ("a:0:sequential", "a:0:sequential", "capacity must be 1, not 0.*paused"),
        ("a:1:sequential=maybe", "a:1:sequential=maybe", "neither yes nor no.*True or False"),
        ("a:1:paused=", "a:1:paused=", "neither yes nor no"),
        ("a:1:throttle=-1", "a:1:throttle=-1", "below 0"),
        ("a:1:throttle=0.5", "a:1:throttle=0.5", "throttle=N"),
        ("a:1:rate", "a:1:rate", "JOBS/SECONDS"),
        ("a:1:rate=", "a:1:rate=", "JOBS/SECONDS"),
        ("a:1:rate=0/60", "a:1:rate=0/60", "below 1"),
        ("a:1:rate=10/0", "a:1:rate=10/0", "below 1"),
        ("a:1:rate=10/", "a:1:rate=10/", "whole number"),
        ("a:1:rate=10/m", "a:1:rate=10/m", "rate=100/60"),
        ("a:1:burst=2", "a:1:burst=2", "add rate"),
        ("a:1:rate=1/2:burst", "a:1:rate=1/2:burst", "burst=N"),
        ("a:1:rate=1/2:burst=0", "a:1:rate=1/2:burst=0", "below 1"),
        ("a:1:rate=1/2:throttle=2", "a:1:rate=1/2:throttle=2", "keep one of them"),
    ],
)
def test_wrong_entries_are_named_and_explained(text, entry, right):
    with pytest.raises(ValueError, match=right) as caught:
        parse_channels(text)
    assert str(caught.value).startswith(f"Invalid channel config {entry!r}: ")


def test_wrong_entries_cost_only_themselves():
    specs, errors = read_channels("root:4,a:x,b:2,b:3,c:1:sequential")
    assert [spec.name for spec in specs] == ["root", "root.b", "root.c"]
    assert specs[1].capacity == 2
    assert len(errors) == 2
    assert "'a:x'" in errors[0]
    assert "'b:3'" in errors[1]


NAMES = st.lists(st.text("abc_", min_size=1, max_size=3), min_size=1, max_size=3).map(
    lambda parts: "root." + ".".join(parts)
)


@st.composite
def channel_specs(draw):
    sequential = draw(st.booleans())
    rate = draw(st.none() | st.builds(Rate, st.integers(1, 999), st.integers(1, 999)))
    return ChannelSpec(
        name=draw(NAMES),
        capacity=1 if sequential else draw(st.integers(0, 99)),
        sequential=sequential,
        paused=draw(st.booleans()),
        throttle=0 if rate else draw(st.integers(0, 99)),
        rate=rate,
        burst=draw(st.none() | st.integers(1, 99)) if rate else None,
    )


@given(st.lists(channel_specs(), unique_by=lambda spec: spec.name))
def test_what_is_written_is_read_again(specs):
    assert parse_channels(format_channels(specs)) == specs


@given(st.text("ab.:=,\n /-10 rooseqpud", max_size=40))
def test_any_text_is_read_or_refused_with_a_message(text):
    specs, errors = read_channels(text)
    assert all(error.startswith("Invalid channel config ") for error in errors)
    assert len({spec.name for spec in specs}) == len(specs)
    for spec in specs:
        assert spec.name.split(".")[0] == "root"
        assert spec.capacity >= 0
        assert spec.capacity == 1 or not spec.sequential
    if errors:
        with pytest.raises(ValueError, match="Invalid channel config"):
            parse_channels(text)
    else:
        assert parse_channels(text) == specs
