# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The job queue as its operators see it: Odoo's web client in a real browser."""

import json
import os
from pathlib import Path

import pytest
from engine import MODEL, forget, serving
from harness.browser import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROWS = ".o_list_view .o_data_row"
BANNER = ".o_queue_job_banner .o_queue_job_warning"


@pytest.fixture(scope="module")
def shared(environment, template_db, tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    with serving(
        environment, template_db, folder, workers=0, channels="root:2,root.pinned:1"
    ) as running:
        database, server = running
        # It is not in Debian's Odoo, which says so when it builds the page.
        server.expect_error("selfie_segmentation")
        server.expect_error("queue_job.engine")
        with Browser(environment.chromium or None) as browser:
            browser.login(server.url, database.name, "admin", "admin")
            # The first page waits for Odoo to build its assets.
            browser.goto("/odoo/jobs", timeout=400)
            browser.wait_for_selector(".o_list_view", timeout=400)
            yield database, server, browser


@pytest.fixture
def page(shared, request):
    database, _server, browser = shared
    # The page of the test before may still ask for its jobs, which go now.
    browser.call("Page.navigate", url="about:blank")
    browser.wait_for("location.href === 'about:blank'")
    forget(database)
    database.query("UPDATE queue_job_channel SET paused = false")
    browser.errors.clear()
    yield browser
    # Where somebody wants to look at them.
    if folder := os.environ.get("BROWSER_SCREENSHOTS"):
        browser.screenshot(Path(folder, f"{request.node.name}.png"))
    assert browser.errors == []


@pytest.fixture
def database(shared):
    return shared[0]


@pytest.fixture
def server(shared):
    return shared[1]


def enqueue(server, method, *args, times=1, **options):
    """Delay a method of the test model; returns the uuids of the jobs."""
    return server.rpc(MODEL, "enqueue", [], method, list(args), {}, options, times)


def job_id(database, uuid):
    return database.value("SELECT id FROM queue_job WHERE uuid = %s", (uuid,))


def open_job(page, database, uuid):
    page.goto(f"/odoo/jobs/{job_id(database, uuid)}")
    page.wait_for_selector(".o_form_view .o_statusbar_status")


def confirm(page):
    page.click(".modal .btn-primary")
    page.wait_for("!document.querySelector('.modal')")


@pytest.mark.parametrize("view", ["list", "pivot", "graph"])
def test_jobs(page, database, server, view):
    [failed] = enqueue(server, "fail", "no luck", description="Doomed")
    enqueue(server, "do_nothing", description="Planned", eta=3600)
    database.wait("SELECT state = 'failed' FROM queue_job WHERE uuid = %s", (failed,))
    page.goto("/odoo/jobs")
    page.wait_for(f"document.querySelectorAll('{ROWS}').length === 2")
    if view == "list":
        text = page.text(".o_list_view")
        assert "Doomed" in text
        assert "no luck" in text
        assert "Planned" in text
    else:
        page.click(f".o_switch_view.o_{view}")
        page.wait_for_selector(f".o_{view}_view .o_content table, .o_{view}_view canvas")


def test_nothing_to_show(page):
    page.goto("/odoo/jobs")
    page.wait_for_selector(".o_view_nocontent")
    assert "Nothing is waiting, running or failed" in page.text(".o_view_nocontent")


@pytest.mark.parametrize("path", ["job-channels", "job-functions", "job-servers"])
def test_other_lists(page, server, database, path):
    if path == "job-functions":
        database.run("env['queue.job.function'].create({'name': '<res.partner>.write'})")
    page.goto(f"/odoo/{path}")
    page.wait_for_selector(ROWS)
    if path == "job-servers":
        assert "Alive" in page.text(".o_list_view")
    page.click(f"{ROWS} .o_data_cell, {ROWS} td.o_list_record_open_form_view button")
    if path == "job-channels":
        page.wait_for_selector(f"{ROWS}.o_selected_row input")
        page.click(".o_list_record_open_form_view button")
    page.wait_for_selector(".o_form_view .o_form_sheet")


def test_a_failed_job_explains_itself_and_runs_again(page, database, server):
    [uuid] = enqueue(server, "fail", "no luck")
    database.wait_jobs(settled=("failed",))
    open_job(page, database, uuid)
    assert "no luck" in page.text(".alert-danger")
    page.click(".o_notebook .nav-link[name=error]")
    page.wait_for_selector(".o_notebook [name=exc_info] details")
    assert "no luck" in page.text(".o_notebook [name=exc_info]")
    # Folded until somebody wants to see it.
    assert 'File "' not in page.text(".o_notebook [name=exc_info]")
    page.click(".o_notebook [name=exc_info] summary")
    page.wait_for_selector(".o_notebook [name=exc_info] details[open]")
    assert 'File "' in page.text(".o_notebook [name=exc_info]")
    page.click(".o_notebook .nav-link[name=attempts]")
    run = ".o_queue_job_timeline .o_queue_job_run[data-outcome=failed]"
    page.wait_for(f"document.querySelectorAll('{run}').length === 1")
    assert "no luck" in page.text(run)
    page.wait_for(f"document.querySelectorAll('.o_field_one2many {ROWS[13:]}').length === 1")
    before = database.value("SELECT date_started FROM queue_job")
    page.click("button[name=requeue]")
    database.wait("SELECT state = 'failed' AND date_started > %s FROM queue_job", (before,))


def test_a_running_job_is_followed_without_reloading(page, database, server, tmp_path):
    go = tmp_path / "go"
    [uuid] = enqueue(server, "talk", 5, str(go))
    database.wait("SELECT count(*) > 0 FROM queue_job_log")
    assert server.rpc("queue.job", "button_where", [job_id(database, uuid)]) is True
    open_job(page, database, uuid)
    page.evaluate("window.isSamePage = true")
    page.click(".o_notebook .nav-link[name=stack]")
    stack = ".o_queue_job_stack pre"
    page.wait_for(f"document.querySelector('{stack}').textContent.includes('in talk')")
    # The place is asked for again by itself, and no more when it is not to be seen.
    before = database.value("SELECT date FROM queue_job_stack")
    database.wait("SELECT date > %s FROM queue_job_stack", (before,))
    page.click(".o_notebook .nav-link[name=log]")
    page.wait_for("document.querySelectorAll('.o_queue_job_log li').length === 4")
    database.query("UPDATE queue_job_log SET message = 'line of now' WHERE number = 4")
    page.wait_for(
        "document.querySelector('.o_queue_job_log li').textContent.includes('line of now')"
    )
    assert page.evaluate("window.isSamePage")
    go.touch()
    database.wait_jobs()
    # Now all lines are there, in a list.
    page.click(".o_notebook .nav-link[name=attempts]")
    page.wait_for_selector("button[name=requeue]")
    page.click(".o_notebook .nav-link[name=log]")
    page.wait_for(f"document.querySelectorAll('[name=log_ids] {ROWS[13:]}').length === 5")


def test_requeue_a_selection(page, database, server):
    enqueue(server, "fail", times=3)
    database.wait_jobs(settled=("failed",))
    database.query("UPDATE queue_job_channel SET paused = true WHERE name = 'root'")
    page.goto("/odoo/jobs")
    page.wait_for(f"document.querySelectorAll('{ROWS}').length === 3")
    # It comes after the rows and moves them down: a click in between would miss.
    page.wait_for_selector(BANNER)
    page.click("thead .o_list_record_selector input")
    action = database.value(
        "SELECT res_id FROM ir_model_data"
        " WHERE module = 'queue_job' AND name = 'action_requeue_job'"
    )
    page.click(f".o_control_panel button[name='{action}']")
    page.wait_for(f"document.querySelectorAll('.modal {ROWS}').length === 3")
    page.click(".modal button[name=requeue]")
    page.wait_for("!document.querySelector('.modal')")
    database.wait("SELECT bool_and(state = 'pending') FROM queue_job")


def test_pause_and_resume_a_channel(page, database, server):
    page.goto("/odoo/job-channels")
    page.wait_for_selector(ROWS)
    page.click(f"{ROWS} button[name=button_pause]")
    page.wait_for_selector(f"{ROWS} button[name=button_resume]")
    assert database.value("SELECT paused FROM queue_job_channel WHERE complete_name = 'root'")
    page.wait_for_selector(BANNER)
    [uuid] = enqueue(server, "write_effect", "later")
    page.click(f"{ROWS} button[name=button_resume]")
    database.wait("SELECT state = 'done' FROM queue_job WHERE uuid = %s", (uuid,))
    resumed = "SELECT write_date <= (SELECT date_started FROM queue_job) FROM queue_job_channel"
    assert database.value(f"{resumed} WHERE complete_name = 'root'")


def test_a_channel_of_the_configuration_file_says_so(page, database):
    channel = database.wait(
        "SELECT id FROM queue_job_channel WHERE complete_name = 'root.pinned' AND pinned"
    )
    page.goto(f"/odoo/job-channels/{channel}")
    page.wait_for_selector(".o_form_view .alert-info")
    assert "configuration file" in page.text(".o_form_view .alert-info")
    assert page.count(".o_field_widget[name=capacity] input") == 0
    assert page.count(".o_field_widget[name=time_limit] input") == 1


def test_cancel_a_running_job(page, database, server):
    [uuid] = enqueue(server, "loop_in_python", 60)
    database.wait("SELECT state = 'started' FROM queue_job")
    open_job(page, database, uuid)
    page.click("button[name=button_cancelled]")
    confirm(page)
    database.wait("SELECT state = 'cancelled' FROM queue_job")


def test_a_running_job_shows_how_far_it_is(page, database, server, tmp_path):
    [uuid] = enqueue(server, "report_progress", 4, str(tmp_path / "go"))
    database.wait("SELECT done = 2 FROM queue_job_progress")
    open_job(page, database, uuid)
    page.wait_for_selector(".o_queue_job_present [aria-valuenow='50']")
    text = page.text(".o_queue_job_present")
    assert "2 of 4" in text
    assert "unit 2" in text
    assert "without a time limit" in text
    elapsed = "document.querySelector('.o_queue_job_elapsed').innerText"
    before = page.evaluate(elapsed)
    page.wait_for(f"{elapsed} !== {json.dumps(before)}")
    (tmp_path / "go").touch()
    # By itself: the form asks as long as the job runs.
    page.wait_for("!document.querySelector('.o_queue_job_present')")
    page.wait_for_selector(".o_queue_job_run[data-outcome=done]")
    page.wait_for_selector(".o_statusbar_status .o_arrow_button_current[data-value=done]")


def test_send_test_jobs(page, database):
    page.goto("/odoo/jobs")
    # What is loaded meanwhile would close the menu.
    page.wait_for_selector(".o_view_nocontent")
    page.click(".o_menu_sections button:first-child, .o_menu_sections .dropdown-toggle")
    page.click("text=Send Test Jobs")
    page.type(".modal [name=size] input", "3")
    page.click(".modal button[name=send]")
    page.wait_for(f"document.querySelectorAll('{ROWS}').length === 3")
    database.wait_jobs()


def make_graph(database, size):
    """A job before a group of others, none of which may run; returns the first one's uuid."""
    return database.run(
        """
        from odoo.addons.queue_job.delay import chain, group
        env["queue.job.channel"].search([("name", "=", "root")]).paused = True
        model = env["test.queue.effect"]
        first = model.delayable(description="First").do_nothing()
        others = [
            model.delayable(description=f"Job {number}").do_nothing()
            for number in range(1, size)
        ]
        chain(first, group(*others)).delay()
        result = first._generated_job.uuid
        """,
        size=size,
    )


def open_graph(page, database, uuid):
    open_job(page, database, uuid)
    page.click(".o_notebook .nav-link[name=dependencies]")
    page.wait_for_selector(".o_job_directed_graph")


def test_graph(page, database):
    uuid = make_graph(database, 6)
    open_graph(page, database, uuid)
    page.wait_for("document.querySelectorAll('.o_job_graph_node').length === 6")
    assert page.count(".o_job_graph_edge") == 5
    assert "First" in page.text(".o_job_graph_current text")
    assert "Wait Dependencies: 5" in page.text(".o_job_graph_legend")
    box = "document.querySelector('.o_job_graph_drawing').getAttribute('viewBox')"
    # Not what it is drawn with before its size is known.
    page.wait_for(f"{box} !== '0 0 1 1'")
    before = page.evaluate(box)
    page.click(".o_job_directed_graph .fa-search-plus")
    page.wait_for(f"{box} !== {json.dumps(before)}")
    page.click(".o_job_directed_graph .fa-arrows-alt")
    page.wait_for(f"{box} === {json.dumps(before)}")
    page.click(".o_job_graph_node:not(.o_job_graph_current)")
    page.wait_for("document.querySelector('.oe_title').innerText.startsWith('Job ')")


def focused(page, selector):
    """Wait until an element has the focus and is seen to have it; return what it is called."""
    return page.wait_for(
        f"""(() => {{
            const el = document.activeElement.closest({json.dumps(selector)});
            const style = el && getComputedStyle(el);
            const isSeen = style && (style.outlineStyle !== "none" || style.boxShadow !== "none");
            return isSeen && (el.ariaLabel || el.innerText.trim());
        }})()"""
    )


def tab_to(page, selector, limit=40):
    """Press Tab until an element has the focus."""
    seen = []
    for _number in range(limit):
        page.press("Tab")
        if page.evaluate(f"document.activeElement.matches({json.dumps(selector)})"):
            return focused(page, selector)
        seen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 80)"))
    raise AssertionError(f"{limit} times Tab don't lead to {selector}: {seen}")


