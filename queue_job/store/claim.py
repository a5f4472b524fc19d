# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The claim: who runs what next, decided in one statement.

The statement is built from the parts below. It is run under one advisory lock per
database, so that two nodes never count the same free slot; within it:

1. ``chain``: every channel with each of its ancestors;
2. ``room``: what each channel has left, counting leased packs in it and below it;
3. ``candidates``: the first jobs of every channel that has room, locked;
4. ``level_N`` .. ``level_1``: from the deepest channels up to root, the candidates
   that fit, so that a job refused by its own channel takes no place in the parent's;
5. ``heads``: what is left, one job for each free slot, and ``followers``: more short
   jobs of the same channels, to be run in the same slots one after the other;
6. the UPDATE that writes lease and fence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from .clock import LEASE_SECONDS, NOW

# One claim at a time per database: without it two claimers would each see the same
# free slot. pg_advisory locks are scoped by database, the key only has to be ours.
_LOCK_KEY = 0x71756A6F  # 'qujo'

# A claim that can't get the lock gives up instead of hanging; the caller backs off.
LOCK_TIMEOUT_MS = 2000


@dataclass(frozen=True, slots=True)
class Claimed:
    """One job handed to this runner."""

    id: int
    run_token: int
    channel: str
    priority: int
    date_created: datetime
    function: str
    time_limit: float | None
    is_head: bool


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a channel has been claimed at one priority."""

    channel: str
    priority: int
    date_created: datetime
    id: int


_CHAIN = f"""
    RECURSIVE chain AS (
        SELECT id, id AS node, parent_id AS up, complete_name,
               1 + length(complete_name) - length(replace(complete_name, '.', '')) AS depth
          FROM queue_job_channel
        UNION ALL
        SELECT chain.id, parent.id, parent.parent_id, chain.complete_name, chain.depth
          FROM chain JOIN queue_job_channel parent ON parent.id = chain.up
    ), nodes AS (
        SELECT chain.id, chain.node, chain.complete_name, node.complete_name AS node_name,
               1 + length(node.complete_name) - length(replace(node.complete_name, '.', ''))
                   AS level,
               COALESCE(node.paused, false) AS paused,
               CASE WHEN node.is_limited THEN node.capacity
                    WHEN node.parent_id IS NULL THEN (
                        SELECT COALESCE(sum(slots), 0)
                          FROM queue_job_runner
                         WHERE state = 'running'
                           AND date_beat > {NOW} - {LEASE_SECONDS} * interval '1 second')
               END AS capacity,
               COALESCE(node.sequential, false) OR COALESCE(node.throttle, 0) > 0 AS single
          FROM chain JOIN queue_job_channel node ON node.id = chain.node
    ), leased AS (
        SELECT channel, run_token
          FROM queue_job WHERE run_token IS NOT NULL
         GROUP BY channel, run_token
    ), room AS (
        SELECT nodes.node_name, nodes.capacity - count(leased.run_token) AS free
          FROM nodes
          LEFT JOIN leased ON leased.channel = nodes.complete_name
         WHERE nodes.capacity IS NOT NULL
         GROUP BY nodes.node_name, nodes.capacity
    ), open AS (
        SELECT nodes.complete_name AS channel,
               bool_or(nodes.single) AS single
          FROM nodes LEFT JOIN room ON room.node_name = nodes.node_name
         WHERE NOT (nodes.complete_name = ANY(%(except)s))
         GROUP BY nodes.complete_name
        HAVING NOT bool_or(nodes.paused) AND COALESCE(min(room.free), 1) > 0
    )
"""

_COLUMNS = """j.id, j.channel, j.priority, j.date_created, j.concurrency_key"""

# A key that is leased somewhere is passed over here and not after the LIMIT: ten
# thousand jobs of one busy key must not hide the others behind them.
# FOR UPDATE and not NO KEY: whoever enqueues a twin of a waiting job holds that job
# FOR KEY SHARE until its own data is committed, and only FOR UPDATE waits for that.
_WAITING = f"""
              j.state = 'pending' AND j.is_due
          AND (j.eta IS NULL OR j.eta <= {NOW})
          AND (j.concurrency_key IS NULL OR NOT EXISTS (
                   SELECT 1 FROM queue_job busy
                    WHERE busy.run_token IS NOT NULL
                      AND busy.concurrency_key = j.concurrency_key))
