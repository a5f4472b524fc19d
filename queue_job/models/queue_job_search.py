# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Finding the jobs that run on a record."""

import json
import re

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# "res.partner,5", "res.partner(5,)", "res.partner 5" and, for the whole model, "res.partner".
_RECORD = re.compile(r"^\s*(?P<model>[a-z_][a-z0-9_.]*)(?:[\s,(]+(?P<id>\d+)[\s,)]*)?$")


class QueueJob(models.Model):
    _inherit = "queue.job"

    on_record = fields.Char(
        string="Record",
        store=False,
        search="_search_on_record",
        exportable=False,
        help="To search for the jobs of a record: its model and id, as in res.partner,5.",
    )

    @api.model
    def _search_on_record(self, operator, value):
        """Find the jobs that are about a record.

        Of models with ``queue.job.mixin`` by the indexed link, of which the record may also be
        an argument. Of others those whose method is called on it, for which there is no index:
        each job costs a look, a million of them about a second.

        :param value: the record, as in ``res.partner,5``; what names none finds nothing
        :return: domain
        """
        if operator not in ("=", "ilike", "in"):
            return NotImplemented
        values = value if operator == "in" else [value]
        return Domain.OR([self._domain_on_record(str(value)) for value in values])

    @api.model
    def _domain_on_record(self, text: str) -> Domain:
        found = _RECORD.match(text)
        if not found:
            return Domain.FALSE
        on_model = Domain("model_name", "=", found["model"])
        if not found["id"]:
            return on_model
        if self._is_linked(found["model"]):
            about = [("res_model", "=", found["model"]), ("res_id", "=", int(found["id"]))]
            return Domain("link_ids", "any", about)
        wanted = json.dumps({"model": found["model"], "ids": [int(found["id"])]})
        return on_model & Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "%s @> %s::jsonb", SQL.identifier(alias, "records"), wanted
            )
        )

    @api.model
    def _is_linked(self, model_name: str) -> bool:
        """Whether the records of a model know their jobs."""
        registry = self.env.registry
        return model_name in registry and issubclass(
            registry[model_name], registry["queue.job.mixin"]
        )
