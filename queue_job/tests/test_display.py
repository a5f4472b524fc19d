# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from datetime import date, timedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged

from ..models.queue_job_display import call_text


@tagged("post_install", "-at_install")
class TestArgumentsText(TransactionCase):
    def _text(self, *args, **kwargs):
        records = {"_type": "odoo_recordset", "model": "res.partner", "ids": [1, 2]}
        return call_text(records, list(args), kwargs)

    def test_of_a_real_job(self):
        job = self.env["queue.job"].with_delay()._test_job(0, job_duration=1.5).db_record()
        lines = job.arguments_text.splitlines()
        self.assertEqual(lines, ["self = queue.job()", "1: 0", "job_duration = 1.5"])

    def test_real_values_are_readable(self):
        partners = self.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        job = (
            self.env["queue.job"].with_delay()._test_job(failure_rate=0, job_duration=0).db_record()
        )
        values = [partners, date(2026, 1, 2), {"_type": "forged"}]
        job.sudo().with_context(_job_edit_sentinel=job.EDIT_SENTINEL).write({"args": values})
        text = job.arguments_text
        ids = ", ".join(map(str, partners.ids))
        self.assertIn(f"res.partner({ids})", text)
        self.assertIn("2026-01-02", text)
        self.assertIn("forged", text)

    def test_without_arguments(self):
        self.assertEqual(call_text(None, None, None), "")
        self.assertEqual(self._text(), "self = res.partner(1, 2)")

    def test_letters_of_all_languages_stay(self):
        self.assertIn("Grüße ไทย", self._text("Grüße ไทย"))

    def test_secrets_are_hidden_at_any_depth(self):
        text = self._text(
            [{"password": "pw1", "name": "shown"}],
            api_key="pw2",
            options={"auth": {"access_token": "pw3", "Authorization": "pw4"}},
            client_secret="pw5",
        )
        for secret in ("pw1", "pw2", "pw3", "pw4", "pw5"):
            self.assertNotIn(secret, text)
        self.assertIn("shown", text)

    def test_long_texts_are_cut(self):
        text = self._text("x" * 100_000)
        self.assertLess(len(text), 21_000)
        self.assertTrue(text.endswith("…"))


@tagged("post_install", "-at_install")
class TestDurations(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls.env["queue.job"].with_delay()._test_job().db_record()
        cls.env.flush_all()
        cls.now = fields.Datetime.now()

    def _set(self, **values):
        assignments = ", ".join(f"{name} = %({name})s" for name in values)
        self.env.cr.execute(
            f"UPDATE queue_job SET {assignments} WHERE id = %(id)s", {**values, "id": self.job.id}
        )
        self.env.invalidate_all()

    def _ago(self, seconds):
        return self.now - timedelta(seconds=seconds)

    def test_of_a_waiting_job(self):
        self._set(date_created=self._ago(60))
        self.assertAlmostEqual(self.job.wait_seconds, 60, delta=20)
        self.assertEqual(self.job.run_seconds, 0)

    def test_of_a_planned_job(self):
        self._set(date_created=self._ago(60), eta=self._ago(-600))
        self.assertEqual(self.job.wait_seconds, 0)

    def test_of_a_running_job(self):
        self._set(date_created=self._ago(100), date_started=self._ago(60), state="started")
        self.assertAlmostEqual(self.job.wait_seconds, 40, delta=1)
        self.assertAlmostEqual(self.job.run_seconds, 60, delta=20)

    def test_of_an_ended_job(self):
        self._set(
            date_created=self._ago(100),
            eta=self._ago(80),
            date_started=self._ago(60),
            date_done=self._ago(50),
            exec_time=10,
            state="done",
        )
        self.assertAlmostEqual(self.job.wait_seconds, 20, delta=1)
        self.assertAlmostEqual(self.job.run_seconds, 10, delta=1)

    def test_of_a_job_cancelled_before_it_began(self):
        self.job.button_cancelled()
        self.assertEqual(self.job.run_seconds, 0)

    def test_a_cancel_request_shows(self):
        self.assertFalse(self.job.cancel_requested)
        self.env["queue.job.command"].create({"job_id": self.job.id, "command": "cancel"})
        self.env.invalidate_all()
        self.assertTrue(self.job.cancel_requested)
