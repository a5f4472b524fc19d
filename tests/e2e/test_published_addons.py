# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A published addon at work on a real server; its own tests are run by ./dev test --peers."""

from __future__ import annotations

import dataclasses
import os

import pytest
from engine import ADDON, enqueue
from harness import Database, wait_for

from devtools import databases, manifests
from devtools.environment import ROOT, find_addons

pytestmark = pytest.mark.slow


@pytest.fixture
def database(environment, published):
    """A database with ``queue_job_subscribe`` on our ``queue_job``."""
    unpacked = published("queue_job_subscribe")
    there = dataclasses.replace(
        environment,
        addons_from_checkout=False,
        odoo_addons=(
            *(str(ROOT), str(ROOT / "tests"), str(unpacked.others)),
            *environment.odoo_addons,
        ),
    )
    made = Database(there, f"e2e_{os.getpid()}_published")
    base = databases.template(
        environment, manifests.foreign_dependencies(find_addons(examples=False))
    )
    made.drop()
    databases.create(there, made.name, base)
    try:
        databases.install(there, made.name, [ADDON, "queue_job_subscribe"])
        yield made
    finally:
        made.drop()


def test_who_is_told_of_a_failed_job(database, odoo_server):
    """The addon narrows down whom ``_subscribe_users_domain`` finds."""
    database.run(
        """
        group = env.ref("queue_job.group_queue_job_manager")
        for login, subscribed in (("told", True), ("spared", False)):
            env["res.users"].with_context(no_reset_password=True).create({
                "name": login, "login": login, "group_ids": [(4, group.id)],
                "subscribe_job": subscribed,
            })
        """
    )
    server = odoo_server(
        database, queue_job={"channels": "root:1"}, environment=database.environment
    )
    server.expect_error("it does not work")
    [uuid] = enqueue(server, "fail", options={"max_retries": 1})
    database.wait_jobs(settled=("failed",))
    followers = """
        SELECT array_agg(partner.name) FROM mail_followers follower
          JOIN queue_job job ON job.id = follower.res_id
          JOIN res_partner partner ON partner.id = follower.partner_id
         WHERE follower.res_model = 'queue.job' AND job.uuid = %s
    """
    # The chatter of a failure is written after its state.
    names = wait_for(lambda: database.value(followers, (uuid,)), message="followers of the job")
    assert "told" in names
    assert "spared" not in names
