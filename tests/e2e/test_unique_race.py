# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Many processes that enqueue jobs with the same identity key at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from engine import ADDON
from harness import wait_for

PROCESSES = 8

#: Each transaction on a cursor of its own, as each request of a user has one.
ENQUEUE = """
import random, time
from odoo import api

errors, uuids = [], []
# All begin at the same moment: when the test lets go of its lock.
env.cr.execute("SELECT pg_advisory_xact_lock_shared(4711)")
env.cr.rollback()
for number in range(times):
    try:
        with env.registry.cursor() as cr:
            model = api.Environment(cr, env.uid, {})["test.queue.effect"]
            # Half of the processes in this order, half in the other.
            jobs = [model.with_delay(identity_key=key).do_nothing() for key in keys]
            cr.commit()
        # The commit tells which job does the work.
        uuids.append([job.uuid for job in jobs])
    except Exception as error:
        errors.append(f"{type(error).__name__}: {error}")
result = {"errors": errors, "uuids": uuids}
"""


def race(database, times, keys, *, cross=False):
    """Have all processes enqueue at once.

    :return: uuids that the callers were given, one list for each transaction
    """
    lock = database.connect()
    with lock.cursor() as cr:
        cr.execute("SELECT pg_advisory_lock(4711)")

    def run(number):
        order = keys[::-1] if cross and number % 2 else keys
        return database.run(ENQUEUE, times=times, keys=order, timeout=900)

    with ThreadPoolExecutor(PROCESSES) as threads:
        runs = [threads.submit(run, number) for number in range(PROCESSES)]
        waiting = (
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        wait_for(
            lambda: database.value(waiting) == PROCESSES or any(run.done() for run in runs),
            timeout=300,
            message="all processes at the start",
        )
        lock.close()
        results = [run.result() for run in runs]
    errors = [error for result in results for error in result["errors"]]
    assert errors == [], "nobody who loses a race for a key may notice"
    return [uuids for result in results for uuids in result["uuids"]]


def assert_all_known(database, returned):
    """Every caller was told of a job that exists: its work is not forgotten."""
    known = {uuid for (uuid,) in database.query("SELECT uuid FROM queue_job")}
    assert {uuid for uuids in returned for uuid in uuids} <= known


@pytest.mark.slow
def test_ten_thousand_transactions_and_one_key(new_database):
    database = new_database(ADDON)
    returned = race(database, 1250, ["one"])
    assert len(returned) == 10_000
    assert database.query("SELECT state, unique_key, identity_key FROM queue_job") == [
        ("pending", "one", "one")
    ]
    assert_all_known(database, returned)


@pytest.mark.slow
def test_two_keys_in_opposite_order(new_database):
    # Who takes two locks in the order in which callers happen to name them ends in a
    # deadlock here.
    database = new_database(ADDON)
    returned = race(database, 100, ["one", "two"], cross=True)
    assert len(returned) == 100 * PROCESSES
    assert database.query("SELECT unique_key FROM queue_job ORDER BY 1") == [("one",), ("two",)]
    assert_all_known(database, returned)


@pytest.mark.slow
def test_jobs_that_start_in_between(new_database, odoo_server):
    database = new_database(ADDON)
    server = odoo_server(database, queue_job={"channels": "root:2"})
    returned = race(database, 100, ["one", "two"], cross=True)
    assert len(returned) == 100 * PROCESSES
    assert_all_known(database, returned)
    database.wait_jobs()
    # Each of them did once what several callers had asked for.
    assert database.query("SELECT DISTINCT attempt, crashes FROM queue_job") == [(1, 0)]
    assert 2 <= database.value("SELECT count(*) FROM queue_job") <= 200 * PROCESSES
    assert database.value("SELECT count(*) FROM queue_job_attempt") == 0
    assert server.errors == []
