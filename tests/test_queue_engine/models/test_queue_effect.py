# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Jobs of every temper."""

import os
import signal
import socket
import time

from odoo import api, fields, models

from odoo.addons.queue_job.delay import group
from odoo.addons.queue_job.engine import faults
from odoo.addons.queue_job.exception import NothingToDoJob, RetryableJobError


class TestQueueEffect(models.Model):
    """A row is the effect of a job: there must be exactly one per job that is done."""

    _name = "test.queue.effect"
    _description = "Effect of a Test Job"
    _log_access = False

    key = fields.Char(index=True)
    value = fields.Char()
    computed_as = fields.Char(compute="_compute_computed_as", compute_sudo=False, store=True)

    @api.depends("key")
    def _compute_computed_as(self):
        for effect in self:
            effect.computed_as = f"{self.env.uid} {self.env.su}"

    def enqueue(self, method, args=(), kwargs=None, options=None, times=1):
        """Delay a method of this model, for tests that talk to a server.

        :return: uuids of the jobs
        """
        return [
            getattr(self.with_delay(**(options or {})), method)(*args, **(kwargs or {})).uuid
            for _number in range(times)
        ]

    def enqueue_after(self, key, parents):
        """Delay a job that waits for others.

        :param parents: methods of this model that take a key
        :return: number of jobs
        """
        child = self.delayable().leave_trace(key)
        before = [getattr(self.delayable(), name)(f"{key}: {name}") for name in parents]
        group(*before).on_done(child).delay()
        return len(before) + 1

    def write_effect(self, key, seconds=0.0):
        """Leave an effect, after some time."""
        with self.env["test.queue.run"]._recorded(key):
            self.create({"key": key, "value": str(os.getpid())})
            self.env.flush_all()
            if seconds:
                time.sleep(seconds)
        return key

    def leave_trace(self, key, seconds=0.0):
        """Leave an effect that names its job; may be killed in the middle."""
        with self.env["test.queue.run"]._recorded(key):
            self.create({"key": key, "value": self.env.context.get("job_uuid")})
            self.env.flush_all()
            faults.point("in_job")
            if seconds:
                time.sleep(seconds)

    def leave_to_compute(self, key):
        """Leave an effect whose stored field is still to be computed."""
        self.create({"key": key})

    def break_transaction(self):
        """Leave an effect and an aborted transaction."""
        self.create({"key": "broken"})
        self.env.cr.execute("SELECT 1 / 0", log_exceptions=False)

    def stay_alive(self, key, seconds):
        """Tell all the time, past the transaction, that the run goes on.

        It is over after ``seconds``, or when there is an effect named ``enough``.
        """
        runs = self.env["test.queue.run"]
        with runs._recorded(key), runs._beating(key) as beat:
            self.create({"key": key, "value": str(os.getpid())})
            self.env.flush_all()
            end = time.monotonic() + seconds
            while time.monotonic() < end and not beat():
                time.sleep(0.05)

    def ask_often(self, key, seconds):
        """Talk to the database all the time, at the first try."""
        with self.env["test.queue.run"]._recorded(key) as tries:
            self.create({"key": key, "value": str(os.getpid())})
            self.env.flush_all()
            end = time.monotonic() + seconds
            while tries == 1 and time.monotonic() < end:
                self.env.cr.execute("SELECT 1", log_exceptions=False)
                time.sleep(0.05)

    def pass_by(self, seconds=0.0):
        """Short, but a place where it may be stopped or killed."""
        faults.point("in_job")
        if seconds:
            time.sleep(seconds)

    def commit_in_the_middle(self, key):
        """Commit half of the work; may be stopped before that and before the end."""
        with self.env["test.queue.run"]._recorded(key) as run:
            self.create({"key": key, "value": f"run {run}, first half"})
            faults.point("in_first_half")
            self.env.cr.commit()
            self.create({"key": key, "value": f"run {run}, second half"})
            self.env.flush_all()
            faults.point("in_second_half")

    def break_after_commit(self, key):
        """Leave an effect, and something to be done after the commit that fails."""

        def postcommit():
            raise ValueError("after the commit")

        self.create({"key": key, "value": "done"})
        self.env.cr.postcommit.add(postcommit)

    def do_nothing(self):
        """As little as a job can do."""

    def fail(self, message="it does not work"):
        """Leave an effect and raise: the effect must not stay."""
        self.create({"key": "failed", "value": message})
        raise ValueError(message)

    def on_fail(self, exc_info, exc_name, exc_message):
        """Called when ``fail`` has failed, if the job function says so."""
        self.create({"key": "on_fail", "value": f"{exc_name}: {exc_message}"})

    def retry(self, seconds=0, succeed_at=None):
        """Ask for another try until the try of that number."""
        with self.env["test.queue.run"]._recorded("retry") as tries:
            if succeed_at is None or tries < succeed_at:
                raise RetryableJobError("not yet", seconds=seconds)
        return f"tried {tries} times"

    def retry_before_commit(self):
        """Ask for another try when the method has long returned."""

        def precommit():
            raise RetryableJobError("not yet", seconds=0)

        self.env.cr.precommit.add(precommit)

    def nothing_to_do(self):
        """Leave an effect and find that it was in vain."""
        self.create({"key": "nothing", "value": ""})
        raise NothingToDoJob("all is well already")

    def commit_often(self, key, times, seconds=0.0):
        """Commit in the middle of the work."""
        with self.env["test.queue.run"]._recorded(key):
            for number in range(times):
                self.create({"key": key, "value": str(number)})
                self.env.cr.commit()
                if seconds:
                    time.sleep(seconds)

    def conflict(self, key, times):
        """Lose against another transaction the first ``times`` times."""
        with self.env["test.queue.run"]._recorded(key) as tries:
            if tries <= times:
                # What the database says to whoever comes second.
                self.env.cr.execute(
                    "DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$",
                    log_exceptions=False,
                )
            self.create({"key": key, "value": str(tries)})

    def kill_worker(self, key, times):
        """Kill the own process the first ``times`` times."""
        with self.env["test.queue.run"]._recorded(key) as tries:
            if tries <= times:
                os.kill(os.getpid(), signal.SIGKILL)
            self.create({"key": key, "value": "survived"})

    # Four ways of not coming to an end, from the easiest to stop to the hardest.

    def loop_in_python(self, seconds):
        """Count."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            sum(range(1000))

    def sleep_in_sql(self, seconds):
        """Let the database wait."""
        self.env.cr.execute("SELECT pg_sleep(%s)", (seconds,), log_exceptions=False)

    def sleep_in_c(self, seconds):
        """Wait in the C library."""
        time.sleep(seconds)

    def wait_for_socket(self, seconds):
        """Wait for an answer that does not come."""
        server = socket.socket()
        server.bind(("127.0.0.1", 0))
        server.listen()
        client = socket.create_connection(server.getsockname())
        # Seconds are for show: the call blocks in the C library, for ever.
        client.settimeout(None)
        client.recv(1)

    def swallow_everything(self, seconds):
        """Take no interruption for an answer."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                time.sleep(0.01)
            except BaseException:  # pylint: disable=broad-except
                continue
