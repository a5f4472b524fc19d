# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.orm.environments import Transaction
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.connector.exception import RetryableJobError

from ..components.base import SHOPS, Shop
from .common import CATEGORY, PRODUCT

WORKERS = 8
NAME = "shop of concurrent imports"


@tagged("post_install", "-at_install")
class TestConcurrentImport(BaseCase):
    """Several transactions import the same records, each on a connection of its own."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.transaction() as env:
            self.backend_id = env["test.connector.backend"].create({"name": NAME}).id
        self.addCleanup(self.clean_up)
        self.shop = SHOPS[NAME] = Shop(
            {
                CATEGORY: {"c1": {"label": "Books"}},
                PRODUCT: {
                    f"p{number}": {"label": f"Product {number}", "category": "c1"}
                    for number in range(WORKERS)
                },
            }
        )

    @contextmanager
    def transaction(self):
        """Open a real transaction, which commits in the end."""
        with db_connect(self.registry.db_name).cursor() as cr:
            # The main thread holds the lock of the registries while tests run: do without it.
            cr.transaction = Transaction(self.registry)
            yield api.Environment(cr, SUPERUSER_ID, {})

    def clean_up(self):
        SHOPS.pop(NAME)
        with self.transaction() as env:
            backend = env["test.connector.backend"].browse(self.backend_id)
            for model in (PRODUCT, CATEGORY):
                env[model].search([("backend_id", "=", backend.id)]).odoo_id.unlink()
            backend.unlink()

    def import_once(self, external_id, before=None, without_lock=False):
        """Import a record in one transaction, as one try of a job does."""
        with self.transaction() as env:
            if before:
                # A transaction sees what was there at its first query.
                env.cr.execute("SELECT 1")
                before.wait(timeout=30)
            backend = env["test.connector.backend"].browse(self.backend_id)
            with backend.work_on(PRODUCT) as work:
                importer = work.component(usage="record.importer")
                if without_lock:
                    importer._lock = lambda: None
                return importer.run(external_id)

    def import_until_done(self, external_id, **kwargs):
        """Import a record, again and again as long as the queue would try again.

        :return: number of tries
        """
        for attempt in range(1, 200):
            try:
                self.import_once(external_id, **kwargs)
            except (RetryableJobError, psycopg2.OperationalError) as error:
                # Serialization failures are tried again as well, neither counts as a retry.
                self.assertTrue(getattr(error, "ignore_retry", True))
            else:
                return attempt
            kwargs["before"] = None
        return self.fail("never done")

    def run_all(self, external_ids, **kwargs):
        with ThreadPoolExecutor(WORKERS) as pool, mute_logger("odoo.sql_db"):
            futures = [
                pool.submit(self.import_until_done, external_id, **kwargs)
                for external_id in external_ids
            ]
            return [future.result(timeout=120) for future in futures]

    def counts(self):
        with self.transaction() as env:
            domain = [("backend_id", "=", self.backend_id)]
            return env[PRODUCT].search_count(domain), env[CATEGORY].search_count(domain)

    def normal_records(self):
        with self.transaction() as env:
            return env["test.connector.category"].search_count([("name", "=", "Books")])

    def test_what_was_bound_since_the_transaction_began(self):
        with self.transaction() as env:
            env.cr.execute("SELECT 1")
            backend = env["test.connector.backend"].browse(self.backend_id)
            with backend.work_on(PRODUCT) as work:
                importer = work.component(usage="record.importer")
                importer._set_up("p1")
                self.assertFalse(importer._is_bound_elsewhere())
                self.import_once("p1")
                self.assertFalse(importer._get_binding())
                self.assertTrue(importer._is_bound_elsewhere())

    def test_same_record(self):
        self.run_all(["p1"] * WORKERS)
        self.assertEqual(self.counts(), (1, 1))

    def test_same_record_with_snapshots_older_than_the_lock(self):
        self.run_all(["p1"] * WORKERS, before=threading.Barrier(WORKERS))
        self.assertEqual(self.counts(), (1, 1))

    def test_same_record_without_any_lock(self):
        """The database itself is the last guard."""
        self.run_all(["p1"] * WORKERS, before=threading.Barrier(WORKERS), without_lock=True)
        self.assertEqual(self.counts(), (1, 1))

    def test_shared_dependency(self):
        self.run_all(sorted(self.shop[PRODUCT]), before=threading.Barrier(WORKERS))
        self.assertEqual(self.counts(), (WORKERS, 1))
        self.assertEqual(self.normal_records(), 1, "no category without a binding is left over")

    def test_groups_that_overlap(self):
        ids = sorted(self.shop[PRODUCT])
        apart = []

        def import_group(external_ids):
            for _attempt in range(200):
                left = []
                try:
                    with self.transaction() as env:
                        backend = env["test.connector.backend"].browse(self.backend_id)
                        with backend.work_on(PRODUCT) as work:
                            importer = work.component(usage="group.importer")
                            importer._import_apart = lambda item, left=left: left.append(
                                item.external_id
                            )
                            importer.run(external_ids)
                except psycopg2.OperationalError:
                    continue
                apart.extend(left)
                return

        barrier = threading.Barrier(4)

        def start(external_ids):
            barrier.wait(timeout=30)
            import_group(external_ids)

        with ThreadPoolExecutor(4) as pool, mute_logger("odoo.sql_db"):
            for future in [pool.submit(start, part) for part in (ids, ids[::-1], ids[2:], ids[:5])]:
                future.result(timeout=120)
        for external_id in apart:
            self.import_until_done(external_id)
        self.assertEqual(self.counts(), (WORKERS, 1))
