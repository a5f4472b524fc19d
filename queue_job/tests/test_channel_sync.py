# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the configuration file says of channels, and what users have set."""

import random

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..engine import channel_sync
from ..rules.channels import parse_channels
from ..rules.settings import Settings
from ..store import pins
from .test_claim import ClaimCase


@tagged("post_install", "-at_install")
class TestChannelSync(ClaimCase):
    def apply(self, text, **kwargs):
        settings = Settings(channels=tuple(parse_channels(text)), **kwargs)
        channel_sync.apply_settings(self.env.cr, settings)
        self.env.invalidate_all()
        return settings

    def find(self, name):
        return self.env["queue.job.channel"].search([("complete_name", "=", name)])

    def test_the_file_sets_and_pins(self):
        self.apply("root:4,a.b:1:sequential,r:9:rate=100/60:burst=5")
        self.assertEqual(self.root.capacity, 4)
        deep = self.find("root.a.b")
        self.assertEqual((deep.capacity, deep.sequential, deep.pinned), (1, True, True))
        self.assertEqual(deep.parent_id.complete_name, "root.a")
        self.assertFalse(deep.parent_id.pinned)
        rate = self.find("root.r")
        self.assertEqual((rate.rate_limit, rate.rate_period, rate.rate_burst), (100, 60, 5))

    def test_what_the_file_names_no_longer_is_free_again(self):
        self.channel("root.a", is_limited=True, capacity=7, time_limit=60)
        self.root.write({"is_limited": False})
        before = self.all_values()
        self.apply("root:4,a:1:sequential,b:2:throttle=5", channels_time_real={"root.a": 900})
        a = self.find("root.a")
        self.assertEqual((a.capacity, a.sequential, a.time_limit), (1, True, 900))
        self.assertTrue(a.pinned and a.time_limit_pinned)
        # Twice: the file's own value is not taken for the user's.
        self.apply("root:4,a:2,b:2:throttle=5", channels_time_real={"root.a": 800})
        self.assertEqual((a.capacity, a.sequential, a.time_limit), (2, False, 800))
        self.apply("root:4")
        self.assertFalse(a.pinned)
        self.assertEqual((a.capacity, a.is_limited), (7, True))
        self.apply("")
        after = self.all_values()
        self.assertEqual({name: after[name] for name in before}, before)
        # What the file alone has declared is a channel as any that was never configured.
        self.assertEqual(after["root.b"]["is_limited"], False)

    def all_values(self):
        names = ("time_limit", "paused", "pinned", "time_limit_pinned", *pins.CHANNEL_COLUMNS)
        channels = self.env["queue.job.channel"].search([])
        return {
            channel.complete_name: {name: channel[name] for name in names} for channel in channels
        }

    def test_whatever_the_file_said_the_users_values_come_back(self):
        rng = random.Random(20)
        names = ("root", "root.a", "root.b")
        for name in names[1:]:
            self.channel(name)
        own = {name: values for name, values in self.all_values().items() if name in names}
        for step in range(60):
            text, limits = self.random_file(rng, names)
            settings = self.apply(text, channels_time_real=limits)
            named = {spec.name: spec for spec in settings.channels}
            for name in names:
                channel = self.find(name)
                if rng.random() < 0.5:
                    self.edit_as_user(rng, channel, own[name])
                present = self.all_values()[name]
                expected = {**own[name], "pinned": name in named}
                if name in named:
                    for column in pins.CHANNEL_COLUMNS:
                        expected[column] = present[column]
                    self.assertEqual(present["capacity"], named[name].capacity)
                if name in limits:
                    expected.update(time_limit=limits[name], time_limit_pinned=True)
                self.assertEqual(present, expected, f"step {step}: {text} {limits}")
        self.apply("")
        self.assertEqual({name: self.all_values()[name] for name in names}, own)

    @staticmethod
    def random_file(rng, names):
        entries = [
            f"{name}:{rng.randint(1, 9)}" + rng.choice(["", ":throttle=3", ":rate=5/7"])
            for name in names
            if rng.random() < 0.5
        ]
        limits = {name: rng.randint(1, 99) for name in names if rng.random() < 0.3}
        return ",".join(entries), limits

    def edit_as_user(self, rng, channel, own):
        """Change something that may be changed, as the form would."""
        values = {"paused": rng.random() < 0.5}
        if not channel.pinned:
            values.update(is_limited=True, capacity=rng.randint(1, 9), throttle=rng.randint(0, 3))
        if not channel.time_limit_pinned:
            values["time_limit"] = rng.randint(0, 99)
        channel.write(values)
        self.env.flush_all()
        own.update(values)

    def test_a_pause_of_the_file_ends_with_it(self):
        self.channel("root.by_hand")
        self.find("root.by_hand").paused = True
        self.env.flush_all()
        self.apply("a:1:paused,by_hand:1:paused,resumed:1:paused")
        self.assertTrue(self.find("root.a").paused)
        # The operator's word counts from here on.
        self.find("root.resumed").button_resume()
        self.env.flush_all()
        self.apply("a:1,by_hand:1,resumed:1")
        self.assertFalse(self.find("root.a").paused)
        self.assertTrue(self.find("root.by_hand").paused)
        self.assertFalse(self.find("root.resumed").paused)
        self.apply("a:1:paused")
        self.find("root.a").button_resume()
        self.find("root.a").button_pause()
        self.env.flush_all()
        self.apply("")
        self.assertTrue(self.find("root.a").paused)

    def test_data_files_of_modules_do_not_fight_the_file(self):
        self.channel("root.a", is_limited=True, capacity=7)
        self.apply("a:1", channels_time_real={"root.a": 900})
        channel = self.find("root.a")
        with self.assertRaises(UserError):
            channel.write({"capacity": 3})
        with self.assertRaises(UserError):
            channel.write({"time_limit": 3})
        with self.assertRaises(UserError):
            channel.unlink()
        values = {"capacity": "3", "time_limit": 5, "removal_interval": 8}
        channel.with_context(install_mode=True).write(values)
        self.env.flush_all()
        self.assertEqual((channel.capacity, channel.time_limit), (1, 900))
        self.assertEqual(channel.removal_interval, 8)
        self.apply("")
        self.assertEqual((channel.capacity, channel.time_limit), (3, 5))

    def test_a_server_without_channels_has_no_say_beside_another(self):
        self.apply("root:4")
        self.register(slots=1)
        self.env.cr.execute(
            "UPDATE queue_job_runner SET date_beat = clock_timestamp() AT TIME ZONE 'UTC'"
        )
        self.apply("")
        self.assertTrue(self.root.pinned)

    def test_a_pause_survives_a_restart(self):
        self.apply("root:4,a:1")
        self.find("root.a").paused = True
        self.env.flush_all()
        self.apply("root:4,a:1")
        self.assertTrue(self.find("root.a").paused)

    def test_limits(self):
        settings = self.apply("root:4", channels_time_real={"root": 60, "root.a": 600})
        tree = channel_sync.load(self.env.cr, settings)
        self.assertEqual(tree.limit("root.other", None), 60)
        self.assertEqual(tree.limit("root.a.b", None), 600)
        self.assertEqual(tree.limit("root.a.b", 5), 5)
        bounded = channel_sync.Tree(tree.time_limits, limit_time_real=100)
        self.assertEqual(bounded.limit("root.a", None), 100)
        self.assertEqual(bounded.limit("root.a", 999), 100)
        self.assertEqual(channel_sync.Tree({}).limit("root", None), 0)