"""

_FROM_START = f"""
    , candidates AS (
        SELECT job.*, open.single
          FROM open CROSS JOIN LATERAL (
               SELECT {_COLUMNS} FROM queue_job j
                WHERE j.channel = open.channel AND {_WAITING}
                ORDER BY j.priority, j.date_created, j.id
                LIMIT %(slots)s
                  FOR UPDATE SKIP LOCKED) job
    )
"""

# Dead entries at the head of the index stay until the oldest open snapshot closes
# (in Odoo: any long report); starting behind them keeps the claim's cost flat.
_FROM_CURSORS = f"""
    , candidates AS (
        SELECT job.*, open.single
          FROM open
          JOIN unnest(%(channels)s::varchar[], %(priorities)s::int[],
                      %(dates)s::timestamp[], %(ids)s::int[])
               AS cursors(channel, priority, date_created, id)
            ON cursors.channel = open.channel
         CROSS JOIN LATERAL (
               SELECT {_COLUMNS} FROM queue_job j
                WHERE j.channel = cursors.channel
                  AND j.priority = cursors.priority
                  AND (j.date_created, j.id) > (cursors.date_created, cursors.id)
                  AND {_WAITING}
                ORDER BY j.date_created, j.id
                LIMIT %(slots)s
                  FOR UPDATE SKIP LOCKED) job
    )
"""

# Of two candidates with one key the first goes; the other is looked at again when
# the key is free.
_KEYED = """
    , level_0 AS (
        SELECT * FROM (
            SELECT candidates.*,
                   row_number() OVER (
                       PARTITION BY COALESCE(concurrency_key, 'job ' || id)
                           ORDER BY priority, date_created, id) AS turn
              FROM candidates) ranked
         WHERE turn = 1
    )
"""


def _level(step: int, level: int) -> str:
    """Keep of the last step's jobs those that fit into their ancestor at ``level``."""
    return f"""
    , level_{step} AS (
        SELECT kept.id, kept.channel, kept.priority, kept.date_created,
               kept.concurrency_key, kept.single
          FROM (
            SELECT last.*, room.free,
                   row_number() OVER (
                       PARTITION BY nodes.node_name
                           ORDER BY last.priority, last.date_created, last.id) AS place
              FROM level_{step - 1} last
              LEFT JOIN nodes ON nodes.complete_name = last.channel AND nodes.level = {level}
              LEFT JOIN room ON room.node_name = nodes.node_name) kept
         WHERE kept.free IS NULL OR kept.place <= kept.free
    )
"""


