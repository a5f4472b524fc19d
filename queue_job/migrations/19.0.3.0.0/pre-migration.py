# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""From the older engine, which dispatched jobs over HTTP, to leases.

Nothing is lost: what waited waits, what was handed over or running runs again, and the
arguments of old rows are read in their own format for ever (``payload_format`` 1).
"""

from odoo.tools import SQL

# Each update of a job notified every listener, in the business transaction.
_TRIGGER = "queue_job_notify"

# Indexes on ``state`` end HOT updates; two similar ones mislead the planner.
_OLD_INDEXES = (
    "queue_job__state_index",
    "queue_job__channel_index",
    "queue_job__company_id_index",
    "queue_job__graph_uuid_index",
    "queue_job__uuid_index",
    "queue_job_channel_date_done_date_created_index",
    "queue_job_identity_key_state_partial_index",
)

# Each new job looked up, and locked, the rows that these refer to: see ``LooseMany2one``.
_FOREIGN_KEYS = (
    "queue_job_user_id_fkey",
    "queue_job_company_id_fkey",
    "queue_job_job_function_id_fkey",
)

# Added here and not by the ORM, which would write every row of the history: a column
# with a constant default costs nothing.
_NEW_COLUMNS = {
    "is_due": "boolean NOT NULL DEFAULT true",
    "su": "boolean NOT NULL DEFAULT false",
    "attempt": "integer NOT NULL DEFAULT 0",
    "crashes": "integer NOT NULL DEFAULT 0",
    "payload_format": "integer NOT NULL DEFAULT 1",
    "run_token": "bigint",
    "runner_id": "integer",
    "unique_key": "varchar",
    "concurrency_key": "varchar",
    "time_limit": "double precision",
    "date_erased": "timestamp",
}

_NOT_DONE = ("wait_dependencies", "pending", "enqueued", "started")


#: They held the text of the JSON before Odoo 18.
_JSON_COLUMNS = {
    "queue_job": ("records", "args", "kwargs"),
    "queue_job_function": ("retry_pattern", "related_action"),
}


def migrate(cr, version):
    if not version:
        return
    cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON queue_job", SQL.identifier(_TRIGGER)))
    cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(_TRIGGER)))
    for index in _OLD_INDEXES:
        cr.execute(SQL("DROP INDEX IF EXISTS %s", SQL.identifier(index)))
    for key in _FOREIGN_KEYS:
        cr.execute(SQL("ALTER TABLE queue_job DROP CONSTRAINT IF EXISTS %s", SQL.identifier(key)))
    for column, definition in _NEW_COLUMNS.items():
        cr.execute(
            SQL(
                "ALTER TABLE queue_job ADD COLUMN IF NOT EXISTS %s %s",
                SQL.identifier(column),
                SQL(definition),  # pylint: disable=sql-injection
            )
        )
    _convert_texts(cr)
    _mend_rows(cr)
    _take_keys(cr)


def _convert_texts(cr):
    """Let columns of JSON be that, in databases that come from versions before Odoo 18."""
    for table, columns in _JSON_COLUMNS.items():
        cr.execute(
            """
            SELECT column_name FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = %s
               AND column_name = ANY(%s) AND data_type IN ('text', 'character varying')
            """,
            [table, list(columns)],
        )
        for (column,) in cr.fetchall():
            cr.execute(
                SQL(
                    "ALTER TABLE %(table)s ALTER COLUMN %(column)s TYPE jsonb"
                    " USING NULLIF(%(column)s, '')::jsonb",
                    table=SQL.identifier(table),
                    column=SQL.identifier(column),
                )
            )


def _mend_rows(cr):
    """Bring jobs that are not over into a shape the new claim finds."""
    # Nothing runs while modules are upgraded: what says so was left by the old engine.
    cr.execute(
        """
        UPDATE queue_job
           SET state = 'pending', date_enqueued = NULL, date_started = NULL, worker_pid = NULL
         WHERE state IN ('enqueued', 'started')
        """
    )
    cr.execute(
        """
        UPDATE queue_job
           SET is_due = (eta IS NULL OR eta <= clock_timestamp() AT TIME ZONE 'UTC'),
               su = COALESCE((CASE jsonb_typeof(records)
                                   WHEN 'string' THEN (records #>> '{}')::jsonb
                                   ELSE records END ->> 'su')::boolean, false),
               priority = COALESCE(priority, 10),
               retry = COALESCE(retry, 0),
               channel = CASE WHEN channel IS NULL OR channel = '' THEN 'root'
                              WHEN channel = 'root' OR channel LIKE 'root.%%' THEN channel
                              ELSE 'root.' || channel END,
               date_created = COALESCE(date_created, clock_timestamp() AT TIME ZONE 'UTC'),
               channel_method_name = COALESCE(
                   channel_method_name, '<' || model_name || '>.' || method_name)
         WHERE state IN %s
        """,
        [_NOT_DONE],
    )
    # A uuid is unique from now on; copies can only come from hand-made inserts.
    cr.execute(
        """
        UPDATE queue_job SET uuid = gen_random_uuid()::varchar
         WHERE id IN (SELECT id FROM (
               SELECT id, row_number() OVER (PARTITION BY uuid ORDER BY id) AS nth
                 FROM queue_job) copies WHERE nth > 1)
        """
    )


def _take_keys(cr):
    """Of several waiting jobs with one identity key, which the old engine could not
    prevent, the oldest holds the key; the others run after it."""
    cr.execute(
        """
        UPDATE queue_job SET unique_key = identity_key
         WHERE id IN (SELECT min(id) FROM queue_job
                       WHERE identity_key IS NOT NULL AND identity_key != ''
                         AND state IN ('wait_dependencies', 'pending')
                       GROUP BY identity_key)
        """
    )
