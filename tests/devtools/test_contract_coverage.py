# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Every row of the contract has a test, and whoever says so is held to it."""

from pathlib import Path

import pytest

from devtools.contract_coverage import Row, find_tests, path_of, problem_of, problems, read


def test_every_row_has_a_test():
    rows, files = read()
    assert problems(rows, files) == []
    assert len(rows) > 200


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "test_it.py").write_text(
        """
class TestOne:
    def test_a(self):
        def test_inner(): ...
    def helper(self): ...
class TestTwo:
    def test_a(self): ...
    async def test_b(self): ...
def test_c(): ...
# def test_comment(self): ...
TEXT = "def test_text(self): ..."
"""
    )
    return tmp_path


FILES = {"it": "test_it.py"}


def test_tests_are_found_in_the_syntax_tree(root):
    assert find_tests(root / "test_it.py") == {
        "TestOne.test_a",
        "TestTwo.test_a",
        "TestTwo.test_b",
        "test_c",
    }


@pytest.mark.parametrize(
    "reference", ["it::TestOne.test_a", "it::test_b", "it::test_c", "test_it.py::test_c"]
)
def test_right_references(root, reference):
    assert problem_of(reference, FILES, root) is None


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("it::test_a", "several classes have it, TestOne.test_a, TestTwo.test_a"),
        ("it::test_comment", "there is no test 'test_comment' in test_it.py"),
        ("it::test_text", "there is no test"),
        ("it::test_inner", "there is no test"),
        ("it::helper", "there is no test"),
        ("it", "there is no test ''"),
        ("other::test_a", "there is no file other"),
    ],
)
def test_wrong_references(root, reference, says):
    assert says in problem_of(reference, FILES, root)


def test_what_a_row_may_lack(root):
    right = Row("a", ("n",), "s", ("it::test_c",))
    assert problems([right], FILES, root) == []
    assert problems([right, Row("b", ("n",), "s", dropped="why")], FILES, root) == []
    for row, says in (
        (Row("b", ("n",), "s"), "b: no test proves it"),
        (Row("b", ("n",), "s", ("it::test_c",), "why"), "b: it is dropped and yet has tests"),
        (Row("a", ("n",), "s", ("it::test_c",)), "a: there are two rows of this name"),
        (Row("b", (), "s", ("it::test_c",)), "b: names or says is missing"),
        (Row("b", ("n",), "s", ("it::test_x",)), "b: it::test_x: there is no test"),
    ):
        [problem] = problems([right, row], FILES, root)
        assert problem.startswith(says)
    [problem] = problems([right], {**FILES, "more": "x.py"}, root)
    assert problem == "files: more is not used"


def test_references_as_the_test_command_takes_them():
    assert path_of("it::TestOne.test_a", FILES) == "test_it.py::TestOne::test_a"
