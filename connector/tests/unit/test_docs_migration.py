# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the page on moving from Odoo 8 imports is there."""

import ast
import importlib
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "migrate-from-odoo-8.md"
TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
NAMES = [
    (node.module, alias.name)
    for example in EXAMPLES
    for node in ast.walk(ast.parse(example))
    if isinstance(node, ast.ImportFrom)
    for alias in node.names
]


def test_there_are_examples():
    assert len(NAMES) > 5


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_the_name_is_there(module, name):
    assert hasattr(importlib.import_module(module), name)
