# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest import mock

from odoo.tests import TransactionCase, tagged

from ..transaction import commit, may_commit, owns_transaction


@tagged("post_install", "-at_install")
class TestTransaction(TransactionCase):
    def test_never_in_tests(self):
        env = self.env(context={"job_uuid": "x"})
        self.assertFalse(may_commit(env))
        self.assertFalse(owns_transaction(env))
        with mock.patch.object(self.env.cr, "commit") as committed:
            commit(env)
        committed.assert_not_called()

    def test_outside_tests(self):
        config_value = mock.patch("odoo.addons.connector.transaction.may_commit", return_value=True)
        with config_value, mock.patch.object(self.env.cr, "commit") as committed:
            commit(self.env)
        committed.assert_called_once()

    def test_only_a_job_owns_its_transaction(self):
        with mock.patch("odoo.addons.connector.transaction.may_commit", return_value=True):
            self.assertFalse(owns_transaction(self.env))
            job = self.env(context={"job_uuid": "x"})
            self.assertTrue(owns_transaction(job))
            # A job that runs at once is part of its caller's transaction.
            self.assertFalse(
                owns_transaction(job(context={"job_uuid": "x", "queue_job__no_delay": True}))
            )
            with (
                mock.patch.dict("os.environ", {"QUEUE_JOB__NO_DELAY": "1"}),
                self.assertLogs("odoo.addons.queue_job.utils", "WARNING"),
            ):
                self.assertFalse(owns_transaction(job))
