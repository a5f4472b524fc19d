# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""PgBouncer in transaction mode before a PostgreSQL server."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from devtools import databases, poolers, ports
from devtools.environment import Postgres
from devtools.errors import DevError
from devtools.postgres import unprivileged_user
from devtools.workspace import Workspace

from .waiting import wait_for

_SETTINGS = """
[databases]
* = host={host} port={port}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users.txt
pool_mode = transaction
default_pool_size = 20
max_client_conn = 200
{user}
"""


@contextlib.contextmanager
def pgbouncer(server: Postgres) -> Iterator[Postgres]:
    """Have a PgBouncer while the block runs.

    :param server: where it leads to
    :return: yields how to reach it
    """
    program = poolers.provide(Workspace(), "pgbouncer")
    # Below /tmp itself: it runs as a user who may not enter the test's own folder.
    folder = Path(tempfile.mkdtemp(prefix="pgbouncer-"))
    listen = ports.any_free()
    user = unprivileged_user() if os.getuid() == 0 else None
    values = {"host": server.host, "port": server.port, "listen": listen, "folder": folder}
    values["user"] = f"user = {user.pw_name}" if user else ""
    settings, users = folder / "pgbouncer.ini", folder / "users.txt"
    users.touch(mode=0o600)
    users.write_text(f'"{server.user}" "{server.password}"\n')
    settings.write_text(_SETTINGS.format(**values))
    if user:
        for path in (folder, settings, users):
            os.chown(path, user.pw_uid, user.pw_gid)
    reached = Postgres(server.host, listen, server.user, server.password, server.superuser)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, settings], stdout=log, stderr=log)
    try:
        wait_for(
            lambda: process.poll() is not None or _answers(reached),
            message=lambda: (folder / "log").read_text(),
        )
        assert process.poll() is None, (folder / "log").read_text()
        yield reached
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)


def _answers(server: Postgres) -> bool:
    try:
        databases.connect(server).close()
    except DevError:
        return False
    return True
