# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.addons.queue_job import identity_exact, uniqueness
from odoo.addons.queue_job.delay import chain, group
from odoo.addons.queue_job.job import Job

from .common import JobCase


class TestIdentity(JobCase):
    def delay(self, text="b", **options):
        options.setdefault("identity_key", "key")
        return self.record.with_delay(**options).append(text)

    def count(self):
        return self.env["queue.job"].search_count([])

    def set_state(self, job, state):
        self.env.cr.execute("UPDATE queue_job SET state = %s WHERE uuid = %s", [state, job.uuid])
        self.env.invalidate_all()

    def test_a_twin_is_skipped_and_returned(self):
        first, second = self.delay(), self.delay("c")
        self.assertEqual(first, second)
        self.assertIsInstance(second, Job)
        self.assertEqual((first.is_duplicate, second.is_duplicate), (False, True))
        self.assertEqual(second.args, ("b",))
        self.assertEqual(second.db_record().identity_key, "key")
        self.assertEqual(self.count(), 1)

    def test_which_states_count(self):
        for state, is_twin in (
            ("wait_dependencies", True),
            ("pending", True),
            ("enqueued", True),
            ("started", False),
            ("done", False),
            ("cancelled", False),
            ("failed", False),
        ):
            first = self.delay(identity_key=state)
            self.set_state(first, state)
            second = self.delay(identity_key=state)
            self.assertEqual(second.is_duplicate, is_twin, state)
            self.assertEqual(
                bool(first.job_record_with_same_identity_key() == first.db_record()), is_twin
            )

    def test_a_leased_job_is_no_twin(self):
        first = self.delay()
        self.env.cr.execute("UPDATE queue_job SET state = 'enqueued', run_token = 5")
        self.assertFalse(self.delay().is_duplicate)
        self.assertFalse(first.is_duplicate)

    def test_identity_exact(self):
        first = self.delay(identity_key=identity_exact)
        self.assertTrue(self.delay(identity_key=identity_exact).is_duplicate)
        self.assertFalse(self.delay("c", identity_key=identity_exact).is_duplicate)
        self.assertEqual(first.db_record().identity_key, identity_exact(first))

    def test_no_key_no_twin(self):
        self.assertFalse(self.delay(identity_key=None).is_duplicate)
        self.assertFalse(self.delay(identity_key=None).is_duplicate)
        self.assertFalse(self.delay(identity_key="").is_duplicate)

    def test_replace(self):
        first = self.delay(priority=9, timeout=5)
        eta = 3600
        second = self.record.with_user(self.user).with_delay(
            identity_key="key", identity_policy="replace", priority=1, eta=eta
        )
        second = second.append("c")
        self.assertEqual((second, second.is_duplicate), (first, True))
        record = first.db_record()
        self.assertEqual(self.count(), 1)
        self.assertEqual((record.args, record.priority), (["c"], 1))
        self.assertEqual((record.user_id, record.su), (self.user, False))
        self.assertEqual((record.is_due, record.time_limit), (False, 0))
        self.assertEqual(record.date_created, first.date_created)
        self.assertEqual(self.reload(second).env.uid, self.user.id)

    def test_rerun_never_overlaps(self):
        first = self.delay(identity_policy="rerun")
        self.assertEqual(first.db_record().concurrency_key, "identity:key")
        self.assertTrue(self.delay(identity_policy="rerun").is_duplicate)
        self.set_state(first, "started")
        second = self.delay(identity_policy="rerun")
        self.assertFalse(second.is_duplicate)
        self.assertEqual(second.db_record().concurrency_key, "identity:key")
        mine = self.delay(identity_key="other", identity_policy="rerun", concurrency_key="mine")
        self.assertEqual(mine.db_record().concurrency_key, "mine")

    def test_unknown_policy(self):
        with self.assertRaisesRegex(ValueError, "shrug"):
            self.delay(identity_policy="shrug")

    def test_bulk(self):
        waiting = self.delay()
        jobs = self.env["queue.job"].delay_many(
            self.record.delayable(identity_key=key).append(number)
            for number, key in enumerate(("x", "key", "x", None, None))
        )
        self.assertEqual([job.is_duplicate for job in jobs], [False, True, True, False, False])
        self.assertEqual(jobs[1], waiting)
        self.assertEqual(jobs[2], jobs[0])
        self.assertEqual(self.count(), 4)

    def graph(self):
        return {
            name: self.record.delayable(identity_key=identity_exact).append(name) for name in "abcd"
        }

    def delay_chain(self):
        d = self.graph()
        chain(d["a"], group(d["b"], d["c"]), d["d"]).delay()
        return {name: delayable._generated_job for name, delayable in d.items()}

    def test_the_same_graph_twice(self):
        first = self.delay_chain()
        second = self.delay_chain()
        self.assertEqual(self.count(), 4)
        self.assertEqual(first, second)
        self.assertTrue(all(job.is_duplicate for job in second.values()))

    def test_a_graph_around_a_twin(self):
        """What was to run after the twin runs after it, and after its parents here."""
        twin = self.record.with_delay(identity_key=identity_exact).append("b")
        jobs = self.delay_chain()
        self.assertEqual(self.count(), 4)
        self.assertEqual(jobs["b"], twin)
        edges = {
            (edge.parent_id.uuid, edge.child_id.uuid)
            for edge in self.env["queue.job.dependency"].search([])
        }
        uuids = {name: job.uuid for name, job in jobs.items()}
        self.assertEqual(
            edges,
            {(uuids[parent], uuids[child]) for parent, child in ("ac", "cd", "bd", "ad")},
        )
        self.assertEqual(twin.db_record().state, "pending")
        self.assertEqual(jobs["d"].db_record().state, "wait_dependencies")

    def test_vertices_without_key_are_stored(self):
        self.record.with_delay(identity_key="k").append("b")
        keyed = self.record.delayable(identity_key="k").append("b")
        plain = self.record.delayable().append("c")
        keyed.on_done(plain).delay()
        self.assertEqual(self.count(), 2)
        record = plain._generated_job.db_record()
        self.assertEqual(record.state, "wait_dependencies")
        self.assertEqual(record.dependency_ids.identity_key, "k")


