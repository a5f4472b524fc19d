# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The names of ``docs/reference/contract.toml`` are there."""

import importlib
from pathlib import Path

import tomllib

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.component.core import _component_databases

CONTRACT = Path(__file__).parents[3] / "docs" / "reference" / "contract.toml"


@tagged("post_install", "-at_install")
class TestContractNames(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rows = tomllib.loads(CONTRACT.read_text(encoding="utf-8"))["row"]
        cls.names = [
            name.split(" ", 1) for row in rows if "dropped" not in row for name in row["names"]
        ]

    def of_kind(self, kind):
        found = [" ".join(rest) for first, *rest in self.names if first == kind and rest]
        self.assertGreater(len(found), 20)
        return found

    @mute_logger("odoo.addons.connector.legacy")
    def test_python_names(self):
        for name in self.of_kind("py"):
            with self.subTest(name=name):
                self.assertTrue(self.find(name))

    def find(self, name):
        """Import as much of a dotted name as there are modules, and look the rest up."""
        path, rest = name.split("."), []
        while path:
            try:
                found = importlib.import_module(".".join(path))
                break
            except ModuleNotFoundError as error:
                if error.name not in ".".join(path):
                    raise
                rest.insert(0, path.pop())
        for attribute in rest:
            found = getattr(found, attribute)
        return found is not None

    def test_models(self):
        for name in self.of_kind("model"):
            model, _colon, attribute = name.partition(":")
            with self.subTest(name=name):
                self.assertTrue(hasattr(self.registry[model], attribute))

    def test_xml_ids(self):
        for name in self.of_kind("ref"):
            with self.subTest(name=name):
                self.assertTrue(self.env.ref(name))

    def test_components(self):
        registry = _component_databases[self.env.cr.dbname]
        for name in self.of_kind("component"):
            component, _colon, attribute = name.partition(":")
            with self.subTest(name=name):
                self.assertTrue(hasattr(registry[component], attribute))
