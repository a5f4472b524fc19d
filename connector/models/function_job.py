# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Runs the jobs of older connectors, which are functions and not methods."""

from types import SimpleNamespace

from odoo import api, models

from odoo.addons.queue_job.exception import NotReadableJobError, RetryableJobError
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.rules.retry import retry_seconds

from ..queue.functions import MODEL, REGISTRY


def _registered(path: str):
    """Find the function of a job.

    :raises NotReadableJobError: if nothing of that name is a job (any more)
    """
    function = REGISTRY.get(path)
    if function is None:
        raise NotReadableJobError(
            f"{path} is not a job: the decorator @job of odoo.addons.connector.queue.job is missing"
        )
    return function


class ConnectorFunctionJob(models.AbstractModel):
    _name = MODEL
    _description = "Jobs that are Functions"

    @api.model
    @api.private
    def run(self, path, model_name, args, kwargs):
        """Call a function that is registered as a job."""
        from ..session import ConnectorSession

        function = _registered(path)
        try:
            return function(ConnectorSession.from_env(self.env), model_name, *args, **kwargs)
        except RetryableJobError as error:
            if error.seconds is None and function.retry_pattern:
                error.seconds = retry_seconds(None, function.retry_pattern, self._tries())
            raise

    def _tries(self) -> int:
        """Count the tries of the running job, this one included."""
        uuid = self.env.context.get("job_uuid")
        stored = self.env["queue.job"].sudo().search([("uuid", "=", uuid)]) if uuid else None
        return (stored.retry if stored else 0) + 1


class QueueJob(models.Model):
    _inherit = "queue.job"

    def related_action_of_function(self) -> dict | None:
        """Open what the function of the job has declared with ``@related_action``."""
        from ..session import ConnectorSession

        self.ensure_one()
        job = Job.load(self.env, self.uuid)
        path, model_name, args, kwargs = job.args
        action = getattr(_registered(path), "related_action", None)
        if action is None:
            return None
        # As the function was called, without the session.
        called = SimpleNamespace(uuid=job.uuid, args=(model_name, *args), kwargs=kwargs)
        return action(ConnectorSession.from_env(self.env), called)
