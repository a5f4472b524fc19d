# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.channel_names import lineage, nearest, normalise, parents

PART = st.text("abcxyz_-0", min_size=1, max_size=4).filter(lambda part: part != "root")
PATH = st.lists(PART, max_size=4).map(lambda parts: ".".join(["root", *parts]))


@pytest.mark.parametrize(
    ("given_name", "full"),
    [
        (None, "root"),
        ("", "root"),
        ("  ", "root"),
        ("root", "root"),
        ("sub", "root.sub"),
        ("root.sub", "root.sub"),
        ("a.b", "root.a.b"),
        (" a . b ", "root.a.b"),
        ("rooted.b", "root.rooted.b"),
    ],
)
def test_normalise(given_name, full):
    assert normalise(given_name) == full


@pytest.mark.parametrize("name", ["a..b", ".a", "a.", "root.", "."])
def test_normalise_refuses_empty_parts(name):
    with pytest.raises(ValueError, match="empty part"):
        normalise(name)


def test_lineage_and_parents():
    assert lineage("a.b") == ["root.a.b", "root.a", "root"]
    assert parents("a.b") == ["root.a", "root"]
    assert lineage("root") == ["root"]
    assert parents("root") == []


def test_nearest():
    known = {"root": 1, "root.a": 2, "root.a.b.c": 3}
    assert nearest("root.a.b", known) == "root.a"
    assert nearest("a", known) == "root.a"
    assert nearest("a.b.c.d", known) == "root.a.b.c"
    assert nearest("other", known) == "root"
    assert nearest("other", {"root.a"}) is None


@given(PATH)
def test_an_undeclared_channel_keeps_its_own_name(path):
    """Parts of the path are never repeated below the nearest known channel."""
    assert normalise(normalise(path)) == path
    assert normalise(path.removeprefix("root.")) == path


@given(PATH, st.sets(PATH))
def test_nearest_is_the_longest_known_prefix(path, known):
    found = nearest(path, known)
    candidates = [each for each in known if path == each or path.startswith(each + ".")]
    assert found == max(candidates, key=len, default=None)
