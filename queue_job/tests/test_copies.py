# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import logging

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import file_open, mute_logger

from odoo.addons.queue_job.engine.readiness import Readiness
from odoo.addons.queue_job.store import databases, stamp
from odoo.addons.queue_job.store.databases import Kind


@tagged("post_install", "-at_install")
class TestCopies(TransactionCase):
    def setUp(self):
        super().setUp()
        # Servers may have run jobs here before.
        self.env.cr.execute("DELETE FROM queue_job_database")

    def kind(self):
        obstacle = databases.why_not_ready(self.env.cr)
        return obstacle.kind if obstacle else None

    def differ(self, column, value):
        """Make this database another one than was noted."""
        stamp.note_first_run(self.env.cr)
        self.assertIsNone(self.kind())
        self.env.cr.execute(f"UPDATE queue_job_database SET {column} = %s", [value])

    def neutralize(self):
        with file_open("queue_job/data/neutralize.sql") as file:
            self.env.cr.execute(file.read())

    def test_before_the_first_run_nothing_is_in_the_way(self):
        self.assertIsNone(stamp.noted(self.env.cr))
        self.assertIsNone(self.kind())

    def test_what_is_noted(self):
        stamp.note_first_run(self.env.cr)
        noted = stamp.noted(self.env.cr)
        self.assertEqual(noted, stamp.present(self.env.cr))
        self.assertEqual(
            noted.uuid, self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        )
        self.env.cr.execute("SELECT oid FROM pg_database WHERE datname = %s", [self.env.cr.dbname])
        self.assertEqual([noted.oid], [row[0] for row in self.env.cr.fetchall()])

    def test_odoos_own_duplicate_has_another_uuid(self):
        stamp.note_first_run(self.env.cr)
        self.env["ir.config_parameter"].sudo().set_param("database.uuid", "another")
        self.env.flush_all()
        self.assertIs(self.kind(), Kind.COPIED)
        self.assertIn("database.uuid", str(databases.why_not_ready(self.env.cr)))

    def test_a_copy_beside_the_original_has_another_oid(self):
        self.differ("oid", 2**31 + 5)
        self.assertIs(self.kind(), Kind.COPIED)

    def test_a_restored_dump_is_in_another_cluster(self):
        self.differ("system_identifier", "1")
        self.assertIs(self.kind(), Kind.COPIED)

    def test_a_system_identifier_that_may_not_be_read_says_nothing(self):
        self.differ("system_identifier", None)
        self.assertIsNone(self.kind())

    def test_a_later_run_does_not_make_a_copy_the_original(self):
        self.differ("oid", 1)
        stamp.note_first_run(self.env.cr)
        self.assertIs(self.kind(), Kind.COPIED)

    def test_adopting(self):
        self.differ("oid", 1)
        with mute_logger("odoo.addons.queue_job.models.queue_job_database"):
            self.env["queue.job.database"].adopt()
        self.assertIsNone(self.kind())

    def test_the_form_knows_a_copy(self):
        stamp.note_first_run(self.env.cr)
        database = self.env["queue.job.database"].search([])
        self.assertFalse(database.is_copy)
        self.env.cr.execute("UPDATE queue_job_database SET oid = 1")
        database.invalidate_recordset()
        self.assertTrue(database.is_copy)
        with mute_logger("odoo.addons.queue_job.models.queue_job_database"):
            database.button_adopt()
        self.assertFalse(database.is_copy)

    def test_managers_adopt_and_nobody_else(self):
        manager = new_test_user(
            self.env, login="m", groups="base.group_user,queue_job.group_queue_job_manager"
        )
        user = new_test_user(self.env, login="u", groups="base.group_user,base.group_system")
        self.differ("oid", 1)
        with self.assertRaises(AccessError):
            self.env["queue.job.database"].with_user(user).adopt()
        self.assertIs(self.kind(), Kind.COPIED)
        with mute_logger("odoo.addons.queue_job.models.queue_job_database"):
            self.env["queue.job.database"].with_user(manager).adopt()
        self.assertIsNone(self.kind())

    def test_neutralizing(self):
        self.neutralize()
        self.assertIs(self.kind(), Kind.NEUTRALIZED)
        # Twice, and in a database where jobs have run.
        stamp.note_first_run(self.env.cr)
        self.neutralize()
        self.assertIs(self.kind(), Kind.NEUTRALIZED)
        stamp.adopt(self.env.cr)
        self.assertIsNone(self.kind())

    def test_neutralizing_a_database_that_was_not_upgraded(self):
        self.env.cr.execute("ALTER TABLE queue_job_database RENAME TO somewhere_else")
        self.neutralize()
        self.env.cr.execute("SELECT to_regclass('queue_job_database')")
        self.assertEqual(self.env.cr.fetchone(), (None,))

    def test_adopt_copies(self):
        self.differ("oid", 1)
        careful = Readiness("db")
        with self.assertLogs("odoo.addons.queue_job.engine.readiness", "WARNING") as logs:
            self.assertIs(careful.check(self.env.cr, 1000.0).kind, Kind.COPIED)
            # Said once.
            careful.check(self.env.cr, 2000.0)
        self.assertEqual(len(logs.output), 1)
        self.assertIn("odoo queue_job adopt", logs.output[0])
        moving = Readiness("db", adopt_copies=True)
        with self.assertLogs("odoo.addons.queue_job.engine.readiness", "WARNING"):
            self.assertIsNone(moving.check(self.env.cr, 1000.0))
        self.assertIsNone(self.kind())
        with self.assertLogs("odoo.addons.queue_job.engine.readiness", logging.INFO):
            self.assertIsNone(careful.check(self.env.cr, 3000.0))

    def test_adopt_copies_leaves_neutralized_ones_alone(self):
        self.neutralize()
        with mute_logger("odoo.addons.queue_job.engine.readiness"):
            obstacle = Readiness("db", adopt_copies=True).check(self.env.cr, 1000.0)
        self.assertIs(obstacle.kind, Kind.NEUTRALIZED)

    def test_an_answer_holds_for_a_second(self):
        readiness = Readiness("db")
        self.assertIsNone(readiness.check(self.env.cr, 1000.0))
        self.neutralize()
        self.assertIsNone(readiness.check(self.env.cr, 1000.9))
        with mute_logger("odoo.addons.queue_job.engine.readiness"):
            self.assertIs(readiness.check(self.env.cr, 1001.1).kind, Kind.NEUTRALIZED)
            stamp.adopt(self.env.cr)
            readiness.forget()
            self.assertIsNone(readiness.check(self.env.cr, 1001.2))
