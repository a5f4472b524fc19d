# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The private PostgreSQL server, for real, in a folder of the test's own."""

import contextlib
import dataclasses
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import psycopg2
import pytest

from devtools import databases, ports, postgres
from devtools.environment import Environment, Postgres
from devtools.errors import DevError
from devtools.process import wait_until
from devtools.workspace import Workspace

#: Its bit among the capabilities of the kernel.
CAP_DAC_OVERRIDE = 1
ERROR = "2030-01-01 00:00:00,0 1 ERROR one odoo: bad"
pytestmark = pytest.mark.skipif(
    not list(postgres.SYSTEM_BINARIES.glob("*/bin/initdb")), reason="no PostgreSQL on this machine"
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Workspace:
    # As in root's home: nobody else may enter.
    folder = tmp_path_factory.mktemp("checkout", numbered=True)
    folder.chmod(0o700)
    workspace = Workspace(folder / "dev")
    workspace.prepare()
    return workspace


@pytest.fixture
def no_named_server(monkeypatch):
    for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server(workspace, no_named_server):
    with postgres.serving(workspace) as server:
        yield server


def test_named_server_wins(workspace, no_named_server, monkeypatch):
    assert postgres.named_server() is None
    monkeypatch.setenv("PGPORT", "5433")
    monkeypatch.setenv("PGUSER", "me")
    monkeypatch.setenv("PGPASSWORD", "secret")
    named = Postgres(host="127.0.0.1", port=5433, user="me", password="secret")
    assert postgres.named_server() == named
    with postgres.serving(workspace) as used:
        assert used == named


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("PGPORT", "high", "PGPORT is 'high'"), ("PGUSER", "postgres", "refuses to work as")],
)
def test_named_server_that_is_of_no_use(no_named_server, monkeypatch, name, value, words):
    monkeypatch.setenv("PGHOST", "127.0.0.1")
    monkeypatch.setenv(name, value)
    with pytest.raises(DevError, match=words):
        postgres.named_server()


def test_server_that_does_not_start_says_why(workspace, no_named_server):
    with postgres.serving(workspace):
        pass
    settings = workspace.pg / "data" / "postgresql.conf"
    before = settings.read_text()
    try:
        settings.write_text(before + "shared_buffers = lots\n")
        with pytest.raises(DevError, match=r"Starting PostgreSQL failed: .*FATAL.*errors"):
            with postgres.serving(workspace):
                pass
    finally:
        settings.write_text(before)


def test_server_that_can_not_stop_in_order_is_stopped_at_once(
    workspace, no_named_server, monkeypatch
):
    stop = postgres.Cluster._stop
    modes = []

    def fails(self, mode):
        modes.append(mode)
        if mode == "fast":
            raise DevError("Stopping PostgreSQL failed", "the disk is full")
        stop(self, mode)

    monkeypatch.setattr(postgres.Cluster, "_stop", fails)
    with postgres.serving(workspace) as server:
        pass
    assert modes == ["fast", "immediate"]
    with pytest.raises(DevError, match="can't be reached"):
        databases.connect(server)


def test_server_runs_as_long_as_somebody_needs_it(workspace, no_named_server):
    cluster = postgres.Cluster(workspace, postgres.find_binaries(workspace))
    with postgres.serving(workspace) as first:
        with postgres.serving(workspace) as second:
            assert first == second
            assert cluster.is_running()
        assert cluster.is_running()
        databases.connect(first).close()
    assert not cluster.is_running()
    with pytest.raises(DevError, match="can't be reached"):
        databases.connect(first)


def test_role_is_no_superuser_and_needs_its_password(server):
    assert "postgres" in databases.names(server)
    connection = databases.connect(server)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, True)
        cursor.execute("SHOW listen_addresses")
        assert cursor.fetchone() == ("127.0.0.1",)
    connection.close()
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(
            host=server.host, port=server.port, user=server.user, password="no", dbname="postgres"
        )
    databases.connect(server, superuser=True).close()


