# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The table of jobs as PostgreSQL keeps it."""

from odoo import models
from odoo.tools import SQL

from ..store import functions

# Rows that are inserted by other means than ours: by an older version of this addon
# that still runs during a deployment, by scripts. Odoo's ORM gives no defaults to the
# database.
_DEFAULTS = {
    "is_due": "true",
    "su": "false",
    "attempt": "0",
    "crashes": "0",
    "payload_format": "1",
    "priority": "10",
    "retry": "0",
    "date_created": "(clock_timestamp() AT TIME ZONE 'UTC')",
}

# Every job is inserted once and updated twice, so the table turns over much faster than
# PostgreSQL's defaults expect: with them a million finished jobs would let 200,000 dead
# rows pile up before a vacuum, and each claim would step over those at the index's head.
# A thousand plus one per cent is a vacuum every few seconds under full load. Unpaused
# (cost delay 0) it is done in a moment and lets the claim index shrink.
_STORAGE = {
    "autovacuum_vacuum_scale_factor": "0.01",
    "autovacuum_vacuum_threshold": "1000",
    "autovacuum_vacuum_cost_delay": "0",
    "autovacuum_analyze_scale_factor": "0.02",
    "autovacuum_analyze_threshold": "1000",
    # Room in each page for the second update of a row to stay beside the first.
    "fillfactor": "85",
}


class QueueJob(models.Model):
    _inherit = "queue.job"

    def init(self):
        """Set the table's defaults and storage parameters, at install and upgrade."""
        result = super().init()
        # Fences: never given out twice, and rising in the order of the claims.
        self.env.cr.execute("CREATE SEQUENCE IF NOT EXISTS queue_job_run_token_seq")
        for definition in functions.DEFINITIONS.values():
            self.env.cr.execute(definition)
        table = SQL.identifier(self._table)
        for column, default in _DEFAULTS.items():
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s",
                    table,
                    SQL.identifier(column),
                    SQL(default),  # pylint: disable=sql-injection
                )
            )
        parameters = ", ".join(f"{name} = {value}" for name, value in _STORAGE.items())
        self.env.cr.execute(
            SQL("ALTER TABLE %s SET (%s)", table, SQL(parameters))  # pylint: disable=sql-injection
        )
        return result
