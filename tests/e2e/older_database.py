# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A database of OCA's queue_job with jobs in every state, for the tests of the upgrade."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from harness import Database, OdooServer, wait_for

from devtools import databases
from devtools.environment import Environment

ADDON = "test_queue_upgrade"
VERSION = "19.0.2.4.0"

#: Run by the older addon's own server.
RUN_BEFORE = """
    Note = env["test.upgrade.note"]
    result = {
        "done": Note.with_delay().note("done", 1).uuid,
        "failed": Note.with_delay(max_retries=1).fail("failed").uuid,
        "retried": Note.with_delay().retry("retried").uuid,
        "started": Note.with_delay(priority=20).linger("started").uuid,
    }
"""

#: Added when no server runs.
ADDED = """
    from datetime import date, datetime, timedelta
    from lxml import etree
    from odoo.addons.queue_job.delay import chain, group
    from odoo.addons.queue_job.job import Job

    def uuid(delayable):
        return delayable._generated_job.uuid

    Note = env["test.upgrade.note"]
    partners = env["res.partner"].search([], limit=2, order="id")
    user = env["res.users"].with_context(no_reset_password=True).create({
        "name": "Plain", "login": "plain", "group_ids": [(6, 0, [env.ref("base.group_user").id])],
    })
    gone_user = user.copy({"login": "gone"})
    plain = Note.with_user(user).with_context(lang="en_US")
    result = {}

    result["arguments"] = plain.with_delay(description="Everything").note(
        "arguments", partners, datetime(2026, 1, 2, 3, 4, 5), date(2026, 1, 2),
        etree.fromstring("<a><b/></a>"), [1, {"x": (partners[0],)}], tag={"_type": "mine"},
    ).uuid
    result["su"] = plain.sudo().with_delay().note("su", partners[:1].with_user(user).sudo()).uuid
    records = Note.create([{"key": "record"}, {"key": "record"}])
    result["records"] = records.with_delay().note("records").uuid
    result["due"] = Note.with_delay(eta=datetime.now() - timedelta(hours=1)).note("due").uuid
    result["later"] = Note.with_delay(eta=3600).note("later").uuid
    result["patterned"] = Note.with_delay().retry("patterned").uuid
    result["dotted"] = Note.with_delay(channel="root.dotted.channel").note("dotted").uuid
    result["ghost"] = Note.with_delay(channel="root.ghost").note("ghost").uuid
    result["first_twin"] = Note.with_delay(identity_key="twin").note("twin").uuid
    result["second_twin"] = Note.with_delay(identity_key="other").note("twin").uuid
    result["enqueued"] = Note.with_delay().note("enqueued").uuid
    result["cancelled"] = Note.with_delay().note("cancelled").uuid
    for name in ("no_model", "no_method", "no_user"):
        records = Note.with_user(gone_user) if name == "no_user" else Note
        result[name] = records.with_delay(max_retries=3).note(name).uuid

    head, left, right, tail = (
        Note.delayable().note("graph", name) for name in ("head", "left", "right", "tail")
    )
    chain(head, group(left, right), tail).delay()
    result.update(head=uuid(head), left=uuid(left), right=uuid(right), tail=uuid(tail))

    parent, child = Note.delayable().fail("parent"), Note.delayable().note("child")
    parent.on_done(child).delay()
    result.update(parent=uuid(parent), child=uuid(child))

    done, follower = Note.delayable().note("over"), Note.delayable().note("follower")
    done.on_done(follower).delay()
    result.update(over=uuid(done), follower=uuid(follower))
    env["queue.job"].flush_model()

    job = Job.load(env, result["over"])
    job.set_started()
    job.perform()
    job.set_done()
    job.store()
    job = Job.load(env, result["parent"])
    job.set_failed(exc_name="builtins.ValueError", exc_message="no", exc_info="Traceback")
    job.store()
    env["queue.job"].search([("uuid", "=", result["cancelled"])]).button_cancelled()
    env["queue.job"].flush_model()

    # What its runner does; what two transactions at once can do; what time does.
    for change, name in (
        ("state = 'enqueued', date_enqueued = now()", "enqueued"),
        ("identity_key = 'twin'", "second_twin"),
        ("model_name = 'gone.model',"
         " records = replace(records::text, 'test.upgrade.note', 'gone.model')::jsonb", "no_model"),
        ("method_name = 'gone_method'", "no_method"),
    ):
        env.cr.execute(f"UPDATE queue_job SET {change} WHERE uuid = %s", [result[name]])
        assert env.cr.rowcount == 1, name
    env.invalidate_all()
    gone_user.unlink()
    # Scheduled actions of the older addon's own past: its record, and somebody's.
    cron = {"model_id": env["ir.model"]._get_id("queue.job"), "interval_type": "days"}
    env["ir.model.data"].create({
        "module": "queue_job", "name": "ir_cron_autovacuum_queue_jobs", "noupdate": True,
        "model": "ir.cron",
        "res_id": env["ir.cron"].create({**cron, "name": "x", "code": "model.autovacuum()"}).id,
    })
    env["ir.cron"].create({**cron, "name": "mine", "code": "model.requeue_stuck_jobs(5, 0)"})
    env["ir.cron"].create({**cron, "name": "other", "code": "model.search([])"})
"""

