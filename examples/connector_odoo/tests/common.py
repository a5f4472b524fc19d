# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""An other Odoo in memory, below the adapter: the protocols have tests with a real one."""

import operator
from unittest import mock

from odoo.addons.component.tests.common import TransactionComponentCase

from ..components.adapter_json2 import OdooJson2Adapter

OPERATORS = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda value, ids: value in ids,
}
LONG_AGO = "2020-01-01 00:00:00"


class FakeRemote:
    """Records of the other Odoo, and the calls that were made."""

    def __init__(self):
        self.records = {"ir.model": {}}
        self.calls = []

    def add(self, model, record_id, **values):
        """Add a record, or replace it; fields that aren't given read as False.

        :return: its values, which may be changed
        """
        if model not in self.records:
            self.records["ir.model"][len(self.records)] = {"model": model}
            self.records[model] = {}
        record = {"write_date": LONG_AGO, **values, "id": record_id}
        self.records[model][record_id] = record
        return record

    def call(self, adapter, model, method, domain, **kwargs):
        """Stand in for ``_call`` of an adapter."""
        self.calls.append((model, method))
        rows = [
            {**row, "id": row_id}
            for row_id, row in sorted(self.records.get(model, {}).items())
            if all(OPERATORS[op](row.get(field, False), value) for field, op, value in domain)
        ]
        if kwargs.get("order") == "write_date desc":
            rows.sort(key=lambda row: row["write_date"], reverse=True)
        rows = rows[: kwargs.get("limit")]
        if method == "search":
            return [row["id"] for row in rows]
        names = ["id", *kwargs["fields"]]
        return [{name: row.get(name, False) for name in names} for row in rows]


class OdooConnectorCase(TransactionComponentCase):
    """A backend for an other Odoo in memory; jobs run at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "queue_job__no_delay": True})
        cls.backend = cls.env["odoo.backend"].create(
            {
                "name": "Other",
                "url": "http://odoo.example.com",
                "database": "other",
                "login": "admin",
                "key": "secret",
            }
        )

    def setUp(self):
        super().setUp()
        self.remote = FakeRemote()
        remote = self.remote

        def call(adapter, *args, **kwargs):
            return remote.call(adapter, *args, **kwargs)

        patcher = mock.patch.object(OdooJson2Adapter, "_call", call)
        patcher.start()
        self.addCleanup(patcher.stop)

    def add_partner(self, record_id, **values):
        """Add a contact over there."""
        values = {"active": True, "type": "contact", "category_id": [], **values}
        return self.remote.add("res.partner", record_id, **values)

    def import_all(self):
        """Run the whole import."""
        self.backend.action_import_all()
        self.env.flush_all()

    def bindings(self, model):
        """Return all bindings of the backend, by external id."""
        found = (
            self.env[model]
            .with_context(active_test=False)
            .search([("backend_id", "=", self.backend.id)])
        )
        return {binding.external_id: binding for binding in found}
