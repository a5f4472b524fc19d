# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Dependencies between jobs as the ORM and the form show them."""

from markupsafe import Markup

from odoo import api, fields, models

# By its own name, not as ``fields.Serialized``: this package may be imported before any
# registry (as a server-wide module, by the runner), when nobody has put it there.
from odoo.addons.base_sparse_field.models.fields import Serialized

from ..store.dependents import BARRIER_METHOD
from .loose_relations import BorrowedMany2many

_DEFAULT_COLORS = ("#D2E5FF", "#2B7CE9")
_COLORS = {
    "done": ("#C2FABC", "#4AD63A"),
    "failed": ("#FB7E81", "#FA0A10"),
    "started": ("#FFFF00", "#FFA500"),
}


class QueueJob(models.Model):
    _inherit = "queue.job"

    dependency_ids = BorrowedMany2many(
        "queue.job",
        relation="queue_job_dependency",
        column1="child_id",
        column2="parent_id",
        string="Waits For",
        readonly=True,
        copy=False,
    )
    dependent_ids = BorrowedMany2many(
        "queue.job",
        relation="queue_job_dependency",
        column1="parent_id",
        column2="child_id",
        string="Waiting Jobs",
        readonly=True,
        copy=False,
    )
    dependencies = Serialized(compute="_compute_dependencies")
    dependency_graph = Serialized(compute="_compute_dependency_graph")
    graph_jobs_count = fields.Integer(compute="_compute_graph_jobs_count")

    @api.depends("dependency_ids", "dependent_ids")
    def _compute_dependencies(self):
        for job in self.sudo():
            job.dependencies = {
                "depends_on": job.dependency_ids.mapped("uuid"),
                "reverse_depends_on": job.dependent_ids.mapped("uuid"),
            }

    def _compute_graph_jobs_count(self):
        uuids = list(filter(None, self.mapped("graph_uuid")))
        counts = dict(
            self.env["queue.job"]._read_group(
                [("graph_uuid", "in", uuids)], ["graph_uuid"], ["__count"]
            )
        )
        for job in self:
            job.graph_jobs_count = counts.get(job.graph_uuid, 0)

    def _compute_dependency_graph(self):
        uuids = list(filter(None, self.mapped("graph_uuid")))
        graphs = {
            graph_uuid: jobs._dependency_graph_vis()
            for graph_uuid, jobs in self.env["queue.job"]._read_group(
                [("graph_uuid", "in", uuids)], ["graph_uuid"], ["id:recordset"]
            )
        }
        for job in self:
            job.dependency_graph = graphs.get(job.graph_uuid, {})

    def _dependency_graph_vis(self):
        edges = (
            self.env["queue.job.dependency"]
            .sudo()
            ._read_group(
                [("parent_id", "in", self.ids), ("child_id", "in", self.ids)],
                ["parent_id", "child_id"],
            )
        )
        return {
            "nodes": [job._dependency_graph_vis_node() for job in self],
            "edges": [[parent.id, child.id] for parent, child in edges],
            # Beside the nodes, whose keys are what others know.
            "states": {job.id: job.state for job in self},
            "labels": dict(self._fields["state"]._description_selection(self.env)),
        }

    def _dependency_graph_vis_node(self):
        """Return the job as a node of the drawing."""
        background, border = _COLORS.get(self.state, _DEFAULT_COLORS)
        is_shown = self._has_field_access(self._fields["func_string"], "read")
        return {
            "id": self.id,
            "title": str(
                Markup("<strong>%s</strong><br/>%s")
                % (self.display_name, (is_shown and self.func_string) or "")
            ),
            "color": background,
            "border": border,
            "shadow": True,
        }

    def _graph_barrier(self):
        """Stand between two large groups of jobs; there is nothing to do."""


assert QueueJob._graph_barrier.__name__ == BARRIER_METHOD
