# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import logging
from unittest.mock import patch

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from ..engine import notifier

_LOGGER = "odoo.addons.queue_job.models.queue_job_channel_audit"


class ChannelCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Channel = cls.env["queue.job.channel"]
        cls.root = cls.env.ref("queue_job.channel_root")
        cls.channel = cls.Channel.create({"name": "tested", "parent_id": cls.root.id})

    def _child(self, name, parent=None, **values):
        parent = parent or self.channel
        return self.Channel.create({"name": name, "parent_id": parent.id, **values})


@tagged("post_install", "-at_install")
class TestChannelTree(ChannelCase):
    def test_full_names_follow_the_tree(self):
        child = self._child("partner")
        self.assertEqual(self.root.complete_name, "root")
        self.assertEqual(child.complete_name, "root.tested.partner")
        self.assertEqual(child.display_name, "root.tested.partner")
        self.channel.name = "retested"
        self.assertEqual(child.complete_name, "root.retested.partner")

    def test_only_root_has_no_parent(self):
        with self.assertRaisesRegex(ValidationError, "needs a parent"):
            self.Channel.create({"name": "orphan"})
        with self.assertRaisesRegex(ValidationError, "needs a parent"):
            self.Channel.create({"removal_interval": 5})

    def test_quick_creation(self):
        number, name = self.Channel.name_create("root.quick.one")
        channel = self.Channel.browse(number)
        self.assertEqual((name, channel.name), ("root.quick.one", "one"))
        self.assertEqual(channel.parent_id.complete_name, "root.quick")
        with self.assertRaisesRegex(ValidationError, "needs a parent"):
            self.Channel.name_create("orphan")

    def test_a_channel_is_not_its_own_ancestor(self):
        child = self._child("partner")
        with self.assertRaises(UserError):
            self.channel.parent_id = child

    def test_a_name_that_no_file_could_name(self):
        for name in ("a,b", "a..b", ".a", "a."):
            with self.assertRaisesRegex(ValidationError, "not a channel name"):
                self._child(name)

    def test_dots_in_a_name_lead_to_sub_channels(self):
        channel = self._child("sale.workflow")
        self.assertEqual(channel.complete_name, "root.tested.sale.workflow")
        self.assertEqual(channel.parent_id.complete_name, "root.tested.sale")
        self.assertEqual(channel.parent_id.parent_id, self.channel)
        other = self._child("sale.report")
        self.assertEqual(other.parent_id, channel.parent_id)

    def test_a_dotted_name_that_is_written_moves_the_channel(self):
        child = self._child("partner")
        child.name = "sale.partner"
        self.assertEqual(child.complete_name, "root.tested.sale.partner")

    def test_a_data_file_may_declare_a_dotted_name_again(self):
        channels = self.Channel.with_context(install_mode=True)
        values = {"name": "sale.workflow", "parent_id": self.channel.id}
        channel = channels.create(dict(values))
        self.assertEqual(channels.create(dict(values)), channel)
        # What the upgrade of its module does.
        channel.with_context(install_mode=True).write(dict(values))
        self.assertEqual(channel.complete_name, "root.tested.sale.workflow")

    @mute_logger("odoo.sql_db")
    def test_full_names_are_unique(self):
        self._child("partner")
        with self.assertRaises(UniqueViolation) as caught, self.env.cr.savepoint():
            self._child("partner")
        self.assertEqual(caught.exception.diag.constraint_name, "queue_job_channel_name_uniq")

    def test_root_stays_where_it_is(self):
        with self.assertRaisesRegex(UserError, "renamed or moved"):
            self.root.name = "trunk"
        with self.assertRaisesRegex(UserError, "renamed or moved"):
            self.root.parent_id = self.channel
        with self.assertRaisesRegex(UserError, "can't be deleted"):
            self.root.unlink()

    def test_root_takes_its_own_name_again(self):
        self.root.write({"name": "root", "removal_interval": 10})
        self.assertEqual(self.root.removal_interval, 10)

    def test_a_data_file_may_write_root(self):
        self.root.with_context(install_mode=True).write({"name": "root", "parent_id": False})
        self.assertEqual(self.root.complete_name, "root")

    def test_renaming_takes_waiting_jobs_along(self):
        waiting = self._delay_in(self.channel)
        leased = self._delay_in(self.channel)
        elsewhere = self._delay_in(self.root)
        self.env.flush_all()
        self.env.cr.execute("UPDATE queue_job SET run_token = 7 WHERE id = %s", [leased.id])
        self.env.invalidate_all()
        self.channel.name = "retested"
        self.assertEqual(waiting.channel, "root.retested")
        self.assertEqual(leased.channel, "root.tested")
        self.assertEqual(elsewhere.channel, "root")

    def _delay_in(self, channel):
        job = self.env["queue.job"].with_delay(channel=channel.complete_name)._test_job()
        return job.db_record()


