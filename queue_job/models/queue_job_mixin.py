# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Records that show their jobs: a smart button in their form."""

from lxml import etree

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules.states import ENQUEUED, FAILED, PENDING, STARTED, WAIT_DEPENDENCIES

_USER_GROUP = "queue_job.group_queue_job_user"
#: What the button counts: number of states, by field.
_COUNTED = {
    "queue_job_waiting_count": (WAIT_DEPENDENCIES, PENDING, ENQUEUED),
    "queue_job_running_count": (STARTED,),
    "queue_job_failed_count": (FAILED,),
}


class QueueJobMixin(models.AbstractModel):
    """Inherit it, and the forms of the model get a button "Jobs".

    Jobs are found by the records that they were delayed on, and by those that their
    method was called with as arguments of their own; records inside of lists are not
    looked for. Jobs that were enqueued before the model inherited this are not found.
    """

    _name = "queue.job.mixin"
    _description = "Records with Jobs"

    queue_job_waiting_count = fields.Integer(
        string="Waiting Jobs", compute="_compute_queue_job_counts", groups=_USER_GROUP
    )
    queue_job_running_count = fields.Integer(
        string="Running Jobs", compute="_compute_queue_job_counts", groups=_USER_GROUP
    )
    queue_job_failed_count = fields.Integer(
        string="Failed Jobs", compute="_compute_queue_job_counts", groups=_USER_GROUP
    )

    def _compute_queue_job_counts(self):
        counts = self._queue_job_counts()
        for record in self:
            for name, states in _COUNTED.items():
                record[name] = sum(counts.get((record._origin.id, state), 0) for state in states)

    def _queue_job_counts(self) -> dict[tuple[int, str], int]:
        """Return the number of jobs that the user may see, by record and state."""
        ids = self._origin.ids
        if not ids:
            return {}
        states = [state for some in _COUNTED.values() for state in some]
        jobs = self.env["queue.job"]
        self.env["queue.job.link"].flush_model()
        # The search adds what the user may see; the link leads, by its index.
        query = jobs._search([("state", "in", states)])
        link = query.join(query.table, "id", "queue_job_link", "job_id", "link")
        record = SQL.identifier(link, "res_id")
        state = SQL.identifier(query.table, "state")
        query.add_where(
            SQL(
                "%s = %s AND %s = ANY(%s)",
                SQL.identifier(link, "res_model"),
                self._name,
                record,
                ids,
            )
        )
        query.groupby = SQL("%s, %s", record, state)
        query.order = None
        job = SQL.identifier(query.table, "id")
        rows = self.env.execute_query(query.select(record, state, SQL("COUNT(DISTINCT %s)", job)))
        return {(res_id, name): number for res_id, name, number in rows}

    def action_open_queue_jobs(self):
        """Open the jobs that are about these records.

        :return: action dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id("queue_job.action_queue_job")
        about = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        action.update(
            name=self.env._("Jobs"),
            domain=[("link_ids", "any", about)],
            context={"create": False},
        )
        # Its address would be that of all jobs.
        action.pop("path", None)
        return action

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            _add_button(arch, self.env._("Jobs"))
        return arch, view


def _add_button(arch, label: str) -> None:
    """Put the button into a form that has none, beside its other ones.

    :param arch: the form's architecture, changed in place
    :param label: text of the button
    """
    sheet = arch.find(".//sheet")
    if sheet is None or arch.xpath("//button[@name='action_open_queue_jobs']"):
        return
    box = next(iter(arch.xpath("//div[@name='button_box']")), None)
    if box is None:
        box = etree.Element("div", {"name": "button_box", "class": "oe_button_box"})
        sheet.insert(0, box)
    button = etree.SubElement(
        box,
        "button",
        {
            "name": "action_open_queue_jobs",
            "type": "object",
            "class": "oe_stat_button",
            "icon": "fa-cogs",
            "groups": _USER_GROUP,
        },
    )
    info = etree.SubElement(button, "div", {"class": "o_stat_info"})
    etree.SubElement(info, "span", {"class": "o_stat_text"}).text = label
    values = etree.SubElement(info, "span", {"class": "o_stat_value"})
    for name, css in (
        ("queue_job_waiting_count", "text-muted"),
        ("queue_job_running_count", "text-info"),
        ("queue_job_failed_count", "text-danger"),
    ):
        span = etree.SubElement(values, "span", {"class": f"me-2 {css}"})
        if name != "queue_job_waiting_count":
            span.set("invisible", f"not {name}")
        etree.SubElement(span, "field", {"name": name, "class": "oe_inline"})
