# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Parts of the engine that need neither a database nor a second process."""

import functools
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.engine import beside
from odoo.addons.queue_job.engine.identity import Identity, is_alive, start_ticks
from odoo.addons.queue_job.engine.interrupt import SIGNAL, Interrupter, JobInterrupt, Reason
from odoo.addons.queue_job.engine.pack_sizes import PackSizes
from odoo.addons.queue_job.engine.status import Running, Status, Wish
from odoo.addons.queue_job.engine.watchdog import Watchdog
from odoo.addons.queue_job.rules.backoff import Backoff
from odoo.addons.queue_job.store.claim import Claimed, Cursors

DATE = datetime(2030, 1, 1)


def wait_until(check, timeout=10.0):
    deadline = time.monotonic() + timeout
    while not check():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.005)


def claimed(job_id, channel="root", priority=10, token=1):
    return Claimed(1, 0, job_id, token, channel, priority, DATE, "<x>.y", None, 1, 0, False)


# -- status --------------------------------------------------------------------------


def test_status_is_shared_with_a_child():
    status = Status()
    assert status.running() is None
    if not (pid := os.fork()):
        status.begin(Running(7, 2**62, 1.5, 60.0, 4711, 3, 2.5))
        os._exit(0)
    os.waitpid(pid, 0)
    running = status.running()
    assert (running.job_id, running.run_token, running.backend_pid) == (7, 2**62, 4711)
    assert (running.retry, running.retry_seconds) == (3, 2.5)
    assert running.deadline == 61.5
    status.end()
    assert status.running() is None


def test_a_wish_is_for_one_job():
    status = Status()
    status.begin(Running(7, 1, 0.0, 0.0, 0))
    assert status.running().deadline is None
    status.wish(Wish.CANCEL, 7)
    assert status.wished(7) is Wish.CANCEL
    assert status.wished(8) is Wish.NONE


def test_what_runs_is_never_read_half_written():
    # A limit of one job with the begin of another would have it killed for nothing.
    status = Status()
    if not (pid := os.fork()):
        number = 0
        while True:
            number = number % 1000 + 1
            status.begin(Running(number, number, float(number), float(number), number))
    try:
        wait_until(status.running)
        end = time.monotonic() + 1.0
        seen = set()
        while time.monotonic() < end:
            # None when the writer was put to sleep half-way: as good as between two jobs.
            if not (running := status.running()):
                continue
            fields = {running.job_id, running.run_token, running.began, running.limit}
            assert len(fields) == 1
            seen |= fields
        assert len(seen) > 10
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_a_writer_that_died_half_way_says_nothing():
    status = Status()
    status.begin(Running(7, 1, 0.0, 0.0, 0))
    status._integers[0] |= 1
    assert status.running() is None
    status.begin(Running(8, 1, 0.0, 0.0, 0))
    assert status.running().job_id == 8


def test_what_a_worker_leaves_behind():
    status = Status()
    assert not status.has_taken(5)
    assert not status.is_excused(5)
    status.take(5)
    status.excuse(5)
    assert status.has_taken(5)
    assert status.is_excused(5)
    assert not status.has_taken(6)
    assert not status.is_excused(6)
    status.close()


# -- identity ------------------------------------------------------------------------


def test_identity_of_this_process():
    identity = Identity.of_this_process()
    assert identity.pid == os.getpid()
    assert identity.sees_neighbours
    assert identity.name.endswith(f":{os.getpid()}")
    assert is_alive(identity.pid, identity.start_ticks)


def test_a_pid_used_again_is_another_process():
    assert not is_alive(os.getpid(), start_ticks(os.getpid()) + 1)


