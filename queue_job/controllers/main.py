# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The one HTTP route: test jobs on demand. No job is ever run over HTTP."""

from werkzeug.exceptions import BadRequest, Forbidden

from odoo import http
from odoo.http import request

from ..wizards.queue_job_send_test import MAX_DURATION, MAX_SIZE


def _number(value, default, convert=int):
    """Read a number of a form; what is none counts as the default.

    :param value: text as sent, or a number
    :param default: returned when ``value`` can't be read
    :param convert: ``int`` or ``float``
    """
    try:
        return convert(value)
    except (TypeError, ValueError, OverflowError):
        return default


def _flag(value):
    return str(value).strip().lower() in ("1", "true", "yes", "on")


class RunJobController(http.Controller):
    @http.route("/queue_job/create_test_job", type="http", auth="user", methods=["POST"])
    def create_test_job(
        self,
        priority=None,
        max_retries=None,
        channel=None,
        description="Test job",
        size=1,
        failure_rate=0,
        job_duration=0,
        commit_within_job=False,
        failure_retry_seconds=0,
        **kwargs,
    ):
        """Create harmless jobs, to see the queue at work.

        Only users who manage access rights may call it, by POST with a CSRF token,
        and for at most ``MAX_SIZE`` jobs of ``MAX_DURATION`` seconds.

        :param size: number of jobs; more than one makes a graph
        :param failure_rate: share of the tries that fail, 0 to 1
        :param job_duration: seconds that each job takes
        :return: text that names the job or the graph
        :raises Forbidden: for other users
        :raises BadRequest: for a number out of its bounds
        """
        if not request.env.user.has_group("base.group_erp_manager"):
            raise Forbidden(request.env._("Access Denied"))
        failure_rate = _number(failure_rate, 0, float)
        if not 0 <= failure_rate <= 1:
            raise BadRequest("failure_rate must be between 0 and 1")
        size = _number(size, 1)
        if size > MAX_SIZE:
            raise BadRequest(f"size must not be above {MAX_SIZE}")
        job_duration = _number(job_duration, 0, float)
        failure_retry_seconds = _number(failure_retry_seconds, 0)
        for name, seconds in (
            ("job_duration", job_duration),
            ("failure_retry_seconds", failure_retry_seconds),
        ):
            if not 0 <= seconds <= MAX_DURATION:
                raise BadRequest(f"{name} must be between 0 and {MAX_DURATION}")
        arguments = {
            "priority": _number(priority, None),
            "max_retries": _number(max_retries, None),
            "channel": channel or None,
            "description": description,
            "failure_rate": failure_rate,
            "job_duration": job_duration,
            "commit_within_job": _flag(commit_within_job),
            "failure_retry_seconds": failure_retry_seconds,
        }
        if size == 1:
            return self._create_single_test_job(**arguments)
        if size > 1:
            return self._create_graph_test_jobs(size, **arguments)
        return ""

    def _create_single_test_job(self, **arguments):
        options, arguments = self._split_arguments(arguments)
        job = request.env["queue.job.send.test"]._delay_one(options, arguments)
        return f"job uuid: {job.uuid}"

    def _create_graph_test_jobs(self, size, **arguments):
        options, arguments = self._split_arguments(arguments)
        graph_uuid = request.env["queue.job.send.test"]._delay_graph(size, options, arguments)
        return f"graph uuid: {graph_uuid}"

    @staticmethod
    def _split_arguments(arguments):
        """Separate what ``with_delay`` takes from what the test job takes."""
        names = ("priority", "max_retries", "channel", "description")
        options = {name: arguments.pop(name) for name in names}
        return options, arguments
