# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Finding Odoo, and refusing what isn't Odoo 19.0."""

from pathlib import Path

import pytest

from devtools import odoo_source
from devtools.errors import DevError
from devtools.stamps import Stamp
from devtools.workspace import Workspace


def make_odoo(folder: Path, version: str = "(19, 0, 0, FINAL, 0, '')") -> Path:
    release = folder / "odoo" / "release.py"
    release.parent.mkdir(parents=True)
    release.write_text(f"FINAL = 'final'\nversion_info = {version}\n")
    return folder


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    workspace = Workspace(tmp_path / "dev")
    workspace.prepare()
    return workspace


def test_checkout_with_its_addons_beside(tmp_path):
    make_odoo(tmp_path)
    web = tmp_path / "addons" / "web"
    web.mkdir(parents=True)
    (web / "__manifest__.py").touch()
    found = odoo_source.from_path(tmp_path)
    assert found.path == tmp_path
    assert found.addons == (tmp_path / "addons",)


def test_installed_odoo_needs_no_addons_path(tmp_path):
    make_odoo(tmp_path)
    assert odoo_source.from_path(tmp_path).addons == ()


def test_the_package_itself_or_an_unpacked_prefix_may_be_named(tmp_path):
    packages = make_odoo(tmp_path / "usr/lib/python3/dist-packages")
    assert odoo_source.from_path(tmp_path).path == packages
    assert odoo_source.from_path(packages / "odoo").path == packages


@pytest.mark.parametrize(
    ("version", "series"), [("(18, 0, 0, FINAL, 0, '')", "18.0"), ("(19, 1, 0)", "19.1")]
)
def test_another_series_is_refused(tmp_path, version, series):
    make_odoo(tmp_path, version)
    with pytest.raises(DevError, match=f"is an Odoo {series}, not 19.0"):
        odoo_source.from_path(tmp_path)


def test_unreadable_version_is_refused(tmp_path):
    make_odoo(tmp_path, "find_out()")
    with pytest.raises(DevError, match="Odoo unknown"):
        odoo_source.from_path(tmp_path)


def test_folder_without_odoo_is_refused(tmp_path):
    with pytest.raises(DevError, match="There is no Odoo in"):
        odoo_source.from_path(tmp_path)


def test_order_of_preference(tmp_path, workspace, monkeypatch):
    given = make_odoo(tmp_path / "given")
    named = make_odoo(tmp_path / "named")
    lying = odoo_source.from_path(make_odoo(tmp_path / "lying"))
    monkeypatch.setattr(odoo_source, "importable", lambda workspace: lying)
    monkeypatch.setenv("ODOO_PATH", str(named))
    assert odoo_source.find(workspace, str(given)).path == given
    assert odoo_source.find(workspace, None).path == named
    monkeypatch.delenv("ODOO_PATH")
    assert odoo_source.find(workspace, None) == lying
    monkeypatch.setattr(odoo_source, "importable", lambda workspace: None)
    monkeypatch.setattr(odoo_source, "from_debian", lambda workspace: "debian")
    assert odoo_source.find(workspace, None) == "debian"


def test_importable_odoo_is_found_by_the_running_python(tmp_path, workspace, monkeypatch):
    folder = make_odoo(tmp_path / "somewhere")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    assert odoo_source.importable(workspace).path == folder


def test_what_we_unpacked_does_not_count_as_importable(workspace, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(make_odoo(workspace.odoo)))
    assert odoo_source.importable(workspace) is None


def test_finished_unpacking_is_used_again(workspace, monkeypatch):
    packages = make_odoo(workspace.odoo / "usr/lib/python3/dist-packages")
    inputs = [odoo_source.UNPACK_FORMAT, odoo_source.PACKAGES]
    Stamp(workspace.stamps / "odoo.json", inputs).write(version="19.0.0+dfsg-1")
    found = odoo_source.from_debian(workspace)
    assert (found.path, found.version) == (packages, "19.0.0+dfsg-1")


def test_half_finished_unpacking_is_redone(workspace, monkeypatch):
    leftover = make_odoo(workspace.odoo / "usr/lib/python3/dist-packages")
    monkeypatch.setattr(workspace, "check_space", lambda: None)

    def fail(workspace, kind, fetch):
        raise DevError("No network")

    monkeypatch.setattr(odoo_source.apt, "cached_set", fail)
    with pytest.raises(DevError, match=r"No network.*--odoo PATH"):
        odoo_source.from_debian(workspace)
    assert not leftover.exists()


def test_missing_files_are_supplied(tmp_path):
    font = tmp_path / "usr/share/fonts/opentype/inconsolata/Inconsolata-Regular.otf"
    font.parent.mkdir(parents=True)
    font.write_bytes(b"font")
    odoo_source.mend(tmp_path)
    for name in odoo_source.RENAMED:
        assert (tmp_path / name).read_bytes() == b"font"
    for name in odoo_source.LEFT_OUT:
        assert (tmp_path / name).is_file()
    odoo_source.mend(tmp_path)
