# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Our own linters: manifests and the form of files."""

from pathlib import Path

import pytest

from devtools import checks, files, manifests
from devtools.environment import ROOT, find_addons

GOOD = {
    "name": "Good",
    "summary": "A good addon",
    "version": "19.0.1.0.0",
    "author": "Somebody",
    "license": "LGPL-3",
    "category": "Technical",
    "depends": ["base"],
    "data": ["views/view.xml"],
}


def make_addon(folder: Path, **changes) -> Path:
    addon = folder / "good"
    for name in ("views/view.xml", "static/description/icon.png", "readme/DESCRIPTION.md"):
        path = addon / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    values = {key: value for key, value in (GOOD | changes).items() if value is not None}
    (addon / "__manifest__.py").write_text(f"# Comment\n{values!r}\n")
    return addon


def test_good_manifest(tmp_path):
    assert manifests.check([make_addon(tmp_path)]) == []


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"summary": None}, "no summary"),
        ({"version": "18.0.1.0.0"}, "isn't 19.0.x.y.z"),
        ({"version": "19.0.1.0"}, "isn't 19.0.x.y.z"),
        ({"license": "AGPL-3"}, "isn't 'LGPL-3'"),
        ({"data": []}, "views/view.xml is never loaded"),
        ({"data": ["views/view.xml", "views/none.xml"]}, "views/none.xml doesn't exist"),
        ({"data": ["views/view.xml"] * 2}, "views/view.xml is named twice"),
    ],
)
def test_bad_manifest(tmp_path, changes, complaint):
    (problem,) = manifests.problems(make_addon(tmp_path, **changes))
    assert complaint in problem


def test_manifest_that_is_no_literal(tmp_path):
    addon = make_addon(tmp_path)
    (addon / "__manifest__.py").write_text("{'name': open('x')}")
    (problem,) = manifests.problems(addon)
    assert "no Python literal" in problem


def test_missing_icon_and_readme(tmp_path):
    addon = make_addon(tmp_path)
    (addon / "static/description/icon.png").unlink()
    (addon / "readme/DESCRIPTION.md").unlink()
    assert len(manifests.problems(addon)) == 2


def test_foreign_dependencies(tmp_path):
    addon = make_addon(tmp_path, depends=["mail", "good", "web"])
    assert manifests.foreign_dependencies({"good": addon}) == ["mail", "web"]
    assert "queue_job" not in manifests.foreign_dependencies(find_addons())


def test_foreign_dependencies_of_some(tmp_path):
    addons = {
        "shop": make_addon(tmp_path / "shop", depends=["base_shop", "sale"]),
        "base_shop": make_addon(tmp_path / "base_shop", depends=["mail"]),
        "other": make_addon(tmp_path / "other", depends=["stock"]),
    }
    assert manifests.foreign_dependencies(addons, ["shop", "web"]) == ["mail", "sale"]


def test_base_is_named_where_it_is_all_there_is(tmp_path):
    addons = {
        "small": make_addon(tmp_path / "small", depends=["base"]),
        "large": make_addon(tmp_path / "large", depends=["small", "mail"]),
    }
    assert manifests.foreign_dependencies(addons, ["small"]) == ["base"]
    assert manifests.foreign_dependencies(addons, ["large"]) == ["mail"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"a", "no newline at the end"),
        (b"a\n\n", "empty lines at the end"),
        (b"a\r\nb\n", "carriage returns"),
        (b"a \nb\n", ":1: blanks"),
        (b"a\n\t\nb\n", ":2: blanks"),
    ],
)
def test_form_of_files(content, complaint):
    assert any(complaint in problem for problem in files.problems(Path("x.txt"), content))


@pytest.mark.parametrize("content", [b"", b"a\n", b"a\n\nb\n"])
def test_good_form(content):
    assert files.problems(Path("x.txt"), content) == []


def test_files_of_the_repository():
    tracked = files.tracked([ROOT / "devtools", ROOT / "dev"])
    assert ROOT / "dev" in tracked
    assert ROOT / "devtools" / "files.py" in tracked
    assert not [path for path in tracked if "__pycache__" in path.parts]


def test_without_git_all_files_but_those_that_tools_make_are_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    tmp_path /= "build"
    tmp_path.mkdir()
    for name in ("a.py", "sub/b.xml", "__pycache__/a.pyc", ".ruff_cache/c.txt", "dist/d.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    found = files.tracked([tmp_path])
    assert sorted(str(path.relative_to(tmp_path)) for path in found) == ["a.py", "sub/b.xml"]


def test_program_without_a_suffix_is_python():
    assert files.is_python(ROOT / "dev")
    assert not files.is_python(ROOT / "LICENSE")
    assert not files.is_python(ROOT / ".ci" / "run")


def test_addons_that_files_belong_to():
    addon = ROOT / "queue_job"
    assert checks.addons_among([addon / "__manifest__.py"]) == [str(addon)]
    assert checks.addons_among([addon]) == [str(addon)]
    assert checks.addons_among([ROOT / "devtools"]) == []
    assert str(ROOT / "connector") in checks.addons_among([ROOT])


def test_check_without_targets_does_nothing():
    check = checks.command("no-such-program", targets=checks.addons_among)
    assert check([ROOT / "devtools"]) == ""


def test_check_tells_what_is_wrong(tmp_path, monkeypatch):
    program = tmp_path / "bin" / "complain"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$1 is bad"\nexit 1\n')
    program.chmod(0o755)
    monkeypatch.setattr(checks.sys, "prefix", str(tmp_path))
    check = checks.command("complain", targets=lambda paths: [str(path) for path in paths])
    assert check([Path("/x")]) == "/x is bad"
