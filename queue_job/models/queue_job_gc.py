# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Deleting jobs that ended long ago."""

from odoo import api, models

from ..store import prune


class QueueJob(models.Model):
    _inherit = "queue.job"

    _GC_BATCH = 1000

    @api.autovacuum
    def _gc_old_jobs(self):
        """Delete jobs that ended longer ago than their channel keeps them.

        :return: (number of deleted jobs, whether there are more)
        """
        # pylint: disable-next=no-search-all
        channels = self.env["queue.job.channel"].sudo().search([])
        days_by_channel = {channel.complete_name: channel.removal_interval for channel in channels}
        default = days_by_channel.get("root", self._removal_interval)
        self.flush_model()
        # Once a night, a look at all that wait: an index for it would cost each job more.
        ids = prune.waiting_with_an_end(
            self.env.cr, days_by_channel=days_by_channel, default=default, limit=self._GC_BATCH
        )
        self.sudo().browse(ids).unlink()
        deleted = len(ids)
        if deleted == self._GC_BATCH:
            return deleted, True
        for channel in prune.channels_with_ended_jobs(self.env.cr):
            room = self._GC_BATCH - deleted
            ids = prune.ended_before(
                self.env.cr,
                channel=channel,
                days=days_by_channel.get(channel, default),
                limit=room + 1,
            )
            # Through the ORM: messages, followers and what other addons have added
            # go too.
            self.sudo().browse(ids[:room]).unlink()
            deleted += min(len(ids), room)
            if len(ids) > room:
                return deleted, True
        return deleted, False
