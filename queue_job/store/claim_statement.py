# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The text of the claim, in the parts it is made of.

Why it is written this way, with the figures: ``docs/decisions/0001`` and ``0002``.
"""

from __future__ import annotations

from .clock import LEASE_SECONDS, NOW

# One claim at a time per database: two claimers would each see the same free slot.
# Advisory locks are scoped by database, so the key only has to be ours ('qujo').
_LOCK_KEY = 0x71756A6F

# A claim that can't get the lock gives up instead of hanging; its caller backs off.
LOCK_TIMEOUT_MS = 2000

# Sent as one string on an autocommit connection, all statements are one implicit
# transaction and yet have a snapshot each: what the last holder of the lock committed
# is seen. SET LOCAL leaves nothing behind on a pooled connection.
# Without JIT, or the server compiles the statement (LIMITs that are no constants make
# it expect a million rows): 180 ms instead of one.
BEGIN = (
    f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}; SET LOCAL jit = off; "
    f"SELECT pg_advisory_xact_lock({_LOCK_KEY});"
)

# What runs, on every node. Tokens rise in claim order (they are given out under the
# lock), so what the claimer did not know last time has a token above its floor: index
# entries of leases that are over are never read, also while an old snapshot keeps
# them from being removed. A full look starts from floor 0 and nothing known.
_RUNNING = f"""
clock AS MATERIALIZED (
    SELECT {NOW} AS now
), workers AS MATERIALIZED (
    SELECT COALESCE(sum(slots), 0)::int AS total
      FROM queue_job_runner, clock
     WHERE state != 'dead' AND date_beat > clock.now - {LEASE_SECONDS} * interval '1 second'
), leased AS MATERIALIZED (
    -- OFFSET 0: by their ids. Left to itself the planner reads the index of leases as a
    -- whole, with all its dead entries, and filters by id.
    SELECT id, channel, run_token, concurrency_key
      FROM (SELECT id, channel, run_token, concurrency_key
              FROM queue_job WHERE id = ANY(%(known)s::int[]) OFFSET 0) by_id
     WHERE run_token IS NOT NULL
     UNION
    SELECT id, channel, run_token, concurrency_key
      FROM queue_job WHERE run_token > %(floor)s
), running AS (
    -- A pack counts as one, in its channel and in every ancestor: by name, so also
    -- when somebody has removed the channel.
    SELECT array_to_string(names[1:depth], '.') AS channel, sum(packs)::int AS packs
      FROM (SELECT string_to_array(channel, '.') AS names,
                   count(DISTINCT run_token) AS packs
              FROM leased GROUP BY channel) by_channel,
           generate_series(1, cardinality(names)) AS depth
     GROUP BY 1
)"""

# What each channel has left; NULL is no limit of its own. Root is bounded by the
# living workers of all nodes whatever else is set. A bucket (throttle, rate) limits
# how many may start now.
_ROOM = """
, bucket AS MATERIALIZED (
    SELECT channel_id,
           LEAST(burst, tokens + GREATEST(EXTRACT(EPOCH FROM clock.now - date), 0)
                                 * per_second) AS tokens
      FROM (SELECT c.id AS channel_id,
                   CASE WHEN c.throttle > 0 THEN 1.0
                        WHEN c.rate_burst > 0 THEN c.rate_burst
                        ELSE GREATEST(ceil(c.rate_limit::float8 / GREATEST(c.rate_period, 1)), 1)
                   END::float8 AS burst,
                   CASE WHEN c.throttle > 0 THEN 1.0 / c.throttle
                        ELSE c.rate_limit::float8 / GREATEST(c.rate_period, 1) END AS per_second,
                   COALESCE(b.tokens, 'infinity') AS tokens,
                   COALESCE(b.date, clock.now) AS date
              FROM clock, queue_job_channel c
              LEFT JOIN queue_job_bucket b ON b.channel_id = c.id
             WHERE c.throttle > 0 OR c.rate_limit > 0) limits, clock
), room AS (
    SELECT c.id, c.parent_id, c.complete_name, COALESCE(c.sequential, false) AS ordered,
           c.sequential OR b.channel_id IS NOT NULL AS solo,
           LEAST(
               CASE WHEN c.paused THEN 0
                    WHEN c.sequential AND EXISTS (
                         SELECT 1 FROM queue_job failed
                          WHERE failed.state = 'failed' AND failed.channel = c.complete_name)
                    THEN 0
                    WHEN c.sequential THEN LEAST(CASE WHEN c.is_limited THEN c.capacity END, 1)
                    WHEN c.is_limited THEN c.capacity
               END - COALESCE(r.packs, 0),
               CASE WHEN c.parent_id IS NULL
                    THEN (SELECT total FROM workers) - COALESCE(r.packs, 0) END,
               floor(b.tokens)::int) AS free
      FROM queue_job_channel c
      LEFT JOIN running r ON r.channel = c.complete_name
      LEFT JOIN bucket b ON b.channel_id = c.id
), open AS (
    -- Channels that may start something now, with the room of each level above them.
    SELECT id, complete_name AS channel, 1 AS depth, ordered, COALESCE(solo, false) AS solo,
           ARRAY[id] AS path, ARRAY[free] AS free
      FROM room WHERE parent_id IS NULL AND (free > 0) IS NOT FALSE
     UNION ALL
    SELECT r.id, r.complete_name, o.depth + 1, r.ordered, o.solo OR COALESCE(r.solo, false),
           o.path || r.id, o.free || r.free
      FROM room r JOIN open o ON o.id = r.parent_id
     WHERE (r.free > 0) IS NOT FALSE
), range AS MATERIALIZED (
    SELECT o.channel, o.solo, o.path, o.free,
           COALESCE(c.priority, -2147483648) AS from_priority,
           COALESCE(c.date, '-infinity') AS from_date,
           COALESCE(c.id, 0) AS from_id,
           CASE WHEN o.ordered THEN first.priority ELSE COALESCE(c.until, 2147483647)
           END AS to_priority,
           CASE WHEN o.ordered THEN first.date_created ELSE 'infinity' END AS to_date,
           CASE WHEN o.ordered THEN first.id ELSE 2147483647 END AS to_id
      FROM open o
      -- A sequential channel is always read from its beginning, up to its first job: if
      -- that one can't start (its time has not come, its key is busy, somebody holds its
      -- row), none can.
      LEFT JOIN unnest(%(channels)s::text[], %(priorities)s::int[], %(dates)s::timestamp[],
                       %(ids)s::int[], %(untils)s::int[])
                AS c(channel, priority, date, id, until)
             ON c.channel = o.channel AND NOT o.ordered
      LEFT JOIN LATERAL (
           SELECT either.priority, either.date_created, either.id
             FROM ((SELECT due.priority, due.date_created, due.id FROM queue_job due
                     WHERE o.ordered AND due.channel = o.channel
                       AND due.state = 'pending' AND due.is_due
                     ORDER BY due.priority, due.date_created, due.id LIMIT 1)
                    UNION ALL
                   (SELECT parked.priority, parked.date_created, parked.id FROM queue_job parked
                     WHERE o.ordered AND parked.channel = o.channel
                       AND parked.state = 'pending' AND NOT parked.is_due
                     ORDER BY parked.priority, parked.date_created, parked.id LIMIT 1)) either
            ORDER BY either.priority, either.date_created, either.id LIMIT 1) first ON o.ordered
     WHERE NOT EXISTS (
           SELECT FROM unnest(%(exclude)s::text[]) AS e
            WHERE o.channel = e OR starts_with(o.channel, e || '.'))
)"""

# Read behind the cursors: dead entries at the head of the index stay until the oldest
# open snapshot closes (in Odoo: any long report), and each claim would step over them.
# A key that runs somewhere is passed over here and not after the LIMIT: ten thousand
# jobs of one busy key must not hide the others behind them.
_WAITING = f"""
                q.channel = r.channel AND q.state = 'pending' AND q.is_due
            AND (q.priority, q.date_created, q.id) > (r.from_priority, r.from_date, r.from_id)
            AND (q.priority, q.date_created, q.id) <= (r.to_priority, r.to_date, r.to_id)
            AND (q.eta IS NULL OR q.eta <= {NOW})
            AND (q.concurrency_key IS NULL OR q.concurrency_key NOT IN (
                 SELECT concurrency_key FROM leased WHERE concurrency_key IS NOT NULL))
          ORDER BY q.priority, q.date_created, q.id
