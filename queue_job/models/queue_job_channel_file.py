# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Channels that the configuration file sets, and who has the say then."""

from odoo import fields, models
from odoo.exceptions import UserError

#: What the ``channels`` string of the configuration file fixes for a pinned channel.
#: Not ``paused``: an operator must be able to stop a channel at once, from anywhere.
PINNED_FIELDS = (
    "name",
    "parent_id",
    "is_limited",
    "capacity",
    "sequential",
    "throttle",
    "rate_limit",
    "rate_period",
    "rate_burst",
)


class QueueJobChannel(models.Model):
    _inherit = "queue.job.channel"

    pinned = fields.Boolean(
        string="Set in the Configuration File",
        readonly=True,
        copy=False,
        help="The server's configuration file sets the capacity of this channel, and "
        "whether it is sequential or throttled; change them there.",
    )
    time_limit_pinned = fields.Boolean(
        string="Time Limit Set in the Configuration File",
        readonly=True,
        copy=False,
        help="The server's configuration file sets the time limit of this channel (key "
        "channels_time_real); change it there.",
    )
    own_values = fields.Json(
        readonly=True,
        copy=False,
        help="What was set here before the configuration file said something else. It comes "
        "back when the file names the channel no longer.",
    )

    def _values_of_data(self, vals):
        """Return what a module's data file says of fields that the configuration file sets."""
        self.ensure_one()
        own_values = self.own_values or {}
        return {
            name: self._fields[name].convert_to_cache(vals[name], self)
            for name in self._pinned_fields()
            if name in vals and name in own_values
        }

    def _write_from_data(self, vals):
        """Write what a module's data file says; where the configuration file has the say, for
        the time when it has none any more."""
        for channel in self:
            kept = channel._values_of_data(vals)
            rest = {name: value for name, value in vals.items() if name not in kept}
            channel.write({**rest, "own_values": {**(channel.own_values or {}), **kept}})
        return True

    def _forget_pause_of_file(self):
        """A pause by hand, or its end, counts from now on, and not the file's."""
        for channel in self:
            own_values = dict(channel.own_values or {})
            if own_values.pop("paused", None) is not None:
                channel.write({"own_values": own_values})

    def _check_pinned(self, vals):
        for channel in self:
            changed = [
                name
                for name in channel._pinned_fields()
                if name in vals
                and self._fields[name].convert_to_cache(vals[name], channel)
                != self._fields[name].convert_to_cache(channel[name], channel)
            ]
            if changed:
                labels = self.fields_get(changed, ["string"])
                raise UserError(
                    self.env._(
                        "Channel %(channel)s is set in the server's configuration file, "
                        "which fixes: %(settings)s. Change it there (section "
                        "[queue_job], keys channels and channels_time_real) and restart the "
                        "server.",
                        channel=channel.complete_name,
                        settings=", ".join(labels[name]["string"] for name in changed),
                    )
                )

    def _pinned_fields(self):
        """Return the names of the fields that the configuration file fixes."""
        self.ensure_one()
        names = PINNED_FIELDS if self.pinned else ()
        return (*names, "time_limit") if self.time_limit_pinned else names
