# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The dashboard in a real browser: figures that move by themselves, and lead somewhere."""

import pytest
from engine import MODEL
from test_jobs_in_browser import ROWS, database, page, server, shared  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DASHBOARD = ".o_queue_job_dashboard"


def card(name):
    return f"{DASHBOARD} [data-state={name}]"


def shows(page, name, count):  # noqa: F811
    """Wait until a number is what it should be, without any click or reload."""
    page.wait_for(
        f"document.querySelector('{card(name)} .o_queue_job_number')?.textContent.trim()"
        f" === '{count}'"
    )


@pytest.fixture
def dashboard(page):  # noqa: F811
    page.goto("/odoo/job-dashboard")
    page.wait_for_selector(f"{DASHBOARD} canvas")
    return page


def enqueue(server, method, *args, times=1, **options):  # noqa: F811
    return server.rpc(MODEL, "enqueue", [], method, list(args), {}, options, times)


def test_opens_first_and_fills_itself(dashboard, server, database):  # noqa: F811
    shows(dashboard, "failed", 0)
    dashboard.evaluate("window.isSamePage = true")
    enqueue(server, "fail", "no luck", times=2)
    database.wait_jobs(settled=("failed",))
    shows(dashboard, "failed", 2)
    dashboard.wait_for(
        f"document.querySelector('{DASHBOARD} .o_queue_job_failures').textContent"
        ".includes('no luck')"
    )
    assert dashboard.evaluate("window.isSamePage")
    # A number leads to its jobs.
    dashboard.click(card("failed"))
    dashboard.wait_for(f"document.querySelectorAll('{ROWS}').length === 2")


def test_pause_and_resume_while_jobs_wait(dashboard, server, database):  # noqa: F811
    row = f'{DASHBOARD} .o_queue_job_channels tr[data-channel="root"]'
    dashboard.click(f"{row} .o_queue_job_toggle")
    dashboard.wait_for_selector(f"{row} .badge")
    dashboard.wait_for(
        f"[...document.querySelectorAll('{DASHBOARD} .o_queue_job_warning')]"
        ".some((el) => el.innerText.includes('The queue is paused'))"
    )
    enqueue(server, "do_nothing", times=3)
    shows(dashboard, "waiting", 3)
    assert database.job_states() == {"pending": 3}
    dashboard.click(f"{row} .o_queue_job_toggle")
    database.wait_jobs()
    shows(dashboard, "waiting", 0)


def test_shows_what_runs_now(dashboard, server, database):  # noqa: F811
    [uuid] = enqueue(server, "sleep_in_sql", 60, description="Takes its time")
    database.wait("SELECT state = 'started' FROM queue_job WHERE uuid = %s", (uuid,))
    dashboard.wait_for(
        f"document.querySelector('{DASHBOARD} .o_queue_job_nodes').textContent"
        ".includes('Takes its time')"
    )
    shows(dashboard, "running", 1)
    server.rpc("queue.job", "button_cancelled", database.query("SELECT id FROM queue_job")[0])
    database.wait("SELECT state = 'cancelled' FROM queue_job WHERE uuid = %s", (uuid,))
    shows(dashboard, "running", 0)


def test_the_period_can_be_chosen(dashboard):
    dashboard.click(".o_control_panel .btn-group button:first-child")
    dashboard.wait_for_selector(".o_control_panel .btn-group button:first-child.active")
