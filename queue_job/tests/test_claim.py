# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The claim statement, held against the models in ``rules.capacity`` and ``rules.rates``."""

import random
from datetime import datetime, timedelta

from odoo.tests import TransactionCase, tagged

from ..rules.capacity import Candidate, Limits, grant
from ..rules.channels import parse_channels
from ..rules.rates import Bucket, take
from ..store import claim, runners, settle
from ..store.prepared import plain

NOW = datetime(2030, 1, 1, 12)
MINUTE = timedelta(minutes=1)


class ClaimCase(TransactionCase):
    """An empty queue and one runner with plenty of workers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cr.execute("DELETE FROM queue_job")
        cls.cr.execute("DELETE FROM queue_job_runner")
        cls.cr.execute("UPDATE queue_job_channel SET is_limited = false, capacity = 0")
        cls.root = cls.env.ref("queue_job.channel_root")
        cls.runner_id = cls.register(slots=100)
        # Alive whatever time a test makes it.
        cls.env.cr.execute("UPDATE queue_job_runner SET date_beat = %s", [NOW + timedelta(days=1)])

    @classmethod
    def register(cls, slots):
        return runners.register(
            cls.env.cr,
            name="test",
            uuid=str(random.random()),
            hostname="test",
            boot_id="test",
            pid_namespace="test",
            pid=1,
            start_ticks=1,
            slots=slots,
            version="1",
            now=NOW,
        )

    def channel(self, name, **values):
        """Create or change a channel by its complete name; parents are created too."""
        self.env.flush_all()
        found = self.env["queue.job.channel"].search([("complete_name", "=", name)])
        if not found:
            parent, _dot, last = name.rpartition(".")
            found = self.env["queue.job.channel"].create(
                {"name": last, "parent_id": self.channel(parent).id}
            )
        if values:
            found.write(values)
        self.env.flush_all()
        return found

    def add(self, channel="root", **values):
        """Insert a job and return its id."""
        values = {
            "uuid": str(random.random()),
            "state": "pending",
            "priority": 10,
            "date_created": NOW - MINUTE,
            "channel": channel,
            "channel_method_name": "<res.partner>.short",
            **values,
        }
        columns = ", ".join(values)
        self.env.cr.execute(
            f"INSERT INTO queue_job ({columns}) VALUES %s RETURNING id", [tuple(values.values())]
        )
        return self.env.cr.fetchone()[0]

    def claim(self, slots=4, **kwargs):
        kwargs = {"now": NOW, "runner_id": self.runner_id, **kwargs}
        return claim.claim(self.env.cr, worker_pids=list(range(1, slots + 1)), **kwargs)

    def ids(self, claimed):
        return [job.id for job in claimed]

    def row(self, job_id):
        self.env.cr.execute("SELECT * FROM queue_job WHERE id = %s", [job_id])
        return self.env.cr.dictfetchone()


@tagged("post_install", "-at_install")
class TestClaim(ClaimCase):
    def test_nothing_to_claim(self):
        self.assertEqual(self.claim(), [])

    def test_what_is_written(self):
        job_id = self.add(unique_key="once")
        [job] = self.claim()
        row = self.row(job_id)
        self.assertEqual(row["state"], "started")
        self.assertEqual(row["run_token"], job.run_token)
        self.assertEqual(row["runner_id"], self.runner_id)
        self.assertEqual(row["worker_pid"], 1)
        self.assertEqual(row["attempt"], 1)
        self.assertEqual(row["date_enqueued"], NOW)
        self.assertEqual(row["date_started"], NOW)
        self.assertIsNone(row["unique_key"])

    def test_order_is_priority_then_date_then_id(self):
        late = self.add()
        early = self.add(date_created=NOW - 2 * MINUTE)
        urgent = self.add(priority=1)
        same = self.add()
        self.assertEqual(self.ids(self.claim()), [urgent, early, late, same])

    def test_a_retried_job_does_not_overtake_an_urgent_one(self):
        retried = self.add(eta=NOW - 2 * MINUTE, date_created=NOW - 9 * MINUTE)
        urgent = self.add(priority=1, date_created=NOW)
        self.assertEqual(self.ids(self.claim(slots=1)), [urgent])
        self.assertEqual(self.ids(self.claim(slots=1)), [retried])

    def test_only_due_and_pending_jobs(self):
        self.add(state="wait_dependencies")
        self.add(state="failed")
        self.add(is_due=False, eta=NOW - MINUTE)
        self.add(eta=NOW + MINUTE)
        due = self.add(eta=NOW - MINUTE)
        self.assertEqual(self.ids(self.claim()), [due])

    def test_one_pack_for_each_idle_worker(self):
        jobs = [self.add() for _number in range(5)]
        self.assertEqual(self.ids(self.claim(slots=2)), jobs[:2])
        self.assertEqual(self.ids(self.claim(slots=2)), jobs[2:4])

    def test_living_workers_of_all_nodes_bound_root(self):
        self.env.cr.execute("UPDATE queue_job_runner SET slots = 2")
        for _number in range(5):
            self.add()
        self.assertEqual(len(self.claim()), 2)
        self.register(slots=1)
        self.assertEqual(len(self.claim()), 1)
        self.assertEqual(len(self.claim()), 0)

    def test_workers_of_dead_nodes_do_not_count(self):
        self.env.cr.execute("UPDATE queue_job_runner SET date_beat = %s", [NOW - MINUTE])
        self.add()
        self.assertEqual(self.claim(), [])

    def test_capacity_counts_what_runs_on_other_nodes(self):
        self.channel("root.a", is_limited=True, capacity=2)
        for _number in range(3):
            self.add("root.a")
        other = self.register(slots=1)
        self.assertEqual(len(self.claim(slots=1, runner_id=other)), 1)
        self.assertEqual(len(self.claim()), 1)
        self.assertEqual(len(self.claim()), 0)

    def test_capacity_0_stops_a_channel_and_all_below(self):
        self.channel("root.a", is_limited=True, capacity=0)
        self.channel("root.a.b")
        self.add("root.a")
        self.add("root.a.b")
        self.assertEqual(self.claim(), [])

    def test_paused_channel(self):
        self.channel("root.a", paused=True)
        self.channel("root.a.b")
        self.add("root.a.b")
        free = self.add()
        self.assertEqual(self.ids(self.claim()), [free])
        self.channel("root.a", paused=False)
        self.assertEqual(len(self.claim()), 1)

    def test_excluded_channels(self):
        self.channel("root.a.b")
        self.channel("root.ab")
        self.add("root.a")
        self.add("root.a.b")
        other = self.add("root.ab")
        self.assertEqual(self.ids(self.claim(exclude=["root.a"])), [other])

    def test_concurrency_key_runs_once_at_a_time(self):
        first = self.add(concurrency_key="k")
        second = self.add(concurrency_key="k")
        other = self.add(concurrency_key="l")
        claimed = self.claim()
        self.assertEqual(self.ids(claimed), [first, other])
        self.assertEqual(self.claim(), [])
        settle.release(self.env.cr, job_ids=[first], run_token=claimed[0].run_token)
        self.env.cr.execute("UPDATE queue_job SET state = 'done' WHERE id = %s", [first])
        self.assertEqual(self.ids(self.claim()), [second])

    def test_sequential_channel(self):
        self.channel("root.s", is_limited=True, capacity=1, sequential=True)
        first = self.add("root.s")
        second = self.add("root.s")
        [job] = self.claim()
        self.assertEqual(job.id, first)
        self.assertEqual(self.claim(), [])
        settle.fail(
            self.env.cr,
            job_id=first,
            run_token=job.run_token,
            exc_name="X",
            exc_message="x",
            exc_info="x",
        )
        # A failed job holds the ones behind it until somebody has looked at it.
        self.assertEqual(self.claim(), [])
        self.env.cr.execute("UPDATE queue_job SET state = 'cancelled' WHERE id = %s", [first])
        self.assertEqual(self.ids(self.claim()), [second])

    def test_sequential_waits_for_a_delayed_job_before_it(self):
        self.channel("root.s", is_limited=True, capacity=1, sequential=True)
        cursors = claim.Cursors()
        delayed = self.add("root.s", eta=NOW + MINUTE, is_due=False)
        later = self.add("root.s", date_created=NOW)
        urgent = self.add("root.s", priority=1, date_created=NOW)
        self.assertEqual(self.ids(self.claim(cursors=cursors)), [urgent])
        self.env.cr.execute("UPDATE queue_job SET state = 'done' WHERE id = %s", [urgent])
        self.env.cr.execute("UPDATE queue_job SET run_token = NULL")
        self.assertEqual(self.claim(cursors=cursors), [])
        self.env.cr.execute("UPDATE queue_job SET is_due = true, eta = %s", [NOW])
        # Behind the cursor of whoever claimed the urgent one, and yet the next.
        self.assertEqual(self.ids(self.claim(cursors=cursors)), [delayed])
        self.assertEqual(self.row(later)["state"], "pending")

    def test_sequential_waits_for_a_busy_key_before_it(self):
        self.channel("root.s", is_limited=True, capacity=1, sequential=True)
        busy = self.add(concurrency_key="k")
        self.assertEqual(self.ids(self.claim()), [busy])
        self.add("root.s", concurrency_key="k")
        self.add("root.s")
        self.assertEqual(self.claim(), [])

    def test_throttle_starts_one_in_n_seconds(self):
        self.channel("root.t", throttle=10)
        self.channel("root.t.sub")
        for name in ("root.t", "root.t.sub", "root.t"):
            self.add(name)
        self.assertEqual(len(self.claim()), 1)
        self.assertEqual(len(self.claim(now=NOW + timedelta(seconds=9))), 0)
        self.assertEqual(len(self.claim(now=NOW + timedelta(seconds=10.1))), 1)
        self.assertEqual(len(self.claim(now=NOW + timedelta(seconds=11))), 0)

    def test_rate_is_a_bucket_that_refills(self):
        self.channel("root.r", rate_limit=3, rate_period=60, rate_burst=3)
        for _number in range(9):
            self.add("root.r")
        self.assertEqual(len(self.claim(slots=9)), 3)
        self.assertEqual(len(self.claim(slots=9, now=NOW + timedelta(seconds=19))), 0)
        self.assertEqual(len(self.claim(slots=9, now=NOW + timedelta(seconds=21))), 1)
        self.assertEqual(len(self.claim(slots=9, now=NOW + 60 * MINUTE)), 3)

    def test_without_a_burst_starts_are_spread_evenly(self):
        self.channel("root.r", rate_limit=60, rate_period=60)
        for _number in range(9):
            self.add("root.r")
        self.assertEqual(len(self.claim(slots=9)), 1)
        self.assertEqual(len(self.claim(slots=9, now=NOW + timedelta(seconds=1.1))), 1)

    def test_the_statement_agrees_with_the_model_of_rates(self):
        rng = random.Random(19)
        channel = self.channel("root.r")
        for number in range(25):
            self.env.cr.execute("DELETE FROM queue_job")
            self.env.cr.execute("DELETE FROM queue_job_bucket")
            throttle = rng.choice([0, 0, 7])
            limit, period = rng.randrange(1, 90), rng.choice([1, 10, 60])
            burst = rng.choice([0, 0, 1, 5])
            channel.write(
                {
                    "throttle": throttle,
                    "rate_limit": limit,
                    "rate_period": period,
                    "rate_burst": burst,
                }
            )
            self.env.flush_all()
            if throttle:
                bucket = Bucket(1 / throttle)
            else:
                config = f"root.r:9:rate={limit}/{period}" + (f":burst={burst}" if burst else "")
                [spec] = parse_channels(config)
                bucket = Bucket(limit / period, spec.effective_burst)
            for _job in range(60):
                self.add("root.r")
            state, now, left = None, 0.0, 60
            for _claim in range(8):
                # An odd step, or floats of the two would round a whole token differently.
                now += rng.choice([0.0, 0.013, 1.017, 7.019, 61.023])
                wanted = min(rng.randrange(1, 9), left)
                expected, state = take(bucket, state, now, wanted)
                claimed = self.claim(slots=max(wanted, 1), now=NOW + timedelta(seconds=now))
                with self.subTest(round=number, bucket=bucket, now=now):
                    self.assertEqual(len(claimed), expected)
                left -= expected

    def test_packs_of_short_jobs(self):
        jobs = [self.add() for _number in range(10)]
        claimed = self.claim(slots=2, pack=4, packable=["<res.partner>.short"])
        packs = {}
        for job in claimed:
            packs.setdefault(job.run_token, []).append(job.id)
        # Dealt out like cards.
        self.assertEqual(list(packs.values()), [jobs[0:8:2], jobs[1:8:2]])
        states = [self.row(job_id)["state"] for job_id in jobs]
        self.assertEqual(states, ["started"] * 2 + ["enqueued"] * 6 + ["pending"] * 2)

    def test_a_pack_counts_as_one(self):
        self.channel("root.a", is_limited=True, capacity=2)
        for _number in range(12):
            self.add("root.a")
        kwargs = {"slots": 1, "pack": 4, "packable": ["<res.partner>.short"]}
        self.assertEqual(len(self.claim(**kwargs)), 4)
        self.assertEqual(len(self.claim(**kwargs)), 4)
        self.assertEqual(len(self.claim(**kwargs)), 0)

    def test_who_is_alone_in_a_pack(self):
        self.channel("root.s", is_limited=True, capacity=1, sequential=True)
        self.channel("root.t", throttle=1)
        for channel in ("root.s", "root.s", "root.t", "root.t"):
            self.add(channel)
        for _number in range(2):
            self.add(channel_method_name="<res.partner>.long")
        self.add(concurrency_key="k")
        self.add(crashes=1)
        claimed = self.claim(slots=20, pack=8, packable=["<res.partner>.short"])
        self.assertEqual({job.member for job in claimed}, {0})
        self.assertEqual(len(claimed), 6)

    def test_four_jobs_and_four_workers_make_four_packs(self):
        for _number in range(4):
            self.add()
        claimed = self.claim(slots=4, pack=8, packable=["<res.partner>.short"])
        self.assertEqual([job.slot for job in claimed], [1, 2, 3, 4])

    def test_cursors_read_behind_what_was_claimed(self):
        cursors = claim.Cursors()
        first = self.add()
        self.assertEqual(self.ids(self.claim(cursors=cursors)), [first])
        late = self.add(date_created=NOW - 5 * MINUTE)
        behind = self.add()
        urgent = self.add(priority=5, date_created=NOW - 5 * MINUTE)
        elsewhere = self.add(priority=20, date_created=NOW - 5 * MINUTE)
        self.assertEqual(self.ids(self.claim(cursors=cursors)), [urgent, behind, elsewhere])
        # It committed late: only a full look finds it.
        self.assertEqual(self.claim(cursors=cursors), [])
        cursors.forget()
        self.assertEqual(self.ids(self.claim(cursors=cursors)), [late])

    def test_cursors_know_what_others_lease(self):
        self.channel("root.a", is_limited=True, capacity=2)
        cursors = claim.Cursors()
        for _number in range(4):
            self.add("root.a")
        self.assertEqual(len(self.claim(slots=1, cursors=cursors)), 1)
        self.assertEqual(len(self.claim(slots=1)), 1)
        self.assertEqual(len(self.claim(slots=1, cursors=cursors)), 0)

    def test_tokens_rise(self):
        self.add()
        self.add()
        first, second = self.claim()
        self.assertLess(first.run_token, second.run_token)
        self.add()
        [third] = self.claim()
        self.assertLess(second.run_token, third.run_token)

    def test_the_statement_agrees_with_the_model(self):
        rng = random.Random(19)
        names = ["root", "root.a", "root.b", "root.a.x", "root.a.y", "root.b.z"]
        for name in names[1:]:
            self.channel(name)
        for _round in range(120):
            self.env.cr.execute("DELETE FROM queue_job")
            limits, running, waiting = {}, {}, []
            for name in names:
                capacity = rng.choice([None, None, 0, 1, 2, 3, 5])
                paused = rng.random() < 0.05
                # Of channels with others below, the statement orders their own jobs only.
                sequential = name in ("root.a.x", "root.b.z") and rng.random() < 0.5
                capacity = 1 if sequential else capacity
                limits[name] = Limits(capacity=capacity, paused=paused, sequential=sequential)
                self.env.cr.execute(
                    "UPDATE queue_job_channel SET is_limited = %s, capacity = %s, paused = %s,"
                    " sequential = %s WHERE complete_name = %s",
                    [capacity is not None, capacity or 0, paused, sequential, name],
                )
                running[name] = rng.randrange(2)
                for number in range(running[name]):
                    self.add(name, state="started", run_token=number + 10 * names.index(name) + 1)
            for _number in range(rng.randrange(20)):
                name, priority = rng.choice(names), rng.randrange(3)
                date = NOW - rng.randrange(3) * MINUTE
                failed, delayed = rng.random() < 0.02, rng.random() < 0.1
                job_id = self.add(
                    name,
                    priority=priority,
                    date_created=date,
                    state="failed" if failed else "pending",
                    is_due=not delayed,
                    eta=NOW + MINUTE if delayed else None,
                )
                waiting.append(
                    Candidate(
                        job_id,
                        channel=name,
                        priority=priority,
                        date=date,
                        ready=not failed and not delayed,
                        failed=failed,
                    )
                )
            slots = rng.randrange(1, 8)
            expected = grant(limits, running, waiting, slots=slots)
            with self.subTest(round=_round):
                self.assertEqual(self.ids(self.claim(slots=slots)), expected)

    def test_the_claim_reads_its_index(self):
        self.env.cr.execute(
            """
            INSERT INTO queue_job (uuid, state, channel, priority, date_created)
            SELECT 'uuid' || n, CASE WHEN n %% 50 = 0 THEN 'pending' ELSE 'done' END, 'root', 10,
                   %s::timestamp + n * interval '1 second'
              FROM generate_series(1, 20000) n
            """,
            [NOW - timedelta(days=1)],
        )
        self.env.cr.execute("ANALYZE queue_job")
        self.env.cr.execute(
            plain().replace(" WITH RECURSIVE", " EXPLAIN WITH RECURSIVE", 1),
            claim.parameters(
                runner_id=self.runner_id,
                worker_pids=[1, 2],
                cursors=claim.Cursors(),
                pack=8,
                packable=[],
                exclude=[],
                now=NOW,
            ),
        )
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("queue_job_claim_index", plan)
        self.assertNotIn("Seq Scan on queue_job ", plan)
