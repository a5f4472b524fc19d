# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Identity keys between real transactions."""

import threading
from contextlib import closing

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.orm.environments import Transaction
from odoo.sql_db import Cursor, db_connect
from odoo.tests import BaseCase, get_db_name, tagged

from odoo.addons.queue_job.delay import chain
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.store import dependents, unique

KEY = "test of the race"


@tagged("post_install", "-at_install")
class TestIdentityRace(BaseCase):
    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self.clean)

    def cursor(self):
        cr = self.open_cursor()
        self.addCleanup(cr.close)
        return cr

    def open_cursor(self):
        cr = db_connect(get_db_name()).cursor()
        # Threads can't ask for the registry: while tests run, its lock is taken.
        cr.transaction = Transaction(self.registry)
        return cr

    def clean(self):
        with closing(db_connect(get_db_name()).cursor()) as cr:
            cr.execute("DELETE FROM queue_job WHERE identity_key LIKE %s", [f"{KEY}%"])
            cr.commit()

    def jobs(self):
        with closing(db_connect(get_db_name()).cursor()) as cr:
            cr.execute(
                "SELECT uuid, state, unique_key FROM queue_job"
                " WHERE identity_key LIKE %s ORDER BY id",
                [f"{KEY}%"],
            )
            return cr.fetchall()

    def delay(self, cr, **options):
        env = api.Environment(cr, SUPERUSER_ID, {})
        return env["queue.job"].with_delay(**{"identity_key": KEY, **options})._test_job()

    def test_the_later_commit_gives_way(self):
        first, second = self.cursor(), self.cursor()
        one, two = self.delay(first), self.delay(second)
        self.assertFalse(two.is_duplicate)
        first.commit()
        second.commit()
        self.assertEqual(self.jobs(), [(one.uuid, "pending", KEY)])
        self.assertEqual((two.uuid, two.is_duplicate), (one.uuid, True))
        self.assertFalse(one.is_duplicate)

    def test_a_row_younger_than_the_snapshot(self):
        first, second = self.cursor(), self.cursor()
        second.execute("SELECT 1 FROM queue_job")
        one = self.delay(first)
        first.commit()
        two = self.delay(second)
        self.assertFalse(two.is_duplicate, "not visible yet")
        second.commit()
        self.assertEqual(two.uuid, one.uuid)
        self.assertEqual(len(self.jobs()), 1)

    def test_the_twin_does_not_start_before_the_commit(self):
        first, second, claimer = self.cursor(), self.cursor(), self.cursor()
        one = self.delay(first)
        first.commit()
        two = self.delay(second)
        self.assertTrue(two.is_duplicate)
        query = "SELECT uuid FROM queue_job WHERE identity_key = %s FOR UPDATE SKIP LOCKED"
        claimer.execute(query, [KEY])
        self.assertEqual(claimer.fetchall(), [])
        second.commit()
        claimer.rollback()
        claimer.execute(query, [KEY])
        self.assertEqual(claimer.fetchall(), [(one.uuid,)])

    def test_a_twin_that_has_started_since_is_none(self):
        """A stale snapshot still shows it waiting; its run may have read older data."""
        first, second, claimer = self.cursor(), self.cursor(), self.cursor()
        one = self.delay(first)
        first.commit()
        second.execute("SELECT 1 FROM queue_job")
        claimer.execute(
            "UPDATE queue_job SET state = 'started', unique_key = NULL WHERE uuid = %s", [one.uuid]
        )
        claimer.commit()
        two = self.delay(second)
        self.assertFalse(two.is_duplicate)
        second.commit()
        self.assertEqual(self.jobs(), [(one.uuid, "started", None), (two.uuid, "pending", KEY)])

    def test_twins_that_a_claim_has_written_since(self):
        """A claim locks FOR UPDATE before it writes: a stale lock on that row fails, and
        the caller must not notice, nor lose the twins that still wait."""
        first, second, claimer = self.cursor(), self.cursor(), self.cursor()
        keys = [f"{KEY} {number}" for number in range(3)]
        jobs = [self.delay(first, identity_key=key) for key in keys]
        first.commit()
        second.execute("SELECT 1 FROM queue_job")
        claimer.execute("SELECT id FROM queue_job WHERE uuid = %s FOR UPDATE", [jobs[1].uuid])
        claimer.execute(
            "UPDATE queue_job SET state = 'started', unique_key = NULL WHERE uuid = %s",
            [jobs[1].uuid],
        )
        claimer.commit()
        found = unique.twins(second, keys=keys)
        self.assertEqual(
            {key: job_uuid for key, (_id, job_uuid) in found.items()},
            {keys[0]: jobs[0].uuid, keys[2]: jobs[2].uuid},
        )
        again = self.delay(second, identity_key=keys[1])
        self.assertFalse(again.is_duplicate)
        second.commit()
        self.assertEqual(len(self.jobs()), 4)

    def test_replacing_a_twin_that_has_started_since(self):
        first, second, claimer = self.cursor(), self.cursor(), self.cursor()
        one = self.delay(first)
        first.commit()
        second.execute("SELECT 1 FROM queue_job")
        claimer.execute("UPDATE queue_job SET state = 'started', unique_key = NULL")
        claimer.commit()
        two = self.delay(second, identity_policy="replace")
        self.assertFalse(two.is_duplicate)
        second.commit()
        self.assertEqual(len(self.jobs()), 2)
        self.assertNotEqual(one.uuid, two.uuid)

    def test_replacing_what_somebody_else_is_replacing(self):
        first, second, third = self.cursor(), self.cursor(), self.cursor()
        self.delay(first)
        first.commit()
        self.assertTrue(self.delay(second, identity_policy="replace").is_duplicate)
        self.assertFalse(self.delay(third, identity_policy="replace").is_duplicate)
        second.commit()
        third.commit()
        self.assertEqual(len(self.jobs()), 1)

    def delay_chain(self, cr):
        """Before - the job with the key - after; returns their uuids."""
        records = api.Environment(cr, SUPERUSER_ID, {})["queue.job"]
        members = [
            records.delayable(identity_key=f"{KEY} before")._test_job(),
            records.delayable(identity_key=KEY)._test_job(),
            records.delayable(identity_key=f"{KEY} after")._test_job(),
        ]
        chain(*members).delay()
        return [member._generated_job.uuid for member in members]

    def rows(self, uuids):
        with closing(self.open_cursor()) as cr:
            cr.execute(
                "SELECT uuid, state, method_name, unique_key, graph_uuid FROM queue_job"
                " WHERE uuid = ANY(%s)",
                [uuids],
            )
            found = {row[0]: row[1:] for row in cr.fetchall()}
        return [found[uuid] for uuid in uuids]

    def end(self, job_uuid, state="done"):
        with closing(self.open_cursor()) as cr:
            cr.execute(
                "UPDATE queue_job SET state = %s, unique_key = NULL WHERE uuid = %s RETURNING id",
                [state, job_uuid],
            )
            [(job_id,)] = cr.fetchall()
            dependents.release(cr, parent_ids=[job_id])
            cr.commit()

    def clean_graph(self, uuids):
        with closing(db_connect(get_db_name()).cursor()) as cr:
            cr.execute("DELETE FROM queue_job WHERE uuid = ANY(%s)", [uuids])
            cr.commit()

    def test_a_member_of_a_graph_stands_in_for_an_unseen_twin(self):
        first, second, claimer = self.cursor(), self.cursor(), self.cursor()
        second.execute("SELECT 1 FROM queue_job")
        one = self.delay(first)
        first.commit()
        uuids = self.delay_chain(second)
        self.addCleanup(self.clean_graph, uuids)
        second.commit()
        before, member, after = uuids
        rows = self.rows([one.uuid, *uuids])
        self.assertEqual(
            [row[0] for row in rows], ["pending", "pending", *["wait_dependencies"] * 2]
        )
        self.assertEqual(rows[2][1:3], ("_graph_barrier", None), "it does nothing by itself")
        self.assertEqual(len({row[3] for row in rows}), 1, "all are of one graph")
        # Nobody is held any more.
        claimer.execute(
            "SELECT count(*) FROM (SELECT 1 FROM queue_job WHERE uuid = ANY(%s)"
            " FOR UPDATE SKIP LOCKED) AS free",
            [[one.uuid, *uuids]],
        )
        self.assertEqual(claimer.fetchone(), (4,))
        claimer.rollback()
        # What follows waits for the twin, and for what was before in its own graph.
        self.end(one.uuid)
        self.assertEqual([row[0] for row in self.rows([member, after])], ["wait_dependencies"] * 2)
        self.end(before)
        self.assertEqual([row[0] for row in self.rows([member, after])], ["done", "pending"])
        with closing(self.open_cursor()) as cr:
            job = Job.load(api.Environment(cr, SUPERUSER_ID, {}), after)
            self.assertEqual(set(job.parent_results()), {one.uuid, before})

    def test_a_first_member_does_not_start_beside_its_twin(self):
        first, second = self.cursor(), self.cursor()
        second.execute("SELECT 1 FROM queue_job")
        one = self.delay(first)
        first.commit()
        records = api.Environment(second, SUPERUSER_ID, {})["queue.job"]
        head = records.delayable(identity_key=KEY)._test_job()
        tail = records.delayable()._test_job()
        chain(head, tail).delay()
        uuids = [each._generated_job.uuid for each in (head, tail)]
        self.addCleanup(self.clean_graph, uuids)
        second.commit()
        self.assertEqual([row[0] for row in self.rows(uuids)], ["wait_dependencies"] * 2)
        self.end(one.uuid)
        self.assertEqual([row[0] for row in self.rows(uuids)], ["done", "pending"])

    def test_a_cancelled_twin_takes_what_follows_along(self):
        first, second = self.cursor(), self.cursor()
        second.execute("SELECT 1 FROM queue_job")
        one = self.delay(first)
        first.commit()
        uuids = self.delay_chain(second)
        self.addCleanup(self.clean_graph, uuids)
        second.commit()
        self.end(one.uuid, "cancelled")
        self.assertEqual(
            [row[0] for row in self.rows(uuids)], ["pending", "cancelled", "cancelled"]
        )

    def test_a_stand_in_that_could_not_be_made_runs_by_itself(self):
        first, second = self.cursor(), self.cursor()
        second.execute("SELECT 1 FROM queue_job")
        self.delay(first)
        first.commit()
        records = api.Environment(second, SUPERUSER_ID, {})["queue.job"]
        head = records.delayable(identity_key=KEY)._test_job()
        chain(head, records.delayable()._test_job()).delay()
        uuids = [vertex._generated_job.uuid for vertex in head._graph._connect_graphs().vertices()]
        self.addCleanup(self.clean_graph, uuids)

        def refuse(cr, **kwargs):
            raise psycopg2.OperationalError("the connection broke")

        self.patch(unique, "stand_in", refuse)
        with self.assertLogs("odoo.addons.queue_job.uniqueness", "WARNING"):
            second.commit()
        with closing(self.open_cursor()) as cr:
            dependents.release_all(cr)
            cr.commit()
        self.assertEqual(self.rows([head._generated_job.uuid])[0][:2], ("pending", "_test_job"))

    def test_nobody_waits_for_an_open_transaction(self):
        first, second = self.cursor(), self.cursor()
        self.delay(first)
        with first.savepoint():
            pass
        first.flush()
        second.execute("SET LOCAL statement_timeout = '2s'")
        self.delay(second)
        second.commit()
        self.assertEqual(len(self.jobs()), 1)
        first.commit()
        self.assertEqual(len(self.jobs()), 1)

    def test_a_rollback_leaves_nothing_to_take(self):
        cr = self.cursor()
        self.delay(cr)
        cr.rollback()
        cr.commit()
        self.assertEqual(self.jobs(), [])

    def test_the_hold_ends_with_the_transaction(self):
        first, second, claimer = self.cursor(), self.cursor(), self.cursor()
        self.delay(first)
        self.delay(second)
        first.commit()
        second.commit()
        claimer.execute(
            "SELECT uuid FROM queue_job WHERE identity_key = %s FOR UPDATE NOWAIT", [KEY]
        )
        self.assertEqual(len(claimer.fetchall()), 1)

    def test_without_a_second_connection_both_stay(self):
        first, second = self.cursor(), self.cursor()
        self.delay(first)
        self.delay(second)
        first.commit()

        def refuse(dbname):
            raise psycopg2.OperationalError("no room")

        self.patch(type(self)._uniqueness(), "db_connect", refuse)
        self.patch(type(self)._uniqueness(), "_TRIES", 2)
        second.commit()
        self.assertCountEqual([key for _uuid, _state, key in self.jobs()], [KEY, None])

    @staticmethod
    def _uniqueness():
        from odoo.addons.queue_job import uniqueness

        return uniqueness

    def test_a_lock_that_lasts(self):
        """Somebody hangs in the middle of a commit: we do not hang with them."""
        self.patch(unique, "LOCK_TIMEOUT", "100ms")
        self.patch(self._uniqueness(), "_TRIES", 2)
        first, second = self.cursor(), self.cursor()
        one = self.delay(first)
        first.execute("UPDATE queue_job SET unique_key = identity_key WHERE uuid = %s", [one.uuid])
        self.delay(second)
        second.commit()
        self.assertEqual([key for _uuid, _state, key in self.jobs()], [None])

    def test_many_at_once(self):
        """Eight threads, forty transactions each: one job is left."""
        errors = []

        def work():
            try:
                for _number in range(40):
                    with closing(self.open_cursor()) as cr:
                        self.delay(cr)
                        cr.commit()
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=work) for _number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(errors, [])
        self.assertEqual(len(self.jobs()), 1)
        self.assertEqual(self.jobs()[0][2], KEY)

    def test_sorted_keys_do_not_deadlock(self):
        """Two who commit the same keys, delayed in opposite orders."""
        errors = []

        def work(order):
            try:
                for _number in range(15):
                    with closing(self.open_cursor()) as cr:
                        for number in order:
                            self.delay(cr, identity_key=f"{KEY} {number}")
                        cr.commit()
            except Exception as error:
                errors.append(error)

        threads = [
            threading.Thread(target=work, args=(order,))
            for order in (range(20), range(19, -1, -1), range(20), range(19, -1, -1))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(errors, [])
        self.assertEqual(len(self.jobs()), 20)

    def test_commit_is_wrapped_once(self):
        commit = Cursor.commit
        self.assertTrue(hasattr(commit, "_queue_job_original"))
        self.assertFalse(hasattr(commit._queue_job_original, "_queue_job_original"))
