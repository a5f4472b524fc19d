# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What moves jobs between states, held against the rules in ``rules.states``."""

from odoo.tests import tagged

from ..rules.states import LEASED, STATES, is_allowed
from ..store import finish, repair, settle
from .test_claim import NOW, ClaimCase

ALL = [state for state, _label in STATES]
TOKEN = 77

#: By name: what the engine does to a job. The first ones know it by its run token.
FENCED = {
    "finish": lambda cr, fence: finish.finish(cr, seconds=1, now=NOW, **fence),
    "begin": lambda cr, fence: finish.begin(cr, now=NOW, **fence),
    "fail": lambda cr, fence: settle.fail(
        cr, exc_name="E", exc_message="m", exc_info="i", now=NOW, **fence
    ),
    "cancel": lambda cr, fence: settle.cancel(cr, result="r", now=NOW, **fence),
    "postpone": lambda cr, fence: settle.postpone(
        cr, seconds=5, retry=1, message="m", now=NOW, **fence
    ),
    "release": lambda cr, fence: settle.release(
        cr, job_ids=[fence["job_id"]], run_token=TOKEN, now=NOW
    ),
    "crash": lambda cr, fence: settle.crash(
        cr, job_ids=[fence["job_id"]], run_token=TOKEN, now=NOW
    ),
    "orphans": lambda cr, _fence: repair.orphans(cr),
    "stray_leases": lambda cr, _fence: repair.stray_leases(cr),
}
BUTTONS = ("requeue", "button_done", "button_cancelled", "button_run_now")


@tagged("post_install", "-at_install")
class TestStates(ClaimCase):
    def moves(self, act, *, run_token=None):
        """Do something to a job of each state.

        :param act: called with the job's id
        :return: the (old, new) states of the jobs that it moved
        """
        found = set()
        for state in ALL:
            token = run_token if state in LEASED else None
            job_id = self.add(state=state, run_token=token, user_id=self.env.uid)
            self.env.invalidate_all()
            act(job_id)
            self.env.flush_all()
            new = self.row(job_id)["state"]
            if new != state:
                found.add((state, new))
            self.env.cr.execute("DELETE FROM queue_job")
        return found

    def assert_allowed(self, found):
        self.assertEqual([move for move in sorted(found) if not is_allowed(*move)], [])

    def test_a_claim_takes_pending_jobs_only(self):
        self.assertEqual(self.moves(lambda _id: self.claim()), {("pending", "started")})

    def test_ends_of_runs_are_allowed(self):
        found = set()
        for name, do in FENCED.items():

            def act(job_id, do=do):
                do(self.env.cr, {"job_id": job_id, "run_token": TOKEN})

            with self.subTest(statement=name):
                moves = self.moves(act, run_token=TOKEN)
                self.assert_allowed(moves)
                found |= moves
        # All that a run can lead to was tried.
        ends = {"done", "failed", "cancelled", "pending"}
        self.assertLessEqual({("started", end) for end in ends}, found)

    def test_what_lost_its_lease_is_pending_again(self):
        self.assertEqual(
            self.moves(lambda _id: repair.orphans(self.env.cr)),
            {(state, "pending") for state in LEASED},
        )

    def test_buttons_do_what_is_allowed(self):
        found = set()
        for button in BUTTONS:

            def act(job_id, button=button):
                getattr(self.env["queue.job"].browse(job_id), button)()

            with self.subTest(button=button):
                moves = self.moves(act)
                self.assert_allowed(moves)
                found |= moves
        # People may end whatever has not ended, and have whatever has ended run again.
        by_hand = {("pending", "done"), ("pending", "cancelled"), ("failed", "done")}
        again = {(state, "pending") for state in ("failed", "done", "cancelled")}
        self.assertLessEqual(by_hand | again, found)