@tagged("post_install", "-at_install")
class TestChannelSettings(ChannelCase):
    def test_defaults(self):
        self.assertFalse(self.channel.is_limited)
        self.assertEqual(self.channel.capacity, 1)
        self.assertEqual(self.channel.removal_interval, 30)
        self.assertFalse(self.channel.paused)

    @mute_logger("odoo.sql_db")
    def test_numbers_have_bounds(self):
        wrong = [
            ("capacity", {"capacity": -1}),
            ("throttle", {"throttle": -1}),
            ("rate", {"rate_limit": -1}),
            ("rate", {"rate_limit": 5, "rate_period": 0}),
            ("time_limit", {"time_limit": -1}),
            ("removal_interval", {"removal_interval": -1}),
            ("erase_days", {"erase_days": -1}),
        ]
        for name, values in wrong:
            with self.subTest(values=values):
                with self.assertRaises(CheckViolation) as caught, self.env.cr.savepoint():
                    self.channel.write(values)
                    self.channel.flush_recordset()
                self.env.invalidate_all()
                self.assertIn(name, caught.exception.diag.constraint_name)

    def test_each_bound_explains_itself(self):
        messages = [
            definition.message
            for definition in self.Channel._table_objects.values()
            if getattr(definition, "message", None)
        ]
        self.assertGreaterEqual(len(messages), 6)

    def test_capacity_0_stops_a_channel(self):
        self.channel.write({"is_limited": True, "capacity": 0})
        self.assertEqual(self.channel.capacity, 0)

    def test_a_sequential_channel_has_capacity_1(self):
        with self.assertRaisesRegex(ValidationError, "capacity of 1"):
            self.channel.sequential = True
        self.channel.write({"is_limited": True, "capacity": 1, "sequential": True})
        with self.assertRaisesRegex(ValidationError, "capacity of 1"):
            self.channel.capacity = 2

    def test_the_form_sets_that_capacity_itself(self):
        with Form(self.channel) as form:
            form.is_limited = True
            form.capacity = 5
            form.sequential = True
        self.assertTrue(self.channel.is_limited)
        self.assertEqual(self.channel.capacity, 1)

    def test_a_rate_gets_a_period(self):
        self.channel.rate_period = False
        with Form(self.channel) as form:
            form.rate_limit = 5
        self.assertEqual((self.channel.rate_limit, self.channel.rate_period), (5, 60))

    def test_pause_and_resume(self):
        child = self._child("partner")
        grandchild = self._child("image", child)
        self.assertFalse(grandchild.paused_by_id)
        self.channel.button_pause()
        self.assertTrue(self.channel.paused)
        self.assertEqual(grandchild.paused_by_id, self.channel)
        child.button_pause()
        self.assertEqual(grandchild.paused_by_id, child)
        (self.channel | child).button_resume()
        self.assertFalse(grandchild.paused_by_id)

    def test_changes_are_logged_with_their_author(self):
        with self.assertLogs(_LOGGER, logging.INFO) as logs:
            self.channel.write({"is_limited": True, "capacity": 3})
        [line] = logs.output
        self.assertIn("root.tested", line)
        self.assertIn(self.env.user.login, line)
        self.assertIn("capacity: 1 -> 3", line)

    def test_what_did_not_change_is_not_logged(self):
        with self.assertNoLogs(_LOGGER, logging.INFO):
            self.channel.write({"capacity": 1, "paused": False})

    def test_changes_wake_the_servers(self):
        with patch.object(notifier, "notify_after_commit") as notify:
            self.channel.write({"paused": False})
            notify.assert_not_called()
            self.channel.button_pause()
            notify.assert_called_once_with(self.env.cr)

    def test_changes_show_in_the_chatter(self):
        self.env.flush_all()
        self.cr.precommit.run()
        self.channel.time_limit = 60
        self.env.flush_all()
        self.cr.precommit.run()
        tracked = self.channel.message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertIn("time_limit", tracked)

    def test_open_jobs_of_the_channel(self):
        job = self.env["queue.job"].with_delay(channel="root.tested")._test_job().db_record()
        other = self.env["queue.job"].with_delay()._test_job().db_record()
        action = self.channel.action_open_jobs()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertIn(job, found)
        self.assertNotIn(other, found)


