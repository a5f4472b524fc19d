# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What runs and waits in a channel now."""

from odoo import fields, models

from ..store import overview


class QueueJobChannel(models.Model):
    _inherit = "queue.job.channel"

    running_count = fields.Integer(
        string="Running",
        compute="_compute_load",
        aggregator=None,
        help="Workers at jobs of this channel and its sub-channels.",
    )
    waiting_text = fields.Char(
        string="Waiting",
        compute="_compute_load",
        help="Jobs of this channel that could run now; a plus where there are more.",
    )

    def _compute_load(self):
        # The figures of the dashboard: they cost the same however many jobs wait.
        self.env["queue.job"].flush_model()
        self.flush_model()
        loads = {load["name"]: load for load in overview.channels(self.env.cr)}
        for channel in self:
            name = channel.complete_name or ""
            load = loads.get(name)
            channel.running_count = sum(
                load["running"]
                for other, load in loads.items()
                if other == name or other.startswith(f"{name}.")
            )
            channel.waiting_text = _waiting_text(load) if load else "0"

    def button_drain(self) -> dict:
        """Pause a channel, and follow what of it still runs until that has ended.

        :return: action dict of the dialog that says so
        """
        self.ensure_one()
        self.button_pause()
        return {
            "type": "ir.actions.client",
            "tag": "queue_job.drain",
            "name": self.env._("Drain %(channel)s", channel=self.complete_name),
            "target": "new",
            "params": {"channel_id": self.id},
        }


def _waiting_text(load) -> str:
    return f"{load['waiting']}+" if load["has_more"] else str(load["waiting"])
