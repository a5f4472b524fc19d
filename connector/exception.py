# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What can go wrong in a connector.

Three families: :class:`ConnectorException` for mistakes of code or data, errors that are worth
another try (they are :class:`RetryableJobError`), and errors that end a job (they are
:class:`JobError`).
"""

from odoo.addons.queue_job.exception import (
    ChannelNotFound,
    FailedJobError,
    JobError,
    NoSuchJobError,
    NothingToDoJob,
    NotReadableJobError,
    RetryableJobError,
)

__all__ = [
    "AccessRefused",
    "ChannelNotFound",
    "ConnectorException",
    "FailedJobError",
    "IDMissingInBackend",
    "InvalidDataError",
    "JobError",
    "ManyIDSInBackend",
    "MappingError",
    "NetworkRetryableError",
    "NoConnectorUnitError",
    "NoExternalId",
    "NoSuchJobError",
    "NotReadableJobError",
    "NothingToDoJob",
    "RetryableJobError",
]


class ConnectorException(Exception):
    """Root of the errors of connectors that are not about jobs."""


class NoConnectorUnitError(ConnectorException):
    """No class of a backend does what was asked for (older style of connectors)."""


class InvalidDataError(ConnectorException):
    """The data to send or to store is not valid."""


class MappingError(ConnectorException):
    """A value can't be translated from one system to the other."""


class NetworkRetryableError(RetryableJobError):
    """The network or the other system failed: the same call may well work a little later."""


class NoExternalId(RetryableJobError):
    """The record has no external id yet: its own export must come first."""


class IDMissingInBackend(JobError):
    """The external id does not exist, or no longer, in the other system."""


class ManyIDSInBackend(JobError):
    """Several records of the other system answer to what should be one id."""


class AccessRefused(FailedJobError):
    """Our key may not do this. What a record points at and may not be seen is left out."""