"""

# How many jobs each channel may start. Read without locks: rows that are not granted
# in the end would have been locked, and so written, for nothing.
_GRANTS = f"""
, candidate AS MATERIALIZED (
    SELECT r.path, r.free, j.priority, j.date_created, j.id, j.concurrency_key
      FROM range r CROSS JOIN LATERAL (
           SELECT q.priority, q.date_created, q.id, q.concurrency_key
             FROM queue_job q
            WHERE {_WAITING}
            LIMIT %(slots)s) j
), twin AS MATERIALIZED (
    -- Of the jobs of one key only the first competes.
    SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY concurrency_key
                                          ORDER BY priority, date_created, id) AS turn
          FROM candidate WHERE concurrency_key IS NOT NULL) keyed
     WHERE turn > 1
), cutoff AS (
    -- A job with room for all slots at each level can't be refused for want of room,
    -- so nothing behind the n-th of them can win and need not be ranked.
    SELECT priority, date_created, id FROM candidate
     WHERE concurrency_key IS NULL AND (%(slots)s > ANY (free)) IS NOT TRUE
     ORDER BY priority, date_created, id OFFSET %(slots)s - 1 LIMIT 1
), ranked AS (
    -- From the deepest level up, each channel keeps what it has room for, and what is
    -- left competes one level higher. The limits are nested: this choice is exact.
    SELECT path, free, priority, date_created, id, cardinality(path) AS depth,
           max(cardinality(path)) OVER () AS level
      FROM candidate c
     WHERE NOT EXISTS (SELECT FROM twin WHERE twin.id = c.id)
       AND NOT EXISTS (
           SELECT FROM cutoff k
            WHERE (c.priority, c.date_created, c.id) > (k.priority, k.date_created, k.id))
     UNION ALL
    SELECT path, free, priority, date_created, id, depth, level - 1
      FROM (SELECT r.*, row_number() OVER (PARTITION BY path[level]
                                               ORDER BY priority, date_created, id) AS place
              FROM ranked r WHERE level > 0) r
     WHERE depth < level OR (place <= free[level]) IS NOT FALSE
), grants AS MATERIALIZED (
    SELECT path, count(*)::int AS heads
      FROM (SELECT path FROM ranked WHERE level = 0
             ORDER BY priority, date_created, id LIMIT %(slots)s) winner
     GROUP BY path
)"""

# Which jobs these are is decided by the read that locks: a row somebody holds is
# passed over and its place goes to the next one of its channel.
# FOR UPDATE and not NO KEY: whoever enqueues a twin of a waiting job holds that job
# FOR KEY SHARE until its own data is committed, and only FOR UPDATE minds that.
# Followers are dealt out like cards to the packs of their channel; the first job that
# may not follow ends the deal, so that nobody is overtaken.
_PACKS = f"""
, locked AS MATERIALIZED (
    SELECT r.channel, r.solo, g.heads, j.*
      FROM grants g JOIN range r ON r.path = g.path CROSS JOIN LATERAL (
           SELECT q.id, q.priority, q.date_created, q.concurrency_key,
                  q.concurrency_key IS NULL AND q.crashes = 0
                      AND q.channel_method_name = ANY(%(packable)s::text[]) AS packable
             FROM queue_job q
            WHERE q.id NOT IN (SELECT id FROM twin) AND {_WAITING}
            LIMIT CASE WHEN r.solo THEN g.heads ELSE g.heads * %(pack)s END
              FOR UPDATE SKIP LOCKED) j
), placed AS (
    SELECT l.*, l.packable AND NOT l.solo AS short,
           row_number() OVER (PARTITION BY l.channel
                                  ORDER BY l.priority, l.date_created, l.id) AS place
      FROM (SELECT l.*, row_number() OVER (PARTITION BY l.concurrency_key
                                               ORDER BY l.priority, l.date_created, l.id) AS twin
              FROM locked l) l
     WHERE l.concurrency_key IS NULL OR l.twin = 1
), head AS MATERIALIZED (
    SELECT id, channel, short,
           nextval('queue_job_run_token_seq') AS token,
           row_number() OVER (ORDER BY priority, date_created, id) AS slot,
           row_number() OVER (PARTITION BY channel, short
                                  ORDER BY priority, date_created, id) AS place,
           count(*) OVER (PARTITION BY channel, short) AS heads
      FROM placed WHERE place <= heads
), follower AS (
    SELECT f.id, f.channel, row_number() OVER (PARTITION BY f.channel ORDER BY f.place) AS place
      FROM (SELECT p.*, bool_and(p.short) OVER (PARTITION BY p.channel ORDER BY p.place) AS fits
              FROM placed p WHERE p.place > p.heads) f
     WHERE f.fits
), pack AS MATERIALIZED (
    SELECT id, token, slot, 0 AS member FROM head
     UNION ALL
    SELECT f.id, h.token, h.slot, ((f.place - 1) / h.heads + 1)::int
      FROM follower f
      JOIN head h ON h.channel = f.channel AND h.short
                 AND h.place = (f.place - 1) %% h.heads + 1
     WHERE f.place <= h.heads * (%(pack)s - 1)
)"""

_WRITE = """
, spent AS (
    -- Every start takes a token from its channel's bucket and from its ancestors'.
    INSERT INTO queue_job_bucket AS b (channel_id, tokens, date)
    SELECT bucket.channel_id, bucket.tokens - count(*), clock.now
      FROM head
      JOIN range r ON r.channel = head.channel
      JOIN bucket ON bucket.channel_id = ANY(r.path), clock
     GROUP BY bucket.channel_id, bucket.tokens, clock.now
        ON CONFLICT (channel_id) DO UPDATE SET tokens = EXCLUDED.tokens, date = EXCLUDED.date
), claimed AS (
    UPDATE queue_job q
       SET state = CASE WHEN p.member = 0 THEN 'started' ELSE 'enqueued' END,
           run_token = p.token,
           runner_id = %(runner_id)s,
           worker_pid = (%(worker_pids)s::int[])[p.slot],
           attempt = q.attempt + 1,
           unique_key = NULL,
           date_enqueued = clock.now,
           date_started = CASE WHEN p.member = 0 THEN clock.now END
      FROM pack p, clock
     WHERE q.id = p.id
       -- By their ids, whatever size the planner believes the table to have.
       AND q.id = ANY(ARRAY(SELECT id FROM pack))
 RETURNING p.slot, p.member, q.id, q.run_token, q.channel, q.priority, q.date_created,
           q.channel_method_name, q.time_limit, q.attempt, q.crashes,
           q.concurrency_key IS NOT NULL AS is_keyed
)
-- Always a row: the leases to know next time; then the jobs, pack by pack.
SELECT ARRAY(SELECT id FROM leased) AS known, claimed.*
  FROM (SELECT) always LEFT JOIN claimed ON true
 ORDER BY slot, member"""

CLAIM_BODY = "WITH RECURSIVE " + _RUNNING + _ROOM + _GRANTS + _PACKS + _WRITE