def test_server_does_not_run_as_root(workspace, server):
    folder = workspace.pg / "data"
    assert folder.stat().st_uid != 0
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.skipif(os.getuid() != 0, reason="only root starts programs as somebody else")
@pytest.mark.parametrize("mode", [0o700, 0o755])
def test_program_in_a_folder_that_only_root_may_enter(mode):
    folder = Path(tempfile.mkdtemp())
    try:
        program = folder / "program"
        program.write_text('#!/bin/sh\nid -u; grep CapEff /proc/self/status; cat "$0.txt"\n')
        program.chmod(0o755)
        folder.joinpath("program.txt").write_text("read")
        folder.chmod(mode)
        user = postgres.unprivileged_user()
        command = postgres.as_user(user, [program], folder)
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    finally:
        shutil.rmtree(folder)
    capabilities = 1 << CAP_DAC_OVERRIDE if mode == 0o700 else 0
    assert said == [str(user.pw_uid), "CapEff:", f"{capabilities:016x}", "read"]


@pytest.mark.skipif(os.getuid() != 0, reason="only root starts programs as somebody else")
def test_program_of_another_user_ends_when_we_are_killed():
    """It would go on writing to the folder that the next ./dev makes anew."""
    command = postgres.as_user(postgres.unprivileged_user(), ["sleep", "600"], Path("/"))
    code = (
        "import subprocess, time\n"
        f"print(subprocess.Popen({command!r}, stdout=subprocess.DEVNULL).pid, flush=True)\n"
        "time.sleep(600)"
    )
    starter = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    with starter:
        program = psutil.Process(int(starter.stdout.readline()))
        try:
            wait_until(lambda: program.name() == "sleep", 60)
        finally:
            starter.kill()
    try:
        program.wait(60)
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            program.kill()


def test_remembered_port_that_is_taken_is_left(workspace, no_named_server):
    with postgres.serving(workspace) as server:
        before = server.port
    import socket

    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind((ports.LOOPBACK, before))
        other.listen()
        with postgres.serving(workspace) as server:
            assert server.port != before
            databases.connect(server).close()


def test_half_finished_cluster_is_redone(workspace, no_named_server):
    stamp = postgres.Cluster(workspace, postgres.find_binaries(workspace)).stamp
    stamp.clear()
    (workspace.pg / "data" / "PG_VERSION").unlink(missing_ok=True)
    with postgres.serving(workspace) as server:
        databases.connect(server).close()


