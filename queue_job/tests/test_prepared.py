# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The prepared claim does what its text does, and gives way to it where it can't."""

import uuid

from odoo.tests import tagged

from ..store import claim
from ..store.prepared import PreparedClaim, _prepared
from .test_claim import NOW, ClaimCase


@tagged("post_install", "-at_install")
class TestPreparedClaim(ClaimCase):
    def tearDown(self):
        # Prepared statements outlive the transaction that a test rolls back.
        self.cr.execute("DEALLOCATE ALL")
        super().tearDown()

    def add_jobs(self, *channels, **values):
        ids = []
        for channel in channels:
            self.cr.execute(
                """
                INSERT INTO queue_job (uuid, name, state, channel, priority, date_created, is_due,
                                       model_name, method_name, channel_method_name,
                                       concurrency_key)
                VALUES (%s, 'x', 'pending', %s, 10, %s, true, 'res.partner', 'x', '<x>.y', %s)
                RETURNING id
                """,
                [str(uuid.uuid4()), channel, NOW, values.get("key")],
            )
            ids.append(self.cr.fetchone()[0])
        return ids

    def take(self, workers=2, *, prepared, cursors=None, **values):
        return claim.claim(
            self.cr,
            runner_id=self.runner_id,
            worker_pids=list(range(1, workers + 1)),
            cursors=cursors,
            prepared=prepared,
            now=NOW,
            **values,
        )

    def taken_by(self, prepared):
        """Ids, slots and members that a mixed queue gives, undone afterwards."""
        self.channel("root.narrow", is_limited=True, capacity=1)
        self.channel("root.shut", paused=True)
        with self.env.cr.savepoint(flush=False) as savepoint:
            self.add_jobs("root", "root.narrow", "root.narrow", "root.shut", "root", "root")
            self.add_jobs("root", "root", key="one")
            found = self.take(3, prepared=prepared, pack=2, packable=["<x>.y"])
            savepoint.rollback()
        first = min(job.id for job in found)
        return [(job.slot, job.member, job.id - first, job.channel) for job in found]

    def test_takes_what_the_text_takes(self):
        by_text = self.taken_by(None)
        self.assertEqual(len({slot for slot, *_rest in by_text}), 3)
        self.assertEqual(self.taken_by(PreparedClaim()), by_text)

    def test_is_prepared_once_for_each_number_of_workers(self):
        prepared = PreparedClaim()
        self.add_jobs("root", "root", "root", "root")
        for workers in (1, 1, 2):
            self.assertEqual(len(self.take(workers, prepared=prepared)), workers)
        self.cr.execute("SELECT count(*) FROM pg_prepared_statements WHERE name ~ 'queue_job'")
        self.assertEqual(self.cr.fetchone()[0], 2)
        self.assertTrue(prepared.is_usable)

    def test_keyed_jobs_are_told(self):
        self.add_jobs("root")
        self.add_jobs("root", key="one")
        plain, keyed = self.take(prepared=PreparedClaim())
        self.assertEqual([plain.is_keyed, keyed.is_keyed], [False, True])

    def test_plan_of_an_empty_table_reads_by_index(self):
        # The plan stays when the table grows: a seq scan or a sort of all that waits
        # would make every claim of a backlog cost a second.
        name, definition, call = _prepared(4, 8)
        self.cr.execute(definition)
        params = claim.parameters(
            runner_id=self.runner_id,
            worker_pids=[1, 2, 3, 4],
            cursors=claim.Cursors(),
            pack=8,
            packable=[],
            exclude=[],
            now=None,
        )
        self.cr.execute(call.replace(f"EXECUTE {name}", f"EXPLAIN EXECUTE {name}"), params)
        plan = "\n".join(line for (line,) in self.cr.fetchall())
        self.assertNotIn("Seq Scan on queue_job q", plan)
        self.assertNotIn("Bitmap", plan)
        self.assertEqual(plan.count("queue_job_claim_index on queue_job q"), 2, plan)
        # The first job of each sequential channel, due or not.
        self.assertIn("queue_job_claim_index on queue_job due", plan)
        self.assertIn("queue_job_parked_index on queue_job parked", plan)
        update = plan[plan.index("Update on queue_job") :]
        self.assertRegex(update, r"Index Cond: .*id = ANY")