def enter_list(page):
    """Go from the search bar, where Odoo begins, to the mark of the first row."""
    page.wait_for("document.activeElement.matches('.o_searchview_input')")
    page.press("ArrowDown")
    page.press("ArrowDown")
    page.wait_for(f"document.activeElement.matches('{ROWS} input')")


def test_by_keyboard(page, database):
    """From a button of the dashboard to its jobs, to one, through its graph and to another."""
    make_graph(database, 4)
    page.goto("/odoo/job-dashboard")
    page.wait_for_selector(".o_queue_job_dashboard [data-state=waiting]")
    tab_to(page, "[data-state=waiting]")
    page.press("Enter")
    page.wait_for(f"document.querySelectorAll('{ROWS}').length === 1")
    page.wait_for_selector(BANNER)
    enter_list(page)
    page.press("ArrowRight")
    focused(page, f"{ROWS} td[name=name]")
    page.press("Enter")
    page.wait_for_selector(".o_form_view .o_statusbar_status")
    tab_to(page, ".o_notebook .nav-link[name=dependencies]")
    page.press("Enter")
    page.wait_for("document.querySelectorAll('.o_job_graph_node').length === 4")
    for button in ("Zoom in", "Zoom out", "Show everything"):
        tab_to(page, f".o_job_directed_graph button[aria-label='{button}']", 20)
    # Tab leads to one job, arrow keys from there to the others.
    assert page.count(".o_job_graph_node[tabindex='0']") == 1
    assert "First" in tab_to(page, ".o_job_graph_current", 1)
    page.press("ArrowRight")
    middle = focused(page, ".o_job_graph_node:not(.o_job_graph_current)")
    page.press("ArrowUp")
    above = focused(page, ".o_job_graph_node:not(.o_job_graph_current)")
    assert above != middle
    page.press("ArrowDown")
    assert focused(page, ".o_job_graph_node[tabindex='0']") == middle
    page.press("Enter")
    name = middle.split(",")[0]
    page.wait_for(f"document.querySelector('.oe_title').innerText.trim() === '{name}'")


