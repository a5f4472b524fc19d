# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a server may be told not to run."""

from engine import ADDON, enqueue


def test_only_declared_functions_run(new_database, odoo_server):
    database = new_database(ADDON)
    database.query(
        """
        INSERT INTO queue_job_function (name, model_id, method, channel_id)
        SELECT '<test.queue.effect>.do_nothing', m.id, 'do_nothing', c.id
          FROM ir_model m, queue_job_channel c
         WHERE m.model = 'test.queue.effect' AND c.complete_name = 'root'
        """
    )
    server = odoo_server(database, queue_job={"only_declared_functions": "True"})
    [declared] = enqueue(server, "do_nothing")
    [other] = enqueue(server, "write_effect", "never")
    database.wait_jobs(settled=("done", "failed"))
    rows = dict(database.query("SELECT uuid, state FROM queue_job"))
    assert rows == {declared: "done", other: "failed"}
    [(name, message)] = database.query(
        "SELECT exc_name, exc_message FROM queue_job WHERE uuid = %s", (other,)
    )
    assert name == "odoo.addons.queue_job.exception.NotAllowedJobError"
    assert "<test.queue.effect>.write_effect is not declared as a job function" in message
    assert database.value("SELECT count(*) FROM test_queue_effect") == 0
    server.expect_error("is not declared as a job function")
