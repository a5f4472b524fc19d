# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The example connector, between two real Odoo servers with a database each."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import psutil
import pytest
from harness import Database, OdooServer
from harness.forking import RUN_IN_EIGHT

from devtools import databases

ADDONS = ("connector_odoo", "connector_odoo_product")
REMOTE_ADDONS = ("contacts", "product")
#: Models that are imported, in the order of import; each binding model has "odoo." before it.
MODELS = (
    "res.country",
    "res.country.state",
    "res.partner.category",
    "res.partner",
    "product.category",
    "product.template",
)
#: Enough for tests that are about processes; the rest comes as far as these depend on it.
FEW = ("res.country", "res.partner.category", "res.partner")
BOTH_PROTOCOLS = pytest.mark.parametrize("version", ["any", "19.0"], ids=["xmlrpc", "json2"])

pytestmark = pytest.mark.slow


class Remote(NamedTuple):
    """The other Odoo, with Odoo's own demo data."""

    database: Database
    server: OdooServer
    key: str

    def ids(self, model: str) -> set[int]:
        """Return the ids of all its records of a model that an import takes."""
        # The choices of combos aren't imported, so combos aren't either.
        where = "WHERE type <> 'combo'" if model == "product.template" else ""
        rows = self.database.query(f"SELECT id FROM {table(model)} {where}")
        return {row_id for (row_id,) in rows}


class Importer:
    """Our side: a backend on a server of ours, as a user of the web client handles it.

    :param database: ours
    :param server: ours
    :param remote: the other one
    :param values: of the backend, where they differ
    """

    def __init__(self, database: Database, server: OdooServer, remote: Remote, **values) -> None:
        self.database = database
        self.server = server
        self.remote = remote
        [self.backend_id] = server.rpc(
            "odoo.backend",
            "create",
            [
                {
                    "name": "Other",
                    "url": remote.server.url,
                    "database": remote.database.name,
                    "login": "admin",
                    "key": remote.key,
                    **values,
                }
            ],
        )

    def start(self) -> None:
        """Press the button."""
        self.server.rpc("odoo.backend", "action_import_all", [self.backend_id])

    def run(self) -> None:
        """Press the button, and wait until all jobs are done."""
        self.start()
        self.wait()

    def wait(self) -> None:
        """Wait until all jobs are done."""
        self.database.wait_jobs(timeout=180)

    def only(self, *models: str) -> None:
        """Switch all other kinds of records off."""
        names = [f"odoo.{model}" for model in models]
        domain = [["backend_id", "=", self.backend_id], ["binding_model", "not in", names]]
        kinds = self.server.rpc("odoo.import.kind", "search", domain)
        self.server.rpc("odoo.import.kind", "write", kinds, {"enabled": False})

    def assert_complete(self, *models: str) -> None:
        """Check that each record over there is bound exactly once, to a record of its own."""
        for model in models:
            rows = self.database.query(
                f"SELECT external_id, odoo_id FROM odoo_{table(model)} ORDER BY external_id"
            )
            assert [external_id for external_id, _id in rows] == sorted(self.remote.ids(model))
            assert len({odoo_id for _id, odoo_id in rows}) == len(rows)

    def imported(self, statement: str) -> list[tuple]:
        """Ask both databases the same about contacts, with ``id`` as the remote id in ours.

        :param statement: SELECT from ``partner`` by its own and its parent's id, ``parent_id``
        """
        ours = """
            WITH partner AS (
                SELECT b.external_id AS id, pb.external_id AS parent_id, p.id AS here,
                       p.name, p.email, p.street, p.active, p.is_company, s.code AS state
                  FROM odoo_res_partner b JOIN res_partner p ON p.id = b.odoo_id
                  LEFT JOIN odoo_res_partner pb ON pb.odoo_id = p.parent_id
                  LEFT JOIN res_country_state s ON s.id = p.state_id)
        """
        return self.database.query(ours + statement)

    def theirs(self, statement: str) -> list[tuple]:
        """Ask the other database; see :meth:`imported`."""
        theirs = """
            WITH partner AS (
                SELECT p.id, p.parent_id, p.id AS here, p.name, p.email, p.street, p.active,
                       p.is_company, s.code AS state
                  FROM res_partner p LEFT JOIN res_country_state s ON s.id = p.state_id)
        """
        return self.remote.database.query(theirs + statement)


def table(model: str) -> str:
    """Return the name of a model's table."""
    return model.replace(".", "_")


def row_versions(database: Database) -> dict[str, dict[int, str]]:
    """Return the version of each row that an import may write: any UPDATE changes it."""
    tables = [table(model) for model in MODELS]
    return {
        name: dict(database.query(f"SELECT id, xmin::text || ctid::text FROM {name}"))
        for name in [*tables, *(f"odoo_{name}" for name in tables), "ir_attachment"]
    }


