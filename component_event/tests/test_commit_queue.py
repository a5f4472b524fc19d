# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# pylint: disable=invalid-commit
"""What is delivered after a real commit, and what isn't.

These tests commit, but they change no data: the entries of the queue are plain values.
"""

import contextlib
from contextlib import closing

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.component_event.commit_queue import CommitQueue


@tagged("post_install", "-at_install")
class TestCommitQueue(BaseCase):
    def setUp(self):
        super().setUp()
        cursor = Registry(get_db_name()).cursor()
        self.cr = self.enterContext(closing(cursor))
        self.delivered = []

    def deliver(self, dbname, entries):
        self.assertEqual(dbname, self.cr.dbname)
        self.delivered.append(entries)

    def add(self, *entries):
        for entry in entries:
            CommitQueue.of(self.cr, self.deliver).add(entry)

    def committed(self):
        self.cr.commit()
        return self.delivered

    def test_commit(self):
        self.add("a", "b")
        self.assertEqual(self.delivered, [])
        self.assertEqual(self.committed(), [["a", "b"]])

    def test_nothing_twice(self):
        self.add("a")
        self.cr.commit()
        self.assertEqual(self.committed(), [["a"]])
        self.assertIsNone(CommitQueue.current(self.cr))

    def test_several_transactions_of_a_cursor(self):
        self.add("a")
        self.cr.commit()
        self.add("b", "c")
        self.assertEqual(self.committed(), [["a"], ["b", "c"]])

    def test_rollback(self):
        self.add("a")
        self.cr.rollback()
        self.assertEqual(self.committed(), [])
        self.add("b")
        self.assertEqual(self.committed(), [["b"]])

    def test_close_without_commit(self):
        with closing(Registry(get_db_name()).cursor()) as cr:
            CommitQueue.of(cr, self.deliver).add("a")
        self.assertEqual(self.delivered, [])

    def test_with_statement(self):
        with Registry(get_db_name()).cursor() as cr:
            CommitQueue.of(cr, self.deliver).add("a")
        self.assertEqual(self.delivered, [["a"]])

    def test_savepoint_released(self):
        self.add("a")
        with self.cr.savepoint():
            self.add("b")
        self.add("c")
        self.assertEqual(self.committed(), [["a", "b", "c"]])

    def test_savepoint_rolled_back(self):
        self.add("a")
        with contextlib.suppress(ZeroDivisionError), self.cr.savepoint():
            self.add("b")
            raise ZeroDivisionError
        self.add("c")
        self.assertEqual(self.committed(), [["a", "c"]])

    def test_savepoint_rolled_back_at_the_end(self):
        self.add("a")
        with contextlib.suppress(ZeroDivisionError), self.cr.savepoint():
            self.add("b")
            self.cr.flush()
            raise ZeroDivisionError
        self.assertEqual(self.committed(), [["a"]])

    def test_nothing_outside_the_savepoint(self):
        with contextlib.suppress(ZeroDivisionError), self.cr.savepoint():
            self.add("a")
            raise ZeroDivisionError
        self.assertEqual(self.committed(), [])

    def test_nested_savepoints(self):
        self.add("a")
        with self.cr.savepoint() as outer:
            self.add("b")
            with self.cr.savepoint():
                self.add("c")
            self.add("d")
            outer.rollback()
            self.add("e")
        self.assertEqual(self.committed(), [["a", "e"]])

    def test_savepoint_that_does_not_flush(self):
        with closing(self.cr.savepoint(flush=False)):
            self.add("a")
            self.cr.flush()
        self.assertEqual(self.committed(), [])

    def test_savepoint_in_sql(self):
        self.add("a")
        self.cr.execute("SAVEPOINT mine")
        self.add("b")
        self.cr.flush()
        self.cr.execute("ROLLBACK TO SAVEPOINT mine")
        self.assertEqual(self.committed(), [["a"]])

    def test_many_gaps(self):
        expected = []
        for number in range(30):
            with self.cr.savepoint() as savepoint:
                self.add(number)
                if number % 3:
                    savepoint.rollback()
                else:
                    expected.append(number)
        self.assertEqual(self.committed(), [expected])

    def test_the_setting_stays_small(self):
        self.add(*range(500))
        self.cr.execute("SELECT current_setting('component_event.kept')")
        self.assertLess(len(self.cr.fetchone()[0]), 50)
        self.assertEqual(self.committed(), [list(range(500))])

    def test_the_setting_ends_with_the_transaction(self):
        self.add("a")
        self.cr.commit()
        self.cr.execute("SELECT coalesce(current_setting('component_event.kept', true), '')")
        self.assertEqual(self.cr.fetchone()[0], "")

    def test_added_by_a_precommit_hook(self):
        self.add("a")
        self.cr.precommit.add(lambda: self.add("b"))
        self.assertEqual(self.committed(), [["a", "b"]])

    def test_commit_of_a_failed_transaction(self):
        """PostgreSQL turns that COMMIT into a ROLLBACK, and raises nothing."""
        self.add("a")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.DivisionByZero),
        ):
            self.cr.execute("SELECT 1 / 0")
        self.assertEqual(self.committed(), [])

    def test_added_too_late(self):
        self.add("a")
        self.cr.postcommit.add(lambda: self.add("b"))
        with self.assertLogs("odoo.addons.component_event.commit_queue", "WARNING") as logs:
            self.assertEqual(self.committed(), [["a"]])
        self.assertIn("Too late", logs.output[0])

    def test_transactions_of_several_cursors(self):
        with closing(Registry(get_db_name()).cursor()) as other:
            self.add("a")
            CommitQueue.of(other, self.deliver).add("x")
            self.add("b")
            CommitQueue.of(other, self.deliver).add("y")
            self.cr.commit()
            self.assertEqual(self.delivered, [["a", "b"]])
            other.commit()
        self.assertEqual(self.delivered, [["a", "b"], ["x", "y"]])

    def test_environments_go_on_working(self):
        env = api.Environment(self.cr, SUPERUSER_ID, {})
        self.add("a")
        self.assertTrue(env.user.login)
        env.flush_all()
        self.cr.commit()
        self.assertTrue(env.user.login)
