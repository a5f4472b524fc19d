# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The harness itself: what the other cross-process tests take for granted."""

import signal

import pytest
from harness import wait_for

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("workers", [0, 2])
def test_server_serves_its_database_and_stops(new_database, odoo_server, workers):
    database = new_database("queue_job")
    server = odoo_server(database, workers=workers)
    ids = server.rpc("res.partner", "create", [{"name": "Harness"}])
    assert database.value("SELECT name FROM res_partner WHERE id = %s", ids) == "Harness"
    assert len(server.processes()) > workers
    assert server.stop() == 0
    assert server.processes() == []
    assert server.errors == []


def test_killed_server_leaves_nothing(new_database, odoo_server):
    server = odoo_server(new_database("queue_job"), workers=2)
    server.kill()
    assert server.processes() == []
    assert server.process.returncode == -9
    server.start()
    server.wait_log(r"HTTP service .* running on")


def test_script_runs_in_odoo_and_commits(new_database):
    database = new_database("queue_job")
    result = database.run(
        "result = env['res.partner'].create({'name': name}).display_name", name="Scripted"
    )
    assert result == "Scripted"
    assert database.value("SELECT count(*) FROM res_partner WHERE name = 'Scripted'") == 1
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        database.run("1 / 0")


def test_waiting_in_vain_fails(new_database):
    database = new_database("queue_job")
    with pytest.raises(TimeoutError, match="jobs by state"):
        database.wait("SELECT false", timeout=0.2)
    with pytest.raises(TimeoutError, match="never"):
        wait_for(lambda: False, timeout=0.1, message="never")


def test_fixtures_come_to_their_end_when_dev_ends_us():
    """As with Ctrl-C: they stop their servers and drop their databases."""
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)
