# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The connectors for Solr and CMIS: jobs of real processes, small servers of those protocols."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from harness import Database, OdooServer
from harness.browser import Browser
from harness.forking import RUN_IN_EIGHT

from devtools import databases
from devtools.environment import ROOT

pytestmark = pytest.mark.slow

ROWS = ".o_list_view .o_data_row"
ADDONS = ("connector_solr_demo", "connector_cmis_demo")


def load(path: str):
    """Load a file of another addon's tests: it knows nothing of Odoo, and needs none of it."""
    path = ROOT / path
    spec = importlib.util.spec_from_file_location(f"e2e_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


http = load("connector/tests/unit/scripted_server.py")
cmis = load("tests/test_connector_cmis/tests/cmis_repository.py")
solr = load("tests/test_connector_solr/tests/solr_core.py")


class Server(http.ScriptedServer):
    """Serves a repository, or a core.

    :param content: what has a method ``handle``
    """

    def __init__(self, content) -> None:
        super().__init__()
        self.content = content
        self.lock = threading.Lock()
        self.forget_before()

    def forget_before(self) -> None:
        """Answer requests at once."""
        #: called with each request before it is answered
        self.before = lambda request: None

    def reply_to(self, request):
        self.before(request)
        with self.lock:
            status, headers, body = self.content.handle(*request)
        return http.Reply(status, body, headers)


@pytest.fixture(scope="module")
def odoo(environment, template_db, tmp_path_factory):
    """A database with both connectors, and a server that runs its jobs."""
    database = Database(environment, f"e2e_demo_{os.getpid()}")
    databases.create(environment, database.name, template_db(*ADDONS))
    folder: Path = tmp_path_factory.mktemp("demo")
    sections = {"queue_job": {"channels": "root:2"}}
    server = OdooServer(environment, folder, [database.name], sections=sections)
    try:
        server.start()
        yield database, server
        assert server.unexpected_errors == []
    finally:
        server.kill()
        database.drop()


@pytest.fixture
def database(odoo):
    odoo[0].query("DELETE FROM queue_job")
    return odoo[0]


@pytest.fixture
def repository():
    with Server(cmis.CmisRepository()) as server:
        yield server


@pytest.fixture
def core():
    with Server(solr.SolrCore()) as server:
        yield server


def new_backend(odoo_server: OdooServer, model: str, **values) -> int:
    [backend_id] = odoo_server.rpc(model, "create", [{"name": "Other", **values}])
    return backend_id


def bound(database: Database, backend_id: int) -> dict[str, int]:
    """Return attachments by document; each is bound once, and no attachment has no binding."""
    rows = database.query(
        "SELECT external_id, odoo_id FROM cmis_document WHERE backend_id = %s", (backend_id,)
    )
    assert len({external_id for external_id, _id in rows}) == len(rows)
    made = database.query(
        "SELECT id FROM ir_attachment WHERE res_model = 'cmis.backend' AND res_id = %s",
        (backend_id,),
    )
    assert {attachment_id for _external_id, attachment_id in rows} == {row_id for (row_id,) in made}
    return dict(rows)


#: Eight processes with a transaction each, all begun before the first of them writes anything.
#: As a job would, each tries again later what another one is at: that is left to a job.
IMPORT_AT_ONCE = """
import psycopg2
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.addons.connector.components import core
from odoo.addons.connector.exception import RetryableJobError

if not locks:
    # As if no lock existed: the unique index of the database is all that is left.
    core.BaseConnectorComponent.advisory_lock_or_retry = lambda self, lock, retry_seconds=1: None

def run():
    registry = Registry(env.cr.dbname)
    for number, (key, object_id) in enumerate(pairs):
        try:
            with registry.cursor() as cr:
                if not number:
                    cr.execute("SELECT pg_advisory_lock_shared(4712)")
                documents, backend = tools(cr)
                documents.import_record(backend, key, object_id=object_id)
        except (RetryableJobError, psycopg2.OperationalError):
            with registry.cursor() as cr:
                documents, backend = tools(cr)
                documents.with_delay().import_record(backend, key, object_id=object_id)

def tools(cr):
    env_here = Environment(cr, env.uid, {})
    return env_here["cmis.document"], env_here["cmis.backend"].browse(backend_id)
"""


@pytest.mark.parametrize("locks", [True, False], ids=["locks", "unique-index-alone"])
def test_eight_processes_import_the_same_documents(odoo, database, repository, locks):
    backend_id = new_backend(odoo[1], "cmis.backend", url=f"{repository.url}{cmis.SERVICE}")
    content = repository.content
    series = [content.add(f"/Odoo/{number}.txt", b"content") for number in range(10)]
    pairs = [[key, content.latest(key).id] for key in series]
    met = threading.Event() if locks else threading.Barrier(8, action=repository.forget_before)

    def meet(request):
        """Hold the first document back until all have come to it."""
        if "cmisselector=object" in request.path and pairs[0][1].partition(";")[0] in request.path:
            # Time limits, so that a failure doesn't hang; broken barriers let everybody through.
            with contextlib.suppress(threading.BrokenBarrierError):
                met.wait(timeout=50)

    repository.before = meet
    with contextlib.closing(database.connect()) as connection, connection.cursor() as barrier:
        barrier.execute("SELECT pg_advisory_lock(4712)")
        with ThreadPoolExecutor(1) as pool:
            outcome = pool.submit(
                database.run,
                IMPORT_AT_ONCE + RUN_IN_EIGHT,
                timeout=300,
                locks=locks,
                backend_id=backend_id,
                pairs=pairs,
            )
            database.wait(
                "SELECT count(*) = 8 FROM pg_locks WHERE locktype = 'advisory' AND objid = 4712"
                " AND NOT granted AND database = (SELECT oid FROM pg_database"
                " WHERE datname = current_database())",
                timeout=120,
            )
            barrier.execute("SELECT pg_advisory_unlock(4712)")
            if locks:
                # One has the first document, the other seven have left it to jobs.
                database.wait("SELECT count(*) >= 7 FROM queue_job", timeout=120)
                met.set()
    assert outcome.result() == [0] * 8
    repository.forget_before()
    database.wait_jobs(timeout=240)
    assert set(bound(database, backend_id)) == set(series)


def test_documents_in_both_directions(odoo, database, repository):
    server = odoo[1]
    [model_id] = server.rpc("ir.model", "search", [["model", "=", "res.partner"]])
    backend_id = new_backend(
        server,
        "cmis.backend",
        url=f"{repository.url}{cmis.SERVICE}",
        page_size=2,
        export_model_ids=[[6, 0, [model_id]]],
    )
    content = repository.content
    series = [content.add(f"/Odoo/{number}.txt", b"content") for number in range(5)]
    try:
        server.rpc("cmis.backend", "action_import_all", [backend_id])
        database.wait_jobs(timeout=180)
        assert set(bound(database, backend_id)) == set(series)

        [partner_id] = server.rpc("res.partner", "create", [{"name": "Ada"}])
        values = {"name": "a.txt", "datas": "b3Vycw==", "res_model": "res.partner"}
        [attachment_id] = server.rpc("ir.attachment", "create", [{**values, "res_id": partner_id}])
        database.wait_jobs(timeout=180)
        path = f"/Odoo/res.partner/{partner_id}/a.txt"
        assert content.documents()[path].content == b"ours"

        server.rpc("ir.attachment", "write", [attachment_id], {"datas": "bmV3"})
        content.change(series[0], b"theirs, changed")
        server.rpc("cmis.backend", "write", [backend_id], {"documents_from": False})
        server.rpc("cmis.backend", "action_import_all", [backend_id])
        database.wait_jobs(timeout=180)
        assert content.documents()[path].content == b"new"
        assert sizes(database, backend_id)[series[0]] == len(b"theirs, changed")
    finally:
        server.rpc("cmis.backend", "write", [backend_id], {"export_model_ids": [[5]]})


def sizes(database, backend_id):
    """Return the sizes of attachments by document."""
    return dict(
        database.query(
            "SELECT external_id, file_size FROM cmis_document d JOIN ir_attachment a"
            " ON a.id = d.odoo_id WHERE backend_id = %s",
            (backend_id,),
        )
    )


def test_products_in_the_index(odoo, database, core):
    server = odoo[1]
    products = server.rpc(
        "product.product", "create", [{"name": f"Violin {number}"} for number in range(7)]
    )
    stale = {"id": "stale", "build_l": 0}
    core.content.documents["stale"] = stale
    backend_id = new_backend(
        server,
        "solr.backend",
        url=f"{core.url}/solr",
        core="products",
        source="e2e",
        batch_size=2,
        product_domain="[('name', 'like', 'Violin')]",
    )
    stale["source_s"] = f"e2e-{backend_id}"
    try:
        server.rpc("solr.backend", "action_rebuild", [backend_id])
        database.wait_jobs(timeout=180)
        expected = {f"e2e-{backend_id}-{product_id}" for product_id in products}
        assert set(core.content.documents) == expected

        server.rpc("product.product", "write", products[:1], {"name": "Violin, old"})
        server.rpc("product.product", "unlink", products[1:2])
        database.wait_jobs(timeout=180)
        documents = core.content.documents
        assert set(documents) == expected - {f"e2e-{backend_id}-{products[1]}"}
        assert documents[f"e2e-{backend_id}-{products[0]}"]["name_t"] == "Violin, old"
    finally:
        server.rpc("solr.backend", "write", [backend_id], {"auto_export": False})


# As their users see them, in a browser


@pytest.fixture(scope="module")
def browser(odoo, environment):
    """A browser, logged in."""
    database, server = odoo
    # It is not in Debian's Odoo, which says so when it builds the page.
    server.expect_error("selfie_segmentation")
    with Browser(environment.chromium or None, timeout=120) as browser:
        browser.login(server.url, database.name, "admin", "admin")
        # The first page waits for Odoo to build its assets.
        browser.goto("/odoo/action-connector.action_connector_checkpoint")
        browser.wait_for_selector(".o_list_view", timeout=180)
        yield browser


@pytest.fixture
def page(browser, request):
    # The page of the test before may still ask for something: that is not this test's error.
    browser.call("Page.navigate", url="about:blank")
    browser.wait_for("location.href === 'about:blank'")
    browser.errors.clear()
    yield browser
    # Where somebody wants to look at them.
    if folder := os.environ.get("BROWSER_SCREENSHOTS"):
        browser.screenshot(Path(folder, f"{request.node.name}.png"))
    assert browser.errors == []


def open_first(page, action: str) -> None:
    """Open the first record of a list."""
    page.goto(f"/odoo/action-{action}")
    page.wait_for_selector(ROWS)
    page.click(f"{ROWS} .o_data_cell[name={'name' if 'backend' in action else 'odoo_id'}]")
    page.wait_for_selector(".o_form_view .o_form_sheet")


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["solr", "cmis"])
def test_backend_in_browser(odoo, database, repository, core, page, kind):
    server = odoo[1]
    database.query(f"UPDATE {kind}_backend SET active = false")
    urls = {"solr": f"{core.url}/solr", "cmis": f"{repository.url}{cmis.SERVICE}"}
    values = {"core": "products", "auto_export": False} if kind == "solr" else {}
    new_backend(server, f"{kind}.backend", url=urls[kind], **values)

    open_first(page, f"connector_{kind}_demo.action_{kind}_backend")
    assert "Not Tested" in page.text(".o_form_sheet")
    page.click("button[name=action_test_connection]")
    # This goes away by itself, so it is looked for first.
    page.wait_for_selector(".o_notification")
    state = ".o_form_sheet .o_field_widget[name=connection_state]"
    page.wait_for(f"document.querySelector('{state}').innerText.trim() === 'Connected'")
    # One line per kind of record, with what can be done.
    page.wait_for_selector(f".o_field_widget[name=kind_status_ids] {ROWS[13:]}")


