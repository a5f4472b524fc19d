# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.states import (
    CANCELLED,
    DONE,
    ENQUEUED,
    FAILED,
    LEASED,
    PENDING,
    STARTED,
    STATES,
    TRANSITIONS,
    WAIT_DEPENDENCIES,
    is_allowed,
)

ALL = [value for value, _label in STATES]
#: The engine leaves them only when a person or a program asks for it.
FINAL = (DONE, CANCELLED, FAILED)


def test_states_have_their_public_order_and_values():
    assert ALL == [
        "wait_dependencies",
        "pending",
        "enqueued",
        "started",
        "done",
        "cancelled",
        "failed",
    ]
    assert all(label for _value, label in STATES)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (WAIT_DEPENDENCIES, PENDING),
        (WAIT_DEPENDENCIES, CANCELLED),
        (PENDING, STARTED),
        (PENDING, ENQUEUED),
        (ENQUEUED, STARTED),
        (ENQUEUED, PENDING),
        (STARTED, DONE),
        (STARTED, FAILED),
        (STARTED, PENDING),
        (STARTED, CANCELLED),
        (FAILED, DONE),
        (FAILED, CANCELLED),
        *((final, queued) for final in FINAL for queued in (PENDING, WAIT_DEPENDENCIES)),
        *((PENDING, by_hand) for by_hand in (DONE, CANCELLED)),
    ],
)
def test_moves_that_are_allowed(old, new):
    assert is_allowed(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (DONE, STARTED),
        (DONE, FAILED),
        (DONE, CANCELLED),
        (CANCELLED, DONE),
        (CANCELLED, STARTED),
        (FAILED, STARTED),
        (FAILED, ENQUEUED),
        (WAIT_DEPENDENCIES, STARTED),
        (WAIT_DEPENDENCIES, ENQUEUED),
        (STARTED, ENQUEUED),
    ],
)
def test_moves_that_are_refused(old, new):
    assert not is_allowed(old, new)


@given(st.sampled_from(ALL))
def test_a_state_leads_to_itself(state):
    assert is_allowed(state, state)


@given(st.sampled_from(ALL), st.sampled_from(ALL))
def test_only_a_claim_begins_a_job(old, new):
    if new in LEASED and old not in LEASED and is_allowed(old, new):
        assert old == PENDING


def test_every_state_can_end_and_be_left():
    assert set(TRANSITIONS) == set(ALL)
    for state in ALL:
        assert TRANSITIONS[state] <= set(ALL)
        assert set(FINAL) & TRANSITIONS[state] or state in FINAL


def test_unknown_state_names_the_known_ones():
    with pytest.raises(ValueError, match=r"'waiting' is not a state of a job .*pending"):
        is_allowed(PENDING, "waiting")
    with pytest.raises(ValueError, match="'' is not a state"):
        is_allowed("", PENDING)
