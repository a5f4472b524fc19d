# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""When jobs really ran: written past their transactions."""

import os
from contextlib import contextmanager

import psycopg2

from odoo import fields, models
from odoo.sql_db import connection_info_for

from odoo.addons.queue_job.exception import RetryableJobError


class TestQueueRun(models.Model):
    """One row per run of a job, committed at once over a connection of its own.

    A run that was killed has no end.
    """

    _name = "test.queue.run"
    _description = "Run of a Test Job"
    _log_access = False

    key = fields.Char(index=True)
    job_uuid = fields.Char(index=True)
    pid = fields.Integer()
    began = fields.Datetime()
    ended = fields.Datetime()

    def _connection_of_its_own(self):
        """Connect; while the database is away, the job is to run later."""
        _name, info = connection_info_for(self.env.cr.dbname)
        try:
            return psycopg2.connect(**info)
        except psycopg2.OperationalError as error:
            raise RetryableJobError(str(error), seconds=1, ignore_retry=True) from error

    @contextmanager
    def _recorded(self, key):
        """Record begin and end of the block, whatever becomes of the transaction.

        :return: how many runs under that key have begun by now, this one included: read
            here, as the job's own snapshot may be older
        """
        connection = self._connection_of_its_own()
        connection.autocommit = True
        try:
            with connection.cursor() as cr:
                cr.execute(
                    """
                    INSERT INTO test_queue_run (key, job_uuid, pid, began)
                    VALUES (%s, %s, %s, clock_timestamp() AT TIME ZONE 'UTC') RETURNING id
                    """,
                    (key, self.env.context.get("job_uuid"), os.getpid()),
                )
                (run_id,) = cr.fetchone()
                cr.execute("SELECT count(*) FROM test_queue_run WHERE key = %s", (key,))
                yield cr.fetchone()[0]
                cr.execute(
                    """
                    UPDATE test_queue_run SET ended = clock_timestamp() AT TIME ZONE 'UTC'
                     WHERE id = %s
                    """,
                    (run_id,),
                )
        finally:
            connection.close()

    @contextmanager
    def _beating(self, key):
        """Give a function that records that this run has not ended yet.

        :return: called without arguments, it tells whether that is enough
        """
        _name, info = connection_info_for(self.env.cr.dbname)
        connection = psycopg2.connect(**info)
        connection.autocommit = True

        def beat():
            with connection.cursor() as cr:
                cr.execute(
                    """
                    UPDATE test_queue_run SET ended = clock_timestamp() AT TIME ZONE 'UTC'
                     WHERE key = %s AND pid = %s
                    """,
                    (key, os.getpid()),
                )
                cr.execute("SELECT 1 FROM test_queue_effect WHERE key = 'enough'")
                return cr.fetchone() is not None

        try:
            yield beat
        finally:
            connection.close()
