# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.capacity import Candidate, Limits, grant, running_below
from odoo.addons.queue_job.rules.channel_names import lineage

CHANNELS = ["root", "root.a", "root.a.x", "root.a.y", "root.b", "root.b.z"]


def jobs(*channels, **values):
    return [Candidate(number, channel, **values) for number, channel in enumerate(channels, 1)]


def test_root_bounds_everything():
    assert grant({"root": Limits(2)}, {}, jobs("root", "root.a", "root.b"), 9) == [1, 2]


def test_free_workers_bound_everything():
    assert grant({}, {}, jobs("root", "root.a", "root.b"), 2) == [1, 2]


def test_what_runs_below_counts():
    limits = {"root": Limits(4), "root.a": Limits(3)}
    running = {"root.a.x": 2, "root.b": 1}
    assert running_below(running) == {"root": 3, "root.a": 2, "root.a.x": 2, "root.b": 1}
    assert grant(limits, running, jobs("root.a.y", "root.a.y", "root.b"), 9) == [1]


def test_a_job_refused_by_its_channel_takes_no_place_in_the_parent():
    limits = {"root": Limits(2), "root.a": Limits(1)}
    assert grant(limits, {}, jobs("root.a", "root.a", "root.b"), 9) == [1, 3]


def test_order_is_priority_then_date_then_id():
    waiting = [
        Candidate(1, priority=10, date=5),
        Candidate(2, priority=10, date=3),
        Candidate(3, priority=1, date=9),
        Candidate(4, priority=10, date=3),
    ]
    assert grant({}, {}, waiting, 9) == [3, 2, 4, 1]


@pytest.mark.parametrize("stop", [Limits(0), Limits(5, paused=True), Limits(5, tokens=0)])
def test_a_stopped_channel_stops_all_below_it(stop):
    assert grant({"root.a": stop}, {}, jobs("root.a", "root.a.x", "root.b"), 9) == [3]


def test_zero_stops_and_none_does_not_limit():
    assert grant({"root": Limits(0)}, {}, jobs("root"), 9) == []
    assert grant({"root": Limits(None)}, {}, jobs("root"), 9) == [1]


def test_a_channel_made_smaller_waits_for_what_runs():
    assert grant({"root": Limits(2)}, {"root": 5}, jobs("root"), 9) == []


def test_tokens():
    limits = {"root.a": Limits(5, tokens=2)}
    assert grant(limits, {}, jobs("root.a", "root.a.x", "root.a", "root.b"), 9) == [1, 2, 4]


def test_sequential_runs_one_in_order():
    limits = {"root.a": Limits(1, sequential=True)}
    assert grant(limits, {}, jobs("root.a", "root.a", "root.b"), 9) == [1, 3]
    assert grant(limits, {"root.a": 1}, jobs("root.a", "root.b"), 9) == [2]


def test_sequential_waits_for_a_delayed_job_before_it():
    limits = {"root.a": Limits(1, sequential=True)}
    first, second = jobs("root.a", "root.a")
    assert grant(limits, {}, [replace(first, ready=False), second], 9) == []
    assert grant(limits, {}, [first, replace(second, ready=False)], 9) == [1]
    assert grant({}, {}, [replace(first, ready=False), second], 9) == [2]


def test_sequential_is_blocked_by_a_failed_job_wherever_it_stands():
    limits = {"root.a": Limits(1, sequential=True)}
    first, second, third = jobs("root.a", "root.a", "root.b")
    assert grant(limits, {}, [first, replace(second, failed=True), third], 9) == [3]
    assert grant({}, {}, [first, replace(second, failed=True), third], 9) == [1, 3]


def test_sequential_waits_for_a_busy_key_before_it():
    limits = {"root.a": Limits(1, sequential=True)}
    first, second = jobs("root.a", "root.a")
    assert grant(limits, {}, [replace(first, key="k"), second], 9, busy_keys=["k"]) == []


def test_a_paused_child_does_not_hold_its_sequential_parent():
    limits = {"root.a": Limits(1, sequential=True), "root.a.x": Limits(5, paused=True)}
    assert grant(limits, {}, jobs("root.a.x", "root.a.y"), 9) == [2]


