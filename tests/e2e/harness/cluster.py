# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A PostgreSQL server of a test's own, for what nobody may do to the shared one."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil

from devtools import databases, ports, postgres, process
from devtools.environment import Environment, Postgres
from devtools.workspace import Workspace

from .database import Database
from .waiting import wait_for

# Processes are killed here, machines are not: what the kernel was handed is safe.
SETTINGS = """
fsync = off
full_page_writes = off
shared_buffers = 64MB
max_connections = 100
wal_level = replica
"""


class PrivateCluster(postgres.Cluster):
    """A server that a test may stop, kill and promote.

    :param folder: where its files go
    :param environment: the set-up, whose addons, Odoo and attachments are used
    """

    def __init__(self, folder: Path, environment: Environment) -> None:
        workspace = Workspace(folder)
        workspace.dev.mkdir(parents=True)
        workspace.prepare()
        binaries = postgres.find_binaries(Workspace())
        assert binaries, "no PostgreSQL server's programs"
        super().__init__(workspace, binaries)
        self._shared = environment

    def initialise(self) -> None:
        """Make the server's data."""
        super().initialise()
        self.configure(SETTINGS)

    def start(self) -> None:
        """Start the server, on a port that no test beside this one takes as well."""
        remembered = self.folder / "port"
        if not remembered.exists():
            remembered.write_text(str(ports.any_free()))
        super().start()

    def configure(self, settings: str) -> None:
        """Add lines to the configuration; they count from the next start or reload on."""
        with (self.data / "postgresql.conf").open("a") as stream:
            stream.write(settings)

    def reload(self) -> None:
        """Have the running server read its configuration again."""
        self._run("pg_ctl", "reload", "-D", self.data, what="Reloading PostgreSQL")

    @property
    def environment(self) -> Environment:
        """Return the set-up with this server in the place of the shared one."""
        return dataclasses.replace(self._shared, postgres=self.connection())

    @property
    def port(self) -> int:
        """Return the port it listens on, the same for all its life."""
        return self.connection().port

    def restart(self, mode: str) -> None:
        """Stop and start the server.

        :param mode: ``fast`` ends all sessions, ``immediate`` is a crash with recovery
        """
        self.halt(mode)
        self.start()

    def halt(self, mode: str) -> None:
        """Stop the server in a given mode."""
        self._run("pg_ctl", "stop", "-D", self.data, "-m", mode, "-w", what="Stopping PostgreSQL")

    def kill(self) -> None:
        """Kill the server and all its processes at once, as a power cut would."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        server = psutil.Process(pid)
        # The server goes first: it must not see its processes die.
        for one in (server, *server.children()):
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        wait_for(lambda: not self.is_running(), message="the server's death")

    def promote(self) -> None:
        """Make a standby a primary."""
        self._run("pg_ctl", "promote", "-D", self.data, "-w", what="Promoting a standby")

    def standby(self, folder: Path, name: str) -> PrivateCluster:
        """Return a new server that follows this one, not started yet.

        :param folder: where its files go
        :param name: its name in ``synchronous_standby_names``
        """
        other = PrivateCluster(folder, self._shared)
        other.folder.mkdir(mode=0o711)
        other.data.mkdir(mode=0o700)
        if other.user:
            os.chown(other.data, other.user.pw_uid, other.user.pw_gid)
        primary = self.connection()
        other.stamp.write(password=primary.password)
        where = (
            f"host={primary.host} port={primary.port} user={primary.superuser} "
            f"password={primary.password} application_name={name}"
        )
        other._run(
            *("pg_basebackup", f"--pgdata={other.data}", f"--dbname={where}"),
            *("--write-recovery-conf", "--checkpoint=fast", "--wal-method=stream"),
            what="Copying a server",
        )
        return other

    def import_database(self, name: str, template: str) -> Database:
        """Copy a database of the shared server into this one.

        :param name: of the copy
        :param template: a database there that nobody is connected to
        """
        draft = f"{template}_{os.getpid()}_dump"
        dump = self.folder / "dump"
        databases.create(self._shared, draft, template)
        try:
            self._transfer(
                "pg_dump", "-Fc", "-Z0", f"--file={dump}", draft, postgres=self._shared.postgres
            )
        finally:
            databases.drop(self._shared, draft)
        databases.create(self.environment, name)
        self._transfer(
            "pg_restore",
            "--no-owner",
            "--jobs=2",
            f"--dbname={name}",
            str(dump),
            postgres=self.connection(),
        )
        dump.unlink()
        self._copy_files(name, template)
        return Database(self.environment, name)

    def _copy_files(self, name: str, template: str) -> None:
        source = databases.filestore(self._shared, template)
        target = databases.filestore(self._shared, name)
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target, copy_function=os.link)

    def _transfer(self, name: str, *args: str, postgres: Postgres) -> None:
        process.run(
            [self.binaries / name, *args],
            what=f"Running {name}",
            log=self.log,
            environ=postgres.environ(),
        )


@contextlib.contextmanager
def private_cluster(folder: Path, environment: Environment) -> Iterator[PrivateCluster]:
    """Have a server of one's own while the block runs."""
    cluster = PrivateCluster(folder, environment)
    cluster.initialise()
    cluster.start()
    try:
        yield cluster
    finally:
        if cluster.is_running():
            cluster.halt("immediate")
