# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import gc
from unittest import mock

from odoo.addons.queue_job import connected_graph
from odoo.addons.queue_job.delay import (
    Delayable,
    DelayableChain,
    DelayableGraph,
    DelayableGroup,
    DelayableRecordset,
    chain,
    group,
)
from odoo.addons.queue_job.job import Job

from .common import JobCase

LOGGER = "odoo.addons.queue_job.delay"


class DelayableCase(JobCase):
    def make(self, name):
        """One delayable job with a name."""
        return self.record.delayable(description=name).append(name)

    def make_many(self, names):
        return [self.make(name) for name in names]

    def edges(self, *delayables):
        """Names of the edges of the flat graph of a delayable."""
        return {
            (parent.description, child.description)
            for parent, child in delayables[0]._graph._connect_graphs().edges()
        }

    def discard(self, *delayables):
        # Not delayed on purpose: without this each one would log a warning.
        for delayable in delayables:
            delayable._generated_job = False


class TestDelayable(DelayableCase):
    def test_with_delay(self):
        proxy = self.record.with_delay(priority=3)
        self.assertIsInstance(proxy, DelayableRecordset)
        self.assertEqual(proxy.recordset, self.record)
        self.assertIsInstance(proxy.delayable, Delayable)
        self.assertEqual(str(proxy), f"DelayableRecordset(test.queue.job({self.record.id},))")
        self.assertEqual(repr(proxy), str(proxy))
        job = proxy.append("b")
        self.assertIsInstance(job, Job)
        self.assertEqual((job.priority, job.state), (3, "pending"))
        self.assertEqual(len(job.db_record()), 1)
        self.assertEqual(self.record.name, "a")

    def test_only_methods(self):
        with self.assertNoLogs(LOGGER, "WARNING"):
            with self.assertRaisesRegex(AttributeError, "only methods can be delayed"):
                self.record.with_delay().name("x")
            with self.assertRaises(AttributeError):
                self.record.with_delay().no_such_method()
            gc.collect()

    def test_unknown_keywords(self):
        with self.assertRaisesRegex(TypeError, "prio"):
            self.record.with_delay(prio=1)

    def test_a_method_of_the_model(self):
        job = self.env["test.queue.job"].with_delay().give_back(1)
        self.assertFalse(self.reload(job).recordset)

    def test_delayable(self):
        delayable = self.record.delayable(priority=3)
        self.assertIs(delayable.append("b", times=2), delayable)
        self.assertIsNone(delayable._generated_job)
        self.assertIsNone(delayable.delay())
        job = delayable._generated_job
        self.assertEqual((job.args, job.kwargs, job.priority), (("b",), {"times": 2}, 3))
        self.assertEqual(
            repr(delayable), f"Delayable({self.record}.append(('b',), {{'times': 2}}))"
        )

    def test_set(self):
        delayable = self.record.delayable().append("b")
        self.assertIs(delayable.set({"priority": 1}, eta=5), delayable)
        delayable.set(timeout=10)
        with self.assertRaisesRegex(ValueError, "no_such"):
            delayable.set(no_such=1)
        delayable.delay()
        job = delayable._generated_job
        self.assertEqual((job.priority, job.timeout), (1, 10))
        self.assertTrue(job.eta)

    def test_forgotten(self):
        delayable = self.record.delayable().append("b")
        with self.assertLogs(LOGGER, "WARNING") as logs:
            del delayable
            gc.collect()
        self.assertIn("was prepared but never delayed", logs.output[0])

    def test_class_is_a_mock_target(self):
        with mock.patch("odoo.addons.queue_job.models.base.DelayableRecordset") as patched:
            self.record.with_delay(priority=1)
            self.record.with_delay(timeout=5)
        six = {
            "priority": None,
            "eta": None,
            "max_retries": None,
            "description": None,
            "channel": None,
            "identity_key": None,
        }
        self.assertEqual(
            patched.call_args_list,
            [
                mock.call(self.record, **{**six, "priority": 1}),
                mock.call(self.record, **six, timeout=5),
            ],
        )

    def test_split_of_a_stand_in(self):
        class Records(list):
            def __getitem__(self, key):
                return Records(super().__getitem__(key))

            def method(self):
                """Do it."""

        delayable = Delayable(Records(range(3)))
        parts = delayable.method().split(2)._delayables
        self.assertEqual(sorted(len(part.recordset) for part in parts), [1, 2])
        for part in parts:
            part._generated_job = False  # never to be delayed

    def test_split(self):
        records = self.env["test.queue.job"].create([{} for _number in range(5)])
        for as_chain, kind in ((False, DelayableGroup), (True, DelayableChain)):
            delayable = records.delayable(priority=3, timeout=7).append("b", times=1)
            split = delayable.split(2, chain=as_chain)
            self.assertIsInstance(split, kind)
            split.delay()
            jobs = [vertex._generated_job for vertex in split._graph._graph]
            self.assertEqual([len(job.recordset) for job in jobs], [2, 2, 1])
            self.assertEqual({job.priority for job in jobs}, {3})
            self.assertEqual({job.timeout for job in jobs}, {7})
            self.assertEqual(
                [job.description for job in jobs],
                [f"Append to the name (split {number}/3)" for number in (1, 2, 3)],
            )
            self.assertEqual(
                [job.state for job in jobs],
                ["pending", *["wait_dependencies" if as_chain else "pending"] * 2],
            )
        with self.assertLogs(LOGGER, "WARNING"), self.assertRaises(ValueError):
            records.delayable().split(2)


