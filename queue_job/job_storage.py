# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Jobs in the database: writing them, and finding them again."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from .engine import configuration, notifier
from .exception import NoSuchJobError, NotReadableJobError
from .job_links import link_records
from .rules.states import PENDING
from .rules.texts import result_text
from .store.enqueue import insert_jobs
from .store.load import USER
from .uniqueness import want_key
from .utils import superuser_env

_logger = logging.getLogger(__name__)

#: Version of the JSON in records, args and kwargs. 1: rows of the older addon, where
#: a dict from outside may look like one of our tags. 2: such dicts are escaped.
PAYLOAD_FORMAT = 2

# The text of the call is for people; the arguments themselves are stored beside it.
_FUNC_STRING_LIMIT = 10_000

_PLAIN_ATTRIBUTES = (
    "state",
    "priority",
    "retry",
    "max_retries",
    "exc_name",
    "exc_message",
    "exc_info",
    "company_id",
    "date_enqueued",
    "date_started",
    "date_done",
    "date_cancelled",
    "exec_time",
    "eta",
    "identity_key",
    "worker_pid",
    "graph_uuid",
)


class JobStorage:
    """Mixin of Job: its row of ``queue_job``."""

    def _init_storage(self) -> None:
        self.run_token = None
        self.date_erased = None
        self.su = self.env.su

    # Writing

    def store(self) -> None:
        """Add the job's row, or write what has changed since it was added."""
        record = None if self._is_new else self.db_record()
        self._is_new = not record
        if record:
            record.with_context(
                _job_edit_sentinel=record.EDIT_SENTINEL, _job_run_token=self.run_token
            ).write(self._store_values())
            self._store_edges()
        else:
            self.store_many([self])

    @classmethod
    def store_many(cls, jobs: list) -> None:
        """Add the rows of new jobs and of the edges between them.

        :param jobs: jobs; those that are stored already are written
        """
        for job in jobs:
            if not job._is_new:
                job.store()
        jobs = [job for job in jobs if job._is_new]
        if not jobs:
            return
        env = jobs[0].env
        if superuser_env(env)["queue.job"]._enqueue_through_orm():
            queue_job = env["queue.job"].sudo()
            queue_job = queue_job.with_context(_job_edit_sentinel=queue_job.EDIT_SENTINEL)
            queue_job.create([job._store_values(create=True) for job in jobs])
        else:
            cls._insert(env, jobs)
        link_records(env, jobs)
        for job in jobs:
            job._is_new = False
            if job.identity_key:
                want_key(env.cr, job.uuid, job if job._gives_way else None)
        cls._store_edges_of(jobs)
        if any(job.state == PENDING for job in jobs):
            notifier.notify_after_commit(env.cr)

    @classmethod
    def _insert(cls, env, jobs: list) -> None:
        rows = [job._insert_values() for job in jobs]
        # Hooks may add a column to some of the jobs only.
        by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row in rows:
            by_columns.setdefault(tuple(row), []).append(row)
        for group in by_columns.values():
            insert_jobs(env.cr, group)
        if env["queue.job"]._has_relations_of_others():
            for job in jobs:
                job._write_relations()

    def _insert_values(self) -> dict[str, Any]:
        """Return the columns of a new row."""
        values = self._core_values(create=True)
        values.update(self._json_arguments())
        extra = self._store_values_from_model(values)
        if extra:
            queue_job = self.env["queue.job"].sudo()
            for name, value in extra.items():
                field = queue_job._fields[name]
                if field.column_type:
                    values[name] = field.convert_to_column_insert(value, queue_job)
        return values

    def _write_relations(self) -> None:
        """Write what the hooks add to fields that are no columns of the row."""
        fields = self.env["queue.job"]._fields
        values = {
            name: value
            for name, value in self._store_values_from_model(_PLAIN_ATTRIBUTES).items()
            if not fields[name].column_type
        }
        if values:
            self.db_record().write(values)

    def _store_values(self, create: bool = False) -> dict[str, Any]:
        """Return the values of the job for ``create`` or ``write`` of queue.job.

        :param create: True adds what never changes afterwards
        """
        values = self._core_values(create)
        if create:
            values.update(records=self.recordset, args=self.args, kwargs=self.kwargs)
        values.update(self._store_values_from_model(values))
        return values

    def _core_values(self, create: bool) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in _PLAIN_ATTRIBUTES}
        # What the ORM's fields accept: callers pass on False for nothing, or a number as text.
        for name in ("priority", "retry", "max_retries"):
            values[name] = int(values[name] or 0)
        values["company_id"] = int(values["company_id"] or 0) or None
        values["result"] = self._result_text()
        if create:
            func_string = self.func_string
            if len(func_string) > _FUNC_STRING_LIMIT:
                func_string = func_string[:_FUNC_STRING_LIMIT] + "…"
            values.update(
                uuid=self.uuid,
                user_id=self.user_id,
                su=self.su,
                name=str(self.description),
                model_name=self.model_name,
                method_name=self.method_name,
                channel=str(self.channel),
                channel_method_name=self.job_function_name,
                func_string=func_string,
                job_function_id=self.job_config.job_function_id,
                date_created=self.date_created,
                concurrency_key=self._concurrency_key(),
                time_limit=self.timeout,
                payload_format=PAYLOAD_FORMAT,
            )
        return values

    def _result_text(self) -> str | None:
        return result_text(self.result, configuration.current().max_result_size)

    def _concurrency_key(self) -> str | None:
        if self.concurrency_key is None and self.identity_policy == "rerun":
            return f"identity:{self.identity_key}" if self.identity_key else None
        return self.concurrency_key

    def _store_values_from_model(self, core_values: Mapping[str, Any] = ()) -> dict[str, Any]:
        """Return what the model of the job adds to its row.

        The hook for the method has the last word over the one for the model; both
        only add: what the job says of itself stays, and so do unknown names.

        :param core_values: values that can't be changed
        """
        values = dict(self.recordset._job_store_values(self))
        hook = getattr(self.recordset, f"_job_store_values_for_{self.method_name}", None)
        if hook is not None:
            values.update(hook(self))
        if not values:
            return values
        known = self.env["queue.job"]._fields
        return {
            name: value
            for name, value in values.items()
            if name in known and known[name].store and name not in core_values
        }

    # Reading

    @classmethod
    def load(cls, env, job_uuid: str):
        """Return the job with this uuid.

        :raise NoSuchJobError: when there is none
        :raise NotReadableJobError: when its user, model or method is gone
        """
        for job in cls.load_many(env, [job_uuid]):
            return job
        raise NoSuchJobError(f"Job {job_uuid} does no longer exist in the storage.")

    @classmethod
    def load_many(cls, env, job_uuids: Iterable[str]) -> set:
        """Return the jobs with these uuids; those that are missing are left out."""
        env["queue.job"].flush_model()
        env.cr.execute(
            f"SELECT j.*, {USER} FROM queue_job j WHERE uuid = ANY(%s)", [list(job_uuids)]
        )
        return {cls._from_row(env, row) for row in env.cr.dictfetchall()}

    @classmethod
    def _from_row(cls, env, row: Mapping[str, Any]):
        """Make a job of a row of ``queue_job``.

        :param env: environment that gives cursor and context; the user and the
            superuser mode are the row's, never those of the arguments
        :param row: all columns, json parsed
        :raise NotReadableJobError: when its user, model or method is gone
        """
        row = _parsed(row)
        records = row["records"] or {}
        model_name = row["model_name"] or records.get("model")
        # The older addon kept the superuser mode here and had no column for it.
        su = bool(row["su"] or (row["payload_format"] == 1 and records.get("su")))
        if not row["user_id"]:
            raise NotReadableJobError("The user of the job does not exist any more.")
        if model_name not in env:
            raise NotReadableJobError(f"The model {model_name} does not exist (any more).")
        # In one go: each environment is paid for by every job.
        context = {**env.context, **(records.get("context") or {})}
        model = env(user=row["user_id"], su=su, context=context)[model_name]
        if not callable(getattr(type(model), row["method_name"] or "", None)):
            raise NotReadableJobError(
                f"{model_name} has no method {row['method_name']} (any more)."
            )

        job = cls.__new__(cls)
        job.recordset = model.browse(records.get("ids") or ())
        job.method_name = row["method_name"]
        job._set_stored_arguments(row["args"], row["kwargs"])
        job._uuid = row["uuid"]
        job._is_new = False
        job._description = row["name"]
        job._channel = row["channel"]
        job.timeout = row["time_limit"]
        job.concurrency_key = row["concurrency_key"]
        job.context_keys = ()
        job._set_identity(row["identity_key"])
        job.job_config = superuser_env(job.env)["queue.job.function"].job_config(
            job.job_function_name
        )
        job.on_fail_method_name = job.job_config.on_fail_method_name
        job._eta = row["eta"]
        for name in (
            *("state", "priority", "retry", "max_retries", "attempt", "graph_uuid"),
            *("date_created", "date_enqueued", "date_started", "date_done", "date_cancelled"),
            *("result", "exc_name", "exc_message", "exc_info", "worker_pid", "company_id"),
            "date_erased",
        ):
            setattr(job, name, row[name])
        job._init_graph()
        job.run_token = row["run_token"]
        job.su = su
        return job

    @staticmethod
    def db_record_from_uuid(env, job_uuid: str):
        """Return the queue.job record with this uuid, with superuser rights."""
        return JobStorage.db_records_from_uuids(env, [job_uuid])

    @staticmethod
    def db_records_from_uuids(env, job_uuids: Iterable[str]):
        """Return the queue.job records with these uuids, with superuser rights."""
        return env["queue.job"].sudo().search([("uuid", "in", list(job_uuids))])

    def db_record(self):
        """Return the queue.job record, with superuser rights; empty if not stored."""
        return self.db_records_from_uuids(self.env, [self.uuid])


def _parsed(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the row with its arguments parsed.

    The older addon stored the text of the JSON as a string of JSON.
    """
    texts = {
        name: json.loads(row[name])
        for name in ("records", "args", "kwargs")
        if isinstance(row[name], str)
    }
    return {**row, **texts} if texts else row
