# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Test jobs: harmless jobs that show whether, and how, the queue runs."""

import random

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..delay import chain, group

#: Bounds of one request, so that a mistyped number can't flood the queue.
MAX_SIZE = 1000
MAX_DURATION = 3600
#: Largest number of jobs side by side in a generated graph.
TEST_GRAPH_MAX_PER_GROUP = 5


class QueueJobSendTest(models.TransientModel):
    _name = "queue.job.send.test"
    _description = "Send Test Jobs"

    size = fields.Integer(
        string="Number of Jobs", default=1, required=True, help="Between 1 and 1000."
    )
    as_graph = fields.Boolean(
        string="Linked in a Graph",
        help="The jobs wait for each other in chains and groups drawn by chance, "
        "instead of being independent.",
    )
    description = fields.Char(default=lambda self: self.env._("Test job"), required=True)
    channel_id = fields.Many2one(
        "queue.job.channel", help="Left empty, the channel of the test function is used."
    )
    priority = fields.Integer(default=10, help="The lowest number runs first.")
    max_retries = fields.Integer(string="Max. Tries", default=5, help="0 tries for ever.")
    job_duration = fields.Float(
        string="Duration (s)", default=0.0, help="How long each job takes, in seconds."
    )
    failure_rate = fields.Float(
        default=0.0, help="Share of the tries that fail: 0 none, 1 all of them."
    )
    failure_retry_seconds = fields.Integer(
        string="Retry after (s)",
        default=0,
        help="A job that fails is tried again after that many seconds; 0 makes it fail for good.",
    )
    commit_within_job = fields.Boolean(
        string="Commit in the Middle", help="Each job commits while it runs."
    )

    @api.constrains("size", "job_duration", "failure_rate", "failure_retry_seconds")
    def _check_bounds(self):
        for wizard in self:
            if not 1 <= wizard.size <= MAX_SIZE:
                raise ValidationError(
                    self.env._("Ask for between 1 and %(max)s jobs.", max=MAX_SIZE)
                )
            if not 0 <= wizard.job_duration <= MAX_DURATION:
                raise ValidationError(
                    self.env._("A test job lasts between 0 and %(max)s seconds.", max=MAX_DURATION)
                )
            if not 0 <= wizard.failure_rate <= 1:
                raise ValidationError(self.env._("The failure rate is a number between 0 and 1."))
            if not 0 <= wizard.failure_retry_seconds <= MAX_DURATION:
                raise ValidationError(
                    self.env._(
                        "The wait before a retry lasts between 0 and %(max)s seconds.",
                        max=MAX_DURATION,
                    )
                )

    def send(self) -> dict:
        """Delay the test jobs and open them.

        :return: action dict of the jobs' list
        """
        self.ensure_one()
        options = {
            "priority": self.priority,
            "max_retries": self.max_retries,
            "channel": self.channel_id.complete_name or None,
            "description": self.description,
        }
        arguments = {
            "failure_rate": self.failure_rate,
            "job_duration": self.job_duration,
            "commit_within_job": self.commit_within_job,
            "failure_retry_seconds": self.failure_retry_seconds,
        }
        if self.as_graph and self.size > 1:
            graph_uuid = self._delay_graph(self.size, options, arguments)
            domain = [("graph_uuid", "=", graph_uuid)]
        else:
            uuids = [self._delay_one(options, arguments).uuid for _i in range(self.size)]
            domain = [("uuid", "in", uuids)]
        action = self.env["ir.actions.act_window"]._for_xml_id("queue_job.action_queue_job")
        action.update(
            domain=domain, context={}, display_name=self.env._("Test Jobs"), target="main"
        )
        return action

    @api.model
    def _delay_one(self, options, arguments):
        """Delay one test job and return what ``with_delay`` returned.

        :param options: keywords of ``with_delay``
        :param arguments: keywords of ``queue.job._test_job``
        """
        return self.env["queue.job"].with_delay(**options)._test_job(**arguments)

    @api.model
    def _delay_graph(self, size, options, arguments) -> str:
        """Delay test jobs linked by chance and return their graph's uuid.

        The graph is a chain of groups of at most ``TEST_GRAPH_MAX_PER_GROUP``, some
        of whose members are chains themselves.

        :param size: number of jobs, at least 2
        :param options: keywords of ``delayable``; the description gets a number
        :param arguments: keywords of ``queue.job._test_job``
        """
        jobs = [
            self.env["queue.job"]
            .delayable(**dict(options, description=f"{options['description']} {number}"))
            ._test_job(**arguments)
            for number in range(1, size + 1)
        ]
        blocks, rest = [], list(jobs)
        while rest:
            # Chance only shapes the picture: nothing secret depends on it.
            width = random.randint(1, TEST_GRAPH_MAX_PER_GROUP)
            block, rest = rest[:width], rest[width:]
            if len(block) == 1:
                blocks.append(block[0])
            elif random.random() < 0.3:
                blocks.append(chain(*block))
            else:
                blocks.append(group(*block))
        chain(*blocks).delay()
        return jobs[0]._generated_job.graph_uuid
