# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The registry as a mapping, and its lookups."""

from odoo.tests import BaseCase, tagged

from odoo.addons.component.core import (
    DEFAULT_CACHE_SIZE,
    AbstractComponent,
    Component,
    ComponentRegistry,
    MetaComponent,
)


def stub(component_name, **attrs):
    base = AbstractComponent if attrs.pop("abstract", False) else Component
    return MetaComponent(
        component_name, (base,), {"_name": component_name, "_register": False, **attrs}
    )


@tagged("post_install", "-at_install")
class TestComponentRegistry(BaseCase):
    def setUp(self):
        super().setUp()
        self.registry = ComponentRegistry()

    def register(self, name, **attrs):
        component = self.registry[name] = stub(name, **attrs)
        return component

    def test_mapping(self):
        one = self.register("one")
        two = self.register("two")
        self.assertIs(self.registry["one"], one)
        self.assertIs(self.registry.get("two"), two)
        self.assertIsNone(self.registry.get("three"))
        self.assertEqual(self.registry.get("three", "absent"), "absent")
        self.assertIn("one", self.registry)
        self.assertNotIn("three", self.registry)
        self.assertEqual(list(self.registry), ["one", "two"])
        with self.assertRaises(KeyError):
            self.registry["three"]

    def test_initial_state(self):
        self.assertFalse(self.registry.ready)
        self.assertEqual(self.registry._loaded_modules, set())
        self.assertEqual(self.registry._cache.maxsize, DEFAULT_CACHE_SIZE)
        self.assertEqual(DEFAULT_CACHE_SIZE, 512)
        self.assertTrue(self.registry, "an empty registry still counts as one")

    def test_components_may_be_added_while_it_is_iterated(self):
        self.register("one")
        for name in self.registry:
            self.register(f"{name}.more")
        self.assertEqual(list(self.registry), ["one", "one.more"])

    def test_lookup_without_criteria(self):
        one, two = self.register("one"), self.register("two", _usage="u", _collection="c")
        self.register("abstract", abstract=True)
        self.assertEqual(self.registry.lookup(), [one, two])

    def test_lookup_by_collection(self):
        mine = self.register("mine", _collection="mine")
        anyone = self.register("anyone")
        self.register("other", _collection="other")
        self.assertEqual(self.registry.lookup("mine"), [mine, anyone])

    def test_lookup_by_usage(self):
        self.register("none")
        mine = self.register("mine", _usage="mine")
        self.register("other", _usage="other")
        self.assertEqual(self.registry.lookup(usage="mine"), [mine])

    def test_lookup_by_model(self):
        for_any = self.register("any")
        for_one = self.register("one", _apply_on="res.partner")
        for_several = self.register("several", _apply_on=["res.users", "res.partner"])
        self.register("other", _apply_on=["res.users"])
        self.register("similar", _apply_on="res.partner.bank")
        self.assertEqual(
            self.registry.lookup(model_name="res.partner"), [for_any, for_one, for_several]
        )

    def test_lookup_by_everything(self):
        found = self.register("found", _collection="c", _usage="u", _apply_on="m")
        self.register("x", _collection="x", _usage="u", _apply_on="m")
        self.register("y", _collection="c", _usage="x", _apply_on="m")
        self.register("z", _collection="c", _usage="u", _apply_on="x")
        self.assertEqual(self.registry.lookup("c", usage="u", model_name="m"), [found])

    def test_lookup_never_finds_abstract_components(self):
        self.register("abstract", abstract=True, _usage="u")
        self.assertEqual(self.registry.lookup(usage="u"), [])

    def test_lookup_in_load_order(self):
        names = ["z", "a", "m", "b"]
        expected = [self.register(name, _usage="u") for name in names]
        self.assertEqual(self.registry.lookup(usage="u"), expected)

    def test_lookup_is_cached(self):
        self.register("one", _usage="u")
        found = self.registry.lookup("c", usage="u", model_name="m")
        self.register("two", _usage="u")
        self.assertIs(self.registry.lookup("c", usage="u", model_name="m"), found)
        self.assertEqual(len(found), 1)
        # other criteria are another lookup
        self.assertEqual(len(self.registry.lookup(usage="u")), 2)
        self.registry._cache.clear()
        self.assertEqual(len(self.registry.lookup("c", usage="u", model_name="m")), 2)

    def test_a_lookup_without_result_is_cached(self):
        found = self.registry.lookup(usage="u")
        self.register("one", _usage="u")
        self.assertIs(self.registry.lookup(usage="u"), found)

    def test_the_cache_is_bounded(self):
        registry = ComponentRegistry(cachesize=2)
        for usage in "abc":
            registry.lookup(usage=usage)
        self.assertEqual(len(registry._cache), 2)

    def test_a_caller_can_not_corrupt_the_cache(self):
        one = self.register("one", _usage="u")
        found = self.registry.lookup(usage="u")
        self.assertIsInstance(found, list)
        for change in (
            lambda: found.append(one),
            lambda: found.remove(one),
            lambda: found.extend([one]),
            lambda: found.insert(0, one),
            found.pop,
            found.clear,
            found.sort,
            found.reverse,
            lambda: found.__setitem__(0, None),
            lambda: found.__delitem__(0),
            lambda: found.__iadd__([one]),
            lambda: found.__imul__(2),
        ):
            with self.assertRaisesRegex(TypeError, "copy it"):
                change()
        self.assertEqual(self.registry.lookup(usage="u"), [one])
        copy = list(found)
        copy.clear()
        self.assertEqual(found, [one])
        self.assertEqual([*found, one], [one, one])

    def test_load_components_builds_each_addon_once(self):
        noted = MetaComponent._modules_components
        self.addCleanup(noted.pop, "stub_addon", None)
        built = []

        class Stub(Component):
            _name = "stub"

            @classmethod
            def _build_component(cls, registry):
                built.append(registry)
                registry["stub"] = cls

        noted["stub_addon"] = [Stub]
        self.registry.load_components("stub_addon")
        self.registry.load_components("stub_addon")
        self.assertEqual(built, [self.registry])
        self.assertEqual(self.registry._loaded_modules, {"stub_addon"})

    def test_load_components_of_an_addon_without_any(self):
        self.registry.load_components("nothing_here")
        self.assertNotIn("nothing_here", MetaComponent._modules_components)
        self.assertEqual(list(self.registry), [])

    def test_a_broken_addon_is_not_taken_for_loaded(self):
        noted = MetaComponent._modules_components
        self.addCleanup(noted.pop, "stub_addon", None)
        noted["stub_addon"] = [stub("broken", _inherit="missing")]
        for _attempt in range(2):
            with self.assertRaises(TypeError):
                self.registry.load_components("stub_addon")

    def test_generation_counts_registrations(self):
        before = self.registry.generation
        self.register("one")
        self.register("one")
        self.assertEqual(self.registry.generation, before + 2)
