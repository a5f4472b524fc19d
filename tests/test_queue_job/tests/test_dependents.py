# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.addons.queue_job.delay import chain, group
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.store import dependents

from .common import JobCase


class TestDependents(JobCase):
    def setUp(self):
        super().setUp()
        self.jobs = {}

    def make(self, name):
        delayable = self.record.delayable(description=name).append(name)
        self.jobs[name] = delayable
        return delayable

    def make_many(self, names):
        return [self.make(name) for name in names]

    def record_of(self, name):
        return self.jobs[name]._generated_job.db_record()

    def states(self, names):
        self.env.invalidate_all()
        return [self.record_of(name).state for name in names]

    def end(self, name, state):
        self.env.cr.execute(
            "UPDATE queue_job SET state = %s, date_done = now() WHERE id = %s",
            [state, self.record_of(name).id],
        )

    def release(self, *names):
        ids = [self.record_of(name).id for name in names]
        return dependents.release(self.env.cr, parent_ids=ids)

    def test_the_last_parent_releases(self):
        a, b, c, d = self.make_many("abcd")
        chain(group(a, b), c, d).delay()
        self.end("a", "done")
        self.assertEqual(self.release("a"), ([], []))
        self.end("b", "done")
        self.assertEqual(self.release("b"), ([self.record_of("c").id], []))
        self.assertEqual(self.states("cd"), ["pending", "wait_dependencies"])
        self.assertEqual(self.release("a", "b"), ([], []))

    def test_a_failed_parent_holds_back(self):
        a, b = self.make_many("ab")
        a.on_done(b).delay()
        self.end("a", "failed")
        self.assertEqual(self.release("a"), ([], []))
        self.assertEqual(self.states("b"), ["wait_dependencies"])

    def test_a_cancelled_parent_cancels_all_below(self):
        a, b, c, d = self.make_many("abcd")
        chain(a, b, c, d).delay()
        self.end("a", "cancelled")
        self.assertEqual(len(self.release("a")[1]), 3)
        self.assertEqual(self.states("bcd"), ["cancelled"] * 3)
        self.assertEqual(
            self.record_of("d").result, "Cancelled because a job it depends on was cancelled"
        )
        self.assertTrue(self.record_of("d").date_cancelled)

    def test_policy_cancel(self):
        a, b, c = self.make_many("abc")
        a.on_done(b.on_done(c), on_parent_failure="cancel").delay()
        self.end("a", "failed")
        self.release("a")
        self.assertEqual(self.states("bc"), ["cancelled"] * 2)
        self.assertEqual(self.record_of("b").result, "Cancelled because a job it depends on failed")

    def test_policy_always(self):
        for state in ("failed", "cancelled", "done"):
            a, b, c = self.make_many("abc")
            a.on_done(b, on_parent_failure="always")
            a.on_done(c)
            a.delay()
            self.release("a")
            self.assertEqual(self.states("b"), ["wait_dependencies"])
            self.end("a", state)
            self.release("a")
            self.assertEqual(self.states("b"), ["pending"])

    def test_clean_up_after_a_cancelled_branch(self):
        a, b, c = self.make_many("abc")
        b.on_done(c, on_parent_failure="always")
        a.on_done(b)
        a.delay()
        self.end("a", "cancelled")
        self.release("a")
        self.assertEqual(self.states("bc"), ["cancelled", "pending"])

    def test_unknown_policy(self):
        a, b = self.make_many("ab")
        a.on_done(b, on_parent_failure="shrug")
        with self.assertRaisesRegex(ValueError, "shrug"):
            a.delay()

    def test_barriers_need_no_worker(self):
        parents = [self.make(f"p{number}") for number in range(11)]
        children = [self.make(f"c{number}") for number in range(11)]
        chain(group(*parents), group(*children)).delay()
        names = [f"c{number}" for number in range(11)]
        for parent in range(10):
            self.end(f"p{parent}", "done")
            self.assertEqual(self.release(f"p{parent}"), ([], []))
        self.end("p10", "done")
        self.assertEqual(len(self.release("p10")[0]), 11)
        self.assertEqual(self.states(names), ["pending"] * 11)
        barrier = self.record_of("c0").dependency_ids
        self.assertRecordValues(barrier, [{"state": "done", "unique_key": False}])
        self.assertTrue(barrier.date_done)

    def test_sweep_finds_what_was_missed(self):
        a, b, c, d = self.make_many("abcd")
        chain(a, b).delay()
        chain(c, d).delay()
        self.end("a", "done")
        self.end("c", "cancelled")
        released, cancelled, next_id = dependents.sweep(self.env.cr)
        self.assertEqual(released, self.record_of("b").ids)
        self.assertEqual(cancelled, self.record_of("d").ids)
        self.assertEqual(next_id, 0)

    def test_sweep_goes_on_where_it_ended(self):
        delayables = self.make_many("abcdef")
        for parent, child in zip(delayables[::2], delayables[1::2], strict=True):
            parent.on_done(child).delay()
        for name in "ace":
            self.end(name, "done")
        after_id, rounds = 0, 0
        while True:
            _released, _cancelled, after_id = dependents.sweep(
                self.env.cr, after_id=after_id, limit=1
            )
            rounds += 1
            if not after_id:
                break
        self.assertEqual(self.states("bdf"), ["pending"] * 3)
        self.assertEqual(rounds, 4)

    def test_release_all(self):
        delayables = self.make_many("abcdef")
        for parent, child in zip(delayables[::2], delayables[1::2], strict=True):
            parent.on_done(child).delay()
        for name in "ace":
            self.end(name, "done")
        self.assertEqual(dependents.release_all(self.env.cr), 3)
        self.assertEqual(dependents.release_all(self.env.cr), 0)

    def test_release_all_with_many_takes_stretches(self):
        delayables = self.make_many("abcdef")
        for parent, child in zip(delayables[::2], delayables[1::2], strict=True):
            parent.on_done(child).delay()
        self.end("e", "done")
        for _round in range(200):
            if dependents.release_all(self.env.cr, limit=1):
                break
        self.assertEqual(self.states("bdf"), ["wait_dependencies"] * 2 + ["pending"])

    def test_waiting_jobs_whose_parents_were_deleted(self):
        a, b = self.make_many("ab")
        a.on_done(b).delay()
        self.record_of("a").unlink()
        self.assertEqual(dependents.release_all(self.env.cr), 1)
        self.assertEqual(self.states("b"), ["pending"])

    def test_job_api(self):
        a, b, c = (Job(self.method, args=(name,)) for name in "abc")
        with self.assertRaises(ValueError):
            a.add_depends({a})
        b.add_depends({a})
        c.add_depends({b}, policy="always")
        self.assertEqual((a.state, b.state), ("pending", "wait_dependencies"))
        self.assertEqual((b.depends_on, a.reverse_depends_on), ({a}, {b}))
        self.assertTrue(a.should_check_dependents())
        for job in (c, b, a):
            job.store()
        edges = self.env["queue.job.dependency"].search([], order="parent_id")
        self.assertCountEqual(
            [(edge.parent_id.uuid, edge.child_id.uuid, edge.policy) for edge in edges],
            [(a.uuid, b.uuid, "wait"), (b.uuid, c.uuid, "always")],
        )
        loaded = self.reload(a)
        self.assertEqual(loaded.reverse_depends_on, {b})
        self.assertFalse(self.reload(c).should_check_dependents())
        a.set_done()
        a.store()
        a.enqueue_waiting()
        self.assertEqual(self.reload(b).state, "pending")
        self.assertEqual(self.reload(c).state, "wait_dependencies")

    def test_cancel_dependent_jobs(self):
        a, b = (Job(self.method, args=(name,)) for name in "ab")
        b.add_depends({a})
        a.store()
        b.store()
        a.set_cancelled()
        a.store()
        a.cancel_dependent_jobs()
        self.assertEqual(self.reload(b).state, "cancelled")

    def test_a_job_waits_again_for_a_parent_that_is_not_done(self):
        a, b = self.make_many("ab")
        a.on_done(b).delay()
        job = self.reload(self.jobs["b"]._generated_job)
        job.set_failed()
        job.set_pending()
        self.assertEqual(job.state, "wait_dependencies")

    def test_results_of_the_parents(self):
        a, b, c = self.make_many("abc")
        chain(group(a, b), c).delay()
        for name in "ab":
            self.record_of(name).with_context(
                _job_edit_sentinel=self.env["queue.job"].EDIT_SENTINEL
            ).write({"result": f"result of {name}", "state": "done"})
        job = self.reload(c._generated_job)
        self.assertEqual(
            job.parent_results(),
            {a._generated_job.uuid: "result of a", b._generated_job.uuid: "result of b"},
        )
