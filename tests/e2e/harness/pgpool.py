# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Pgpool-II before a primary and its streaming standby, with load balancing."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from devtools import databases, poolers, ports
from devtools.environment import Postgres
from devtools.errors import DevError
from devtools.postgres import as_user, unprivileged_user
from devtools.workspace import Workspace

from .waiting import wait_for

#: The folder of the socket is named twice: older than 4.4 it has the second name. What a version
#: doesn't know it ignores; its own default is a folder that an ordinary user may not write.
_SETTINGS = """
backend_clustering_mode = 'streaming_replication'
listen_addresses = '127.0.0.1'
port = {listen}
unix_socket_directories = '{folder}'
socket_dir = '{folder}'
pcp_listen_addresses = '127.0.0.1'
pcp_port = {pcp}
pcp_socket_dir = '{folder}'
wd_ipc_socket_dir = '{folder}'
pid_file_name = '{folder}/pgpool.pid'
logdir = '{folder}'
work_dir = '{folder}'
log_destination = 'stderr'
num_init_children = 40
max_pool = 1
enable_pool_hba = on
pool_passwd = '{folder}/users'
load_balance_mode = on
sr_check_period = 1
sr_check_user = '{superuser}'
sr_check_password = '{password}'
sr_check_database = 'postgres'
health_check_period = 1
health_check_timeout = 5
health_check_user = '{superuser}'
health_check_password = '{password}'
health_check_database = 'postgres'
# The test says when: from the moment on that a standby was promoted.
failover_on_backend_error = off
search_primary_node_timeout = 60
"""

_BACKEND = """
backend_hostname{number} = '{host}'
backend_port{number} = {port}
backend_weight{number} = 1
backend_flag{number} = 'ALLOW_TO_FAILOVER'
"""


@contextlib.contextmanager
def pgpool(*servers: Postgres) -> Iterator[Postgres]:
    """Have a Pgpool-II while the block runs.

    :param servers: the primary and its standbys, with the same users
    :return: yields how to reach it
    """
    program = poolers.provide(Workspace(), "pgpool")
    # Below /tmp itself: it runs as a user who may not enter the test's own folder.
    folder = Path(tempfile.mkdtemp(prefix="pgpool-"))
    first = servers[0]
    listen = ports.any_free()
    text = _SETTINGS.format(
        listen=listen,
        pcp=ports.any_free(),
        folder=folder,
        superuser=first.superuser,
        password=first.password,
    )
    for number, server in enumerate(servers):
        text += _BACKEND.format(number=number, host=server.host, port=server.port)
    users = "".join(f"{name}:TEXT{first.password}\n" for name in (first.user, first.superuser))
    files = {
        "pgpool.conf": text,
        "users": users,
        "pool_hba.conf": "host all all 127.0.0.1/32 scram-sha-256\n",
        "pcp.conf": "",
    }
    for name, content in files.items():
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(content)
    user = unprivileged_user() if os.getuid() == 0 else None
    if user:
        for path in (folder, *folder.iterdir()):
            os.chown(path, user.pw_uid, user.pw_gid)
    command = [program, "-n", "-f", folder / "pgpool.conf", "-a", folder / "pool_hba.conf"]
    command += ["-F", folder / "pcp.conf", "-D"]
    if user:
        # The program may lie below .dev, in a checkout that this user may not enter.
        command = as_user(user, command, folder, program.parent)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            cwd=folder,
        )
    reached = Postgres(first.host, listen, first.user, first.password, first.superuser)
    try:
        wait_for(
            lambda: process.poll() is not None or _answers(reached),
            timeout=60,
            message=lambda: (folder / "log").read_text()[-4000:],
        )
        assert process.poll() is None, (folder / "log").read_text()[-4000:]
        yield reached
    finally:
        # At once; SIGTERM would wait for all clients.
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
        shutil.rmtree(folder)


def _answers(server: Postgres) -> bool:
    try:
        databases.connect(server).close()
    except DevError:
        return False
    return True
