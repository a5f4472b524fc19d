# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What is shown masked can't be had by another way: grouping, aggregating, sorting."""

from odoo import models

from ..fields import JobSerialized


class QueueJob(models.Model):
    _inherit = "queue.job"

    def _check_not_masked(self, spec: str):
        """Refuse a specification of a group, an aggregate or an order by a masked field.

        :param spec: begins with the name of a field
        """
        field = self._fields.get(spec.partition(":")[0].partition(".")[0])
        if isinstance(field, JobSerialized):
            field.check_not_masked(self)

    def _read_group_groupby(self, alias, groupby_spec, query):
        self._check_not_masked(groupby_spec)
        return super()._read_group_groupby(alias, groupby_spec, query)

    def _read_group_select(self, aggregate_spec, query):
        self._check_not_masked(aggregate_spec)
        return super()._read_group_select(aggregate_spec, query)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        self._check_not_masked(field_name)
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
