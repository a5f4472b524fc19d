# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the configuration file says of a channel, laid over what people have set.

The claim reads plain columns, so the file's values are written there; what was there
before is kept in ``own_values`` and comes back when the file names the channel no longer.
Each statement writes only where something differs, so that servers starting at the same
time with the same file don't wait for each other.
"""

from __future__ import annotations

from typing import Any

from .clock import LEASE_SECONDS, NOW

#: Columns that an entry of ``channels`` sets, with their types.
CHANNEL_COLUMNS = {
    "is_limited": "boolean",
    "capacity": "integer",
    "sequential": "boolean",
    "throttle": "integer",
    "rate_limit": "integer",
    "rate_period": "integer",
    "rate_burst": "integer",
}

_NAMES = ", ".join(CHANNEL_COLUMNS)
_PLACES = ", ".join(f"%({name})s" for name in CHANNEL_COLUMNS)
_PAIRS = ", ".join(f"'{name}', {name}" for name in CHANNEL_COLUMNS)
_KEYS = ", ".join(f"'{name}'" for name in CHANNEL_COLUMNS)
_RESTORED = ", ".join(
    # The key may be there with no value: a column that a server has filled has none.
    f"{name} = CASE WHEN own_values ? '{name}'"
    f" THEN (own_values ->> '{name}')::{kind} ELSE {name} END"
    for name, kind in CHANNEL_COLUMNS.items()
)

# A file that names nothing has no say while other servers run: one of them may be the
# server whose file has set these channels.
_HAS_A_SAY = f"""
    (cardinality(%(names)s::varchar[]) > 0
     OR 1 >= (SELECT count(*) FROM queue_job_runner
               WHERE state = 'running'
                 AND date_beat > {NOW} - {LEASE_SECONDS} * interval '1 second'))
"""


def pin(cr, *, complete_name: str, values: dict[str, Any]) -> None:
    """Set a channel to what the file says, and mark it so.

    :param values: one value for each of ``CHANNEL_COLUMNS``
    """
    cr.execute(
        f"""
        UPDATE queue_job_channel
           SET own_values = CASE WHEN pinned THEN own_values
                                 ELSE COALESCE(own_values, '{{}}') || jsonb_build_object({_PAIRS})
                            END,
               ({_NAMES}) = ROW({_PLACES}),
               pinned = true
         WHERE complete_name = %(name)s
           AND ({_NAMES}, pinned) IS DISTINCT FROM ({_PLACES}, true)
        """,
        {"name": complete_name, **values},
    )


def unpin_others(cr, *, complete_names: list[str]) -> None:
    """Channels that the file names no longer are what they were, and free to edit."""
    cr.execute(
        f"""
        UPDATE queue_job_channel
           SET {_RESTORED},
               own_values = own_values - ARRAY[{_KEYS}],
               pinned = false
         WHERE pinned AND complete_name != ALL(%(names)s) AND {_HAS_A_SAY}
        """,
        {"names": complete_names, "now": None},
    )


def pause(cr, *, complete_names: list[str], paused: list[str]) -> None:
    """Pause what the file pauses, and resume what it alone has paused.

    A pause by hand survives the file: it has no entry in ``own_values``.

    :param complete_names: channels that the file names
    :param paused: those that it pauses
    """
    cr.execute(
        """
        UPDATE queue_job_channel
           SET own_values = COALESCE(own_values, '{}') || '{"paused": false}', paused = true
         WHERE complete_name = ANY(%(paused)s) AND paused IS NOT TRUE
        """,
        {"paused": paused},
    )
    cr.execute(
        f"""
        UPDATE queue_job_channel
           SET own_values = own_values - 'paused', paused = false
         WHERE own_values ? 'paused' AND complete_name != ALL(%(paused)s) AND {_HAS_A_SAY}
        """,
        {"names": complete_names, "paused": paused, "now": None},
    )


def pin_time_limit(cr, *, complete_name: str, seconds: int) -> None:
    """Set a channel's time limit (seconds) to what the file says, and mark it so."""
    cr.execute(
        """
        UPDATE queue_job_channel
           SET own_values = CASE WHEN time_limit_pinned THEN own_values
                                 ELSE COALESCE(own_values, '{}')
                                      || jsonb_build_object('time_limit', time_limit) END,
               time_limit = %(seconds)s,
               time_limit_pinned = true
         WHERE complete_name = %(name)s
           AND (time_limit, time_limit_pinned) IS DISTINCT FROM (%(seconds)s, true)
        """,
        {"name": complete_name, "seconds": seconds},
    )


def unpin_other_time_limits(cr, *, complete_names: list[str]) -> None:
    """Time limits that the file names no longer are what they were."""
    cr.execute(
        f"""
        UPDATE queue_job_channel
           SET time_limit = (own_values ->> 'time_limit')::integer,
               own_values = own_values - 'time_limit',
               time_limit_pinned = false
         WHERE time_limit_pinned AND complete_name != ALL(%(names)s) AND {_HAS_A_SAY}
        """,
        {"names": complete_names, "now": None},
    )
