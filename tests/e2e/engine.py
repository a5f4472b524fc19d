# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the tests of the job engine have in common."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from harness import Database, OdooServer

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
    """Remove all jobs and what they left, so that a test begins with none."""
    for table in ("queue_job", "test_queue_effect", "test_queue_run", "queue_job_function"):
        database.query(f"DELETE FROM {table}")


@contextmanager
def serving(
    environment, template_db, folder, *, workers, extra_environ=None, **queue_job
) -> Iterator:
    """A database and a server that several tests share.

    :param workers: 0 for the threaded server, more for the prefork one
    :param extra_environ: environment variables of the server
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
        sections={"queue_job": queue_job},
        extra_environ=extra_environ,
    )
    try:
        yield database, server.start()
    finally:
        server.kill()
        database.drop()
