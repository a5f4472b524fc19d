# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Commits inside of a job: only with its lease."""

import psycopg2.errors
import pytest

from odoo.addons.queue_job.engine.lease import Lease, LeaseLost


class JobsCursor:
    """A cursor that notes what it was told, and answers as the table of jobs would.

    :param answer: the row that the look for the lease finds, or the error that it raises
    """

    def __init__(self, answer):
        self.answer = answer
        self.steps = []
        self.params = None

    def execute(self, query, params=None, **_kwargs):
        self.steps.append("look")
        self.params = params
        if isinstance(self.answer, Exception):
            raise self.answer

    def fetchone(self):
        return self.answer

    def flush(self):
        self.steps.append("flush")

    def commit(self):
        self.steps.append("commit")


def test_a_commit_proves_the_lease_first():
    cr = JobsCursor((1,))
    with Lease(7, 42).fencing(cr):
        cr.commit()
        assert cr.steps == ["flush", "look", "commit"]
        assert cr.params == {"id": 7, "run_token": 42}
    cr.commit()
    assert cr.steps == ["flush", "look", "commit", "commit"]


@pytest.mark.parametrize("answer", [None, psycopg2.errors.SerializationFailure("changed")])
def test_a_commit_without_the_lease_is_refused(answer):
    cr = JobsCursor(answer)
    with Lease(7, 42).fencing(cr), pytest.raises(LeaseLost):
        cr.commit()
    assert "commit" not in cr.steps
    # A job that swallows errors must not swallow this one.
    assert not issubclass(LeaseLost, Exception)