class TestDatabases:
    @pytest.fixture
    def environment(self, workspace, server) -> Environment:
        return Environment("", "", (), "19.0", str(workspace.data), server)

    def test_copy_with_attachments(self, environment):
        databases.create(environment, "one")
        attachment = databases.filestore(environment, "one") / "ab" / "abc"
        attachment.parent.mkdir(parents=True)
        attachment.write_text("content")
        databases.create(environment, "two", "one")
        databases.drop(environment, "one")
        assert not attachment.exists()
        copy = databases.filestore(environment, "two") / "ab" / "abc"
        assert copy.read_text() == "content"
        databases.rename(environment, "two", "three")
        assert databases.filestore(environment, "three").is_dir()
        known = databases.names(environment.postgres)
        assert "three" in known
        assert not {"one", "two"} & set(known)
        databases.drop(environment, "three")
        databases.drop(environment, "three")

    @pytest.mark.parametrize("found", [True, False])
    def test_new_database_has_trigrams_where_the_server_has(self, environment, monkeypatch, found):
        """A view of the new database's own hides what the server offers."""
        create = databases.create

        def without(environment, database):
            create(environment, database)
            with contextlib.closing(databases.connect(environment.postgres, database)) as one:
                with one.cursor() as cursor:
                    cursor.execute(
                        "CREATE VIEW public.pg_available_extensions AS SELECT 'x'::name AS name;"
                        f"ALTER DATABASE {database} SET search_path = public, pg_catalog"
                    )

        if not found:
            monkeypatch.setattr(databases, "create", without)
        databases.create_empty(environment, "new")
        with contextlib.closing(databases.connect(environment.postgres, "new")) as connection:
            with connection.cursor() as cursor:
                cursor.execute("SELECT FROM pg_extension WHERE extname = 'pg_trgm'")
                assert bool(cursor.rowcount) is found
        databases.drop(environment, "new")

    def test_role_that_may_not_create_databases(self, environment):
        with contextlib.closing(databases.connect(environment.postgres, superuser=True)) as root:
            with root.cursor() as cursor:
                cursor.execute("CREATE ROLE poor LOGIN PASSWORD 'p'")
        server = dataclasses.replace(environment.postgres, user="poor", password="p")
        with pytest.raises(DevError, match=r"poor may not create databases: .*ALTER ROLE"):
            databases.create(dataclasses.replace(environment, postgres=server), "one")

    @pytest.mark.parametrize(
        ("errors", "words"),
        [
            (
                "2030-01-01 00:00:00,0 1 ERROR one odoo: bad\nNo space left on device",
                "disk is full",
            ),
            ("2030-01-01 00:00:00,0 1 ERROR one odoo: bad\nmore", "odoo: bad"),
            ("Traceback\nImportError: no such thing", "ImportError: no such thing"),
        ],
    )
    def test_failed_installation_is_one_line(self, environment, monkeypatch, errors, words):
        result = subprocess.CompletedProcess([], 1, "", errors)
        monkeypatch.setattr(databases.process, "capture", lambda *args, **kwargs: result)
        with pytest.raises(DevError, match=f"Installing queue_job failed: .*{words}"):
            databases.install(environment, "one", ["queue_job"])

    def test_somebody_connected_does_not_keep_it(self, environment):
        databases.create(environment, "busy")
        connection = databases.connect(environment.postgres, "busy")
        databases.drop(environment, "busy")
        assert "busy" not in databases.names(environment.postgres)
        connection.close()

    def test_template_is_built_once_and_old_ones_go(self, environment, monkeypatch):
        built = []

        def install(environment, database, addons, *, demo):
            built.append(database)
            databases.create(environment, database)

        monkeypatch.setattr(databases, "install", install)
        source = iter("abc")
        monkeypatch.setattr(databases, "hash_addons", lambda folders: current[0])
        names = []
        for letter in source:
            current = [letter]
            names.append(databases.template(environment, ["queue_job"]))
            assert databases.template(environment, ["queue_job"]) == names[-1]
        assert len(built) == len(set(names)) == 3
        known = databases.names(environment.postgres)
        assert [name for name in known if name.startswith("tpl_")] == names[1:]

    def test_what_all_need_is_installed_once(self, environment, monkeypatch):
        made = []

        def install(environment, database, addons, *, demo):
            if database not in databases.names(environment.postgres):
                databases.create(environment, database)
                made.append("new")
            made.append(addons)

        monkeypatch.setattr(databases, "install", install)
        for name in ("sale", "contacts"):
            databases.template(environment, [*databases.FOUNDATION, name])
        assert made == [
            "new",
            databases.FOUNDATION,
            [*databases.FOUNDATION, "sale"],
            [*databases.FOUNDATION, "contacts"],
        ]

    def test_interrupted_template_is_built_again(self, environment, monkeypatch):
        def interrupted(environment, database, addons, *, demo):
            databases.create(environment, database)
            raise KeyboardInterrupt

        monkeypatch.setattr(databases, "install", interrupted)
        with pytest.raises(KeyboardInterrupt):
            databases.template(environment, ["contacts"])
        monkeypatch.setattr(
            databases,
            "install",
            lambda environment, name, *args, **kw: databases.create(environment, name),
        )
        name = databases.template(environment, ["contacts"])
        assert name in databases.names(environment.postgres)
        assert f"{name}_draft" not in databases.names(environment.postgres)


def test_environment_file_is_private(tmp_path):
    path = tmp_path / "environment.json"
    server = Postgres("127.0.0.1", 5432, "odoo", "secret")
    environment = Environment("python", "odoo", ("/a",), "19.0", "/data", server)
    old = os.umask(0)
    try:
        environment.save(path)
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Environment.load(path) == environment
