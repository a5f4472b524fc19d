# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the tests of the job engine have in common."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from harness import Database, OdooServer, wait_for

from devtools import databases

#: Test-only addon whose jobs tell what happened to them.
ADDON = "test_queue_engine"
MODEL = "test.queue.effect"

#: No job ever ran twice at once: of two runs of a job, the first ended (or was killed,
#: and then has no end) before the second began.
NO_OVERLAP = """
    SELECT count(*) = 0 FROM test_queue_run a JOIN test_queue_run b
        ON a.job_uuid = b.job_uuid AND a.id < b.id AND a.ended > b.began
"""


def enqueue(target, method, *args, options=None, times=1, **kwargs) -> list[str]:
    """Delay a method of the test model.

    :param target: a running server (quick), or a database no server needs to run on
    :return: uuids of the jobs
    """
    call = [method, list(args), kwargs, options or {}, times]
    if isinstance(target, OdooServer):
        return target.rpc(MODEL, "enqueue", [], *call)
    return target.run(f"result = env['{MODEL}'].enqueue(*call)", call=call)


def effects(database, key) -> int:
    """Number of effects that jobs have left under this key."""
    return database.value("SELECT count(*) FROM test_queue_effect WHERE key = %s", (key,))


def worker_pids(database) -> list[int]:
    """Process ids of the job workers of all living servers."""
    rows = database.query("SELECT worker_pids FROM queue_job_runner WHERE state <> 'dead'")
    return [pid for (pids,) in rows for pid in pids]


def forget(database) -> None:
    """Remove all jobs and what they left, so that a test begins with none.

    Failures are told after they are on record, so also after a test that waits for them:
    the telling must not meet the removal.
    """
    database.wait(
        """
        SELECT NOT EXISTS (
               SELECT FROM queue_job j
                WHERE j.state = 'failed' AND j.date_started IS NOT NULL
                  AND NOT EXISTS (SELECT FROM mail_message m
                                   WHERE m.model = 'queue.job' AND m.res_id = j.id)
                  AND NOT EXISTS (SELECT FROM queue_job_notice n
                                   WHERE n.function = j.channel_method_name AND n.is_digest))
        """
    )
    # No mail server is there, and whoever tells would try to send.
    database.query("UPDATE res_users SET notification_type = 'inbox' WHERE NOT share")
    tables = ("queue_job", "queue_job_notice", "test_queue_effect", "test_queue_run")
    for table in (*tables, "mail_message"):
        where = "WHERE model = 'queue.job'" if table == "mail_message" else ""
        database.query(f"DELETE FROM {table} {where}")
    if database.query("DELETE FROM queue_job_function RETURNING id"):
        # What Odoo's processes have cached is of no use any more.
        database.query("INSERT INTO orm_signaling_registry DEFAULT VALUES")


def function(database, method, **values) -> None:
    """Configure a method of the test model as a job function."""
    columns = "".join(f", {name}" for name in values)
    places = "".join(f", %({name})s" for name in values)
    database.query(
        f"""
        INSERT INTO queue_job_function (name, model_id, method, channel_id{columns})
        SELECT '<test.queue.effect>.' || %(method)s, m.id, %(method)s, c.id{places}
          FROM ir_model m, queue_job_channel c
         WHERE m.model = 'test.queue.effect' AND c.complete_name = 'root'
        """,
        {"method": method, **values},
    )
    # What Odoo's processes have cached is of no use any more.
    database.query("INSERT INTO orm_signaling_registry DEFAULT VALUES")


class Faults:
    """Orders for the processes of a server, and what became of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.environ = {"QUEUE_JOB_FAULT": f"@{folder}"}

    def place(self, place: str, action: str = "kill") -> None:
        """Order that the next process that comes to a place be killed, or stopped."""
        (self.folder / f"{place}.{action}").touch()

    def wait(self, place: str, action: str = "kill", *, timeout: float = 60) -> tuple[int, float]:
        """Wait until a process has obeyed.

        :return: its pid, and when that was (seconds since the epoch)
        """
        [taken] = wait_for(
            lambda: list(self.folder.glob(f"{place}.{action}.*")),
            timeout=timeout,
            message=f"a process that comes to {place}",
            interval=0.01,
        )
        pid, when = int(taken.suffix[1:]), taken.stat().st_ctime
        taken.unlink()
        if action == "stop":
            wait_for(lambda: psutil.Process(pid).status() == psutil.STATUS_STOPPED)
        return pid, when

    def order(self, place: str, action: str = "kill") -> tuple[int, float]:
        """Both at once."""
        self.place(place, action)
        return self.wait(place, action)


def end_runs(database, pid: int, when: float) -> None:
    """Write down when the runs of a killed process ended: it could not do so itself."""
    database.query(
        "UPDATE test_queue_run SET ended = to_timestamp(%s) AT TIME ZONE 'UTC'"
        " WHERE pid = %s AND ended IS NULL",
        (when, pid),
    )


@contextmanager
def serving(
    environment,
    template_db,
    folder,
    *,
    workers,
    extra_environ=None,
    options=None,
    prepare=lambda database: None,
    **queue_job,
) -> Iterator:
    """A database and a server that several tests share.

    :param workers: 0 for the threaded server, more for the prefork one
    :param extra_environ: environment variables of the server
    :param options: Odoo's own settings
    :param prepare: called with the database before the server starts
    :param queue_job: settings
    :return: the database and the server
    """
    name = f"e2e_{os.getpid()}_{folder.name}".replace("-", "_")
    database = Database(environment, name)
    databases.create(environment, name, template_db(ADDON))
    server = OdooServer(
        environment,
        folder,
        [name],
        workers=workers,
        sections={"options": options or {}, "queue_job": queue_job},
        extra_environ=extra_environ,
    )
    try:
        prepare(database)
        yield database, server.start()
    finally:
        server.kill()
        database.drop()


@contextmanager
def serving_with_faults(environment, template_db, folder, **queue_job) -> Iterator:
    """A database and a threaded server whose processes follow orders to stop or to die.

    :param queue_job: settings
    :return: the database, the server and the orders
    """
    faults = Faults(folder / "faults")
    with serving(
        environment, template_db, folder, workers=0, extra_environ=faults.environ, **queue_job
    ) as (database, server):
        yield database, server, faults
