# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the prepared claim does where a statement can't be kept, with a cursor that only notes."""

import psycopg2
import pytest

from odoo.addons.queue_job.store import claim, prepared
from odoo.addons.queue_job.store.prepared import PreparedClaim, _prepared


class NotingCursor:
    """Notes what is executed; raises an error where a text begins with something."""

    def __init__(self, **errors):
        self.executed = []
        self.errors = errors

    def execute(self, text, params=None):
        self.executed.append(text)
        for word, error in self.errors.items():
            if f"{word} queue_job_claim_" in text:
                raise error


def parameters(workers=2):
    return claim.parameters(
        runner_id=1,
        worker_pids=range(workers),
        cursors=claim.Cursors(),
        pack=8,
        packable=[],
        exclude=[],
        now=None,
    )


def test_prepares_once_and_executes_in_one_string_with_the_lock():
    cr, made = NotingCursor(), PreparedClaim()
    made.execute(cr, parameters())
    made.execute(cr, parameters())
    definition, *calls = cr.executed
    assert definition.startswith("PREPARE queue_job_claim_")
    assert len(calls) == 2
    for call in calls:
        assert call.index("pg_advisory_xact_lock") < call.index("EXECUTE queue_job_claim_")


@pytest.mark.parametrize(
    ("word", "error"),
    [
        # A pooler gave the transaction another server connection.
        ("EXECUTE", psycopg2.errors.InvalidSqlStatementName()),
        # Another runner has prepared it on this server connection.
        ("PREPARE", psycopg2.errors.DuplicatePreparedStatement()),
        # A column has changed its type since.
        ("EXECUTE", psycopg2.errors.FeatureNotSupported()),
    ],
)
def test_the_text_serves_where_the_statement_can_not(word, error):
    cr, made = NotingCursor(**{word: error}), PreparedClaim()
    made.execute(cr, parameters())
    assert cr.executed[-1] == prepared.plain()
    cr.executed.clear()
    made.execute(cr, parameters())
    assert cr.executed == [prepared.plain()]


def test_other_errors_are_the_callers():
    cr = NotingCursor(EXECUTE=psycopg2.errors.LockNotAvailable())
    made = PreparedClaim()
    with pytest.raises(psycopg2.errors.LockNotAvailable):
        made.execute(cr, parameters())
    assert made.is_usable


def test_names_tell_the_text():
    names = {_prepared(slots, pack)[0] for slots in (1, 2) for pack in (1, 8)}
    assert len(names) == 4


def test_all_places_are_filled():
    _name, definition, _call = _prepared(3, 8)
    assert "%(" not in definition
    assert "%%" not in definition
    assert "$12" in definition
