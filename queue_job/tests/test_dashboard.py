# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the dashboard is told, and what it costs the database."""

import datetime as dt
import json
import re
import uuid
from unittest import mock

from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

from ..engine.statistics import Ran, Statistics
from ..store import bus, overview, runners, statistics

NAME = "<res.partner>.write"


class DashboardCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cr.execute("DELETE FROM queue_job")
        cls.cr.execute("DELETE FROM queue_job_runner")
        cls.cr.execute("DELETE FROM queue_job_statistic")

    def add_jobs(self, count=1, **values):
        for _index in range(count):
            row = {
                "uuid": str(uuid.uuid4()),
                "name": "x",
                "state": "pending",
                "is_due": True,
                "channel": "root",
                "priority": 10,
                "model_name": "res.partner",
                "method_name": "write",
                "channel_method_name": NAME,
                **values,
            }
            self.cr.execute(
                f"INSERT INTO queue_job ({', '.join(row)}, date_created)"
                f" VALUES ({', '.join(['%s'] * len(row))},"
                " clock_timestamp() AT TIME ZONE 'UTC' - interval '90 s')",
                list(row.values()),
            )

    def add_runner(self):
        return runners.register(
            self.cr,
            name="here:1",
            uuid=str(uuid.uuid4()),
            hostname="here",
            boot_id="",
            pid_namespace="",
            pid=1,
            start_ticks=1,
            slots=4,
            version="1",
        )

    def ran(self, *runs):
        added = Statistics()
        for end, waited, seconds in runs:
            added.add(Ran(NAME, "root", end, waited, seconds))
        statistics.add(self.cr, sums=list(added._sums.items()))

    def overview(self, period=60):
        return self.env["queue.job.dashboard"].get_overview(period)

    def state(self, name):
        return next(state for state in self.overview()["states"] if state["name"] == name)