class TestUniqueKey(JobCase):
    def test_taken_at_the_commit(self):
        record = self.record.with_delay(identity_key="key").append("b").db_record()
        self.assertFalse(record.unique_key)
        uniqueness.take_keys(self.env.cr)
        self.assertEqual(record.unique_key, "key")

    def test_a_rolled_back_job_takes_nothing(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.record.with_delay(identity_key="key").append("b")
            raise ZeroDivisionError
        uniqueness.take_keys(self.env.cr)
        self.assertFalse(self.env["queue.job"].search([("unique_key", "!=", False)]))

    def test_savepoints_take_nothing(self):
        record = self.record.with_delay(identity_key="key").append("b").db_record()
        with self.env.cr.savepoint():
            self.record.name = "x"
        self.env.cr.flush()
        self.env.invalidate_all()
        self.assertFalse(record.unique_key)

    def test_given_up_in_final_states(self):
        for button, state in (("button_done", "done"), ("button_cancelled", "cancelled")):
            record = self.record.with_delay(identity_key=state).append("b").db_record()
            uniqueness.take_keys(self.env.cr)
            getattr(record, button)()
            self.assertEqual((record.state, record.unique_key), (state, False))

    def test_taken_back_if_free(self):
        old = self.record.with_delay(identity_key="key").append("b").db_record()
        uniqueness.take_keys(self.env.cr)
        old.button_done()
        old.requeue()
        uniqueness.take_keys(self.env.cr)
        self.assertEqual(old.unique_key, "key")
        old.button_done()
        new = self.record.with_delay(identity_key="key").append("b").db_record()
        old.requeue()
        uniqueness.take_keys(self.env.cr)
        self.assertEqual(len(old | new), 2)
        self.assertCountEqual((old | new).mapped("unique_key"), ["key", False])
        self.assertEqual((old | new).mapped("state"), ["pending", "pending"])

    def test_stored_directly_both_stay(self):
        jobs = [Job(self.method, identity_key="key") for _number in range(2)]
        for job in jobs:
            job.store()
        uniqueness.take_keys(self.env.cr)
        records = Job.db_records_from_uuids(self.env, [job.uuid for job in jobs])
        self.assertCountEqual(records.mapped("unique_key"), ["key", False])