@pytest.mark.browser
def test_bindings_in_browser(odoo, database, core, page):
    server = odoo[1]
    server.rpc("product.product", "create", [{"name": "Oboe", "default_code": "seen"}])
    backend_id = new_backend(
        server,
        "solr.backend",
        url=f"{core.url}/solr",
        core="products",
        auto_export=False,
        product_domain="[('default_code', '=', 'seen')]",
    )
    server.rpc("solr.backend", "action_rebuild", [backend_id])
    database.wait_jobs(timeout=180)
    open_first(page, "connector_solr_demo.action_solr_product")
    assert "Export Again" in page.text(".o_form_view")

    page.goto(f"/odoo/action-connector_solr_demo.action_solr_backend/{backend_id}")
    page.click("button[name=action_open_bindings]")
    page.wait_for("document.querySelector('.o_list_view').innerText.includes('Oboe')")


@pytest.mark.browser
def test_document_in_browser(odoo, database, repository, page):
    repository.content.add("/Odoo/Offer.txt", b"cheap")
    backend_id = new_backend(odoo[1], "cmis.backend", url=f"{repository.url}{cmis.SERVICE}")
    database.query("UPDATE cmis_backend SET active = false WHERE id <> %s", (backend_id,))
    odoo[1].rpc("cmis.backend", "action_import_all", [backend_id])
    database.wait_jobs(timeout=180)
    open_first(page, "connector_cmis_demo.action_cmis_document")
    assert ".txt" in page.text(".o_form_view")


@pytest.mark.browser
def test_checkpoints_in_browser(odoo, database, core, page):
    backend_id = new_backend(
        odoo[1], "solr.backend", url=f"{core.url}/solr", core="products", auto_export=False
    )
    [partner_id] = odoo[1].rpc("res.partner", "create", [{"name": "Grace to be reviewed"}])
    database.run(
        "backend = env['solr.backend'].browse(backend_id)\n"
        "backend.add_checkpoint(env['res.partner'].browse(partner_id))",
        backend_id=backend_id,
        partner_id=partner_id,
    )
    page.goto("/odoo/action-connector.action_connector_checkpoint")
    page.wait_for_selector(ROWS)
    assert "Grace to be reviewed" in page.text(".o_list_view")
    page.click(f"{ROWS} .o_data_cell")
    page.wait_for_selector(".o_form_view .o_form_sheet")

    # The number on the backend leads there too.
    page.goto(f"/odoo/action-connector_solr_demo.action_solr_backend/{backend_id}")
    page.click("button[name=action_open_checkpoints]")
    page.wait_for_selector(ROWS)
