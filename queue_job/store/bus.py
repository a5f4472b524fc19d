# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""News for open dashboards, over Odoo's bus.

The runner has no ORM, so it writes what ``bus.bus`` would: one row in its table, and a
notification on the maintenance database, where the process that serves web sockets
listens. Every manager's browser is subscribed to the channel of the managers' group.
"""

from __future__ import annotations

import json

from .clock import NOW

#: Where Odoo's web sockets listen, in the maintenance database.
CHANNEL = "imbus"
#: What the message is called.
NEWS = "queue_job/ran"

_SEPARATORS = (",", ":")


def announce(cr) -> str | None:
    """Tell the managers of jobs that some have run.

    :param cr: an autocommit cursor: the row must be there before the notification
    :return: the payload to send on CHANNEL, None where there is no bus or no such group
    """
    cr.execute(
        """
        SELECT current_database(), res_id FROM ir_model_data
         WHERE module = 'queue_job' AND name = 'group_queue_job_manager'
           AND to_regclass('bus_bus') IS NOT NULL
        """
    )
    if not (row := cr.fetchone()):
        return None
    dbname, group_id = row
    channel = [dbname, "res.groups", group_id]
    cr.execute(
        f"""
        INSERT INTO bus_bus (channel, message, create_date, write_date)
        VALUES (%(channel)s, %(message)s, {NOW}, {NOW})
        """,
        {
            # Compared as text: it must be written as Odoo writes it.
            "channel": json.dumps(channel, separators=_SEPARATORS),
            "message": json.dumps({"type": NEWS, "payload": {}}, separators=_SEPARATORS),
            "now": None,
        },
    )
    return json.dumps([channel], separators=_SEPARATORS)
