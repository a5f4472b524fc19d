# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The private apt: its configuration, and the cache of package files."""

import json

import pytest

from devtools import apt
from devtools.apt_sources import Source
from devtools.errors import DevError
from devtools.workspace import Workspace


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    workspace = Workspace(tmp_path / "dev")
    workspace.prepare()
    return workspace


@pytest.fixture
def debian(monkeypatch):
    """A machine with a mirror of its own, behind a proxy."""
    source = Source("http://mirror.example/debian", ("trixie",), ("main",), "/etc/apt/key.gpg")
    monkeypatch.setattr(apt.apt_sources, "read", lambda: [source])
    monkeypatch.setattr(apt.apt_sources, "codename", lambda: "trixie")
    monkeypatch.setattr(apt.shutil, "which", lambda name: f"/usr/bin/{name}")
    dump = 'Acquire::http::Proxy "http://proxy.example:3128";\nAcquire::Languages "de";\n'
    result = type("Result", (), {"stdout": dump, "stderr": "", "returncode": 0})
    monkeypatch.setattr(apt.subprocess, "run", lambda *args, **kwargs: result)
    return source


def test_configuration_touches_nothing_of_the_machine(workspace, debian):
    private = apt.PrivateApt(workspace, ("sid", "trixie"))
    private.configure()
    sources = (private.folder / "sources.list").read_text()
    assert sources == (
        "deb [signed-by=/etc/apt/key.gpg] http://mirror.example/debian sid main\n"
        "deb [signed-by=/etc/apt/key.gpg] http://mirror.example/debian trixie main\n"
    )
    text = (private.folder / "apt.conf").read_text()
    settings = dict(line.rstrip(";").split(" ", 1) for line in text.splitlines())
    for name in ("Dir::State", "Dir::Cache", "Dir::Etc::sourceparts", "Dir::State::status"):
        assert str(workspace.dev) in settings[name]
    assert settings["Acquire::Check-Valid-Until"] == '"false"'
    assert settings["Acquire::http::Proxy"] == '"http://proxy.example:3128"'
    assert settings["Acquire::Languages"] == '"none"'


def test_key_inside_the_source_becomes_a_file(workspace, debian, monkeypatch):
    key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\nbWFkZSB1cA=="
    source = Source(debian.uri, debian.suites, debian.components, key)
    monkeypatch.setattr(apt.apt_sources, "read", lambda: [source])
    private = apt.PrivateApt(workspace, ("sid",))
    private.configure()
    keyring = private.folder / "archive.asc"
    assert keyring.read_text().startswith("-----BEGIN PGP")
    assert f"[signed-by={keyring}]" in (private.folder / "sources.list").read_text()


def test_machine_without_apt(workspace, monkeypatch):
    monkeypatch.setattr(apt.shutil, "which", lambda name: None)
    with pytest.raises(DevError, match="--odoo PATH"):
        apt.PrivateApt(workspace, ("sid",)).configure()


def test_list_of_files_to_download(workspace, monkeypatch):
    private = apt.PrivateApt(workspace, ("sid",))
    output = (
        "'http://mirror.example/pool/b/b_1%3a2_all.deb' b_1%3a2_all.deb 12 SHA256:bb\n"
        "W: something\n"
        "'http://mirror.example/pool/a/a_1_all.deb' a_1_all.deb 34 SHA256:aa\n"
    )
    monkeypatch.setattr(private, "_ask", lambda *command: output)
    found = private.downloads(["a/sid", "b"])
    assert [(one.package, one.name, one.sha256) for one in found] == [
        ("b", "b_1%3a2_all.deb", "bb"),
        ("a", "a_1_all.deb", "aa"),
    ]
    with pytest.raises(DevError, match="only 2 of"):
        private.downloads(["a", "b", "c"])


def test_files_at_hand_are_not_fetched_again(workspace, monkeypatch, tmp_path):
    private = apt.PrivateApt(workspace, ("sid",))
    target = tmp_path / "debs"
    target.mkdir()
    whole, broken = target / "whole_1_all.deb", target / "broken_1_all.deb"
    whole.write_bytes(b"whole")
    broken.write_bytes(b"bro")
    downloads = [
        apt.Download(whole.name, apt.sha256(whole)),
        apt.Download(broken.name, "0" * 64),
    ]
    monkeypatch.setattr(private, "downloads", lambda packages: downloads)
    fetched = []
    monkeypatch.setattr(apt.process, "run", lambda command, **kwargs: fetched.append(command[2:]))
    assert private.fetch(["broken/sid", "whole/sid"], target) == [whole.name, broken.name]
    assert fetched == [["broken/sid"]]
    broken.write_bytes(b"broken")
    downloads[1] = apt.Download(broken.name, apt.sha256(broken))
    private.fetch(["broken/sid", "whole/sid"], target)
    assert len(fetched) == 1


class TestCache:
    def fetch(self, content):
        def fetch(folder):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "a_1_all.deb").write_bytes(content)
            return ["a_1_all.deb"]

        return fetch

    def fail(self, folder):
        raise DevError("No network")

    def test_new_download_is_kept(self, workspace):
        folder, files, reason = apt.cached_set(workspace, "kind", self.fetch(b"content"))
        assert files == ["a_1_all.deb"]
        assert not reason
        kept = json.loads((folder / "kind.json").read_text())
        assert kept == {"a_1_all.deb": apt.sha256(folder / "a_1_all.deb")}

    def test_cache_serves_when_the_download_fails(self, workspace):
        folder, files, _ = apt.cached_set(workspace, "kind", self.fetch(b"content"))
        assert apt.cached_set(workspace, "kind", self.fail) == (folder, files, "No network")

    def test_incomplete_cache_is_not_trusted(self, workspace):
        folder, files, _ = apt.cached_set(workspace, "kind", self.fetch(b"content"))
        (folder / files[0]).write_bytes(b"cut off")
        with pytest.raises(DevError, match="No network"):
            apt.cached_set(workspace, "kind", self.fail)
        (folder / files[0]).unlink()
        with pytest.raises(DevError, match="No network"):
            apt.cached_set(workspace, "kind", self.fail)

    def test_empty_cache(self, workspace):
        with pytest.raises(DevError, match="No network"):
            apt.cached_set(workspace, "kind", self.fail)


class TestUnpacking:
    @pytest.fixture
    def dpkg(self, monkeypatch):
        def run(command, **kwargs):
            package, target = command[2:]
            if package.name == "broken.deb":
                raise DevError("Unpacking failed")
            (target / package.name).touch()

        monkeypatch.setattr(apt.process, "run", run)

    def test_replaces_what_was_there(self, tmp_path, dpkg):
        target = tmp_path / "odoo"
        apt.unpack([tmp_path / "old.deb"], target, tmp_path / "log")
        apt.unpack([tmp_path / "a.deb", tmp_path / "b.deb"], target, tmp_path / "log")
        assert sorted(path.name for path in target.iterdir()) == ["a.deb", "b.deb"]
        assert target.stat().st_mode & 0o777 == 0o755
        assert list(tmp_path.iterdir()) == [target]

    def test_half_a_folder_never_has_the_name(self, tmp_path, dpkg):
        target = tmp_path / "odoo"
        with pytest.raises(DevError):
            apt.unpack([tmp_path / "a.deb", tmp_path / "broken.deb"], target, tmp_path / "log")
        assert not target.exists()
        # The half goes when it is tried again.
        apt.unpack([tmp_path / "a.deb"], target, tmp_path / "log")
        assert list(tmp_path.iterdir()) == [target]
