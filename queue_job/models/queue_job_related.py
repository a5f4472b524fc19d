# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which methods may be named as a job function's related action."""

from collections.abc import Callable

from odoo import api, models
from odoo.exceptions import UserError

#: Of this addon's own methods only these may be named.
_PREFIX = "related_action_"
_OWN_MODULE = "queue_job"


class QueueJob(models.Model):
    _inherit = "queue.job"

    @api.model
    def _is_related_action(self, name: str) -> bool:
        """Tell whether a job function may name a method as its related action.

        The method is called on the job with superuser rights, and whoever sets up job
        functions chooses it and its arguments: ``write`` or ``unlink`` would open every
        door. So it must be a method that an addon has added to ``queue.job`` itself.

        :param name: name of a method of queue.job
        """
        owners = [owner for owner in type(self).mro() if name in vars(owner)]
        return (
            bool(owners)
            and callable(getattr(type(self), name))
            and all(self._may_own_related_action(owner, name) for owner in owners)
        )

    @api.model
    def _may_own_related_action(self, owner: type, name: str) -> bool:
        if owner is type(self):
            return True  # patched in; what it stands for is among the other owners
        if owner not in self._model_classes__ or owner._name != "queue.job":
            return False
        return owner._module != _OWN_MODULE or name.startswith(_PREFIX)

    def _related_action_method(self, name: str) -> Callable:
        """Return the method that opens what a job is about.

        :param name: name of a method of queue.job
        :raise UserError: when no addon has added it to queue.job for that
        """
        if not self._is_related_action(name):
            raise UserError(
                self.env._(
                    "%(name)s can't be a related action: it must be a method that an addon "
                    "adds to the jobs (queue.job), such as %(example)s.",
                    name=name,
                    example=self._default_related_action,
                )
            )
        return getattr(self, name)
