# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.queue_job.exception import RetryableJobError


class CmisConflictError(RetryableJobError):
    """Somebody else has changed the same object, or used the same name, at the same time."""
