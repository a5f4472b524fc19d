# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Every SQL statement of the engine, one function per query.

Nothing here imports Odoo: a function takes any cursor that speaks psycopg2's
``execute`` / ``fetchall`` (an autocommit cursor of the runner, a job's own Odoo
cursor, or a test's cursor) and, keyword-only, ``now`` to set the clock in tests.
Timestamps are naive UTC, as everywhere in Odoo's tables.
"""
