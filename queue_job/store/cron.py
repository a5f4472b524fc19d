# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The scheduled actions that run jobs where no process of ours may."""

from __future__ import annotations

from datetime import datetime

from .clock import LEASE_SECONDS, NOW

#: What the server action of such a scheduled action says, so that copies of the one that
#: comes with the addon count too.
CALL = "model._run_by_cron("

_OURS = """
    SELECT c.id FROM ir_cron c JOIN ir_act_server a ON a.id = c.ir_actions_server_id
     WHERE c.active AND a.state = 'code' AND position(%(call)s in a.code) > 0
"""


def is_active(cr) -> bool:
    """Tell whether there is a scheduled action that runs jobs."""
    cr.execute(f"SELECT EXISTS ({_OURS})", {"call": CALL})
    return cr.fetchone()[0]


def trigger(cr, *, now: datetime | None = None) -> int:
    """Have Odoo run the actions as soon as it looks; part of the caller's transaction.

    :return: number of actions for which that was not said before
    """
    cr.execute(
        f"""
        INSERT INTO ir_cron_trigger (cron_id, call_at, create_uid, create_date,
                                     write_uid, write_date)
        SELECT id, date_trunc('second', {NOW}), 1, {NOW}, 1, {NOW}
          FROM ({_OURS}) ours
         WHERE NOT EXISTS (
               SELECT 1 FROM ir_cron_trigger t
                WHERE t.cron_id = ours.id AND t.call_at <= {NOW})
        """,
        {"call": CALL, "now": now},
    )
    return cr.rowcount


def processes_alive(cr, *, now: datetime | None = None) -> int:
    """Count the job servers with processes that are alive and may start jobs."""
    cr.execute(
        f"""
        SELECT count(*) FROM queue_job_runner
         WHERE kind = 'process' AND state = 'running' AND obstacle IS NULL AND slots > 0
           AND date_beat > {NOW} - {LEASE_SECONDS} * interval '1 second'
        """,
        {"now": now},
    )
    return cr.fetchone()[0]
