# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Channels: named lanes that bound how many jobs run at the same time."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .install_merge import is_noupdate


class QueueJobChannel(models.Model):
    _name = "queue.job.channel"
    _description = "Job Channel"
    _inherit = ["mail.thread"]
    _rec_name = "complete_name"
    _order = "complete_name"
    _parent_name = "parent_id"

    name = fields.Char(tracking=True)
    complete_name = fields.Char(
        compute="_compute_complete_name", store=True, readonly=True, recursive=True
    )
    parent_id = fields.Many2one(
        "queue.job.channel",
        string="Parent Channel",
        ondelete="restrict",
        index=True,
        tracking=True,
    )
    child_ids = fields.One2many("queue.job.channel", "parent_id", string="Sub-channels")
    job_function_ids = fields.One2many("queue.job.function", "channel_id", string="Job Functions")
    removal_interval = fields.Integer(
        string="Keep Finished Jobs (days)",
        default=lambda self: self.env["queue.job"]._removal_interval,
        required=True,
        tracking=True,
        help="Done and cancelled jobs of this channel are deleted after that many days.",
    )
    is_limited = fields.Boolean(
        string="Limited",
        tracking=True,
        help="When off, only the parent channels and the number of job workers "
        "bound how many jobs of this channel run at the same time.",
    )
    capacity = fields.Integer(
        default=1,
        tracking=True,
        help="How many jobs of this channel and its sub-channels may run at the "
        "same time, on all servers together. 0 stops the channel. Used only when "
        "the channel is limited.",
    )
    sequential = fields.Boolean(
        tracking=True,
        help="Jobs run one by one: the smallest priority first, then the oldest. A "
        "failed job holds the others back until somebody requeues, cancels or sets it "
        "to done.",
    )
    throttle = fields.Integer(
        string="Pause Between Jobs (s)",
        tracking=True,
        help="Shortest time, in seconds, between the starts of two jobs of this "
        "channel. 0 for none.",
    )
    rate_limit = fields.Integer(
        string="Rate (jobs)",
        tracking=True,
        help="That many jobs may start in each rate period, evenly spread. 0 for no limit.",
    )
    rate_period = fields.Integer(
        string="Rate Period (s)",
        default=60,
        tracking=True,
        help="Length, in seconds, of the period over which the rate is counted.",
    )
    rate_burst = fields.Integer(
        string="Burst (jobs)",
        tracking=True,
        help="How many jobs may start at once after a quiet time. 0 for one second's worth of "
        "the rate, at least one.",
    )
    paused = fields.Boolean(
        tracking=True,
        help="No job of this channel or of its sub-channels starts; running jobs "
        "go on, new ones wait.",
    )
    paused_by_id = fields.Many2one(
        "queue.job.channel",
        compute="_compute_paused_by_id",
        recursive=True,
        help="This channel, or the nearest of its parents, that is paused.",
    )
    time_limit = fields.Integer(
        string="Time Limit (s)",
        tracking=True,
        help="A job that runs longer is interrupted and fails. 0 takes over the "
        "limit of the parent channel.",
    )
    _name_uniq = models.Constraint(
        "UNIQUE(complete_name)",
        "A channel with this full name exists already: choose another name or another parent.",
    )
    _capacity_positive = models.Constraint(
        "CHECK(capacity >= 0)",
        "The capacity of a channel can't be negative; 0 stops the channel.",
    )
    _throttle_positive = models.Constraint(
        "CHECK(throttle >= 0)",
        "The pause between two jobs can't be negative; 0 means no pause.",
    )
    _rate_positive = models.Constraint(
        "CHECK(rate_limit >= 0 AND (rate_limit = 0 OR rate_period > 0))",
        "The rate can't be negative, and its period must be at least one second.",
    )
    _time_limit_positive = models.Constraint(
        "CHECK(time_limit >= 0)",
        "The time limit can't be negative; 0 takes over the parent's limit.",
    )
    _removal_interval_positive = models.Constraint(
        "CHECK(removal_interval >= 0)",
        "Finished jobs can't be kept for a negative number of days.",
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for channel in self:
            parts = [channel.parent_id.complete_name, channel.name]
            channel.complete_name = ".".join(part for part in parts if part) or False

    @api.depends("paused", "parent_id.paused_by_id")
    def _compute_paused_by_id(self):
        for channel in self:
            channel.paused_by_id = channel if channel.paused else channel.parent_id.paused_by_id

    @api.onchange("sequential")
    def _onchange_sequential(self):
        if self.sequential:
            self.is_limited = True
            self.capacity = 1

    @api.onchange("rate_limit")
    def _onchange_rate_limit(self):
        # Rows that a server made have no period.
        if self.rate_limit and not self.rate_period:
            self.rate_period = 60

    @api.constrains("name", "parent_id")
    def _check_name_and_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A channel can't be its own parent."))
        for channel in self:
            if not channel.parent_id and channel.name != "root":
                raise ValidationError(
                    self.env._(
                        "Channel %(channel)s needs a parent: only 'root' has none.",
                        channel=channel.name,
                    )
                )
            if "," in (channel.name or "") or "." in (channel.name or ""):
                raise ValidationError(
                    self.env._(
                        "%(channel)s is not a channel name: commas separate channels in the "
                        "configuration file, and between two dots there must be a name.",
                        channel=channel.name,
                    )
                )

    @api.constrains("sequential", "is_limited", "capacity")
    def _check_sequential(self):
        for channel in self:
            if channel.sequential and not (channel.is_limited and channel.capacity <= 1):
                raise ValidationError(
                    self.env._(
                        "Channel %(channel)s is sequential, so it must be limited to "
                        "a capacity of 1.",
                        channel=channel.complete_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Create channels; in install mode one that exists is updated instead.

        Several modules may declare the same channel in their data files: the
        first creates it, the others get the same record.

        :param vals_list: values, one dict a channel
        :return: the channels, in the order of ``vals_list``
        """
        # Named in any case, for what must hold of names to be checked.
        vals_list = [self._resolve_path({"name": False, **vals}) for vals in vals_list]
        if not self.env.context.get("install_mode"):
            return super().create(vals_list)
        ids = []
        for vals in vals_list:
            existing = self.search(
                [
                    ("name", "=", vals.get("name")),
                    ("parent_id", "=", vals.get("parent_id")),
                ],
                limit=1,
            )
            if not existing:
                existing = super().create([vals])
            elif not is_noupdate(existing):
                existing.write(vals)
            ids.append(existing.id)
        return self.browse(ids)

    @api.model
    def name_create(self, name):
        """Create a channel by its full name; parents that are missing come along.

        :param name: as in ``root.shop.import``
        :return: (id, full name)
        """
        channel = self.create({"name": name})
        return channel.id, channel.display_name

    def write(self, vals):
        """Write; refuses what the configuration file fixes and what moves root.

        :param vals: values
        :return: True
        :raises UserError: for root's name or parent, or for a pinned setting
        """
        if "." in (vals.get("name") or ""):
            self.ensure_one()
            vals = self._resolve_path(vals)
        self._check_root_is_kept(vals)
        if self.env.context.get("install_mode"):
            if any(channel._values_of_data(vals) for channel in self):
                return self._write_from_data(vals)
        else:
            self._check_pinned(vals)
        if "paused" in vals:
            self._forget_pause_of_file()
        before = self._audited_values(vals)
        old_names = {}
        if "name" in vals or "parent_id" in vals:
            family = self.search([("id", "child_of", self.ids)])
            old_names = {channel: channel.complete_name for channel in family}
        result = super().write(vals)
        self._log_changes(before)
        if old_names:
            # Cached configurations of job functions hold the full names.
            self.env.registry.clear_cache()
        for channel, old_name in old_names.items():
            if channel.complete_name != old_name:
                channel._move_waiting_jobs(old_name)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_root_or_pinned(self):
        for channel in self:
            if channel.name == "root" and not channel.parent_id:
                raise UserError(self.env._("The root channel can't be deleted."))
            if channel.pinned or channel.time_limit_pinned:
                raise UserError(
                    self.env._(
                        "Channel %(channel)s is declared in the server's configuration "
                        "file (section [queue_job], key channels or channels_time_real): "
                        "remove it there first.",
                        channel=channel.complete_name,
                    )
                )

    def button_pause(self) -> bool:
        """Stop starting jobs of these channels and of their sub-channels.

        :return: True
        """
        self.write({"paused": True})
        return True

    def button_resume(self) -> bool:
        """Let jobs of these channels start again.

        :return: True
        """
        self.write({"paused": False})
        return True

    def action_open_jobs(self) -> dict:
        """Open the jobs of this channel.

        :return: action dict
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("queue_job.action_queue_job")
        action["domain"] = [("channel", "=", self.complete_name)]
        action["context"] = {}
        action["display_name"] = self.env._("Jobs of %(channel)s", channel=self.complete_name)
        return action

    def _resolve_path(self, vals: dict) -> dict:
        """Understand dots in a name as they are everywhere else: as steps to sub-channels.

        Data files of modules declare a channel ``a.b`` below root, and its full name is the
        same, but as a single record it would not be bounded by the channel ``root.a``.

        :param vals: values for ``create``, or ``write`` on a single record
        :return: values with a plain name, and the parent that the path leads to
        """
        *path, name = (vals.get("name") or "").split(".")
        if not path or not all((*path, name)):
            return vals
        parent = self.browse(vals.get("parent_id")) if "parent_id" in vals else self.parent_id
        for step in path:
            found = self.search([("name", "=", step), ("parent_id", "=", parent.id)], limit=1)
            parent = found or self.create([{"name": step, "parent_id": parent.id}])
        return {**vals, "name": name, "parent_id": parent.id}

    def _check_root_is_kept(self, vals):
        if self.env.context.get("install_mode"):
            return
        for channel in self:
            if channel.parent_id or channel.name != "root":
                continue
            if vals.get("name", "root") != "root" or vals.get("parent_id"):
                raise UserError(
                    self.env._("The root channel can't be renamed or moved below another.")
                )

    def _move_waiting_jobs(self, old_name):
        """Take the waiting jobs along when a channel changes its full name.

        Jobs name their channel by its full name. Only jobs that nobody has
        leased are touched: a running one keeps the name it was claimed under.
        """
        self.ensure_one()
        self.env.cr.execute(
            """
            UPDATE queue_job SET channel = %s
             WHERE channel = %s AND run_token IS NULL
               AND state IN ('pending', 'wait_dependencies', 'failed')
            """,
            [self.complete_name, old_name],
        )
        self.env["queue.job"].invalidate_model(["channel"])
