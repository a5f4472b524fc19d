# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import dataclasses
from contextlib import contextmanager
from unittest import mock

from odoo.tests import TransactionCase, tagged

from odoo.addons.queue_job.engine import configuration
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.tests.common import JobMixin


@tagged("post_install", "-at_install")
class JobCase(JobMixin, TransactionCase):
    """A record with jobs, and a user without special rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.env["res.users"].create(
            {
                "name": "Jane",
                "login": "jane_of_the_jobs",
                "group_ids": [(6, 0, cls.env.ref("base.group_user").ids)],
            }
        )
        cls.record = cls.env["test.queue.job"].create({"name": "a"})
        cls.method = cls.record.append

    @contextmanager
    def settings(self, **values):
        """The server has other settings within the block."""
        settings = dataclasses.replace(configuration.current(), **values)
        with mock.patch.object(configuration, "current", return_value=settings):
            yield

    def reload(self, job):
        return Job.load(self.env, job.uuid)
