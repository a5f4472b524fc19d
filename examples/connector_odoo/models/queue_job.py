# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which jobs belong to a backend: counted on its form, and by whoever waits for an import."""

from odoo import models
from odoo.tools import SQL

#: Channel of all our jobs; its capacity bounds the load that we put on the other server.
CHANNEL = "root.connector_odoo"


class QueueJob(models.Model):
    _inherit = "queue.job"

    # Only our own jobs are in it, so the many others of a busy database don't slow us down.
    _connector_odoo_index = models.Index(f"(date_created) WHERE channel = '{CHANNEL}'")


class OdooBackend(models.Model):
    _inherit = "odoo.backend"

    def _job_filter(self):
        """Return the SQL condition of this backend's jobs since the last import began.

        The backend is the first argument of all job methods of ``odoo.binding``.

        :return: SQL
        """
        self.ensure_one()
        return SQL(
            "channel = %s AND date_created >= %s"
            " AND args -> 0 ->> 'model' = 'odoo.backend' AND args -> 0 -> 'ids' = %s::jsonb",
            CHANNEL,
            self.import_start,
            f"[{self.id}]",
        )

    def _job_counts(self):
        """Count the jobs of the last import.

        :return: dict of state -> number of jobs
        """
        if not self.import_start:
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT state, count(*) FROM queue_job WHERE %s GROUP BY state",
                    self._job_filter(),
                )
            )
        )

    def _job_ids(self, *states):
        """Find the jobs of the last import.

        :param states: only jobs in one of them; all if none is given
        :return: list of ids of ``queue.job``
        """
        if not self.import_start:
            return []
        condition = SQL("state IN %s", states) if states else SQL("TRUE")
        rows = self.env.execute_query(
            SQL("SELECT id FROM queue_job WHERE %s AND %s", self._job_filter(), condition)
        )
        return [job_id for (job_id,) in rows]
