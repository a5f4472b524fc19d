# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Erasing the data of ended jobs, while the jobs themselves stay to be counted."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules.channel_names import ROOT, nearest
from ..store import erase, prune


def _nearest(name, known) -> str:
    """Jobs of a channel that is gone are those of what is left above it."""
    try:
        return nearest(name or ROOT, known) or ROOT
    except ValueError:
        return ROOT


class QueueJobChannel(models.Model):
    _inherit = "queue.job.channel"

    erase_policy = fields.Selection(
        [
            ("inherit", "As the parent channel"),
            ("never", "Nothing"),
            ("arguments", "Arguments"),
            ("all", "Arguments, results, errors and logs"),
        ],
        string="Erase of Finished Jobs",
        default="inherit",
        tracking=True,
        help="What is erased of done and cancelled jobs before they are deleted, for data "
        "that must not be kept. Such jobs can't run again. What root says counts for all "
        "channels that do not say otherwise.",
    )
    erase_days = fields.Integer(
        string="Erase After (days)",
        default=7,
        tracking=True,
        help="Days after the end of the job. 0 erases at the next daily clean-up.",
    )
    erased_until = fields.Datetime(
        readonly=True, copy=False, help="Jobs that ended before were looked at."
    )

    _erase_days_positive = models.Constraint(
        "CHECK(erase_days >= 0)",
        "The data of finished jobs can't be erased after a negative number of days.",
    )

    def write(self, vals):
        """Write; another way of erasing counts for jobs of the past too.

        :param vals: values
        :return: True
        """
        result = super().write(vals)
        if {"erase_policy", "erase_days", "parent_id", "name"} & set(vals):
            family = self.sudo().search([("id", "child_of", self.ids)])
            family.filtered("erased_until").write({"erased_until": False})
        return result

    def _erase_rule(self):
        """Return what is erased of this channel's jobs, and after how many days.

        :return: ('never', 'arguments' or 'all', days)
        """
        self.ensure_one()
        channel = self
        while channel.erase_policy in (False, "inherit") and channel.parent_id:
            channel = channel.parent_id
        is_said = channel.erase_policy in ("arguments", "all")
        return channel.erase_policy if is_said else "never", channel.erase_days


class QueueJob(models.Model):
    _inherit = "queue.job"

    date_erased = fields.Datetime(
        string="Erased On",
        readonly=True,
        copy=False,
        help="When the arguments of the job were erased; it can't run again.",
    )

    @api.autovacuum
    def _gc_data(self):
        """Erase the data of jobs that ended longer ago than their channel keeps it.

        :return: (number of jobs, whether there are more)
        """
        # pylint: disable-next=no-search-all
        channels = self.env["queue.job.channel"].sudo().search([])
        by_name = {channel.complete_name: channel for channel in channels}
        if not any(channel.erase_policy in ("arguments", "all") for channel in channels):
            return 0, False
        self.env.flush_all()
        room = self._GC_BATCH
        for name in prune.channels_with_ended_jobs(self.env.cr):
            channel = by_name[_nearest(name, by_name)]
            room -= self._erase_in(name, channel, room)
            if room <= 0:
                return self._GC_BATCH, True
        return self._GC_BATCH - room, False

    def _erase_in(self, name, channel, limit) -> int:
        """Erase in one channel, and return of how many jobs."""
        policy, days = channel._erase_rule()
        if policy == "never":
            return 0
        is_own = channel.complete_name == name
        found = erase.ended_before(
            self.env.cr,
            channel=name,
            days=days,
            everything=policy == "all",
            since=(channel.erased_until or None) if is_own else None,
            limit=limit,
        )
        ids = [job_id for job_id, _ended in found]
        if ids:
            erase.erase(self.env.cr, job_ids=ids, everything=policy == "all")
            if policy == "all":
                self.browse(ids)._erase_tracking()
            self.browse(ids).invalidate_recordset(flush=False)
        if is_own:
            is_full = len(found) == limit
            until = found[-1][1] if is_full else fields.Datetime.now() - timedelta(days=days)
            erase.mark(self.env.cr, channel_id=channel.id, until=until)
            channel.invalidate_recordset(["erased_until"], flush=False)
        return len(ids)

    def _erase_tracking(self):
        """Erase what the chatter has kept of exception messages."""
        self.env["mail.tracking.value"].sudo().search(
            [
                ("mail_message_id.model", "=", self._name),
                ("mail_message_id.res_id", "in", self.ids),
                ("field_id.name", "=", "exc_message"),
            ]
        ).unlink()

    def _check_not_erased(self):
        """Refuse to let jobs run whose arguments are gone."""
        for job in self.sudo():
            if job.date_erased:
                raise UserError(
                    self.env._(
                        "The arguments of job %(job)s were erased on %(date)s: it can't run again.",
                        job=job.name or job.uuid,
                        date=fields.Datetime.context_timestamp(self, job.date_erased).date(),
                    )
                )
