# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Identity keys: which jobs count as the same one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from .rules.states import ENQUEUED, PENDING, WAIT_DEPENDENCIES

#: What to do with a job while another one of the same identity key waits.
IDENTITY_POLICIES = ("skip", "replace", "rerun")


def identity_exact_hasher(job_):
    """Return the hash object behind :func:`identity_exact`, to add data to it.

    :param job_: the job
    :return: hashlib object over model, method, ids and arguments
    """
    # A name for the job, not a protection: existing keys were made with sha1.
    hasher = hashlib.sha1(usedforsecurity=False)
    hasher.update(job_.model_name.encode("utf-8"))
    hasher.update(job_.method_name.encode("utf-8"))
    hasher.update(str(sorted(job_.recordset.ids)).encode("utf-8"))
    hasher.update(str(job_.args).encode("utf-8"))
    hasher.update(str(sorted(job_.kwargs.items())).encode("utf-8"))
    return hasher


def identity_exact(job_) -> str:
    """Identity of jobs that do exactly the same: model, method, records, arguments.

    Used as ``with_delay(identity_key=identity_exact)``: while such a job waits,
    another one is not added.

    :param job_: the job
    :return: hexadecimal digest
    """
    return identity_exact_hasher(job_).hexdigest()


class JobIdentity:
    """Mixin of Job: its identity key, and what follows from it."""

    def _set_identity(self, identity_key: str | Callable | None, policy: str | None = None) -> None:
        if policy is not None and policy not in IDENTITY_POLICIES:
            raise ValueError(f"{policy!r} is not one of {', '.join(IDENTITY_POLICIES)}")
        self.identity_policy = policy or "skip"
        self.is_duplicate = False
        self.identity_key = identity_key

    @property
    def identity_key(self) -> str | None:
        """While a job with this key waits, another one is not added."""
        if self._identity_key is None and self._identity_key_func:
            self._identity_key = self._identity_key_func(self)
        return self._identity_key

    @identity_key.setter
    def identity_key(self, value: str | Callable | None) -> None:
        self._identity_key = None
        self._identity_key_func = None
        if callable(value):
            self._identity_key_func = value
        else:
            self._identity_key = value or None

    def job_record_with_same_identity_key(self):
        """Return the queue.job record of a waiting job with the same identity key."""
        return (
            self.env["queue.job"]
            .sudo()
            .search(
                [
                    ("identity_key", "=", self.identity_key),
                    ("state", "in", [WAIT_DEPENDENCIES, PENDING, ENQUEUED]),
                ],
                limit=1,
            )
        )
