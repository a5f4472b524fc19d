# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Jobs and consumers of the older style: functions."""

from odoo.addons.connector.queue.functions import job, related_action
from odoo.addons.queue_job.exception import NothingToDoJob, RetryableJobError


def open_product(session, job, title=None):
    return {"name": title, "res_model": job.args[0], "res_id": job.kwargs.get("product_id")}


@job(default_channel="root.shop", retry_pattern={1: 7, 2: 30})
@related_action(action=open_product, title="The product")
def rename(session, model_name, name, product_id=None):
    """Rename a product

    Or several.
    """
    session.env[model_name].browse(product_id).name = name
    return f"renamed by {session.uid}"


@job(retry_pattern={1: 7, 2: 30})
def fails(session, model_name, error, seconds=None):
    if error == "retry":
        raise RetryableJobError("not now", seconds=seconds)
    raise NothingToDoJob("nothing here")


def not_a_job(session, model_name):
    raise AssertionError("must not be called")
