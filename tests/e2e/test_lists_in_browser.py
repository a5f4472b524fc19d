# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Lists of jobs and channels in a real browser: act on many, follow what runs, stop and go on."""

import pytest
from engine import effects
from test_jobs_in_browser import (  # noqa: F401 - fixtures
    BANNER,
    ROWS,
    confirm,
    database,
    enqueue,
    page,
    server,
    shared,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def pause(database, is_paused=True):  # noqa: F811
    database.query("UPDATE queue_job_channel SET paused = %s WHERE name = 'root'", (is_paused,))


def make_failed(database, server, times, **options):  # noqa: F811
    """Failed jobs, without the time it takes to run them."""
    pause(database)
    uuids = enqueue(server, "do_nothing", times=times, **options)
    database.query("UPDATE queue_job SET state = 'failed' WHERE uuid = ANY(%s)", (uuids,))


def has_rows(page, number):  # noqa: F811
    page.wait_for(f"document.querySelectorAll('{ROWS}').length === {number}")


def open_paused(page, number, path="jobs"):  # noqa: F811
    """Open a list while the queue is paused, and wait until nothing of it moves any more.

    The banner comes after the rows and moves them down: a click in between would miss.
    """
    page.goto(f"/odoo/{path}")
    has_rows(page, number)
    page.wait_for_selector(BANNER)


def search(page, text, what):  # noqa: F811
    """Search for a text in a field, by the field's name in the menu below the search bar."""
    page.type(".o_searchview_input", text)
    page.wait_for(
        f"""(() => {{
            const menu = document.querySelector(".o_searchview_autocomplete");
            const items = [...menu.querySelectorAll(".o-dropdown-item")];
            const item = items.find((item) => item.innerText.includes("{what} for: {text}"));
            item?.click();
            return Boolean(item);
        }})()"""
    )
    page.wait_for(
        f"[...document.querySelectorAll('.o_facet_value')].some((el) => el.innerText === '{text}')"
    )


def select_all_that_matches(page):  # noqa: F811
    page.click("thead .o_list_record_selector input")
    page.click(".o_select_domain")
    page.wait_for("document.querySelector('.o_selection_box').innerText.startsWith('All')")


def press(page, database, action):  # noqa: F811
    """Press the button of an action on a selection."""
    number = database.value(
        "SELECT res_id FROM ir_model_data WHERE module = 'queue_job' AND name = %s", (action,)
    )
    page.click(f".o_control_panel button[name='{number}']")


def finish_operation(page, said):  # noqa: F811
    page.wait_for_selector(".o_queue_job_operation[data-state=done]")
    assert said in page.text(".o_queue_job_operation")
    page.click(".modal .o_queue_job_close")
    page.wait_for("!document.querySelector('.modal')")


def test_kanban_by_state(page, database, server):  # noqa: F811
    make_failed(database, server, 25, description="Doomed")
    enqueue(server, "do_nothing", description="Waits")
    open_paused(page, 26)
    page.click(".o_switch_view.o_kanban")
    page.wait_for("document.querySelectorAll('.o_kanban_group').length === 2")
    page.wait_for_selector(f".o_kanban_view {BANNER}")
    titles = page.evaluate(
        "[...document.querySelectorAll('.o_kanban_group .o_column_title')].map(e => e.innerText)"
    )
    assert [title.split("\n")[0] for title in titles] == ["Pending", "Failed"]
    # A column loads some of its jobs, and nothing can be dragged from state to state.
    group = ".o_kanban_group:last-child"
    assert page.count(f"{group} .o_kanban_record:not(.o_kanban_ghost)") == 20
    assert page.count(".o_kanban_view .o_draggable") == 0
    page.click(f"{group} .o_kanban_record")
    page.wait_for("document.querySelector('.oe_title')?.innerText.includes('Doomed')")


def test_failed_is_red_in_the_graph(page, database, server):  # noqa: F811
    make_failed(database, server, 2)
    enqueue(server, "do_nothing")
    page.goto("/odoo/jobs")
    has_rows(page, 3)
    page.click(".o_switch_view.o_graph")
    page.wait_for_selector(".o_graph_view canvas")
    colors = page.wait_for(
        """(() => {
            const chart = Chart.getChart(document.querySelector(".o_graph_view canvas"));
            return Object.fromEntries(
                chart.data.datasets.map(({ label, backgroundColor }) => [label, backgroundColor])
            );
        })()"""
    )
    assert colors["Failed"] == "#dc3545"
    assert colors["Pending"] != "#dc3545"


def test_requeue_everything_that_a_filter_matches(page, database, server):  # noqa: F811
    make_failed(database, server, 90, description="Doomed")
    make_failed(database, server, 3, description="Also failed")
    open_paused(page, 80)
    search(page, "Doomed", "Job")
    page.wait_for("document.querySelector('.o_pager_limit')?.innerText === '90'")
    select_all_that_matches(page)
    press(page, database, "action_requeue_job")
    page.wait_for_selector(".modal button[name=requeue]")
    assert "All 90 jobs" in " ".join(page.text(".modal").split())
    page.click(".modal button[name=requeue]")
    finish_operation(page, "90 of 90 jobs looked at, 90 changed.")
    found = database.query("SELECT name, state, count(*) FROM queue_job GROUP BY 1, 2 ORDER BY 1")
    assert found == [("Also failed", "failed", 3), ("Doomed", "pending", 90)]
    # What the list shows is loaded again.
    page.wait_for(f"document.querySelector('{ROWS}').innerText.includes('Pending')")


def test_actions_of_the_menu_take_the_filter_too(page, database, server):  # noqa: F811
    make_failed(database, server, 81)
    open_paused(page, 80)
    select_all_that_matches(page)
    page.click(".o_control_panel .o_cp_action_menus .dropdown-toggle")
    page.click("text=Set Jobs to Done")
    page.click(".modal button[name=set_done]")
    finish_operation(page, "81 of 81 jobs looked at, 81 changed.")
    assert database.job_states() == {"done": 81}


def test_an_action_of_another_addon_gets_the_jobs(page, database, server):  # noqa: F811
    make_failed(database, server, 81)
    model = database.value("SELECT id FROM ir_model WHERE model = 'queue.job'")
    action = {
        "name": "Sort In",
        "model_id": model,
        "binding_model_id": model,
        "state": "code",
        "code": "records.write({'priority': 7})",
    }
    made = server.rpc("ir.actions.server", "create", [action])
    # The browser keeps views with their menus, as other tests have seen them.
    page.call("Storage.clearDataForOrigin", origin=server.url, storageTypes="indexeddb")
    open_paused(page, 80)
    select_all_that_matches(page)
    page.click(".o_control_panel .o_cp_action_menus .dropdown-toggle")
    page.click("text=Sort In")
    database.wait("SELECT bool_and(priority = 7) FROM queue_job")
    server.rpc("ir.actions.server", "unlink", made)


def test_everything_is_cancelled_while_jobs_run(page, database, server):  # noqa: F811
    """The workers take jobs from one end while the action comes from the other."""
    pause(database)
    enqueue(server, "write_effect", "while cancelling", 0.2, times=2500)
    wizard = server.rpc(
        "queue.jobs.to.cancelled",
        "create",
        [{}],
        context={"active_model": "queue.job", "active_domain": [], "queue_job_all": True},
    )
    shown = server.rpc("queue.jobs.to.cancelled", "set_cancelled", wizard)
    operation = [shown["params"]["operation_id"]]
    pause(database, False)
    database.wait("SELECT count(*) > 0 FROM queue_job WHERE state = 'done'")
    while not (progress := server.rpc("queue.job.operation", "step", operation))["is_over"]:
        pass
    assert progress["state"] == "done"
    database.wait("SELECT bool_and(state IN ('done', 'cancelled')) FROM queue_job")
    states = database.job_states()
    assert states["cancelled"] > 0
    assert effects(database, "while cancelling") == states["done"]


def test_change_the_priority_of_a_selection(page, database, server):  # noqa: F811
    pause(database)
    enqueue(server, "do_nothing", times=2)
    open_paused(page, 2)
    page.click("thead .o_list_record_selector input")
    press(page, database, "action_set_jobs_priority")
    page.type(".modal [name=priority] input", "3")
    page.click(".modal button[name=set_priority]")
    page.wait_for("!document.querySelector('.modal')")
    assert database.query("SELECT DISTINCT priority FROM queue_job") == [(3,)]


def test_run_planned_jobs_now(page, database, server):  # noqa: F811
    enqueue(server, "do_nothing", times=2, eta=3600)
    page.goto("/odoo/jobs")
    has_rows(page, 2)
    page.click("thead .o_list_record_selector input")
    press(page, database, "action_run_jobs_now")
    page.click(".modal button[name=run_now]")
    page.wait_for("!document.querySelector('.modal')")
    database.wait_jobs()
    # The list follows by itself.
    page.wait_for_selector(".o_view_nocontent")


def test_progress_moves_by_itself(page, database, server, tmp_path):  # noqa: F811
    go = tmp_path / "go"
    pause(database)
    enqueue(server, "report_progress", 10, str(go), description="Steps")
    page.goto("/odoo/jobs")
    has_rows(page, 1)
    page.evaluate("window.isSamePage = true")
    server.rpc(
        "queue.job.channel",
        "button_resume",
        database.query("SELECT id FROM queue_job_channel WHERE name = 'root'")[0],
    )
    page.wait_for(f"document.querySelector('{ROWS} .o_progressbar')?.innerText.includes('50')")
    go.touch()
    page.wait_for_selector(".o_view_nocontent")
    assert page.evaluate("window.isSamePage")


def test_cancel_a_running_job_in_the_list(page, database, server):  # noqa: F811
    enqueue(server, "loop_in_python", 300)
    database.wait("SELECT state = 'started' FROM queue_job")
    page.goto("/odoo/jobs")
    page.click(f"{ROWS} button[name=button_cancelled]")
    confirm(page)
    database.wait("SELECT state = 'cancelled' FROM queue_job")


@pytest.fixture
def slow_answer(page, database, server):  # noqa: F811
    """A list that is being searched: its button is held when the answer comes, not before."""
    enqueue(server, "fail", "no luck", description="Doomed")
    database.wait_jobs(settled=("failed",))
    page.goto("/odoo/jobs")
    has_rows(page, 1)
    loads = """performance.getEntriesByType("resource").filter(
        ({ name }) => name.includes("queue.job/web_search_read")
    ).length"""
    before = page.evaluate(loads)

    def hold(text):
        connection = database.connect()
        connection.autocommit = False
        try:
            # Nobody reads a job until this transaction ends.
            connection.cursor().execute("LOCK TABLE queue_job IN ACCESS EXCLUSIVE MODE")
            search(page, text, "Error")
            page.move_to(f"{ROWS} td[name=name]")
            page.press_button()
        finally:
            connection.close()
        page.wait_for(f"{loads} > {before}")

    return hold


def test_a_click_in_a_list_that_is_loaded(page, slow_answer):  # noqa: F811
    # However slow this is: the button is not held for so long that it counts as something else.
    page.evaluate(
        """(() => {
            const { browser } = odoo.loader.modules.get("@web/core/browser/browser");
            const { setTimeout } = browser;
            browser.setTimeout = (call, ms, ...rest) =>
                ms === 2000 ? null : setTimeout(call, ms, ...rest);
        })()"""
    )
    slow_answer("no luck")
    page.evaluate("new Promise((shown) => setTimeout(() => requestAnimationFrame(shown), 100))")
    page.release_button()
    page.wait_for_selector(".o_form_view .alert-danger")


def test_a_list_goes_on_when_the_button_is_let_go_elsewhere(page, slow_answer):  # noqa: F811
    slow_answer("other luck")
    page.wait_for_selector(".o_view_nocontent")
    page.release_button()


def test_a_mark_stays_when_the_answer_comes_late(page, database, server):  # noqa: F811
    """A list asks again by itself; meanwhile somebody selects a job in it."""
    pause(database)
    enqueue(server, "do_nothing", times=2)
    open_paused(page, 2)
    loads = """performance.getEntriesByType("resource").filter(
        ({ name }) => name.includes("queue.job/web_search_read")
    ).length"""
    before = page.evaluate(loads)
    connection = database.connect()
    connection.autocommit = False
    try:
        connection.cursor().execute("LOCK TABLE queue_job IN ACCESS EXCLUSIVE MODE")
        database.wait(
            "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            """ AND query LIKE '%ORDER BY "queue_job"."id" DESC%'"""
            " AND datname = current_database()"
        )
        page.click(f"{ROWS} .o_list_record_selector input")
    finally:
        connection.close()
    page.wait_for(f"{loads} > {before}")
    page.wait_for_selector(".o_selection_box")
    assert page.count(f"{ROWS} .o_list_record_selector input:checked") == 1


def test_from_the_list_to_the_error(page, database, server):  # noqa: F811
    enqueue(server, "fail", "no luck", description="Doomed")
    database.wait_jobs(settled=("failed",))
    page.goto("/odoo/jobs")
    has_rows(page, 1)
    search(page, "no luck", "Error")
    page.click(f"{ROWS} td[name=name]")
    page.wait_for_selector(".o_form_view .alert-danger")
    assert "no luck" in page.text(".o_form_view .alert-danger")


@pytest.mark.parametrize("path", ["jobs", "job-channels"])
def test_the_lists_say_why_nothing_runs(page, database, path):  # noqa: F811
    page.goto(f"/odoo/{path}")
    page.wait_for_selector(".o_list_view .o_content")
    assert page.count(BANNER) == 0
    # Who comes back to the tab sees what holds now, and not what was so before.
    come_back = "document.dispatchEvent(new Event('visibilitychange'))"
    pause(database)
    page.evaluate(come_back)
    page.wait_for_selector(BANNER)
    assert "The queue is paused" in page.text(BANNER)
    pause(database, False)
    page.evaluate(come_back)
    page.wait_for(f"!document.querySelector('{BANNER}')")


def test_drain_a_channel(page, database, server):  # noqa: F811
    enqueue(server, "loop_in_python", 300, times=2)
    database.wait("SELECT count(*) = 2 FROM queue_job WHERE state = 'started'")
    enqueue(server, "do_nothing", times=2)
    page.goto("/odoo/job-channels")
    page.click(f"{ROWS}:first-child button[name=button_drain]")
    page.wait_for_selector(".modal .o_queue_job_drain:not([data-drained])")
    assert "Still running: 2" in page.text(".modal .o_queue_job_drain")
    running = database.query("SELECT id FROM queue_job WHERE state = 'started'")
    server.rpc("queue.job", "button_cancelled", [job_id for (job_id,) in running])
    page.wait_for_selector(".modal .o_queue_job_drain[data-drained]")
    assert database.job_states() == {"cancelled": 2, "pending": 2}
    page.click("text=Resume")
    page.wait_for("!document.querySelector('.modal')")
    database.wait("SELECT count(*) = 2 FROM queue_job WHERE state = 'done'")


def test_settings_of_a_channel_are_edited_in_place(page, database, server):  # noqa: F811
    if not database.query("SELECT FROM queue_job_channel WHERE name = 'edited'"):
        root = database.value("SELECT id FROM queue_job_channel WHERE name = 'root'")
        values = {"name": "edited", "parent_id": root, "is_limited": True}
        server.rpc("queue.job.channel", "create", [values])
    page.goto("/odoo/job-channels")
    search(page, "root.edited", "Channel")
    has_rows(page, 1)
    page.click(f"{ROWS} td[name=capacity]")
    page.type(f"{ROWS} td[name=capacity] input", "7")
    page.click(".o_list_button_save")
    database.wait("SELECT capacity = 7 FROM queue_job_channel WHERE name = 'edited'")
    page.wait_for(f"!document.querySelector('{ROWS}.o_selected_row')")
    page.click(f"{ROWS} .o_list_record_open_form_view button")
    page.wait_for_selector(".o_form_view .o-mail-Chatter")
    page.wait_for("document.querySelector('.o-mail-Chatter').innerText.includes('7')")
