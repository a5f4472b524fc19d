# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Two versions of our own code on one database, as while servers are replaced one by one."""

import dataclasses
import re
import shutil

import pytest
from engine import ADDON, NO_OVERLAP, effects, enqueue
from harness import wait_for

from devtools.environment import ROOT

pytestmark = pytest.mark.slow

VERSION = re.compile(r'"version": "(19\.0\.\d+\.\d+\.)(\d+)"')


@pytest.fixture
def newer(environment, tmp_path):
    """The set-up with a later release of the addon, which has the same tables.

    Its version, and the set-up.
    """
    folder = tmp_path / "newer"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "queue_job", folder / "queue_job", ignore=ignore)
    manifest = folder / "queue_job" / "__manifest__.py"
    text = manifest.read_text()
    first, last = VERSION.search(text).groups()
    version = f"{first}{int(last) + 1}"
    manifest.write_text(VERSION.sub(f'"version": "{version}"', text))
    places = (str(folder), str(ROOT), str(ROOT / "tests"), *environment.odoo_addons)
    return version, dataclasses.replace(environment, odoo_addons=places, addons_from_checkout=False)


def workers_by_version(database):
    """Process ids of job workers, by the version of the code that they run."""
    rows = database.query("SELECT version, worker_pids FROM queue_job_runner")
    return {version: set(pids) for version, pids in rows}


def pids_of(database, key):
    """Process ids of the workers that have run jobs."""
    rows = database.query("SELECT DISTINCT pid FROM test_queue_run WHERE key = %s", (key,))
    return {pid for (pid,) in rows}


def test_servers_of_two_releases_share_the_work(new_database, odoo_server, newer):
    version, environment = newer
    database = new_database(ADDON)
    settings = {"channels": "root:4", "job_workers": 2}
    old = odoo_server(database, queue_job=settings)
    new = odoo_server(database, queue_job=settings, environment=environment)
    workers = wait_for(
        lambda: (
            len(found := workers_by_version(database)) == 2
            and all(len(pids) == 2 for pids in found.values())
            and found
        ),
        timeout=120,
        message=lambda: f"two servers, not {workers_by_version(database)}",
    )
    assert version in workers
    [older] = set(workers) - {version}
    # Both enqueue, both run what the other one has enqueued.
    enqueue(old, "write_effect", "both", 0.2, times=40)
    enqueue(new, "write_effect", "both", 0.2, times=40)
    database.wait_jobs(timeout=180)
    assert effects(database, "both") == 80
    assert pids_of(database, "both") & workers[older]
    assert pids_of(database, "both") & workers[version]
    # The database is upgraded: the older code leaves the jobs alone, and still enqueues.
    database.query(
        "UPDATE ir_module_module SET latest_version = %s WHERE name = 'queue_job'", (version,)
    )
    wanted = f"no jobs are run: its module queue_job is of version {version} and this server's code"
    enqueue(old, "do_nothing", times=2)
    old.wait_log(re.escape(wanted), timeout=90)
    enqueue(old, "write_effect", "new", 0.05, times=20)
    database.wait_jobs(timeout=180)
    assert effects(database, "new") == 20
    assert pids_of(database, "new") <= workers[version]
    assert database.value(
        "SELECT obstacle IS NULL FROM queue_job_runner WHERE version = %s", (version,)
    )
    assert database.value(NO_OVERLAP)
