# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the rest of the connector asks of the other Odoo, whatever the protocol."""

from odoo import fields

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.exception import IDMissingInBackend
from odoo.addons.queue_job.exception import FailedJobError

#: Ids that one call lists when all are wanted: 10,000 are about 70 kB.
SEARCH_LIMIT = 10_000


def is_many2one(value):
    """Tell whether a value read over there is a many2one: a pair of id and name."""
    return isinstance(value, list) and len(value) == 2 and isinstance(value[1], str)


class OdooAdapter(AbstractComponent):
    """Speaks with the model of the other Odoo that has the same name as ours.

    Both protocols say the same with other words: they differ in ``_call`` and ``connect``.
    """

    _name = "odoo.adapter"
    _inherit = ["base.backend.adapter.crud", "base.odoo.connector"]

    @property
    def _key(self):
        # Only managers may see it, but whoever runs a job may use it.
        return self.backend_record.sudo().key

    @property
    def _remote_model(self):
        return self.binder_for().unwrap_model()

    def connect(self):
        """Log in.

        :return: version of the other Odoo, as "19.0"
        :raises FailedJobError: if address, database, login or key are wrong
        :raises NetworkRetryableError: if the server can't be reached
        """
        raise NotImplementedError

    def _call(self, model, method, domain, **kwargs):
        """Call a method whose first argument is a domain.

        :param kwargs: its other arguments, by name
        :return: what it returns, in JSON's types
        """
        raise NotImplementedError

    def _call_all(self, method, domain, model=None, **kwargs):
        """Call a method in a way that archived records count too."""
        context = {"active_test": False}
        return self._call(model or self._remote_model, method, domain, context=context, **kwargs)

    def has_model(self):
        """Tell whether the model exists over there: its addon may not be installed."""
        domain = [["model", "=", self._remote_model]]
        return bool(self._call_all("search", domain, model="ir.model", limit=1))

    def search(self, domain, limit=SEARCH_LIMIT):
        """List the ids of records, archived ones too, in ascending order.

        :param domain: list of [field, operator, value]
        :param limit: how many at most
        """
        return self._call_all("search", domain, limit=limit, order="id")

    def search_all(self, domain):
        """List the ids of all records, however many; see :meth:`search`."""
        found = self.search(domain)
        all_ids = found
        while len(found) == SEARCH_LIMIT:
            found = self.search([*domain, ["id", ">", found[-1]]])
            all_ids += found
        return all_ids

    def last_change(self):
        """Return the date of the last change of any record, None if there is no record."""
        rows = self._call_all(
            "search_read", [], fields=["write_date"], order="write_date desc", limit=1
        )
        return fields.Datetime.to_datetime(rows[0]["write_date"]) if rows else None

    def change_dates(self, external_ids):
        """Return the date of last change by id, without the records that are gone."""
        rows = self._read_rows(external_ids, ["write_date"])
        return {row["id"]: fields.Datetime.to_datetime(row["write_date"]) for row in rows}

    def read_many(self, external_ids):
        """Fetch records, with the fields that their mapper needs.

        :param external_ids: their ids
        :return: dict of id -> dict of values, many2one fields as an id; without those that are gone
        """
        names = self.component(usage="import.mapper").remote_fields()
        return {
            row["id"]: {
                name: value[0] if is_many2one(value) else value for name, value in row.items()
            }
            for row in self._read_rows(external_ids, names)
        }

    def read(self, external_id):
        """Fetch one record; see :meth:`read_many`.

        :raises IDMissingInBackend: if it is gone
        """
        record = self.read_many([external_id]).get(external_id)
        if record is None:
            raise IDMissingInBackend(f"{self._remote_model} {external_id} is gone")
        return record

    def _read_rows(self, external_ids, names):
        # A search: unlike read(), it leaves out what is gone instead of failing for all.
        domain = [["id", "in", list(external_ids)]]
        return self._call_all("search_read", domain, fields=names)

    def _refused(self, reason):
        """Make the error of a login that can't work, however often it is tried."""
        backend = self.backend_record
        return FailedJobError(
            self.env._(
                "%(url)s refused the user %(login)s on the database %(database)s: %(reason)s",
                url=backend.url,
                login=backend.login,
                database=backend.database,
                reason=reason,
            )
        )
