# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Records that show their jobs."""

import re
from unittest.mock import patch

from lxml import etree

from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.queue_job import job_links
from odoo.addons.queue_job.delay import chain
from odoo.addons.queue_job.tests.common import run_jobs


@tagged("post_install", "-at_install")
class TestMixin(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = cls.env["test.queue.linked"]
        cls.one, cls.two, cls.three = cls.model.create([{"name": n} for n in "123"])
        groups = "base.group_user,queue_job.group_queue_job"
        cls.user = new_test_user(cls.env, "linked_user", f"{groups}_user")
        cls.manager = new_test_user(cls.env, "linked_manager", f"{groups}_manager")
        cls.nobody = new_test_user(cls.env, "linked_nobody", "base.group_user")

    def links(self, job):
        found = self.env["queue.job.link"].search([("job_id", "=", job.db_record().id)])
        return sorted((link.res_model, link.res_id) for link in found)

    def counts(self, record, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        record = record.with_user(user) if user else record
        return (
            record.queue_job_waiting_count,
            record.queue_job_running_count,
            record.queue_job_failed_count,
        )

    def test_a_job_is_linked_to_its_records(self):
        job = (self.one | self.two).with_delay().touch()
        self.assertEqual(
            self.links(job), [(self.model._name, self.one.id), (self.model._name, self.two.id)]
        )

    def test_and_to_those_that_are_its_arguments(self):
        job = self.model.with_delay().touch(self.one, 5, other=self.two, self_again=self.one)
        self.assertEqual(
            self.links(job), [(self.model._name, self.one.id), (self.model._name, self.two.id)]
        )
        # Also when the method is another model's.
        job = self.env["test.queue.job"].with_delay().give_back(self.three)
        self.assertEqual(self.links(job), [(self.model._name, self.three.id)])

    def test_records_without_the_mixin_are_not_linked(self):
        record = self.env["test.queue.job"].create({"name": "a"})
        job = record.with_delay().give_back(self.env.user, partner=self.env.company.partner_id)
        self.assertEqual(self.links(job), [])

    def test_a_graph_is_linked_too(self):
        first, last = self.one.delayable().touch(), self.two.delayable().touch()
        chain(first, last).delay()
        self.assertEqual(self.links(first._generated_job), [(self.model._name, self.one.id)])
        self.assertEqual(self.links(last._generated_job), [(self.model._name, self.two.id)])
        self.assertEqual(self.counts(self.two), (1, 0, 0))

    def test_of_very_many_records_the_first_ones_are_linked(self):
        self.patch(job_links, "MAX_LINKS", 2)
        job = (self.one | self.two | self.three).with_delay().touch()
        self.assertEqual(len(self.links(job)), 2)

    def test_jobs_are_searched_by_their_link(self):
        jobs = self.env["queue.job"].with_user(self.manager)
        on = (self.one | self.two).with_delay().touch()
        with_argument = self.env["test.queue.job"].with_delay().give_back(self.two)
        for record, expected in (
            (self.one, [on]),
            (self.two, [on, with_argument]),
            (self.three, []),
        ):
            found = jobs.search([("on_record", "=", f"{self.model._name},{record.id}")])
            self.assertEqual(set(found.mapped("uuid")), {job.uuid for job in expected})
        query = jobs._search([("on_record", "=", f"{self.model._name},{self.one.id}")])
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        [*lines] = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        self.assertIn("queue_job_link_record_index", str(lines))

    def test_links_go_with_the_job(self):
        job = self.one.with_delay().touch()
        job.db_record().unlink()
        self.assertFalse(self.env["queue.job.link"].search([("res_id", "=", self.one.id)]))

    def test_counts(self):
        self.assertEqual(self.counts(self.one), (0, 0, 0))
        self.one.with_delay().touch()
        self.one.with_delay(eta=3600).touch()
        running = self.one.with_delay().touch().db_record()
        self.one.with_delay().break_down()
        self.two.with_delay().touch()
        self.assertEqual(self.counts(self.one), (4, 0, 0))
        running.write({"state": "started"})
        self.assertEqual(self.counts(self.one), (3, 1, 0))
        run_jobs(self.env)
        self.assertEqual(self.counts(self.one), (1, 1, 1))
        self.assertEqual(self.counts(self.two), (0, 0, 0))
        self.assertEqual(self.counts(self.model.new({"name": "unsaved"})), (0, 0, 0))

    def test_each_job_counts_once(self):
        self.one.with_delay().touch(self.one, again=self.one)
        self.assertEqual(self.counts(self.one), (1, 0, 0))

    def test_what_a_user_may_not_see_is_not_counted(self):
        self.one.with_delay().touch()
        self.one.with_user(self.user).with_delay().touch()
        self.assertEqual(self.counts(self.one, self.manager), (2, 0, 0))
        self.assertEqual(self.counts(self.one, self.user), (1, 0, 0))
        self.assertNotIn("queue_job_waiting_count", self.model.with_user(self.nobody).fields_get())

    def test_the_button_opens_the_jobs(self):
        job = self.one.with_delay().touch().db_record()
        self.two.with_delay().touch()
        action = self.one.with_user(self.manager).action_open_queue_jobs()
        self.assertEqual(action["res_model"], "queue.job")
        for user in (self.manager, self.env.user):
            found = self.env["queue.job"].with_user(user).search(action["domain"])
            self.assertEqual(found, job)
        own = self.one.with_user(self.user).with_delay().touch().db_record()
        found = self.env["queue.job"].with_user(self.user).search(action["domain"])
        self.assertEqual(found, own)

    def test_jobs_are_found_by_the_index(self):
        """What the button counts and what it opens; never by reading all jobs."""
        self.one.with_delay().touch()
        self.env.flush_all()
        cr = self.env.cr
        cr.execute("SET LOCAL enable_seqscan = off")
        action = self.one.action_open_queue_jobs()
        jobs = self.env["queue.job"].with_user(self.manager)
        cr.execute(
            "SELECT count(*) FROM pg_indexes WHERE tablename = 'queue_job_link'"
            " AND indexdef LIKE '%(res_model, res_id, job_id)'"
        )
        self.assertEqual(cr.fetchone(), (1,))
        query = jobs._search(action["domain"]).select()
        plan = "\n".join(line for (line,) in self.env.execute_query(_explain(query)))
        self.assertTrue(re.search(r"queue_job_link_\w*record_index", plan), plan)

    def test_the_form_has_the_button(self):
        for arch, existing in (
            ("<form><sheet><field name='name'/></sheet></form>", 0),
            (
                (
                    "<form><sheet><div name='button_box' class='oe_button_box'>"
                    "<button name='touch' type='object'/></div></sheet></form>"
                ),
                1,
            ),
        ):
            view = self.env["ir.ui.view"].create(
                {"name": "form", "model": self.model._name, "arch": arch}
            )
            for user, expected in ((self.manager, 1), (self.user, 1), (self.nobody, 0)):
                shown = etree.fromstring(
                    self.model.with_user(user).get_view(view.id, "form")["arch"]
                )
                buttons = shown.xpath("//div[@name='button_box']/button")
                names = [button.get("name") for button in buttons]
                self.assertEqual(names.count("action_open_queue_jobs"), expected, user.login)
                self.assertEqual(len(names), existing + expected)
                self.assertEqual(
                    len(shown.xpath("//field[@name='queue_job_failed_count']")), expected
                )

    def test_a_form_that_has_it_gets_no_second_one(self):
        view = self.env["ir.ui.view"].create(
            {
                "name": "form",
                "model": self.model._name,
                "arch": "<form><sheet><button name='action_open_queue_jobs' type='object'/>"
                "</sheet></form>",
            }
        )
        arch = self.model.with_user(self.manager).get_view(view.id, "form")["arch"]
        self.assertEqual(arch.count("action_open_queue_jobs"), 1)

    def test_enqueueing_costs_one_statement_more_and_none_for_other_models(self):
        """Where no model has the mixin, and where one has."""
        mixin = self.registry["queue.job.mixin"]
        record = self.env["test.queue.job"].create({"name": "a"})

        def statements(*delayables):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["queue.job"].delay_many(delayables)
            return self.env.cr.sql_log_count - before

        for calls in (
            lambda: [record.delayable().append("a")],
            lambda: [self.one.delayable().touch()],
            lambda: [self.one.delayable().touch() for _ in range(50)],
        ):
            statements(*calls())  # caches
            with_link = statements(*calls())
            with patch.object(mixin, "_inherit_children", ()):
                without = statements(*calls())
            is_linked = calls()[0].recordset == self.one
            self.assertEqual(with_link - without, int(is_linked))


def _explain(query):
    return SQL("EXPLAIN %s", query)
