# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import hashlib
import struct

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged

from odoo.addons.connector.database import (
    advisory_lock_key,
    pg_try_advisory_lock,
    pg_try_advisory_locks,
)


@tagged("post_install", "-at_install")
class TestAdvisoryLock(TransactionCase):
    def other_env(self):
        """Return an environment in a transaction of its own."""
        cr = db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(cr.close)
        return api.Environment(cr, SUPERUSER_ID, {})

    def test_key_is_the_head_of_a_digest(self):
        digest = hashlib.sha1(b"import(1)", usedforsecurity=False).digest()
        self.assertEqual(advisory_lock_key("import(1)"), struct.unpack("q", digest[:8])[0])
        self.assertEqual(advisory_lock_key(12), advisory_lock_key("12"))

    def test_one_transaction_at_a_time(self):
        other = self.other_env()
        self.assertIs(pg_try_advisory_lock(self.env, "a"), True)
        self.assertIs(pg_try_advisory_lock(self.env, "a"), True, "ours already")
        self.assertIs(pg_try_advisory_lock(other, "a"), False)
        self.assertIs(pg_try_advisory_lock(other, "b"), True)

    def test_released_at_the_end_of_the_transaction(self):
        first, second = self.other_env(), self.other_env()
        for end in (first.cr.commit, first.cr.rollback):
            self.assertTrue(pg_try_advisory_lock(first, "a"))
            self.assertFalse(pg_try_advisory_lock(second, "a"))
            end()
            self.assertTrue(pg_try_advisory_lock(second, "a"))
            second.cr.rollback()

    def test_many_locks_in_one_query(self):
        other = self.other_env()
        pg_try_advisory_lock(other, "b")
        with self.assertQueryCount(1):
            taken = pg_try_advisory_locks(self.env, ["a", "b", "c", "a"])
        self.assertEqual(taken, {"a", "c"})
        self.assertFalse(pg_try_advisory_lock(other, "a"))
        with self.assertQueryCount(0):
            self.assertEqual(pg_try_advisory_locks(self.env, []), set())