@tagged("post_install", "-at_install")
class TestDashboard(DashboardCase):
    def test_numbers_by_state_lead_to_their_jobs(self):
        self.add_jobs(3)
        self.add_jobs(state="wait_dependencies", is_due=False)
        self.add_jobs(2, state="failed", is_due=False)
        self.add_jobs(state="pending", is_due=False, eta="2100-01-01")
        for name, count in (
            ("waiting", 3),
            ("wait_dependencies", 1),
            ("failed", 2),
            ("scheduled", 1),
            ("running", 0),
        ):
            state = self.state(name)
            self.assertEqual((state["count"], state["is_exact"]), (count, True), name)
            if name != "waiting":  # which also finds the scheduled ones
                self.assertEqual(self.env["queue.job"].search_count(state["domain"]), count)

    def test_large_numbers_are_estimates(self):
        self.add_jobs(4)
        found = overview.states(self.cr, limit=3)
        self.assertFalse(found["waiting"][1])
        self.assertGreaterEqual(found["waiting"][0], 4)

    def test_channels(self):
        root = self.env.ref("queue_job.channel_root")
        sub, _leaf = self.env["queue.job.channel"].create(
            [
                {"name": "dash", "parent_id": root.id, "is_limited": True, "capacity": 2},
                {"name": "other", "parent_id": root.id, "throttle": 5, "rate_limit": 0},
            ]
        )
        leaf = self.env["queue.job.channel"].create({"name": "leaf", "parent_id": sub.id})
        sub.paused = True
        self.env.flush_all()
        runner = self.add_runner()
        self.add_jobs(
            state="started", is_due=False, channel="root.dash.leaf", run_token=1, runner_id=runner
        )
        self.add_jobs(2, channel="root.dash.leaf")
        by_name = {channel["name"]: channel for channel in self.overview()["channels"]}
        found = by_name["root.dash.leaf"]
        self.assertEqual(found["id"], leaf.id)
        self.assertEqual((found["running"], found["waiting"], found["has_more"]), (1, 2, False))
        self.assertAlmostEqual(found["oldest"], 90, delta=30)
        self.assertEqual((found["is_paused"], found["is_held"]), (False, True))
        self.assertEqual(
            (by_name["root.dash"]["is_paused"], by_name["root.dash"]["below"]), (True, 1)
        )
        self.assertEqual(by_name["root.dash"]["capacity"], 2)
        self.assertEqual(by_name["root"]["below"], 1)
        self.assertIsNone(by_name["root.other"]["capacity"])
        self.assertEqual(by_name["root.other"]["note"], "one every 5 s")

    def test_a_backlog_is_counted_up_to_a_limit(self):
        self.add_jobs(5)
        with mock.patch.object(overview, "_BUDGET", 0), mock.patch.object(overview, "_FEWEST", 3):
            root = next(c for c in overview.channels(self.cr) if c["name"] == "root")
        self.assertEqual((root["waiting"], root["has_more"]), (3, True))

    def test_history(self):
        self.ran(("done", 1.0, 0.2), ("done", 1.0, 0.2), ("failed", 30.0, 3.0), ("retried", 1, 1))
        found = self.overview()
        self.assertEqual((found["done"], found["failed"]), (2, 1))
        self.assertAlmostEqual(found["failure_rate"], 1 / 3)
        self.assertEqual(sum(minute["retried"] for minute in found["minutes"]), 1)
        self.assertTrue(0.1 <= found["runs"]["p50"] <= 1)
        self.assertTrue(10 <= found["waits"]["p99"] <= 30)
        [function] = found["functions"]
        self.assertEqual((function["function"], function["done"], function["failed"]), (NAME, 2, 1))
        self.assertTrue(0.1 <= function["p50"] <= 1)

    def test_history_ends_with_the_period(self):
        self.ran(("done", 1.0, 0.2))
        self.cr.execute(
            "UPDATE queue_job_statistic SET minute = minute - interval '20 min' WHERE grain > 0"
        )
        self.assertEqual(self.overview(15)["done"], 0)
        self.assertEqual(self.overview(60)["done"], 1)

    def test_without_anything_there_is_nothing_to_show(self):
        found = self.overview()
        self.assertIsNone(found["failure_rate"])
        self.assertIsNone(found["runs"]["p50"])
        self.assertEqual((found["functions"], found["failures"], found["nodes"]), ([], [], []))
        self.assertIn("No job server is alive", found["warnings"][0]["text"])
        json.dumps(found)

    def test_nodes_and_what_they_run(self):
        runner = self.add_runner()
        self.add_jobs(
            state="started", is_due=False, run_token=1, runner_id=runner, name="Long",
            date_started="2020-01-01",
        )  # fmt: skip
        found = self.overview()
        [node] = found["nodes"]
        self.assertTrue(node["is_alive"])
        self.assertEqual([job["name"] for job in node["jobs"]], ["Long"])
        self.assertGreater(node["jobs"][0]["seconds"], 3600)
        self.assertEqual(found["warnings"], [])
        json.dumps(found)

    def test_a_server_that_fell_silent_is_told(self):
        self.add_runner()
        silent = self.add_runner()
        self.cr.execute(
            "UPDATE queue_job_runner SET date_beat = date_beat - interval '60 s' WHERE id = %s",
            [silent],
        )
        [warning] = self.overview()["warnings"]
        self.assertEqual(warning["level"], "warning")
        self.assertIn("here:1", warning["text"])

    def test_a_server_that_can_not_hear_is_told(self):
        self.add_runner()
        self.cr.execute("UPDATE queue_job_runner SET listens = false")
        [warning] = self.overview()["warnings"]
        self.assertEqual(warning["level"], "warning")
        self.assertIn("here:1", warning["text"])

    def test_why_a_server_starts_nothing_is_told(self):
        self.add_runner()
        self.cr.execute("UPDATE queue_job_runner SET obstacle = 'its code is older'")
        [warning] = self.overview()["warnings"]
        self.assertIn("here:1 starts no jobs: its code is older.", warning["text"])

    def test_a_paused_queue_is_told(self):
        self.add_runner()
        self.env.ref("queue_job.channel_root").paused = True
        self.env.flush_all()
        self.assertIn("paused", self.overview()["warnings"][0]["text"])

    def test_failures_are_grouped_by_function_and_error(self):
        self.add_jobs(2, state="failed", is_due=False, exc_name="ValueError", exc_message="one")
        self.add_jobs(state="failed", is_due=False, exc_name="KeyError", exc_message="two")
        first, second = self.overview()["failures"]
        self.assertEqual(
            (first["exc_name"], first["jobs"], first["message"]), ("ValueError", 2, "one")
        )
        self.assertEqual((second["exc_name"], second["jobs"]), ("KeyError", 1))
        self.assertEqual(self.env["queue.job"].search_count(first["domain"]), 2)

    def test_only_for_those_who_may_see_jobs(self):
        user = new_test_user(self.env, "dashboard-stranger", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.env["queue.job.dashboard"].with_user(user).get_overview()
        manager = new_test_user(
            self.env,
            "dashboard-manager",
            groups="base.group_user,queue_job.group_queue_job_manager",
        )
        self.env["queue.job.dashboard"].with_user(manager).get_overview()

    def test_single_jobs_show_where_they_may_be_seen(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        manager = new_test_user(
            self.env,
            login="dashboard_manager",
            groups="base.group_user,queue_job.group_queue_job_manager",
        )
        runner_id = self.add_runner()
        for number, company in enumerate((self.env.company.id, elsewhere.id, None), start=1):
            self.add_jobs(
                state="started",
                run_token=number,
                runner_id=runner_id,
                name=f"of {company}",
                company_id=company,
            )
            self.add_jobs(
                state="failed", exc_name=f"Error{number}", exc_message="m", company_id=company
            )
        dashboard = self.env["queue.job.dashboard"].with_user(manager)
        found = dashboard.get_overview(60)
        [node] = found["nodes"]
        self.assertEqual(
            {job["name"] for job in node["jobs"]}, {f"of {self.env.company.id}", "of None"}
        )
        self.assertEqual({each["exc_name"] for each in found["failures"]}, {"Error1", "Error3"})
        self.assertEqual({each["message"] for each in found["failures"]}, {"m"})
        self.assertEqual(len(self.overview()["failures"]), 3, "the superuser sees all")
        self.env.ref("queue_job.group_queue_job_manager").implied_ids -= self.env.ref(
            "queue_job.group_queue_job_payload"
        )
        found = dashboard.get_overview(60)
        self.assertEqual({each["message"] for each in found["failures"]}, {None})

    def test_tens_and_minutes_add_up_to_the_period(self):
        """What is read in tens of minutes is the same as minute by minute."""
        now = dt.datetime(2024, 5, 6, 7, 38, 30)
        for minutes in (0, 7, 9, 19, 30, 37, 44, 58, 59, 61, 69, 75):
            at = now - dt.timedelta(minutes=minutes)
            added = Statistics()
            for _run in range(minutes + 1):
                added.add(Ran(NAME, "root", "done", 1.0, 0.2))
            statistics.add(self.cr, sums=list(added._sums.items()), now=at)
        for count in (15, 60):
            [function], (waits, runs) = overview.functions(self.cr, count=count, now=now)
            expected = sum(each["done"] for each in overview.minutes(self.cr, count=count, now=now))
            self.assertEqual(function["done"], expected, count)
            self.assertEqual((sum(waits), sum(runs), sum(function["runs"])), (expected,) * 3)

    def test_unknown_periods_are_refused(self):
        with self.assertRaisesRegex(ValueError, "not 7"):
            self.overview(7)


@tagged("post_install", "-at_install")
class TestDashboardCost(DashboardCase):
    def statements(self):
        """The statements of a refresh that touch the table of jobs, with their values."""
        seen = []
        execute = type(self.cr).execute

        def note(cr, query, params=None, **options):
            if re.search(r"\bqueue_job\b(?!_)", str(query)):
                seen.append((query, params))
            return execute(cr, query, params, **options)

        with mock.patch.object(type(self.cr), "execute", note):
            self.overview()
        return seen

    def scans(self, query, params):
        """What a statement reads of the table of jobs.

        :return: (kind of scan, index or None, whether a LIMIT ends it) of each scan
        """
        self.cr.execute(f"EXPLAIN (FORMAT JSON) {query}", params)
        [[explained]] = self.cr.fetchall()[0]
        found = []

        def walk(node, is_limited):
            is_limited = is_limited or node["Node Type"] == "Limit"
            if node.get("Relation Name") == "queue_job":
                found.append((node["Node Type"], node.get("Index Name"), is_limited))
            for child in node.get("Plans", ()):
                # What is sorted or added up is read to its end, whatever comes after it.
                walk(child, is_limited and node["Node Type"] not in ("Sort", "Aggregate"))

        walk(explained["Plan"], False)
        return found

    def test_no_plan_counts_over_the_jobs(self):
        self.cr.execute(
            "INSERT INTO queue_job (uuid, state, channel) SELECT gen_random_uuid(),"
            " CASE number % 3 WHEN 0 THEN 'failed' ELSE 'pending' END, 'root'"
            "   FROM generate_series(1, 3000) AS number"
        )
        self.cr.execute("ANALYZE queue_job")
        statements = self.statements()
        # In a test's small table a scan would be the right choice.
        self.cr.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        scans = [scan for query, params in statements for scan in self.scans(query, params)]
        self.assertGreater(len(scans), 8)
        for kind, index, is_limited in scans:
            self.assertIn(kind, ("Index Scan", "Index Only Scan"))
            self.assertNotEqual(index, "queue_job_pkey")
            # All that is read is what is leased, or a few behind a LIMIT.
            self.assertTrue(is_limited or index == "queue_job_leased_index", index)

    def test_a_refresh_asks_few_questions(self):
        self.add_runner()
        self.overview()
        # Each is a way to the database and back: they cost more than what they do there.
        with self.assertQueryCount(14):
            self.overview()

    def test_what_is_open_is_listed_by_its_index(self):
        """Among many that have ended; by the order and the filter that the list opens with."""
        self.cr.execute(
            "INSERT INTO queue_job (uuid, state, channel, date_created, date_done)"
            " SELECT gen_random_uuid(), 'done', 'root', '2020-01-01', '2020-01-02'"
            "   FROM generate_series(1, 3000)"
        )
        self.add_jobs(60)
        self.cr.execute("ANALYZE queue_job")
        self.cr.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        manager = new_test_user(
            self.env, "dashboard-list", groups="base.group_user,queue_job.group_queue_job_manager"
        )
        jobs = self.env["queue.job"].with_user(manager)
        arch = etree.fromstring(self.env["queue.job"].get_view(view_type="list")["arch"])
        search = etree.fromstring(self.env["queue.job"].get_view(view_type="search")["arch"])
        action = self.env["ir.actions.act_window"]._for_xml_id("queue_job.action_queue_job")
        context = safe_eval(action["context"])
        domain = Domain.OR(
            Domain(safe_eval(search.find(f".//filter[@name='{name}']").get("domain")))
            for name in (key.removeprefix("search_default_") for key in context)
        )
        seen = []
        execute = type(self.cr).execute

        def note(cr, query, params=None, **options):
            if isinstance(query, SQL) and " LIMIT " in query.code:
                seen.append((query.code, query.params))
            return execute(cr, query, params, **options)

        with mock.patch.object(type(self.cr), "execute", note):
            found = jobs.web_search_read(
                domain, {"name": {}}, limit=40, order=arch.get("default_order"), count_limit=10001
            )
        self.assertEqual(found["length"], 60)
        self.assertEqual(len(seen), 2)
        for query, params in seen:
            [(_kind, index, is_limited)] = self.scans(query, params)
            self.assertEqual((index, is_limited), ("queue_job_open_index", True))

    def test_news_are_written_as_odoo_writes_them(self):
        payload = bus.announce(self.cr)
        group = self.env.ref("queue_job.group_queue_job_manager")
        bus_bus = self.env["bus.bus"]
        bus_bus._sendone(group, bus.NEWS, {})
        values = self.cr.precommit.data["bus.bus.values"][-1]
        self.cr.execute("SELECT channel, message FROM bus_bus ORDER BY id DESC LIMIT 1")
        self.assertEqual(self.cr.fetchone(), (values["channel"], values["message"]))
        self.assertEqual(payload, f"[{values['channel']}]")
        self.cr.precommit.data.pop("bus.bus.values")
        self.cr.postcommit.data.pop("bus.bus.channels", None)
        self.cr.precommit.clear()