def test_one_job_per_key():
    waiting = [
        Candidate(1, key="k"),
        Candidate(2, key="k"),
        Candidate(3, key="other"),
        Candidate(4),
        Candidate(5),
    ]
    assert grant({}, {}, waiting, 9) == [1, 3, 4, 5]
    assert grant({}, {}, waiting, 9, busy_keys=["k"]) == [3, 4, 5]


LIMITS = st.builds(
    Limits,
    capacity=st.none() | st.integers(0, 4),
    paused=st.booleans() | st.just(False),
    sequential=st.booleans() | st.just(False),
    tokens=st.none() | st.integers(0, 4),
)
TREES = st.dictionaries(st.sampled_from(CHANNELS), LIMITS)
RUNNING = st.dictionaries(st.sampled_from(CHANNELS), st.integers(0, 3))
SHAPES = st.tuples(
    st.sampled_from(CHANNELS),
    st.integers(1, 3),
    st.integers(0, 3),
    st.booleans() | st.just(True),
    st.booleans() | st.just(False),
    st.none() | st.sampled_from("kl"),
)


@st.composite
def backlogs(draw):
    return [Candidate(number, *shape) for number, shape in enumerate(draw(st.lists(SHAPES)), 1)]


def greedy(limits, running, candidates, slots):
    """One job after the other in order, each if all its channels have room."""
    total = running_below(running)
    granted = []
    for job in sorted(candidates, key=lambda each: each.order):
        rooms = [
            limits[name].room(total[name])
            for name in lineage(job.channel)
            if name in limits and limits[name].tokens is None
        ]
        if job.ready and not job.failed and 0 not in rooms and len(granted) < slots:
            granted.append(job.id)
            total.update(lineage(job.channel))
    return granted


PLAIN = TREES.map(
    lambda tree: {name: replace(each, sequential=False, tokens=None) for name, each in tree.items()}
)


@given(PLAIN, RUNNING, backlogs(), st.integers(0, 6))
def test_level_by_level_is_what_one_after_the_other_gives(limits, running, backlog, slots):
    backlog = [replace(job, key=None) for job in backlog]
    expected = greedy(limits, running, backlog, slots)
    assert grant(limits, running, backlog, slots) == expected


@given(TREES, RUNNING, backlogs(), st.integers(0, 6), st.sets(st.sampled_from("kl")))
def test_no_limit_is_ever_exceeded(limits, running, backlog, slots, busy):
    by_id = {job.id: job for job in backlog}
    granted = [by_id[each] for each in grant(limits, running, backlog, slots, busy)]
    assert len(granted) <= slots
    assert len(set(granted)) == len(granted)
    assert all(job.ready and not job.failed for job in granted)
    keys = [job.key for job in granted if job.key]
    assert len(set(keys)) == len(keys)
    assert busy.isdisjoint(keys)
    before = running_below(running)
    started = running_below(Counter(job.channel for job in granted))
    for name, limit in limits.items():
        room = limit.room(before[name])
        assert room is None or started[name] <= room
        if limit.sequential and started[name]:
            assert started[name] == 1
            assert not before[name]


@given(TREES, RUNNING, backlogs(), st.integers(0, 6))
def test_more_room_never_starts_less(limits, running, backlog, slots):
    fewer = grant(limits, running, backlog, slots)
    assert grant(limits, running, backlog, slots + 1)[: len(fewer)] == fewer


@given(TREES, RUNNING, backlogs())
def test_an_urgent_job_is_never_passed_over_in_its_own_channel(limits, running, backlog):
    """Within one channel, without keys, starts are a prefix of what is ready."""
    backlog = [replace(job, key=None) for job in backlog]
    granted = set(grant(limits, running, backlog, 99))
    for channel in CHANNELS:
        ready = [
            job.id in granted
            for job in sorted(backlog, key=lambda each: each.order)
            if job.channel == channel and job.ready and not job.failed
        ]
        assert ready == sorted(ready, reverse=True)