def worker_pids(database: Database) -> list[int]:
    """Return the processes that run jobs."""
    rows = database.query("SELECT worker_pids FROM queue_job_runner WHERE state <> 'dead'")
    return [pid for (pids,) in rows for pid in pids]


@pytest.fixture(scope="module")
def remote(environment, template_db, tmp_path_factory) -> Iterator[Remote]:
    """The other Odoo; tests may add records, and leave those of the demo data alone."""
    database = Database(environment, f"e2e_remote_{os.getpid()}")
    databases.create(environment, database.name, template_db(*REMOTE_ADDONS, demo=True))
    server = OdooServer(environment, tmp_path_factory.mktemp("remote"), [database.name])
    try:
        key = database.run(
            "admin = env(user=env.ref('base.user_admin').id)['res.users.apikeys']\n"
            "result = admin._generate(None, 'Import', None)"
        )
        yield Remote(database, server.start(), key)
    finally:
        server.kill()
        database.drop()


@pytest.fixture
def local_db(new_database) -> Database:
    """A database of ours, with nothing imported yet."""
    return new_database(*ADDONS)


#: What has to be the same on both sides: asked of ``partner`` (see :meth:`Importer.imported`).
QUESTIONS = (
    """
    SELECT id, name, email, street, active, is_company, state, parent_id FROM partner ORDER BY 1
    """,
    """
    SELECT p.id, c.name ->> 'en_US' FROM partner p
      JOIN res_partner_res_partner_category_rel r ON r.partner_id = p.here
      JOIN res_partner_category c ON c.id = r.category_id ORDER BY 1, 2
    """,
    """
    SELECT p.id, a.file_size, a.checksum FROM partner p
      JOIN ir_attachment a ON a.res_id = p.here AND a.res_model = 'res.partner'
       AND a.res_field = 'image_1920' ORDER BY 1
    """,
)


@BOTH_PROTOCOLS
def test_import_update_and_deletion(local_db, odoo_server, remote, version):
    server = odoo_server(local_db, queue_job={"channels": "root:4"})
    partner_ids = remote.server.rpc(
        "res.partner", "create", [{"name": "Changes"}, {"name": "Goes away"}]
    )
    importer = Importer(local_db, server, remote, version=version)
    before = local_db.value("SELECT count(*) FROM res_country_state")

    importer.run()
    importer.assert_complete(*MODELS)
    for question in QUESTIONS:
        found = importer.imported(question)
        assert found
        assert found == importer.theirs(question)
    # Both sides have Odoo's own states: they are linked by code, not doubled.
    assert local_db.value("SELECT count(*) FROM res_country_state") == before

    versions = row_versions(local_db)
    importer.run()
    assert row_versions(local_db) == versions

    remote.server.rpc("res.partner", "write", partner_ids[:1], {"name": "Has changed"})
    remote.server.rpc("res.partner", "unlink", partner_ids[1:])
    state = "SELECT p.name, p.active FROM res_partner p WHERE id = %s"
    bound = "SELECT odoo_id FROM odoo_res_partner WHERE external_id = %s"
    ours = [local_db.value(bound, (partner_id,)) for partner_id in partner_ids]
    importer.run()
    assert local_db.query(state, (ours[0],)) == [("Has changed", True)]
    assert local_db.query(state, (ours[1],)) == [("Goes away", False)]
    assert local_db.value(bound, (partner_ids[1],)) is None
    after = row_versions(local_db)["res_partner"]
    changed = {key for key in after if after[key] != versions["res_partner"][key]}
    assert changed == set(ours)


#: Eight processes with a transaction each, all begun before the first of them writes anything.
IMPORT_AT_ONCE = """
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.addons.connector.components import core, group_importer

if not locks:
    # As if no lock existed: the unique index of the database is all that is left.
    group_importer.pg_try_advisory_locks = lambda env, names: set(names)
    core.BaseConnectorComponent.advisory_lock_or_retry = lambda self, lock, retry_seconds=1: None

def run():
    with Registry(env.cr.dbname).cursor() as cr:
        cr.execute("SELECT pg_advisory_lock_shared(4711)")
        env_here = Environment(cr, env.uid, {})
        backend = env_here["odoo.backend"].browse(backend_id)
        env_here["odoo.res.partner"].import_group(backend, external_ids)
"""


