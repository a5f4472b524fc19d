# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Whether the jobs of a database may run, and what its sessions do."""

from contextlib import closing

from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..engine import readiness
from ..rules.versions import schema
from ..store import databases
from ..store.databases import Kind
from .test_claim import ClaimCase


@tagged("post_install", "-at_install")
class TestDatabases(ClaimCase):
    def test_ready(self):
        self.assertIsNone(self.obstacle())

    def obstacle(self, **kwargs):
        return databases.why_not_ready(self.env.cr, **kwargs)

    def module(self, name, **values):
        for column, value in values.items():
            self.env.cr.execute(
                f"UPDATE ir_module_module SET {column} = %s WHERE name = %s", [value, name]
            )

    def test_nothing_runs_where_nothing_can_be_written(self):
        with closing(db_connect(self.env.cr.dbname).cursor()) as cr:
            cr.execute("SET TRANSACTION READ ONLY")
            self.assertIs(databases.why_not_ready(cr).kind, Kind.READ_ONLY)

    def test_nothing_runs_while_modules_change(self):
        for state in ("to install", "to upgrade", "to remove"):
            self.module("mail", state=state)
            self.assertIs(self.obstacle().kind, Kind.CHANGING)
            self.assertIn("mail", str(self.obstacle()))
        self.module("mail", state="installed")
        self.module("queue_job", state="to upgrade")
        self.assertIs(self.obstacle().kind, Kind.CHANGING)

    def test_nothing_runs_without_the_addon(self):
        for state in ("uninstalled", "uninstallable", "to install"):
            self.module("queue_job", state=state)
            self.assertIs(self.obstacle().kind, Kind.ABSENT)

    def test_nothing_runs_on_older_code_of_ours(self):
        self.module("queue_job", latest_version="19.0.999.0.0")
        self.assertIs(self.obstacle().kind, Kind.OLDER_CODE)
        self.assertIn("update the code", str(self.obstacle()))

    def test_nothing_runs_on_older_code_of_any_module(self):
        versions = {"mail": "19.0.1.0.0", "web": "19.0.2.0.0"}
        self.module("mail", latest_version="19.0.1.0.0")
        self.module("web", latest_version="19.0.1.9.0")
        self.assertIsNone(self.obstacle(version_of=versions.get))
        self.module("mail", latest_version="19.0.1.0.1")
        self.assertIs(self.obstacle(version_of=versions.get).kind, Kind.OLDER_CODE)
        self.assertIn("mail is of version 19.0.1.0.1", str(self.obstacle(version_of=versions.get)))

    def test_versions_of_the_code_are_odoos(self):
        self.assertIsNone(self.obstacle(version_of=readiness.version_of))
        self.assertIsNone(readiness.version_of("no_such_module"))
        self.assertEqual(readiness.version_of("queue_job"), databases.code_version())

    def test_nothing_runs_on_older_tables_of_ours(self):
        for version in ("19.0.2.4.0", "19.0.0.0.0"):
            self.module("queue_job", latest_version=version)
            self.assertIs(self.obstacle().kind, Kind.OLDER_DATABASE)
        # A patch of ours changes no table.
        self.module("queue_job", latest_version=f"{schema(databases.code_version())}.0")
        self.assertIsNone(self.obstacle())

    def test_who_is_alive_and_what_stands_still(self):
        self.assertEqual(databases.living_runners(self.env.cr, lease_seconds=15), 1)
        self.channel("root.stopped", is_limited=True, capacity=0)
        self.channel("root.paused", paused=True)
        self.assertEqual(databases.stopped_channels(self.env.cr), ["root.paused", "root.stopped"])

    @mute_logger("odoo.sql_db")
    def test_terminate_backend_spares_younger_sessions(self):
        self.env.cr.execute("SELECT pg_backend_pid()")
        (pid,) = self.env.cr.fetchone()
        # This session began after a job of a year ago: a pid that was used again.
        year = 365 * 24 * 3600.0
        self.assertFalse(databases.terminate_backend(self.env.cr, backend_pid=pid, seconds=year))
