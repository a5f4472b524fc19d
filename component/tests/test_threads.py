# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Several threads at once."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from odoo.tests import BaseCase, tagged

from odoo.addons.component.cache import LRUCache
from odoo.addons.component.core import (
    Component,
    ComponentDatabases,
    ComponentRegistry,
    MetaComponent,
)

from .test_databases import OdooRegistry

THREADS = 8


@tagged("post_install", "-at_install")
class TestThreads(BaseCase):
    def setUp(self):
        super().setUp()
        # have the interpreter switch threads as often as it can
        self.addCleanup(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(1e-6)

    def in_threads(self, work):
        """Run ``work(number)`` in all threads at once, and return the results."""
        start = threading.Barrier(THREADS)

        def run(number):
            start.wait(timeout=10)
            return work(number)

        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(run, range(THREADS)))

    def test_a_small_cache_under_pressure(self):
        cache = LRUCache(3)

        def work(number):
            wrong = 0
            for step in range(3000):
                key = ("key", (step * (number + 1)) % 11)
                value = cache.get(key)
                if value is None:
                    cache[key] = key
                elif value != key:
                    wrong += 1
            return wrong

        self.assertEqual(self.in_threads(work), [0] * THREADS)
        self.assertLessEqual(len(cache), 3)

    def test_lookups_agree(self):
        registry = ComponentRegistry(cachesize=2)
        registry.load_components("component")
        expected = {}
        for usage in "abcde":
            final = MetaComponent(
                usage, (Component,), {"_name": usage, "_usage": usage, "_register": False}
            )._build_component(registry)
            expected[usage] = [final]

        def work(number):
            return all(
                registry.lookup("c", usage=usage, model_name="m") == classes
                for _round in range(300)
                for usage, classes in expected.items()
            )

        self.assertEqual(self.in_threads(work), [True] * THREADS)

    def test_builds_of_several_databases_at_once(self):
        class One(Component):
            _name = "one"

        class OneBis(Component):
            _inherit = "one"

        class Two(Component):
            _name = "two"
            _inherit = "one"

        def work(number):
            registry = ComponentRegistry()
            registry.load_components("component")
            for definition in (One, Two, OneBis):
                definition._build_component(registry)
            return (
                registry["one"].__bases__ == (OneBis, One, registry["base"])
                and registry["two"].__bases__ == (Two, registry["one"], registry["base"])
                and list(registry["one"]._inherit_children) == ["two"]
            )

        for _round in range(20):
            self.assertEqual(self.in_threads(work), [True] * THREADS)

    def test_readers_see_complete_registries_only(self):
        databases = ComponentDatabases()
        odoo_registry = OdooRegistry("db")
        names = [f"stub.{number}" for number in range(20)]

        def build():
            registry = ComponentRegistry()
            for name in names:
                registry[name] = object()
            registry.ready = True
            databases.publish(odoo_registry, registry)

        build()
        done = threading.Event()

        def work(number):
            if number == 0:
                for _round in range(200):
                    build()
                done.set()
                return True
            while not done.is_set():
                registry = databases.for_env(odoo_registry.env)
                if registry is None or not registry.ready or list(registry) != names:
                    return False
            return True

        self.assertEqual(self.in_threads(work), [True] * THREADS)