def test_zombies_and_the_dead_are_not_alive():
    if not (pid := os.fork()):
        os._exit(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert not is_alive(pid)
    os.waitpid(pid, 0)
    assert not is_alive(pid)
    assert start_ticks(pid) == 0


# -- interrupting ----------------------------------------------------------------------


@pytest.fixture
def interrupter():
    before = signal.getsignal(SIGNAL)
    found = Interrupter()
    found.install()
    yield found
    signal.signal(SIGNAL, before)


def test_the_main_thread_is_interrupted(interrupter):
    interrupter.begin(7)
    timer = threading.Timer(0.05, interrupter.interrupt, [Reason.TIMEOUT, 7])
    timer.start()
    with pytest.raises(JobInterrupt) as caught, interrupter.armed(None):
        time.sleep(30)
    assert caught.value.reason is Reason.TIMEOUT
    timer.join()


def test_outside_of_the_job_nothing_is_interrupted(interrupter):
    interrupter.begin(7)
    interrupter.interrupt(Reason.CANCEL, 7)
    signal.raise_signal(SIGNAL)
    interrupter.begin(8)
    with interrupter.armed(None):
        pass
    signal.raise_signal(SIGNAL)


def test_an_interruption_never_hits_the_next_job(interrupter):
    interrupter.begin(8)
    with interrupter.armed(None):
        interrupter.interrupt(Reason.TIMEOUT, 7)
        signal.raise_signal(SIGNAL)
    assert interrupter.reason is None
    assert not interrupter.was_pulled


def test_the_next_job_waits_for_an_interruption_on_its_way(interrupter):
    class Connection:
        closed = False
        began = threading.Event()

        def cancel(self):
            self.began.set()
            time.sleep(0.1)
            done.append("cancelled")

    done = []
    interrupter.begin(7)
    connection = Connection()
    interrupter._connection = connection
    thread = threading.Thread(target=interrupter.interrupt, args=(Reason.TIMEOUT, 7))
    thread.start()
    assert connection.began.wait(10)
    interrupter.begin(8)
    done.append("begun")
    thread.join()
    assert done == ["cancelled", "begun"]
    # The process is not used for it, all the same.
    assert interrupter.was_pulled


def test_an_interruption_in_the_last_moment(interrupter):
    interrupter.begin(7)
    interrupter.interrupt(Reason.TIMEOUT, 7)
    # As if it had come while the block was being left.
    interrupter._armed = True
    with pytest.raises(JobInterrupt):
        signal.raise_signal(SIGNAL)
    interrupter.disarm()
    signal.raise_signal(SIGNAL)


def test_the_running_statement_is_cancelled(interrupter):
    class Connection:
        closed = False
        cancelled = 0

        def cancel(self):
            self.cancelled += 1

    def job():
        interrupter.interrupt(Reason.CANCEL, 7)
        time.sleep(30)

    interrupter.begin(7)

    connection = Connection()
    with pytest.raises(JobInterrupt), interrupter.armed(connection):
        job()
    assert connection.cancelled == 1


# -- watchdog --------------------------------------------------------------------------


class Recorder:
    def __init__(self):
        self.reasons = []
        self.given_back = 0
        self.deaths = 0

    def die(self):
        self.deaths += 1

    def interrupt(self, reason, _job_id):
        self.reasons.append(reason)

    def give_back(self):
        self.given_back += 1


@pytest.fixture
def watched():
    status, recorder = Status(), Recorder()
    return status, recorder, Watchdog(status, recorder, recorder.give_back, recorder.die)


def test_a_job_over_its_limit_is_interrupted_again_and_again(watched):
    status, recorder, watchdog = watched
    status.begin(Running(1, 1, 100.0, 5.0, 0))
    watchdog.step(104.9)
    assert recorder.reasons == []
    watchdog.step(105.0)
    watchdog.step(105.1)
    watchdog.step(105.3)
    assert recorder.reasons == [Reason.TIMEOUT] * 2


def test_wishes_of_the_supervisor(watched):
    status, recorder, watchdog = watched
    status.begin(Running(1, 1, 100.0, 0.0, 0))
    watchdog.step(1000.0)
    status.wish(Wish.CANCEL, 1)
    watchdog.step(1001.0)
    status.begin(Running(2, 1, 1001.0, 0.0, 0))
    watchdog.step(1002.0)
    status.wish(Wish.GIVE_BACK, 2)
    watchdog.step(1003.0)
    assert recorder.reasons == [Reason.CANCEL, Reason.GIVE_BACK]


def test_a_process_whose_lease_is_not_renewed_ends(watched, caplog):
    status, recorder, watchdog = watched
    watchdog.step(1000.0)
    status.begin(Running(1, 5, 100.0, 0.0, 0))
    watchdog.step(1000.0)
    status.renew(1010.0)
    watchdog.step(1009.9)
    assert recorder.deaths == 0
    watchdog.step(1010.0)
    assert recorder.deaths == 1
    assert status.is_excused(5)
    assert "was not renewed in time" in caplog.text
    status.end()
    watchdog.step(1011.0)
    assert recorder.deaths == 1


def test_the_rest_of_a_slow_pack_goes_back(watched):
    _status, recorder, watchdog = watched
    watchdog.pack_begins(3.0)
    watchdog.step(time.monotonic() + 2.9)
    assert recorder.given_back == 0
    watchdog.step(time.monotonic() + 3.01)
    assert recorder.given_back == 1
    watchdog.pack_ends()
    watchdog.step(time.monotonic() + 10)
    assert recorder.given_back == 1


# -- packs -----------------------------------------------------------------------------


def test_functions_are_slow_until_they_have_shown_otherwise():
    sizes = PackSizes()
    assert sizes.packable() == []
    sizes.ran("quick", 0.001)
    sizes.ran("slow", 1.0)
    assert sizes.packable() == ["quick"]
    sizes.ran("quick", 5.0)
    assert sizes.packable() == []


def test_the_slowest_of_the_short_functions_decides_the_size_of_the_next_packs():
    sizes = PackSizes()
    assert sizes.next_size() == 2
    sizes.ran("quick", 0.001)
    assert sizes.next_size() == 32
    sizes.ran("quick", 0.001)
    sizes.ran("slower", 0.010)
    sizes.ran("slow", 1.0)
    assert sizes.next_size() == 8
    assert sizes.next_size() == 8, "nothing new is known"
    sizes.ran("quick", 0.001)
    assert sizes.next_size() == 32


def test_one_run_that_waited_for_the_disk_is_made_up_for_by_those_behind_it():
    sizes = PackSizes()
    for _run in range(20):
        sizes.ran("quick", 0.002)
    sizes.ran("quick", 0.015)
    assert sizes.next_size() == 16
    sizes.ran("quick", 0.015)
    for _run in range(15):
        sizes.ran("quick", 0.002)
    assert sizes.next_size() == 32


def test_a_function_that_is_not_short_any_more_decides_nothing():
    sizes = PackSizes()
    sizes.ran("quick", 0.001)
    sizes.ran("other", 0.010)
    sizes.ran("other", 5.0)
    assert sizes.next_size() == 32


def test_slow_claims_make_larger_packs():
    sizes = PackSizes()
    sizes.ran("quick", 0.010)
    sizes.ran("slower", 0.030)
    assert (sizes.packable(), sizes.next_size()) == (["quick"], 8)
    # The machine is short of time: a claim takes ten times what it takes alone.
    for _claim in range(20):
        sizes.claimed(0.035)
    assert sizes.seconds == pytest.approx(0.28, abs=0.01)
    sizes.ran("quick", 0.010)
    assert sizes.next_size() == 16
    sizes.ran("slower", 0.030)
    assert (set(sizes.packable()), sizes.next_size()) == ({"quick", "slower"}, 8)
    for _claim in range(40):
        sizes.claimed(0.004)
    assert sizes.seconds == pytest.approx(0.1)
    sizes.ran("slower", 0.030)
    assert sizes.packable() == ["quick"]


# -- cursors ---------------------------------------------------------------------------


def test_cursors_remember_and_forget():
    cursors = Cursors()
    assert cursors.ranges() == []
    cursors.remember([5], [claimed(3, token=8), claimed(4, token=9)])
    assert (cursors.known, cursors.floor) == ([5, 3, 4], 9)
    cursors.remember([4], [claimed(2, token=10)])
    # An earlier job does not move the cursor back.
    assert cursors.ranges()[1][3] == 4
    cursors.forget()
    assert (cursors.ranges(), cursors.known, cursors.floor) == ([], [], 0)


@given(
    st.lists(st.tuples(st.integers(-5, 5), st.integers(1, 50)), min_size=1),
    st.tuples(st.integers(-8, 8), st.integers(1, 60)),
)
def test_ranges_leave_out_only_what_lies_before_a_cursor(taken, job):
    cursors = Cursors()
    cursors.remember([], [claimed(job_id, priority=priority) for priority, job_id in taken])
    last = {}
    for priority, job_id in taken:
        last[priority] = max(job_id, last.get(priority, 0))
    priority, job_id = job
    read = sum(
        (priority, DATE, job_id) > (first, date, after) and priority <= until
        for _channel, first, date, after, until in cursors.ranges()
    )
    expected = priority not in last or job_id > last[priority]
    assert read == int(expected), "each job is read once, or was read before"


# -- the program beside a threaded server ------------------------------------------------


def program(code):
    return functools.partial(subprocess.Popen, [sys.executable, "-c", code])


def test_a_program_that_was_killed_is_started_again(caplog):
    started = []

    def start():
        started.append(program("import time; time.sleep(60)")())
        return started[-1]

    keeper = beside.Beside(start, grace=1.0)
    keeper._backoff = Backoff(first=0.01, longest=0.01)
    keeper.start()
    wait_until(lambda: len(started) == 1)
    started[0].kill()
    wait_until(lambda: len(started) == 2)
    assert "was killed (SIGKILL); it is started again" in caplog.text
    keeper.stop()
    keeper._thread.join(5)
    assert not keeper._thread.is_alive()
    assert len(started) == 2
    assert started[1].returncode == -signal.SIGTERM


def test_a_program_that_does_not_stop_is_killed(monkeypatch):
    monkeypatch.setattr(beside, "_STOP_SECONDS", 0.2)
    started = []

    def start():
        code = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True)"
        process = program(f"{code}; time.sleep(60)")(stdout=subprocess.PIPE)
        process.stdout.readline()
        started.append(process)
        return process

    keeper = beside.Beside(start, grace=0.0)
    keeper.start()
    wait_until(lambda: started)
    keeper.stop()
    assert started[0].returncode == -signal.SIGKILL
    started[0].stdout.close()


def test_a_program_that_cannot_be_started_is_tried_again():
    tries = []

    def start():
        tries.append(1)
        raise OSError("no more processes")

    keeper = beside.Beside(start, grace=0.0)
    keeper._backoff = Backoff(first=0.01, longest=0.01)
    keeper.start()
    wait_until(lambda: len(tries) > 1)
    keeper.stop()
    keeper._thread.join(5)
    assert not keeper._thread.is_alive()
