# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A line in the log for each change that alters what runs."""

import logging

from odoo import models

from ..engine import notifier
from .queue_job_channel_file import PINNED_FIELDS

_logger = logging.getLogger(__name__)

#: Fields whose change is worth a log line: they alter what runs, or what is kept of it.
AUDITED_FIELDS = (
    *PINNED_FIELDS,
    "paused",
    "time_limit",
    "removal_interval",
    "erase_policy",
    "erase_days",
)


class QueueJobChannel(models.Model):
    _inherit = "queue.job.channel"

    def _audited_values(self, vals):
        names = [name for name in AUDITED_FIELDS if name in vals]
        return {channel: {name: channel[name] for name in names} for channel in self}

    def _log_changes(self, before):
        is_changed = False
        for channel, values in before.items():
            changes = ", ".join(
                f"{name}: {old!r} -> {channel[name]!r}"
                for name, old in values.items()
                if old != channel[name]
            )
            if changes:
                is_changed = True
                _logger.info(
                    "channel %s changed by %s (id %s): %s",
                    channel.complete_name,
                    self.env.user.login,
                    self.env.uid,
                    changes,
                )
        if is_changed:
            # Waiting jobs may run now: the servers look again at once.
            notifier.notify_after_commit(self.env.cr)
