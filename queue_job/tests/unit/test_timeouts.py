# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.timeouts import (
    channel_limit,
    check_limit,
    check_limits,
    effective_limit,
    read_time_limits,
)

SECONDS = st.integers(1, 10_000)


def test_parse():
    limits, errors = read_time_limits("root:3600, report:7200\nroot.a.b : 5,")
    assert limits == {"root": 3600, "root.report": 7200, "root.a.b": 5}
    assert errors == []


@pytest.mark.parametrize("text", [None, "", " ,\n"])
def test_nothing_configured(text):
    assert read_time_limits(text) == ({}, [])


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("root", "CHANNEL:SECONDS"),
        (":5", "CHANNEL:SECONDS"),
        ("a:1:2", "more than one ':'"),
        ("a:", "'' is not a whole number"),
        ("a:1h", "'1h' is not a whole number.*a:SECONDS"),
        ("a:0", "'0' is below 1.*leave the channel out"),
        ("a:-5", "'-5' is below 1"),
        ("a..b:5", "empty part"),
        ("a:1,root.a:2", "root.a is given twice"),
    ],
)
def test_wrong_entries_are_named_and_explained(text, right):
    _limits, [error] = read_time_limits(text)
    assert error.startswith("Invalid time limit config ")
    assert re.search(right, error)


def test_wrong_entries_cost_only_themselves():
    limits, errors = read_time_limits("root:60,a:x,b:5")
    assert limits == {"root": 60, "root.b": 5}
    assert len(errors) == 1


def test_a_channel_inherits_from_its_nearest_ancestor():
    limits = {"root": 3600, "root.report": 7200, "root.quick": 0}
    assert channel_limit("root.report.big", limits) == 7200
    assert channel_limit("root.other", limits) == 3600
    assert channel_limit("root.quick", limits) == 3600
    assert channel_limit("root", {"root.report": 7200}) is None


def test_a_limit_above_the_servers_is_reported_and_bounded():
    effective, errors = check_limits({"root": 100, "root.report": 7200}, 3600)
    assert effective == {"root": 100, "root.report": 3600}
    [error] = errors
    assert "root.report, 7200 s" in error
    assert "limit_time_real, 3600 s" in error


@pytest.mark.parametrize("unset", [None, 0])
def test_without_a_server_limit_every_limit_stands(unset):
    assert check_limits({"root": 10**6}, unset) == ({"root": 10**6}, [])


@pytest.mark.parametrize(
    ("call", "function", "channel", "server", "expected"),
    [
        (None, None, None, None, None),
        (None, None, 60, None, 60),
        (30, None, 60, None, 30),
        (90, None, 60, None, 90),
        (90, None, 60, 70, 70),
        (None, 20, 60, 70, 20),
        (30, 20, 60, 70, 30),
        (None, 90, 60, 70, 70),
        (None, None, None, 70, 70),
        (0, 0, 0, 0, None),
        (0.5, None, 60, 70, 0.5),
    ],
)
def test_effective_limit(call, function, channel, server, expected):
    limit = effective_limit(
        per_call=call, function=function, channel=channel, limit_time_real=server
    )
    assert limit == expected


MAYBE = st.none() | SECONDS


@given(MAYBE, MAYBE, MAYBE, MAYBE)
def test_the_server_bounds_every_job(call, function, channel, server):
    limit = effective_limit(
        per_call=call, function=function, channel=channel, limit_time_real=server
    )
    if server:
        assert limit is not None
        assert limit <= server
    elif limit is None:
        assert (call, function, channel) == (None, None, None)


@given(SECONDS, st.none() | SECONDS)
def test_a_message_exactly_when_the_limit_changes(seconds, server):
    limit, message = check_limit("root", seconds, server)
    assert (message is None) == (limit == seconds)
