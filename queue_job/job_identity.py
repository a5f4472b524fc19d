# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Identity keys: which jobs count as the same one."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime

from .exception import NotReadableJobError
from .rules.states import ENQUEUED, PENDING, WAIT_DEPENDENCIES
from .store import unique

_logger = logging.getLogger(__name__)

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


def _as_text(value) -> str | None:
    # Callers give an id or a UUID as well: the column, and the search for twins, want text.
    return str(value) if value else None


class JobIdentity:
    """Mixin of Job: its identity key, and what follows from it."""

    def _set_identity(self, identity_key: str | Callable | None, policy: str | None = None) -> None:
        if policy is not None and policy not in IDENTITY_POLICIES:
            raise ValueError(f"{policy!r} is not one of {', '.join(IDENTITY_POLICIES)}")
        self.identity_policy = policy or "skip"
        #: True when another job that was there before does the work: the attributes
        #: of this one are then those of the other.
        self.is_duplicate = False
        self._gives_way = False
        self.identity_key = identity_key

    @property
    def identity_key(self) -> str | None:
        """While a job with this key waits, another one is not added."""
        if self._identity_key is None and self._identity_key_func:
            self._identity_key = _as_text(self._identity_key_func(self))
        return self._identity_key

    @identity_key.setter
    def identity_key(self, value: str | Callable | None) -> None:
        self._identity_key = None
        self._identity_key_func = None
        if callable(value):
            self._identity_key_func = value
        else:
            self._identity_key = _as_text(value)

    @classmethod
    def follow_twins(cls, jobs: list) -> list:
        """Let jobs follow the waiting jobs that do the same, instead of being stored.

        Twins are looked for in the database and among ``jobs``. What happens follows
        from each job's ``identity_policy``.

        :param jobs: jobs that are not stored yet
        :return: those that now stand for another job (``is_duplicate`` is set)
        """
        keyed = [job for job in jobs if job.identity_key]
        if not keyed:
            return []
        cr = keyed[0].env.cr
        keyed[0].env["queue.job"].flush_model()
        found = unique.twins(cr, keys={job.identity_key for job in keyed})
        duplicates = []
        firsts: dict[str, JobIdentity] = {}
        for job in keyed:
            key = job.identity_key
            if key in firsts:
                job._become_duplicate_of(firsts[key].uuid, firsts[key])
                duplicates.append(job)
                continue
            if key in found and job._leave_it_to(*found[key]):
                duplicates.append(job)
            else:
                job._gives_way = True
            firsts[key] = job
        return duplicates

    def _leave_it_to(self, twin_id: int, twin_uuid: str) -> bool:
        cr = self.env.cr
        if not unique.is_current(cr, job_id=twin_id):
            return False
        if self.identity_policy == "replace":
            if not unique.replace(cr, job_id=twin_id, values=self._replacing_values()):
                return False
            self.env["queue.job"].browse(twin_id).invalidate_recordset(flush=False)
        self._become_duplicate_of(twin_uuid)
        return True

    def _replacing_values(self) -> dict:
        """Return the columns in which a twin becomes like this job."""
        keep = ("uuid", "graph_uuid", "state", "date_created", "identity_key")
        values = {name: value for name, value in self._insert_values().items() if name not in keep}
        values["is_due"] = not self.eta or self.eta <= datetime.now()
        return values

    def _become_duplicate_of(self, twin_uuid: str, twin=None) -> None:
        """Stand for another job from now on."""
        _logger.debug("Job %s is not added: %s does the same", self.uuid, twin_uuid)
        if twin is None:
            twin = self._load_twin(twin_uuid)
        if twin is None:
            self._uuid = twin_uuid
        else:
            self.__dict__.update(twin.__dict__)
        self._is_new = False
        self.is_duplicate = True

    def _load_twin(self, twin_uuid: str):
        try:
            return next(iter(self.load_many(self.env, [twin_uuid])), None)
        except NotReadableJobError:
            return None

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
