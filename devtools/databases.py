# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Databases: made from a cached template, with their attachments, and thrown away again.

Installing the addons takes half a minute, copying a database about a second. A template is built
under a draft name and renamed when it is whole: one that was interrupted is never trusted.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from pathlib import Path

from . import process
from .environment import CHECKOUT, Environment, Postgres, find_addons, hash_addons
from .errors import DevError
from .locks import file_lock
from .results import ERROR_LINE

with contextlib.suppress(ImportError):
    # It is missing as long as the first half of the set-up runs, which only reads the arguments.
    import psycopg2
    from psycopg2 import sql

#: Names the summary of the addons' source that templates are made of, instead of the one of this
#: checkout: where its code has been changed on purpose, and its databases need not be.
SOURCE_VARIABLE = "DEV_TEMPLATES_OF"
#: All cached templates start like this, so that old ones can be told and dropped.
TEMPLATE_PREFIX = "tpl_"
#: Addons of Odoo's own that each of ours needs: templates with more of them begin with theirs.
FOUNDATION = ["base_sparse_field", "mail", "web"]
#: How many templates of one kind stay when a newer one is made.
TEMPLATES_KEPT = 2


def connect(postgres: Postgres, database: str = "postgres", *, superuser: bool = False):
    """Open an autocommit connection.

    :param postgres: the server
    :param database: name of a database there
    :param superuser: as the superuser of the private server instead of the ordinary role
    :return: a psycopg2 connection; the caller closes it
    :raises DevError: the server can't be reached
    """
    try:
        connection = psycopg2.connect(
            host=postgres.host,
            port=postgres.port,
            user=postgres.superuser if superuser and postgres.superuser else postgres.user,
            password=postgres.password or None,
            dbname=database,
            application_name="dev",
        )
    except psycopg2.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise DevError("PostgreSQL can't be reached", reason) from error
    connection.autocommit = True
    return connection