@pytest.mark.parametrize(
    "locks",
    [
        pytest.param(True, id="locks", marks=pytest.mark.slow),
        pytest.param(False, id="unique-index-alone"),
    ],
)
def test_eight_processes_import_the_same_page(local_db, odoo_server, remote, locks):
    server = odoo_server(local_db, queue_job={"channels": "root:0"})
    importer = Importer(local_db, server, remote)
    before = local_db.value("SELECT count(*) FROM res_partner")
    external_ids = sorted(remote.ids("res.partner"))[:20]

    with contextlib.closing(local_db.connect()) as connection, connection.cursor() as barrier:
        barrier.execute("SELECT pg_advisory_lock(4711)")
        with _in_background(
            local_db.run,
            IMPORT_AT_ONCE + RUN_IN_EIGHT,
            locks=locks,
            backend_id=importer.backend_id,
            external_ids=external_ids,
        ) as outcome:
            local_db.wait(
                "SELECT count(*) = 8 FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711"
                " AND NOT granted AND database = (SELECT oid FROM pg_database"
                " WHERE datname = current_database())",
                timeout=60,
            )
            barrier.execute("SELECT pg_advisory_unlock(4711)")
    assert 0 in outcome.result()

    # Seven met what the first one did. What they left has become jobs, which find all in order.
    assert local_db.value("SELECT count(*) FROM queue_job") >= 1
    server.stop()
    odoo_server(local_db, queue_job={"channels": "root:4"})
    local_db.wait_jobs(timeout=120)
    bound = dict(local_db.query("SELECT external_id, odoo_id FROM odoo_res_partner"))
    assert set(external_ids) <= set(bound)
    assert len(set(bound.values())) == len(bound)
    # No second company or contact either that no binding knows of.
    assert local_db.value("SELECT count(*) FROM res_partner") - before == len(bound)


@contextlib.contextmanager
def _in_background(function, *args, **kwargs):
    """Run a function in a thread meanwhile; its result is there after the block."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(function, *args, **kwargs)


def _wait_until_half_way(importer: Importer, done: int) -> None:
    """Wait until so many jobs are done, and others are running."""
    importer.database.wait(
        "SELECT count(*) FILTER (WHERE state = 'done') >= %s"
        " AND count(*) FILTER (WHERE state = 'started') > 0 FROM queue_job",
        (done,),
        timeout=60,
    )


@pytest.fixture
def small_steps(local_db, odoo_server, remote):
    """A function that starts a server and an import of many small jobs."""

    def start(**kwargs) -> Importer:
        server = odoo_server(local_db, queue_job={"channels": "root:2"}, **kwargs)
        importer = Importer(local_db, server, remote, group_size=5, page_size=50)
        importer.only(*FEW)
        importer.start()
        return importer

    return start


def test_workers_killed_in_the_middle(local_db, small_steps):
    importer = small_steps()
    # A job that goes down with its process three times fails, so two rounds.
    for done in (5, 25):
        _wait_until_half_way(importer, done)
        for pid in worker_pids(local_db):
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(pid).kill()
        assert set(local_db.job_states()) - {"done"}
    importer.wait()
    assert local_db.value("SELECT count(*) > 0 FROM queue_job_attempt WHERE outcome = 'crashed'")
    importer.assert_complete(*FEW)


@pytest.mark.parametrize(
    "workers",
    [pytest.param(0, id="threaded"), pytest.param(2, id="prefork", marks=pytest.mark.slow)],
)
def test_server_killed_in_the_middle(local_db, small_steps, workers):
    importer = small_steps(workers=workers)
    for done in (5, 25):
        _wait_until_half_way(importer, done)
        importer.server.kill()
        assert set(local_db.job_states()) - {"done"}
        importer.server.start(wait=False)
    importer.wait()
    importer.assert_complete(*FEW)


@BOTH_PROTOCOLS
def test_wrong_key_fails_at_once(local_db, odoo_server, remote, version):
    server = odoo_server(local_db, queue_job={"channels": "root:2"})
    importer = Importer(local_db, server, remote, version=version, key="not-the-key")
    importer.only("res.partner")
    server.expect_error("import_batch.* failed: ")
    importer.start()
    local_db.wait_jobs(settled=("failed",))
    [(retry, message, trace)] = local_db.query("SELECT retry, exc_message, exc_info FROM queue_job")
    assert retry == 1
    assert remote.server.url in message
    assert ("credentials" if version == "19.0" else "wrong login, password or API key") in message
    assert "not-the-key" not in message + trace


@BOTH_PROTOCOLS
def test_unreachable_host_is_tried_again_then_fails(local_db, odoo_server, remote, version):
    server = odoo_server(local_db, queue_job={"channels": "root:2"})
    # Port 9 is the discard service's: nobody listens there.
    importer = Importer(local_db, server, remote, version=version, url="http://127.0.0.1:9")
    importer.only("res.partner")
    functions = server.rpc(
        "queue.job.function", "search", [["name", "=", "<odoo.res.partner>.import_batch"]]
    )
    server.rpc("queue.job.function", "write", functions, {"edit_retry_pattern": "{1: 1}"})
    server.expect_error("import_batch.* failed: ")
    importer.start()
    local_db.wait_jobs(settled=("failed",))
    [(retry, message)] = local_db.query("SELECT retry, exc_message FROM queue_job")
    assert retry == 5
    assert "http://127.0.0.1:9" in message
    assert "the connection failed" in message
