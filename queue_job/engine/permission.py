# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What may run at all: asked of a job when it is to run, as its row may come from anywhere."""

from __future__ import annotations

from ..exception import NotAllowedJobError


def check_allowed(job, *, only_declared: bool) -> None:
    """Refuse a job that this server, or the settings of its job function, do not want.

    :param job: the job, as loaded
    :param only_declared: whether methods without a job function are refused
    :raise NotAllowedJobError: says why, and what to change
    """
    if only_declared and not job.job_config.job_function_id:
        raise NotAllowedJobError(
            f"{job.job_function_name} is not declared as a job function, and this server runs "
            "no other methods: only_declared_functions is set in its configuration. Add it "
            "under Job Queue > Job Functions, or in a data file of its module."
        )
    if job.su and job._function_limits().refuse_superuser:
        raise NotAllowedJobError(
            "The job would run with superuser rights, as it was delayed on records with "
            f"sudo(); the job function {job.job_function_name} does not allow that."
        )