def names(postgres: Postgres) -> list[str]:
    """Return the names of all databases of the server."""
    with contextlib.closing(connect(postgres)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database ORDER BY oid")
        return [name for (name,) in cursor.fetchall()]


def filestore(environment: Environment, database: str) -> Path:
    """Return the folder where Odoo keeps a database's attachments."""
    return Path(environment.data_dir) / "filestore" / database


def create(environment: Environment, database: str, template: str = "template0") -> None:
    """Create a database as a copy of another, attachments included.

    :param environment: the set-up
    :param database: name of the new one
    :param template: the one that is copied; nobody may be connected to it
    :raises DevError: the role may not create databases
    """
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(
        sql.Identifier(database), sql.Identifier(template)
    )
    with contextlib.closing(connect(environment.postgres)) as connection:
        deadline = time.monotonic() + 60
        while True:
            try:
                with connection.cursor() as cursor:
                    cursor.execute(statement)
                break
            except psycopg2.errors.InsufficientPrivilege as error:
                raise DevError(
                    f"PostgreSQL's role {environment.postgres.user} may not create databases",
                    f"let a superuser run ALTER ROLE {environment.postgres.user} CREATEDB",
                ) from error
            except psycopg2.errors.ObjectInUse:
                # Somebody else is copying the same template at this moment.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
    source = filestore(environment, template)
    if source.is_dir():
        target = filestore(environment, database)
        shutil.rmtree(target, ignore_errors=True)
        # Odoo never changes an attachment's file, it only adds and unlinks: hard links are enough.
        shutil.copytree(source, target, copy_function=os.link)


def create_empty(environment: Environment, database: str) -> None:
    """Create a database for Odoo to fill.

    Odoo would do it too, and log an error where the server comes without pg_trgm, as the one from
    the Python package index does: it can go without.

    :param environment: the set-up
    :param database: name of the new one
    :raises DevError: the role may not create databases
    """
    create(environment, database)
    with contextlib.closing(connect(environment.postgres, database)) as connection:
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_available_extensions WHERE name = 'pg_trgm'")
            if cursor.rowcount:
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")


def drop(environment: Environment, database: str) -> None:
    """Drop a database, whoever is connected, and its attachments; one that isn't there is fine."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
    with (
        contextlib.closing(connect(environment.postgres)) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    shutil.rmtree(filestore(environment, database), ignore_errors=True)


def rename(environment: Environment, old: str, new: str) -> None:
    """Rename a database and its attachments' folder."""
    source, target = filestore(environment, old), filestore(environment, new)
    shutil.rmtree(target, ignore_errors=True)
    if source.is_dir():
        source.rename(target)
    statement = sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
        sql.Identifier(old), sql.Identifier(new)
    )
    with (
        contextlib.closing(connect(environment.postgres)) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def install(
    environment: Environment,
    database: str,
    addons: list[str],
    *,
    demo: bool = False,
    upgrade: bool = False,
) -> None:
    """Install addons in a database, creating it when it isn't there.

    :param environment: the set-up
    :param database: its name
    :param addons: technical names
    :param demo: with Odoo's demo data, when the database is new
    :param upgrade: upgrade those that are installed already
    :raises DevError: Odoo failed or logged an error
    """
    if database not in names(environment.postgres):
        create_empty(environment, database)
    command = [
        environment.python,
        environment.odoo_script,
        "server",
        "--config=/dev/null",
        *environment.addons_options(tests=True),
        f"--data-dir={environment.data_dir}",
        f"--database={database}",
        f"--init={','.join(addons)}",
        *([f"--update={','.join(addons)}"] if upgrade else []),
        "--with-demo" if demo else "--without-demo",
        "--no-http",
        "--stop-after-init",
        "--max-cron-threads=0",
    ]
    result = process.capture(command, environ=environment.postgres.environ())
    found = ERROR_LINE.search(result.stderr)
    if found or result.returncode:
        reason = process.known_reason(result.stderr) or process.full_disk(environment.data_dir)
        line = found.group() if found else process.explain(result.stderr)
        raise DevError(f"Installing {', '.join(addons)} failed", reason or line)
    # Odoo only warns about a name that it doesn't know.
    with contextlib.closing(connect(environment.postgres, database)) as connection:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM ir_module_module WHERE state = 'installed'")
            missing = set(addons) - {name for (name,) in cursor.fetchall()}
    if missing:
        raise DevError(f"Odoo didn't install {', '.join(sorted(missing))}", "is the name right?")


def template(
    environment: Environment,
    addons: list[str],
    *,
    demo: bool = False,
    base: list[str] | None = None,
) -> str:
    """Return the name of a database in which addons are installed, made now unless cached.

    :param environment: the set-up
    :param addons: technical names; the cache is keyed by the source of those in this repository
    :param demo: with Odoo's demo data
    :param base: addons of Odoo's own to start from, in a template of their own that outlives
        changes of this repository
    :return: the name, to be given to :func:`create`
    """
    own = find_addons(tests=True)
    kind = "demo" if demo else "plain"
    if base is None and set(addons) > set(FOUNDATION):
        base = FOUNDATION
    start = template(environment, base, demo=demo) if base else ""
    # Which of our addons a chosen one depends on is Odoo's affair: any change makes a new one.
    source = ""
    if set(addons) & set(own):
        source = os.environ.get(SOURCE_VARIABLE) or hash_addons(list(own.values()))
    names_part = "-".join(sorted(addons))
    label = names_part if len(names_part) <= 20 else hash_text(names_part)[:8]
    # Checkouts that share a server would drop each other's templates as old ones.
    owner = f"{CHECKOUT}_" if CHECKOUT and source else ""
    prefix = f"{TEMPLATE_PREFIX}{owner}{kind}_{label}_"
    name = prefix + hash_text(f"{environment.odoo_version} {start} {source}")[:12]
    with file_lock(Path(environment.data_dir).parent / "locks" / prefix):
        if name in names(environment.postgres):
            return name
        draft = f"{name}_draft"
        drop(environment, draft)
        if start:
            create(environment, draft, start)
        install(environment, draft, addons, demo=demo)
        rename(environment, draft, name)
        old = [other for other in names(environment.postgres) if other.startswith(prefix)]
        for other in old[:-TEMPLATES_KEPT]:
            drop(environment, other)
    return name


def hash_text(text: str) -> str:
    """Return a short, stable summary of a text as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