@tagged("post_install", "-at_install")
class TestPinnedChannel(ChannelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.write({"is_limited": True, "capacity": 2})
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE queue_job_channel SET pinned = true WHERE id = %s", [cls.channel.id]
        )
        cls.env.invalidate_all()

    def test_what_the_file_fixes_is_refused_here(self):
        for values in (
            {"capacity": 3},
            {"is_limited": False},
            {"sequential": True},
            {"throttle": 5},
            {"rate_limit": 5},
            {"name": "retested"},
        ):
            with self.subTest(values=values):
                with self.assertRaisesRegex(UserError, "configuration file") as caught:
                    self.channel.write(values)
                self.assertIn("[queue_job]", str(caught.exception))
                self.assertIn("root.tested", str(caught.exception))

    def test_the_message_names_the_setting(self):
        with self.assertRaisesRegex(UserError, "Capacity"):
            self.channel.capacity = 3

    def test_the_same_value_is_no_change(self):
        self.channel.write({"capacity": 2, "name": "tested", "parent_id": self.root.id})
        self.assertEqual(self.channel.capacity, 2)

    def test_pausing_and_the_rest_stay_free(self):
        self.channel.button_pause()
        self.channel.write({"time_limit": 60, "removal_interval": 5})
        self.assertTrue(self.channel.paused)

    def test_it_can_not_be_deleted(self):
        with self.assertRaisesRegex(UserError, "configuration file"):
            self.channel.unlink()


@tagged("post_install", "-at_install")
class TestDeclaredTwice(ChannelCase):
    def test_data_files_share_a_channel(self):
        install = self.Channel.with_context(install_mode=True)
        values = {"name": "tested", "parent_id": self.root.id, "removal_interval": 7}
        again = install.create(values)
        self.assertEqual(again, self.channel)
        self.assertEqual(self.channel.removal_interval, 7)

    def test_the_order_of_a_batch_is_kept(self):
        install = self.Channel.with_context(install_mode=True)
        new, old = install.create(
            [
                {"name": "tested_too", "parent_id": self.root.id},
                {"name": "tested", "parent_id": self.root.id},
            ]
        )
        self.assertEqual(new.complete_name, "root.tested_too")
        self.assertEqual(old, self.channel)

    def test_noupdate_is_respected(self):
        self.env["ir.model.data"].create(
            {
                "module": "queue_job",
                "name": "channel_for_test",
                "model": "queue.job.channel",
                "res_id": self.channel.id,
                "noupdate": True,
            }
        )
        install = self.Channel.with_context(install_mode=True)
        again = install.create({"name": "tested", "parent_id": self.root.id, "removal_interval": 7})
        self.assertEqual(again, self.channel)
        self.assertEqual(self.channel.removal_interval, 30)

    @mute_logger("odoo.sql_db")
    def test_users_get_an_error_instead(self):
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.Channel.create({"name": "tested", "parent_id": self.root.id})


@tagged("post_install", "-at_install")
class TestChannelLoad(ChannelCase):
    def _jobs(self, channel, number, token=None):
        for _i in range(number):
            self.env["queue.job"].with_delay(channel=channel.complete_name)._test_job()
        self.env.flush_all()
        if token:
            self.env.cr.execute(
                "UPDATE queue_job SET state = 'started', run_token = %s WHERE channel = %s",
                [token, channel.complete_name],
            )
        self.env.invalidate_all()

    def test_what_runs_counts_for_the_channels_above(self):
        child = self._child("partner")
        self._jobs(child, 1, token=7)
        self._jobs(self.channel, 2)
        self.assertEqual((self.channel.running_count, self.channel.waiting_text), (1, "2"))
        self.assertEqual((child.running_count, child.waiting_text), (1, "0"))

    def test_drain_pauses_and_shows_what_runs(self):
        action = self.channel.button_drain()
        self.assertTrue(self.channel.paused)
        self.assertEqual(action["tag"], "queue_job.drain")
        self.assertEqual(action["params"], {"channel_id": self.channel.id})

    def test_jobs_that_wait_for_a_stopped_channel_are_told(self):
        def warned():
            warnings = self.env["queue.job.dashboard"].get_warnings()
            return "root.tested.partner" in str(warnings)

        child = self._child("partner")
        self._jobs(child, 1)
        self.assertFalse(warned())
        for values in ({"paused": True}, {"is_limited": True, "capacity": 0}):
            for channel in (self.channel, child):
                before = channel.read(list(values))[0]
                channel.write(values)
                self.env.flush_all()
                self.assertTrue(warned(), values)
                before.pop("id")
                channel.write(before)
                self.env.flush_all()
        self.root.paused = True
        self.env.flush_all()
        [warning] = [
            warning
            for warning in self.env["queue.job.dashboard"].get_warnings()
            if "paused" in warning["text"]
        ]
        self.assertEqual(warning["level"], "danger")
