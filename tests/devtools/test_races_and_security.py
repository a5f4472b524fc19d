# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Each danger of the list has a test that exists."""

import ast
import re

from devtools.contract_coverage import ROOT, problem_of

DOCUMENT = ROOT / "docs" / "reference" / "races-and-security.md"


def test_every_danger_has_a_test():
    rows = re.findall(r"(?m)^\| ([RS]\d+) \|.*\| (.+) \|$", DOCUMENT.read_text(encoding="utf-8"))
    expected = [f"R{number}" for number in range(1, 33)] + [f"S{n}" for n in range(1, 13)]
    assert [row for row, _tests in rows] == expected
    for row, tests in rows:
        named = re.findall(r"`([^`]+)`", tests)
        assert named, row
        assert [problem_of(reference, {}) for reference in named] == [None] * len(named), row


def test_nothing_that_is_stored_is_run():
    """S5: jobs hold JSON; nothing of ours reads code from a row."""
    forbidden = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
    found = [
        f"{path.relative_to(ROOT)}: {what}"
        for addon in ("queue_job", "component", "component_event", "connector")
        for path in (ROOT / addon).rglob("*.py")
        if "tests" not in path.parts
        for what in _imported_and_called(path)
        if what in forbidden | {"eval", "exec", "compile", "__import__", "safe_eval"}
    ]
    assert found == []


def _imported_and_called(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
