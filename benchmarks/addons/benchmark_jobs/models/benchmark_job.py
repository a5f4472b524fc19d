# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Jobs as small as they can be: what is measured is the queue."""

import time

from odoo import fields, models


class BenchmarkJob(models.Model):
    """A record that jobs work on."""

    _name = "benchmark.job"
    _description = "Record of a Benchmark"
    _log_access = False

    hits = fields.Integer(default=0)
    begun_at = fields.Float(digits=False)

    def do_nothing(self):
        """The queue alone."""

    def take_time(self, seconds):
        """Keep a slot busy without using the processor."""
        time.sleep(seconds)

    def write_one(self):
        """One write through the ORM, the least that a real job does."""
        self.hits += 1

    def tell_the_time(self):
        """Note when the job began, by the clock of the machine."""
        self.begun_at = time.time()
