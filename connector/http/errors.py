# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which answer of an HTTP server is which error of a job."""

from odoo.addons.queue_job.exception import FailedJobError

from ..exception import IDMissingInBackend, InvalidDataError, NetworkRetryableError
from .retry_after import parse_retry_after

#: wait after "too many requests" without a date, seconds
DEFAULT_RATE_LIMIT_DELAY = 60

_MISSING = {404, 410}
_REFUSED = {401, 403, 407}
_INVALID = {400, 409, 411, 412, 413, 414, 415, 422}
_RETRY_LATER = {408, 423, 425}
_NEVER_WORKS = {501, 505, 510}


def error_of_status(
    status: int, retry_after: str | None, what: str, excerpt: str = ""
) -> Exception | None:
    """Translate the status of an answer.

    :param status: HTTP status
    :param retry_after: header ``Retry-After``
    :param what: the request, for the message, without secrets
    :param excerpt: beginning of the answer, without secrets
    :return: error to raise; ``None`` if all is well
    """
    if status < 300 or status == 304:
        return None
    message = f"{what}: HTTP {status}"
    delay = parse_retry_after(retry_after)
    if status == 429:
        # That there are many of us is no fault of this record: it keeps all of its tries.
        return NetworkRetryableError(
            f"{message}, too many requests",
            seconds=delay or DEFAULT_RATE_LIMIT_DELAY,
            ignore_retry=True,
        )
    if status in _RETRY_LATER or (status >= 500 and status not in _NEVER_WORKS):
        # Without a date the retry pattern of the job's function decides.
        return NetworkRetryableError(message, seconds=delay)
    if status in _REFUSED:
        return FailedJobError(f"{message}, access refused: check the credentials and their rights")
    detail = f"{message}, {excerpt}" if excerpt else message
    if status in _MISSING:
        return IDMissingInBackend(message)
    if status in _INVALID:
        return InvalidDataError(detail)
    return FailedJobError(detail)