class TestConnections(DelayableCase):
    def test_chain_and_group(self):
        a, b, c, d, e = delayables = self.make_many("abcde")
        top = chain(a, group(b, c), d).on_done(e)
        self.assertEqual(
            self.edges(top), {("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("d", "e")}
        )
        self.discard(*delayables)

    def test_groups(self):
        a, b, c, d = delayables = self.make_many("abcd")
        top = group(a, b).on_done(group(c, d))
        self.assertEqual(self.edges(top), {("a", "c"), ("a", "d"), ("b", "c"), ("b", "d")})
        self.discard(*delayables)

    def test_nested_chains(self):
        a, b, c, x, y = delayables = self.make_many("abcxy")
        self.assertEqual(self.edges(chain(chain(a, b), c)), {("a", "b"), ("b", "c")})
        self.assertEqual(
            self.edges(chain(x, chain(a, chain(b, c)), y)),
            {("x", "a"), ("a", "b"), ("b", "c"), ("c", "y")},
        )
        self.discard(*delayables)

    def test_group_of_chains(self):
        a, b, c, x, y = delayables = self.make_many("abcxy")
        top = chain(x, group(a, chain(b, c)), y)
        self.assertEqual(
            self.edges(top), {("x", "a"), ("x", "b"), ("b", "c"), ("a", "y"), ("c", "y")}
        )
        self.discard(*delayables)

    def test_on_done_several_times(self):
        a, b, c = delayables = self.make_many("abc")
        self.assertIs(a.on_done(b), a)
        self.assertIs(a.on_done(c), a)
        self.assertEqual(self.edges(a), {("a", "b"), ("a", "c")})
        self.discard(*delayables)

    def test_diamond(self):
        a, b, c, d = delayables = self.make_many("abcd")
        b.on_done(d)
        c.on_done(d)
        a.on_done(b, c)
        self.assertEqual(self.edges(a), {("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")})
        self.discard(*delayables)

    def test_upstream_is_not_reached(self):
        a, b = self.make_many("ab")
        a.on_done(b)
        b.delay()
        self.assertIsNone(a._generated_job)
        self.assertEqual(b._generated_job.state, "pending")
        self.discard(a)

    def test_empty(self):
        with self.assertRaises(StopIteration):
            chain()
        with self.assertRaisesRegex(ValueError, "Expecting jobs"):
            group().delay()

    def test_large_groups_have_a_barrier(self):
        parents, children = ([self.make("x") for _number in range(20)] for _side in range(2))
        top = chain(group(*parents), group(*children))
        graph = top._graph._connect_graphs()
        self.assertEqual(len(graph.vertices()), 41)
        self.assertEqual(len(graph.edges()), 40)
        top.delay()
        (barrier,) = graph.vertices() - set(parents) - set(children)
        barrier._generated_job = None
        self.discard(barrier)
        stored = children[3]._generated_job.db_record().dependency_ids
        self.assertEqual(stored.method_name, "_graph_barrier")
        self.assertEqual(
            set(stored.dependency_ids.mapped("uuid")),
            {parent._generated_job.uuid for parent in parents},
        )

    def test_limit_of_the_barrier(self):
        parents, children = ([self.make("x") for _number in range(3)] for _side in range(2))
        top = chain(group(*parents), group(*children))
        self.assertEqual(len(top._graph._connect_graphs().edges()), 9)
        self.patch(connected_graph, "BARRIER_THRESHOLD", 8)
        graph = top._graph._connect_graphs()
        self.assertEqual(len(graph.edges()), 6)
        self.discard(*graph.vertices())


class TestDelayGraph(DelayableCase):
    def test_jobs_of_a_graph(self):
        a, b, c, d = self.make_many("abcd")
        chain(a, group(b, c), d).delay()
        jobs = [delayable._generated_job for delayable in (a, b, c, d)]
        self.assertEqual([job.state for job in jobs], ["pending"] + ["wait_dependencies"] * 3)
        self.assertEqual(len({job.graph_uuid for job in jobs}), 1)
        self.assertTrue(jobs[0].graph_uuid)
        loaded = [self.reload(job) for job in jobs]
        self.assertEqual(loaded[0].depends_on, set())
        self.assertEqual(loaded[0].reverse_depends_on, {jobs[1], jobs[2]})
        self.assertEqual(loaded[3].depends_on, {jobs[1], jobs[2]})
        records = [job.db_record() for job in jobs]
        self.assertEqual(records[3].dependency_ids, records[1] | records[2])
        self.assertEqual(records[0].dependent_ids, records[1] | records[2])
        self.assertEqual(set(records[1].dependencies["depends_on"]), {jobs[0].uuid})
        self.assertEqual(set(records[1].dependencies["reverse_depends_on"]), {jobs[3].uuid})

    def test_order_of_creation_is_order_of_running(self):
        names = [str(number) for number in range(20)]
        top = group(*self.make_many(names))
        top.delay()
        records = self.env["queue.job"].search([], order="date_created, id")
        self.assertEqual(records.mapped("name"), names)

    def test_a_single_job_is_no_graph(self):
        a = self.make("a")
        group(a).delay()
        self.assertIsNone(a._generated_job.graph_uuid)

    def test_graph_uuid(self):
        ensure = DelayableGraph._ensure_same_graph_uuid
        jobs = [Job(self.method) for _number in range(3)]
        with self.assertRaisesRegex(ValueError, "Expecting jobs"):
            ensure([])
        ensure(jobs[:1])
        self.assertIsNone(jobs[0].graph_uuid)
        jobs[1].graph_uuid = "x"
        ensure(jobs)
        self.assertEqual({job.graph_uuid for job in jobs}, {"x"})
        with self.assertRaises(ValueError):
            ensure(jobs[:1])
        jobs[0].graph_uuid = "y"
        with self.assertRaises(ValueError):
            ensure(jobs)

    def test_without_delay(self):
        a, b, c = self.make_many("abc")
        flagged = self.record.with_context(queue_job__no_delay=True)
        d = flagged.delayable().append("d")
        chain(a, group(b, c), d).delay()
        self.assertIn(self.record.name, ("aabcd", "aacbd"))
        self.assertFalse(a._generated_job.db_record())

    def test_a_large_graph(self):
        """Two groups of a thousand: as many edges as jobs, in few statements."""
        size = 1000
        top = chain(
            group(*[self.make("x") for _number in range(size)]),
            group(*[self.make("y") for _number in range(size)]),
        )
        before = self.env.cr.sql_log_count
        top.delay()
        self.assertLess(self.env.cr.sql_log_count - before, 20)
        self.env.cr.execute("SELECT count(*) FROM queue_job_dependency")
        self.assertEqual(self.env.cr.fetchone(), (2 * size,))
        self.env.cr.execute("SELECT state, count(*) FROM queue_job GROUP BY state ORDER BY 1")
        self.assertEqual(
            self.env.cr.fetchall(), [("pending", size), ("wait_dependencies", size + 1)]
        )