def test_a_dialog_by_keyboard(page, database, server):
    enqueue(server, "do_nothing", times=2, eta=3600)
    page.goto("/odoo/job-channels")
    page.wait_for_selector(ROWS)
    enter_list(page)
    tab_to(page, f"{ROWS} button[name=button_drain]")
    page.press("Enter")
    focused(page, ".modal .o_queue_job_close")
    page.press("Escape")
    page.wait_for("!document.querySelector('.modal')")
    assert database.value("SELECT paused FROM queue_job_channel WHERE name = 'root'")


def test_a_thousand_jobs_are_drawn_and_more_are_listed(page, database):
    open_graph(page, database, make_graph(database, 1000))
    page.wait_for("document.querySelectorAll('.o_job_graph_node').length === 1000")
    open_graph(page, database, make_graph(database, 1001))
    page.wait_for("document.querySelectorAll('.o_job_graph_list li').length === 200")
    assert "too many to be drawn" in page.text(".o_job_directed_graph")
    page.click("text=Show More")
    page.wait_for("document.querySelectorAll('.o_job_graph_list li').length === 400")


def test_nodes_stand_right_of_those_they_wait_for(page):
    page.goto("/odoo/jobs")
    page.wait_for("odoo.loader && odoo.loader.modules.size > 1000 && odoo.isReady !== false")
    module = "@queue_job/job_directed_graph/graph_layout"
    result = page.wait_for(
        f"""(() => {{
            const {{ layoutGraph }} = odoo.loader.modules.get({json.dumps(module)});
            const ids = [1, 2, 3, 4, 5];
            const edges = [[1, 2], [2, 3], [1, 3], [3, 4], [1, 2], [4, 4], [9, 1]];
            const graph = layoutGraph(ids.map((id) => ({{ id }})), edges);
            const loop = layoutGraph([{{ id: 1 }}, {{ id: 2 }}], [[1, 2], [2, 1]]);
            return {{
                columns: graph.nodes.map((node) => node.column),
                edges: graph.edges.map((edge) => edge.key).sort(),
                looped: loop.nodes.length,
                empty: layoutGraph([], []).nodes.length,
            }};
        }})()"""
    )
    assert result["columns"] == [0, 1, 2, 3, 0]
    assert result["edges"] == ["1-2", "1-3", "2-3", "3-4"]
    assert result["looped"] == 2
    assert result["empty"] == 0
