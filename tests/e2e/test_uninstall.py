# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Uninstalling the addon while servers run, and installing it again."""

import pytest

pytestmark = pytest.mark.slow

#: All that has a name of ours in PostgreSQL, whatever it is.
OBJECTS = """
    SELECT 'relation ' || relname FROM pg_class WHERE relname LIKE '%queue%job%'
     UNION ALL
    SELECT 'column ' || c.relname || '.' || a.attname
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE a.attname LIKE '%queue%job%' AND NOT a.attisdropped AND c.relkind = 'r'
     UNION ALL
    SELECT 'function ' || proname FROM pg_proc WHERE proname LIKE '%queue%job%'
     UNION ALL
    SELECT 'trigger ' || tgname FROM pg_trigger
     WHERE tgname LIKE '%queue%job%' OR pg_get_triggerdef(oid) LIKE '%queue%job%'
     UNION ALL
    SELECT 'constraint ' || conname FROM pg_constraint WHERE conname LIKE '%queue%job%'
     UNION ALL
    SELECT 'type ' || typname FROM pg_type WHERE typname LIKE '%queue%job%'
     ORDER BY 1
"""

#: What Odoo's own tables would still say of us.
RECORDS = """
    SELECT 'model ' || model FROM ir_model WHERE model LIKE 'queue.%'
     UNION ALL
    SELECT 'field ' || model || '.' || name FROM ir_model_fields
     WHERE model LIKE 'queue.%' OR relation LIKE 'queue.%'
     UNION ALL
    SELECT 'xmlid ' || name FROM ir_model_data WHERE module = 'queue_job'
     UNION ALL
    SELECT 'action ' || name::text FROM ir_actions WHERE name::text LIKE '%Job Queue%'
     UNION ALL
    SELECT 'cron ' || cron_name FROM ir_cron WHERE cron_name LIKE '%Job Queue%'
     UNION ALL
    SELECT 'menu ' || name::text FROM ir_ui_menu WHERE name::text LIKE '%Job Queue%'
     UNION ALL
    SELECT 'message of ' || model FROM mail_message WHERE model LIKE 'queue.%'
     UNION ALL
    SELECT 'follower of ' || res_model FROM mail_followers WHERE res_model LIKE 'queue.%'
     UNION ALL
    SELECT 'attachment of ' || res_model FROM ir_attachment WHERE res_model LIKE 'queue.%'
     ORDER BY 1
"""

ENQUEUE = """
partners = env["res.partner"].create([{"name": f"{number}"} for number in range(3)])
first = partners[0].delayable().write({"comment": "first"})
first.on_done(partners[1].delayable().write({"comment": "second"})).delay()
partners[2].with_delay(identity_key="twin", channel="root.sub").write({"comment": "third"})
partners[2].with_delay().write({"no_such_field": 1})
"""

LATER = "env['res.partner'].search([], limit=1).with_delay(eta=3600).write({'name': 'x'})"
# Odoo wants the table of modules for itself at once, or refuses: an autovacuum that is at it
# right then is enough.
OPERATION = """
import time
from odoo.exceptions import UserError
for _try in range(30):
    try:
        getattr(env['ir.module.module'].search([('name', '=', 'queue_job')]), method)()
        break
    except UserError as error:
        if 'another module operation' not in str(error) or _try == 29:
            raise
        env.cr.rollback()
        time.sleep(1)
"""


def test_nothing_is_left_behind(new_database, odoo_server):
    database = new_database("queue_job")
    server = odoo_server(database, queue_job={"channels": "root:2"})
    server.expect_error("no_such_field")
    database.run(ENQUEUE)
    database.wait_jobs(settled=("done", "failed"), timeout=180)
    # One waits.
    database.run(LATER)
    position = len(server.log)
    database.run(OPERATION, method="button_immediate_uninstall", timeout=600)
    assert database.query(OBJECTS) == []
    assert database.query(RECORDS) == []
    # The server has noticed, and is not troubled.
    server.wait_log(
        "no jobs are run: the module queue_job is not installed", start=position, timeout=90
    )
    assert "Traceback" not in server.log[position:]
    # And back: as if it had never been there.
    database.run(OPERATION, method="button_immediate_install", timeout=600)
    database.run(LATER.replace("eta=3600", ""))
    database.wait_jobs(timeout=180)