BEFORE = {
    "wait_dependencies": {"left", "right", "tail", "child", "follower"},
    "pending": {
        *("retried", "arguments", "su", "records", "due", "later", "patterned", "dotted"),
        *("ghost", "first_twin", "second_twin", "no_model", "no_method", "no_user", "head"),
    },
    "enqueued": {"enqueued"},
    "started": {"started"},
    "done": {"done", "over"},
    "cancelled": {"cancelled"},
    "failed": {"failed", "parent"},
}


@dataclasses.dataclass
class Old:
    """A database of the older addon.

    :param uuids: name to uuid of the jobs
    """

    database: Database
    uuids: dict[str, str]

    def states(self) -> dict[str, set[str]]:
        """Names of the jobs by state."""
        names = {uuid: name for name, uuid in self.uuids.items()}
        found: dict[str, set[str]] = {}
        for uuid, state in self.database.query("SELECT uuid, state FROM queue_job"):
            found.setdefault(state, set()).add(names.get(uuid, uuid))
        return found

    def job(self, name: str, columns: str) -> tuple:
        """Some columns of a job."""
        [row] = self.database.query(
            f"SELECT {columns} FROM queue_job WHERE uuid = %s", (self.uuids[name],)
        )
        return row

    def notes(self, key: str) -> list[str]:
        """What jobs have written down under this key, in order."""
        rows = self.database.query(
            "SELECT text FROM test_upgrade_note WHERE key = %s ORDER BY id", (key,)
        )
        return [text for (text,) in rows]


def make(older: Environment, template: str, name: str, folder: Path) -> Old:
    """Make a database of the older addon with jobs in every state."""
    database = Database(older, name)
    databases.create(older, name, template)
    databases.install(older, name, [ADDON])
    [(version,)] = database.query(
        "SELECT latest_version FROM ir_module_module WHERE name = 'queue_job'"
    )
    assert version == VERSION
    old = Old(database, {})
    server = OdooServer(
        older,
        folder,
        [name],
        workers=4,
        sections={
            "options": {"server_wide_modules": "base,web,queue_job"},
            "queue_job": {"channels": "root:2"},
        },
        extra_environ={"TEST_UPGRADE_LINGER": "1"},
    )
    try:
        server.start()
        old.uuids.update(database.run(RUN_BEFORE))
        expected = {
            "done": {"done"},
            "failed": {"failed"},
            "pending": {"retried"},
            "started": {"started"},
        }
        # The lingering job is the last; its try of the retried one has been made.
        wait_for(
            lambda: old.states() == expected and old.job("retried", "retry") == (1,),
            timeout=90,
            message=lambda: f"{expected}; there is {old.states()}; log:\n{server.log[-3000:]}",
        )
    finally:
        server.kill()
    old.uuids.update(database.run(ADDED))
    # Nothing stirs any more: what is left of the server's sessions would end later.
    wait_for(
        lambda: (
            not database.query(
                "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                (name,),
            )
        ),
        message="no session of the killed server",
    )
    return old
