# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How jobs get into the table: in plain SQL, or by ``create`` where others need it."""

import logging

from odoo import api, models

from ..delay import Delayable, delay_apart
from ..rules.states import CANCELLED, DONE, FAILED

_logger = logging.getLogger(__name__)

# What is found out once for each loaded registry.
_FOUND_ONCE = (
    "_queue_job_through_orm",
    "_queue_job_ends_through_orm",
    "_queue_job_has_relations",
)

#: Addons whose classes and fields of queue.job the plain statements know about.
_OWN_MODULES = frozenset(("base", "bus", "mail", "web", "queue_job"))


class QueueJob(models.Model):
    _inherit = "queue.job"

    def _register_hook(self):
        result = super()._register_hook()
        for name in _FOUND_ONCE:
            setattr(self.pool["queue.job"], name, None)
        for reason in self._reasons_for_orm():
            _logger.info(
                "Jobs are enqueued, or their ends written, through the ORM, which is slower: %s",
                reason,
            )
        return result

    @api.model
    def _enqueue_through_orm(self) -> bool:
        """Tell whether jobs are added by ``create`` and not by plain SQL."""
        # Automation rules patch the class while the registry is in use.
        return "create" in self.pool["queue.job"].__dict__ or self._of_registry(
            "_queue_job_through_orm", self._reasons_for_orm
        )

    @api.model
    def _ends_through_orm(self) -> bool:
        """Tell whether the ends of jobs are written by ``write`` too."""
        return "write" in self.pool["queue.job"].__dict__ or self._of_registry(
            "_queue_job_ends_through_orm", self._reasons_for_orm_ends
        )

    def _write_end(self, values, run_token=None):
        """Write the end of jobs through the ORM; nobody but the engine may.

        :param values: values, the state among them
        :param run_token: fence of the lease, None when there is none any more
        """
        self.with_context(
            _job_edit_sentinel=self.EDIT_SENTINEL,
            _job_run_token=run_token,
            # The engine tells people afterwards, in a transaction of its own.
            _job_told_later=True,
        ).write(dict(values))

    def _repeat_end(self):
        """Show how these jobs have ended to the addons that want to see it."""
        if not self._ends_through_orm():
            return
        for job in self.sudo().exists():
            if job.state in (DONE, FAILED, CANCELLED):
                job._write_end({"state": job.state})

    @api.model
    def _has_relations_of_others(self) -> bool:
        """Tell whether another addon stores something of a job outside of its row."""
        return self._of_registry("_queue_job_has_relations", self._relations_of_others)

    @api.model
    def _of_registry(self, name: str, find) -> bool:
        """Find something out once for each loaded registry.

        :param name: attribute of the registry's class of queue.job to keep it in
        :param find: function that returns a list
        """
        registry_class = self.pool["queue.job"]
        known = registry_class.__dict__.get(name)
        if known is None:
            known = bool(find())
            # While modules are being loaded, classes still come and go.
            if self.pool.ready:
                setattr(registry_class, name, known)
        return known

    @api.model
    def _relations_of_others(self) -> list:
        return [
            name
            for name, field in self._fields.items()
            if field.store
            and not field.column_type
            and name != "id"
            and field._module not in _OWN_MODULES
        ]

    @api.model
    def _reasons_for_orm_ends(self) -> list:
        """Return what other addons do that wants to see how jobs end."""
        return self._reasons_for_orm(methods=("write",), defaults=False)

    @api.model
    def _reasons_for_orm(self, methods=("create", "write"), defaults=True) -> list:
        """Return what other addons do to queue.job that plain SQL would pass over.

        :param methods: methods whose overrides count
        :param defaults: whether default values of fields do
        """
        reasons = [
            f"the addon {definition._module} overrides {name} of queue.job"
            for definition in self._model_classes__
            for name in methods
            if name in definition.__dict__
            and definition._module not in _OWN_MODULES
            and definition._name == "queue.job"
        ]
        for field in self._fields.values():
            if field.store and (field.compute or (defaults and field.default is not None)):
                others = {field._module, *field._modules} - {*_OWN_MODULES, None}
                if others:
                    reasons.append(
                        f"the addon {', '.join(sorted(others))} adds the stored field "
                        f"{field.name} with a computed or default value"
                    )
        return reasons

    @api.model
    @api.private
    def delay_many(self, delayables) -> list:
        """Enqueue many jobs at once, in multi-row statements.

        ``env["queue.job"].delay_many(order.delayable().export() for order in orders)``

        :param delayables: what ``delayable().method(...)`` returned; they need not
            have to do with one another, and become no graph
        :return: the jobs (odoo.addons.queue_job.job.Job), in the same order; where one
            was waiting already, the one that waits
        """
        delayables = list(delayables)
        for delayable in delayables:
            if not isinstance(delayable, Delayable) or delayable._job_method is None:
                raise TypeError(f"{delayable!r} is no call of a method of delayable()")
        return delay_apart(delayables)
