# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Locks on records."""

import psycopg2

from odoo.tools import SQL

from odoo.addons.component.core import Component

from ..exception import RetryableJobError


class RecordLocker(Component):
    """Keeps records for the current transaction, or puts the job off."""

    _name = "base.record.locker"
    _inherit = "base.connector"
    _usage = "record.locker"

    def lock(self, records, seconds: int | None = None, ignore_retry: bool = True) -> None:
        """Lock the rows of records until the end of the transaction.

        :param records: records of the component's model
        :param seconds: seconds until the job is tried again; ``None`` leaves it to the job's
            function
        :param ignore_retry: don't count it as a retry
        :raises RetryableJobError: if another transaction has one of the rows, or has changed it
            since this transaction began
        """
        # One order for all, so that two jobs with the same records don't wait for each other.
        query = SQL(
            "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR UPDATE NOWAIT",
            SQL.identifier(self.model._table),
            tuple(records.ids) or (None,),
        )
        try:
            # A refused lock must not spoil the transaction of a caller that handles the error.
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(query, log_exceptions=False)
        except psycopg2.OperationalError:
            raise RetryableJobError(
                f"Records of {self.model._name} are locked by another transaction: {records.ids}",
                seconds=seconds,
                ignore_retry=ignore_retry,
            ) from None
