# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Log lines of jobs: kept beside the job, and labelled with it in the server's log."""

from __future__ import annotations

import copy
import logging

from ..rules.masking import mask_text
from ..rules.texts import storable
from ..rules.values import LEVELS
from . import configuration, current

# Ours say what becomes of the job, which its row does too.
_OWN_LOGGERS = "odoo.addons.queue_job.engine"

_FORMATTER = logging.Formatter()


def install() -> None:
    """Let the root logger know about jobs, once in a process that runs some."""
    root = logging.getLogger()
    if any(isinstance(handler, JobLogHandler) for handler in root.handlers):
        return
    for handler in root.handlers:
        handler.setFormatter(LabelFormatter(handler.formatter or _FORMATTER))
    level = LEVELS[configuration.current().job_log_level]
    if level:
        root.addHandler(JobLogHandler(level))


class JobLogHandler(logging.Handler):
    """Gives what a job logs in its own thread to the recording of its run."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line.

        :param record: what was logged, by anybody
        """
        job = current.get()
        if job is None or not job.is_heard or record.name.startswith(_OWN_LOGGERS):
            return
        try:
            job.recording.log(record, _text(record))
        except Exception:  # noqa: BLE001 - what a handler does when it can't
            self.handleError(record)


def _text(record: logging.LogRecord) -> str:
    """The message, with its traceback, as a database can hold it and people may see it."""
    text = record.getMessage()
    if record.exc_info and not record.exc_text:
        record.exc_text = _FORMATTER.formatException(record.exc_info)
    if record.exc_text:
        text = f"{text}\n{record.exc_text}"
    return storable(mask_text(text))


class LabelFormatter(logging.Formatter):
    """Puts the job in front of the messages that its thread logs.

    The record itself stays as it was: other handlers format it too.

    :param inner: the formatter that the handler had
    """

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, labelled when it is a job's.

        :param record: what was logged
        """
        job = current.get()
        if job is None:
            return self._inner.format(record)
        labelled = copy.copy(record)
        labelled.msg = f"[job {job.uuid} {job.function}] {record.getMessage()}"
        labelled.args = None
        # For formatters that write fields and not lines.
        labelled.job_uuid, labelled.job_function = job.uuid, job.function
        return self._inner.format(labelled)

    def __getattr__(self, name: str):
        return getattr(self._inner, name)
