# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# pylint: disable=invalid-commit
"""The claim between real transactions."""

import random
import threading
import time
from contextlib import closing
from datetime import datetime, timedelta

import psycopg2.errors

from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..engine import connections
from ..store import claim, runners
from ..store.clock import LEASE_SECONDS

CHANNEL = "root.test_of_the_claim"


@tagged("post_install", "-at_install")
class TestClaimLocks(BaseCase):
    def setUp(self):
        super().setUp()
        self.cr = self.cursor()
        self.addCleanup(self.clean)

    def cursor(self):
        cr = db_connect(get_db_name()).cursor()
        self.addCleanup(cr.close)
        return cr

    def engine_cursor(self):
        """A cursor that sees what others have committed meanwhile, like the engine's."""
        cr = self.cursor()
        cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        return cr

    def clean(self):
        with closing(db_connect(get_db_name()).cursor()) as cr:
            cr.execute("DELETE FROM queue_job WHERE channel = %s", [CHANNEL])
            cr.execute("DELETE FROM queue_job_channel WHERE complete_name = %s", [CHANNEL])
            cr.execute("DELETE FROM queue_job_runner WHERE hostname = 'test of the claim'")
            cr.commit()

    def prepare(self, sequential):
        """Commit a channel with two jobs, and a runner.

        :return: ids of the jobs
        """
        self.cr.execute(
            """
            INSERT INTO queue_job_channel (name, complete_name, parent_id, removal_interval,
                                           is_limited, capacity, sequential, paused, throttle)
            SELECT split_part(%(name)s, '.', 2), %(name)s, id, 30,
                   %(sequential)s, 1, %(sequential)s, false, 0
              FROM queue_job_channel WHERE complete_name = 'root'
            """,
            {"name": CHANNEL, "sequential": sequential},
        )
        self.cr.execute(
            """
            INSERT INTO queue_job (uuid, state, channel, date_created)
            SELECT gen_random_uuid()::text, 'pending', %s, %s::timestamp + n * interval '1 s'
              FROM generate_series(1, 2) n RETURNING id
            """,
            [CHANNEL, datetime.now() - timedelta(hours=1)],
        )
        ids = sorted(row[0] for row in self.cr.fetchall())
        self.runner_id = runners.register(
            self.cr,
            name="test",
            uuid=str(random.random()),
            hostname="test of the claim",
            boot_id="test",
            pid_namespace="test",
            pid=1,
            start_ticks=1,
            slots=100,
            version="1",
        )
        self.cr.commit()
        return ids

    def claim(self):
        with closing(self.engine_cursor()) as cr:
            claimed = claim.claim(cr, runner_id=self.runner_id, worker_pids=[1, 2])
            cr.commit()
        return [job.id for job in claimed if job.channel == CHANNEL]

    def test_two_claims_at_once_share_nothing(self):
        """The second waits for the first, and sees what that has taken."""
        self.prepare(sequential=False)
        self.cr.execute(
            "UPDATE queue_job_channel SET is_limited = true WHERE complete_name = %s", [CHANNEL]
        )
        self.cr.commit()
        first = self.engine_cursor()
        taken = claim.claim(first, runner_id=self.runner_id, worker_pids=[1])
        self.assertEqual([job.channel for job in taken], [CHANNEL])
        found = []
        second = threading.Thread(target=lambda: found.append(self.claim_patiently()))
        second.start()
        self.wait_until_it_waits_for_a_lock(second)
        first.commit()
        second.join()
        self.assertEqual(found, [[]], "the channel has room for one")

    def claim_patiently(self):
        """Claim as a server does on a slow machine: one that waited too long tries again."""
        while True:
            try:
                with mute_logger("odoo.sql_db"):
                    return self.claim()
            except psycopg2.errors.LockNotAvailable:
                continue

    def wait_until_it_waits_for_a_lock(self, thread):
        deadline = time.monotonic() + 60
        with closing(self.cursor()) as cr:
            while thread.is_alive() and time.monotonic() < deadline:
                cr.execute(
                    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                    " AND database = (SELECT oid FROM pg_database"
                    "                  WHERE datname = current_database())"
                )
                if cr.fetchone():
                    return
                time.sleep(0.01)
        self.fail("nobody waits")

    def test_a_job_that_is_being_cancelled_is_not_revived(self):
        first, second = self.prepare(sequential=False)
        user = self.cursor()
        user.execute("UPDATE queue_job SET state = 'cancelled' WHERE id = %s", [first])
        self.assertEqual(self.claim(), [second])
        user.commit()
        self.assertEqual(self.claim(), [])
        self.cr.execute("SELECT state FROM queue_job WHERE id = %s", [first])
        self.assertEqual(self.cr.fetchone(), ("cancelled",))

    def test_a_peer_that_vanished_is_noticed_within_a_lease(self):
        """And not after the kernel's two hours."""
        connection = connections.connect(get_db_name())
        self.addCleanup(connection.close)
        values = connection.info.dsn_parameters
        idle, interval, count = (
            int(values[f"keepalives_{name}"]) for name in ("idle", "interval", "count")
        )
        self.assertEqual(values["keepalives"], "1")
        self.assertLess(idle + interval * count, LEASE_SECONDS)
        self.assertLess(int(values["tcp_user_timeout"]), LEASE_SECONDS * 1000)

    def test_each_statement_of_a_runner_has_a_deadline(self):
        connection = connections.connect(get_db_name(), is_impatient=True)
        self.addCleanup(connection.close)
        for name in ("statement_timeout", "lock_timeout"):
            with connection.cursor() as cr:
                cr.execute("SELECT setting::int FROM pg_settings WHERE name = %s", [name])
                (milliseconds,) = cr.fetchone()
            with self.subTest(setting=name):
                self.assertTrue(0 < milliseconds < LEASE_SECONDS * 1000)

    def test_the_engine_reads_what_is_committed(self):
        """In REPEATABLE READ, two claims or two finishes would be in conflict."""
        connection = connections.connect(get_db_name())
        self.addCleanup(connection.close)
        self.assertTrue(connection.autocommit)
        with connection.cursor() as cr:
            cr.execute("SHOW transaction_isolation")
            self.assertEqual(cr.fetchone(), ("read committed",))

    def hold(self, job_id):
        """Hold a job as whoever enqueues its twin does, until the transaction ends."""
        cr = self.cursor()
        cr.execute("SELECT 1 FROM queue_job WHERE id = %s FOR KEY SHARE", [job_id])
        return cr

    def test_a_row_that_is_held_gives_its_place_to_the_next(self):
        first, second = self.prepare(sequential=False)
        holder = self.hold(first)
        self.assertEqual(self.claim(), [second])
        holder.rollback()
        self.assertEqual(self.claim(), [first])

    def test_in_a_sequential_channel_nobody_overtakes_it(self):
        first, _second = self.prepare(sequential=True)
        holder = self.hold(first)
        self.assertEqual(self.claim(), [])
        holder.rollback()
        self.assertEqual(self.claim(), [first])
