# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A thousand jobs before a thousand others."""

import pytest
from engine import ADDON, NO_OVERLAP

pytestmark = pytest.mark.slow

ENQUEUE = """
import resource, time
from odoo.addons.queue_job.delay import group

model = env["test.queue.effect"]
# What is loaded and cached by the first jobs is not theirs.
group(model.delayable().do_nothing()).on_done(model.delayable().do_nothing()).delay()
env["queue.job"].search([]).unlink()
env.cr.commit()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began, worked = time.monotonic(), time.process_time()
first = group(*[model.delayable().leave_trace("first") for _number in range(1000)])
second = group(*[model.delayable().leave_trace("second") for _number in range(1000)])
first.on_done(second).delay()
env.cr.commit()
result = {
    "seconds": time.monotonic() - began,
    "cpu": time.process_time() - worked,
    "megabytes": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
}
"""


def test_a_thousand_jobs_before_a_thousand_others(new_database, odoo_server):
    database = new_database(ADDON)
    cost = database.run(ENQUEUE)
    # The time that other processes take is not ours to answer for; alone it is 5 s in all.
    assert cost["cpu"] < 5, cost
    assert cost["megabytes"] < 100, cost
    # Not a million edges.
    assert database.value("SELECT count(*) FROM queue_job_dependency") <= 2001
    real = "method_name = 'leave_trace'"
    assert database.value(f"SELECT count(*) FROM queue_job WHERE {real}") == 2000
    server = odoo_server(database, queue_job={"channels": "root:8"})
    database.wait_jobs(timeout=300)
    assert database.query(
        f"SELECT DISTINCT state, attempt, crashes, retry FROM queue_job WHERE {real}"
    ) == [("done", 1, 0, 1)]
    assert database.value("SELECT count(*) FROM queue_job_attempt") == 0
    assert database.value("SELECT count(DISTINCT value) FROM test_queue_effect") == 2000
    assert database.value("SELECT count(*) FROM test_queue_effect") == 2000
    assert database.value("SELECT count(DISTINCT job_uuid) FROM test_queue_run") == 2000
    assert database.value("SELECT count(*) FROM test_queue_run") == 2000
    assert database.value(NO_OVERLAP)
    # All of one before any of the other.
    assert database.value(
        "SELECT (SELECT max(ended) FROM test_queue_run WHERE key = 'first')"
        " < (SELECT min(began) FROM test_queue_run WHERE key = 'second')"
    )
    assert database.value("SELECT count(DISTINCT pid) FROM test_queue_run") == 8
    for complaint in ("could not serialize", "deadlock", "ERROR", "Traceback"):
        assert complaint not in server.log
