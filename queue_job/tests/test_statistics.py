# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Sums of what has run: added up by minute and for ever, and pruned."""

from datetime import datetime, timedelta

from odoo.tests import TransactionCase, tagged

from ..engine.statistics import Ran, Statistics
from ..rules.histogram import CLASSES, class_of
from ..store import statistics

NOW = datetime(2030, 1, 1, 12, 0, 30)
MINUTE = datetime(2030, 1, 1, 12)
EVER = datetime(1970, 1, 1)
NAME = "<res.partner>.write"


@tagged("post_install", "-at_install")
class TestStatistics(TransactionCase):
    def add(self, *runs, now=NOW):
        added = Statistics()
        for run in runs:
            added.add(Ran(**{"function": NAME, "channel": "root", **run}))
        statistics.add(self.env.cr, sums=list(added._sums.items()), now=now)

    def rows(self, columns):
        self.env.cr.execute(
            f"SELECT {columns} FROM queue_job_statistic WHERE grain < 10 ORDER BY minute"
        )
        return self.env.cr.fetchall()

    def setUp(self):
        super().setUp()
        self.env.cr.execute("DELETE FROM queue_job_statistic")

    def test_runs_add_up_by_minute_and_for_ever(self):
        self.add({"end": "done", "waited": 1.0, "seconds": 0.2})
        self.add(
            {"end": "done", "waited": 3.0, "seconds": 0.4},
            {"end": "failed", "waited": 0.0, "seconds": 0.0},
        )
        self.add({"end": "lost", "waited": 0.0, "seconds": 5.0}, now=NOW + timedelta(minutes=1))
        ever, first, second = self.rows(
            "minute, done, failed, lost, wait_seconds, run_seconds::float"
        )
        self.assertEqual(ever[:5], (EVER, 2, 1, 1, 4.0))
        self.assertEqual(first[:5], (MINUTE, 2, 1, 0, 4.0))
        self.assertEqual(second[:4], (MINUTE + timedelta(minutes=1), 0, 0, 1))
        self.assertAlmostEqual(ever[5], 5.6)
        self.assertAlmostEqual(first[5], 0.6)

    def test_durations_are_counted_in_classes(self):
        self.add({"end": "done", "waited": 1.0, "seconds": 0.2})
        self.add({"end": "done", "waited": 1.0, "seconds": 9999999})
        _ever, (waits, runs) = self.rows("waits, runs")
        self.assertEqual(len(waits), CLASSES)
        self.assertEqual(waits[class_of(1.0)], 2)
        self.assertEqual((runs[class_of(0.2)], runs[-1], sum(runs)), (1, 1, 2))

    def test_a_wait_that_nobody_knows_is_not_counted(self):
        self.add({"end": "crashed", "waited": None, "seconds": 2.0})
        _ever, (crashed, waits, runs) = self.rows("crashed, waits, runs")
        self.assertEqual((crashed, sum(waits), sum(runs)), (1, 0, 1))

    def test_rows_of_a_version_with_fewer_classes_are_added_to(self):
        self.add({"end": "done", "waited": 1.0, "seconds": 1.0})
        self.env.cr.execute("UPDATE queue_job_statistic SET runs = ARRAY[7], waits = '{}'")
        self.add({"end": "done", "waited": 1.0, "seconds": 1.0})
        _ever, (waits, runs) = self.rows("waits, runs")
        self.assertEqual((sum(waits), sum(runs), runs[0]), (1, 8, 7))

    def test_ten_minutes_add_up_too(self):
        for minutes in (0, 9, 10):
            run = {"end": "done", "waited": 1.0, "seconds": 1.0}
            self.add(run, now=NOW + timedelta(minutes=minutes))
        self.env.cr.execute(
            "SELECT minute, done FROM queue_job_statistic WHERE grain = 10 ORDER BY minute"
        )
        later = MINUTE + timedelta(minutes=10)
        self.assertEqual(self.env.cr.fetchall(), [(MINUTE, 2), (later, 1)])

    def test_each_grain_is_kept_for_its_time(self):
        self.add({"end": "done", "waited": 1.0, "seconds": 1.0})

        def kept(**later):
            statistics.prune(self.env.cr, now=MINUTE + timedelta(**later))
            self.env.cr.execute("SELECT grain FROM queue_job_statistic ORDER BY grain")
            return [grain for (grain,) in self.env.cr.fetchall()]

        self.assertEqual(kept(hours=24), [0, 1, 10])
        self.assertEqual(kept(hours=24, seconds=1), [0, 10])
        self.assertEqual(kept(days=14), [0, 10])
        self.assertEqual(kept(days=14, seconds=1), [0])
        self.assertEqual(kept(days=9999), [0])

    def test_pruning_goes_in_batches(self):
        self.add(*({"end": "done", "waited": 0, "seconds": 0, "channel": c} for c in "abc"))
        later = NOW + timedelta(days=2)
        self.assertEqual(statistics.prune(self.env.cr, limit=2, now=later), 2)
        self.assertEqual(statistics.prune(self.env.cr, limit=2, now=later), 1)

    def test_the_table_can_be_looked_at(self):
        self.add({"end": "done", "waited": 1.0, "seconds": 1.0})
        found = self.env["queue.job.statistic"].search([("grain", "=", 1)])
        self.assertEqual((found.function, found.done, found.minute), (NAME, 1, MINUTE))

    def test_flushing_starts_anew(self):
        added = Statistics()
        self.assertFalse(added.wants_flush(10.0))
        added.add(Ran(NAME, "root", "done", 0.5, 0.5))
        self.assertTrue(added.wants_flush(10.0))
        added.flush(self.env.cr, 10.0)
        self.assertFalse(added.wants_flush(1000.0))
        added.add(Ran(NAME, "root", "done", 0.5, 0.5))
        self.assertFalse(added.wants_flush(11.0))
        self.assertTrue(added.wants_flush(14.0))
        added.flush(self.env.cr, 14.0)
        self.env.cr.execute("SELECT done FROM queue_job_statistic WHERE grain = 0")
        self.assertEqual(self.env.cr.fetchall(), [(2,)])
