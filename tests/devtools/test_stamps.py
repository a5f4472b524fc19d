# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Stamps: what is half finished never counts as done."""

import pytest

from devtools.stamps import Stamp


@pytest.fixture
def path(tmp_path):
    return tmp_path / "stamps" / "step.json"


def test_step_that_was_never_done(path):
    assert Stamp(path, ["input"]).read() is None


def test_finished_step_keeps_its_notes(path):
    Stamp(path, ["input"]).write(version="19.0")
    assert Stamp(path, ["input"]).read() == {"version": "19.0"}


def test_step_without_notes_is_told_from_one_not_done(path):
    Stamp(path, []).write()
    assert Stamp(path, []).read() == {}


def test_other_inputs_mean_not_done(path):
    Stamp(path, {"a": 1, "b": 2}).write()
    assert Stamp(path, {"a": 1, "b": 3}).read() is None
    assert Stamp(path, {"b": 2, "a": 1}).read() == {}


def test_cleared_step(path):
    stamp = Stamp(path, [])
    stamp.write()
    stamp.clear()
    assert stamp.read() is None
    stamp.clear()


@pytest.mark.parametrize("content", ["", "{", "[]", '"text"', '{"notes": {}}'])
def test_damaged_stamp(path, content):
    path.parent.mkdir()
    path.write_text(content)
    assert Stamp(path, []).read() is None


def test_interrupted_write_leaves_the_old_stamp(path, monkeypatch):
    Stamp(path, ["old"]).write()

    def interrupted(self, text):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.write_text", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Stamp(path, ["new"]).write()
    monkeypatch.undo()
    assert Stamp(path, ["old"]).read() == {}
    assert Stamp(path, ["new"]).read() is None
