# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Small helpers shared by the modules of the public API."""

from __future__ import annotations

import logging
import os

from odoo.tools import config

_logger = logging.getLogger(__name__)


def must_run_without_delay(env) -> bool | None:
    """Tell whether jobs run at once, in the caller's transaction, and are not stored.

    :param env: environment of the caller
    :return: True when the environment variable ``QUEUE_JOB__NO_DELAY`` is set to
        anything or the context has ``queue_job__no_delay``, else None
    """
    if os.environ.get("QUEUE_JOB__NO_DELAY"):
        _logger.warning("QUEUE_JOB__NO_DELAY is set: jobs run at once and are not stored.")
        return True
    if env.context.get("queue_job__no_delay"):
        if not config["test_enable"]:
            _logger.info("queue_job__no_delay is in the context: the job runs at once.")
        return True
    return None


def superuser_env(env):
    """Return an environment with superuser rights and no context, made once a transaction.

    Making one each time is a good part of the cost of enqueueing a job.

    :param env: environment of the caller
    """
    cache = env.cr.cache
    su_env = cache.get("queue_job.superuser_env")
    if su_env is None:
        su_env = cache["queue_job.superuser_env"] = env(su=True, context={})
    return su_env
