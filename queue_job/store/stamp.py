# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Telling a copy of a database from the database itself.

A copy has the waiting jobs of its original, whose effects on other systems must not
happen twice. So the first server that runs jobs in a database notes what the database
is; where that does not fit any more, nothing runs until somebody says so.
"""

from __future__ import annotations

from dataclasses import dataclass

# The only row of the table.
_ROW = 1


@dataclass(frozen=True)
class Stamp:
    """What tells a database from its copies.

    :param uuid: Odoo's ``database.uuid``: Odoo's own duplicate draws a new one
    :param oid: PostgreSQL's number of the database: a copy beside the original has
        another one, a renamed database keeps its own
    :param system_identifier: PostgreSQL's number of the cluster: a dump that is restored
        elsewhere, where the oid may be the same by chance, meets another one. A standby
        and an upgraded cluster keep it. None where it may not be read
    """

    uuid: str | None
    oid: int
    system_identifier: str | None

    def differences(self, other: Stamp) -> list[str]:
        """In words, what is not the same in another stamp."""
        found = []
        if self.uuid != other.uuid:
            found.append("database.uuid")
        if self.oid != other.oid:
            found.append("the database's oid")
        known = None not in (self.system_identifier, other.system_identifier)
        if known and self.system_identifier != other.system_identifier:
            found.append("the cluster's system identifier")
        return found


def present(cr) -> Stamp:
    """What the database is now."""
    cr.execute(
        """
        SELECT (SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'),
               (SELECT oid::bigint FROM pg_database WHERE datname = current_database()),
               has_function_privilege('pg_control_system()', 'EXECUTE')
        """
    )
    uuid, oid, is_readable = cr.fetchone()
    system_identifier = None
    if is_readable:
        # Asked apart: a function that may not be called fails also where it is not reached.
        cr.execute("SELECT system_identifier::text FROM pg_control_system()")
        [system_identifier] = cr.fetchone()
    return Stamp(uuid, oid, system_identifier)


def noted(cr) -> Stamp | None:
    """What was noted at the first run, None if there was none yet."""
    cr.execute(
        """
        SELECT uuid, oid, system_identifier FROM queue_job_database
         WHERE id = %(id)s AND oid IS NOT NULL
        """,
        {"id": _ROW},
    )
    row = cr.fetchone()
    return Stamp(*row) if row else None


def is_neutralized(cr) -> bool:
    """Whether Odoo's neutralization has been here and nobody has let jobs run since."""
    cr.execute(
        "SELECT is_neutralized FROM queue_job_database WHERE id = %(id)s AND is_neutralized",
        {"id": _ROW},
    )
    return cr.fetchone() is not None


def note_first_run(cr) -> None:
    """Note what the database is, unless that has been done."""
    if noted(cr) is None:
        _note(cr, present(cr))


def adopt(cr) -> None:
    """Let jobs run here: from now on this database is the one it is."""
    _note(cr, present(cr))
    cr.execute(
        "UPDATE queue_job_database SET is_neutralized = false WHERE id = %(id)s", {"id": _ROW}
    )


def _note(cr, stamp: Stamp) -> None:
    cr.execute(
        """
        INSERT INTO queue_job_database (
            id, uuid, oid, system_identifier, date_noted, is_neutralized)
        VALUES (%(id)s, %(uuid)s, %(oid)s, %(system_identifier)s,
                clock_timestamp() AT TIME ZONE 'UTC', false)
            ON CONFLICT (id) DO UPDATE
           SET uuid = EXCLUDED.uuid, oid = EXCLUDED.oid,
               system_identifier = EXCLUDED.system_identifier, date_noted = EXCLUDED.date_noted
        """,
        {
            "id": _ROW,
            "uuid": stamp.uuid,
            "oid": stamp.oid,
            "system_identifier": stamp.system_identifier,
        },
    )