# Followers are dealt out in turn, so that four jobs and four free slots make four
# packs of one. A keyed job is alone in its pack: its key must be free again before
# the next job of that slot is judged.
_PACKS = f"""
    , heads AS (
        SELECT level_{{last}}.*,
               row_number() OVER (ORDER BY priority, date_created, id) AS pack,
               CASE WHEN concurrency_key IS NULL AND NOT single
                    THEN row_number() OVER (
                        PARTITION BY channel, concurrency_key IS NULL
                            ORDER BY priority, date_created, id) END AS seat
          FROM level_{{last}}
         ORDER BY priority, date_created, id
         LIMIT %(slots)s
    ), packs AS (
        SELECT heads.channel, count(*) AS seats, max(size) AS size
          FROM heads
          JOIN unnest(%(pack_channels)s::varchar[], %(pack_sizes)s::int[])
               AS sizes(channel, size) ON sizes.channel = heads.channel
         WHERE heads.seat IS NOT NULL AND size > 1
         GROUP BY heads.channel
    ), followers AS (
        SELECT job.id, job.channel, 1 + (job.place - 1) %% packs.seats AS seat
          FROM packs CROSS JOIN LATERAL (
               SELECT locked.id, locked.channel,
                      row_number() OVER (
                          ORDER BY locked.priority, locked.date_created, locked.id) AS place
                 FROM (
                   SELECT {_COLUMNS} FROM queue_job j
                    WHERE j.channel = packs.channel AND {_WAITING}
                      AND j.concurrency_key IS NULL
                      AND (j.priority, j.date_created, j.id) > (
                          SELECT h.priority, h.date_created, h.id FROM heads h
                           WHERE h.channel = packs.channel
                           ORDER BY h.priority DESC, h.date_created DESC, h.id DESC LIMIT 1)
                    ORDER BY j.priority, j.date_created, j.id
                    LIMIT packs.seats * (packs.size - 1)
                      FOR UPDATE SKIP LOCKED) locked) job
    ), granted AS (
        SELECT id, pack, true AS is_head FROM heads
        UNION ALL
        SELECT followers.id, heads.pack, false
          FROM followers
          JOIN heads ON heads.channel = followers.channel AND heads.seat = followers.seat
    )
    UPDATE queue_job j
       SET state = CASE WHEN granted.is_head THEN 'started' ELSE 'enqueued' END,
           run_token = %(token)s + granted.pack,
           runner_id = %(runner_id)s,
           worker_pid = (%(pids)s::int[])[granted.pack],
           attempt = j.attempt + 1,
           unique_key = NULL,
           date_enqueued = {NOW},
           date_started = CASE WHEN granted.is_head THEN {NOW} END
      FROM granted
     WHERE j.id = granted.id
 RETURNING j.id, j.run_token, j.channel, j.priority, j.date_created,
           '<' || j.model_name || '>.' || j.method_name, j.time_limit, granted.is_head
"""


@lru_cache(maxsize=64)
def statement(depth: int, with_cursors: bool) -> str:
    """Text of the claim for a channel tree of that depth (root alone is 1)."""
    levels = "".join(_level(step, depth - step + 1) for step in range(1, depth + 1))
    return (
        f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}; "
        f"SELECT pg_advisory_xact_lock({_LOCK_KEY}); WITH"
        + _CHAIN
        + (_FROM_CURSORS if with_cursors else _FROM_START)
        + _KEYED
        + levels
        + _PACKS.format(last=depth)
    )


def claim(
    cr,
    *,
    runner_id: int,
    run_token: int,
    worker_pids: Sequence[int],
    depth: int,
    cursors: Sequence[Cursor] = (),
    pack_sizes: Mapping[str, int] | None = None,
    exclude: Sequence[str] = (),
    now: datetime | None = None,
) -> list[Claimed]:
    """Lease jobs for idle workers, highest priority first, within every limit.

    On an autocommit connection the three statements of the text are one implicit
    transaction, and each has its own snapshot: the counts are read after the lock is
    held. One round trip, and no session state that a pooler could lose.

    :param runner_id: id of the runner's row
    :param run_token: base of the new fences; the n-th pack gets ``run_token + n``
    :param worker_pids: pids of the idle workers; one pack for each, at most
    :param depth: number of levels of the channel tree
    :param cursors: with any, only jobs behind them are looked at; without, all
    :param pack_sizes: jobs per pack by channel name; 1 where missing
    :param exclude: names of channels this runner does not serve
    :return: the jobs, heads first in the order of their packs
    :raises psycopg2.errors.LockNotAvailable: another claim held the lock for more
        than LOCK_TIMEOUT_MS; nothing was claimed
    """
    pack_sizes = pack_sizes or {}
    cr.execute(
        statement(depth, bool(cursors)),
        {
            "now": now,
            "runner_id": runner_id,
            "token": run_token,
            "pids": list(worker_pids),
            "slots": len(worker_pids),
            "except": list(exclude),
            "pack_channels": list(pack_sizes),
            "pack_sizes": list(pack_sizes.values()),
            "channels": [cursor.channel for cursor in cursors],
            "priorities": [cursor.priority for cursor in cursors],
            "dates": [cursor.date_created for cursor in cursors],
            "ids": [cursor.id for cursor in cursors],
        },
    )
    claimed = [Claimed(*row) for row in cr.fetchall()]
    # UPDATE .. RETURNING has no order of its own.
    claimed.sort(
        key=lambda job: (job.run_token, not job.is_head, job.priority, job.date_created, job.id)
    )
    return claimed
