# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The set-up's steps: what is done once, what is redone, what is refused."""

import shutil
import subprocess
from pathlib import Path

import pytest

from devtools import chromium, environment, venv
from devtools.errors import DevError
from devtools.odoo_source import OdooSource
from devtools.workspace import Workspace

#: What a download from the archive gives: folder, files, and no reason to complain.
CACHED = (Path("/debs"), ["c.deb"], "")


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(Workspace, "check_space", lambda self, *needed: None)
    workspace = Workspace(tmp_path / "dev")
    workspace.prepare()
    return workspace


@pytest.fixture
def commands(monkeypatch) -> list[list[str]]:
    """Collects the programs instead of running them; making an environment makes a folder."""
    seen = []

    def run(command, **kwargs):
        words = [str(word) for word in command]
        seen.append(words)
        if "venv" in words:
            python = Path(words[-1]) / "bin" / "python"
            python.parent.mkdir(parents=True)
            python.touch()

    monkeypatch.setattr(venv.process, "run", run)
    # Debian's own Python may come without ensurepip.
    monkeypatch.setattr(venv.importlib.util, "find_spec", lambda name: object())
    return seen


def installs(commands) -> list[list[str]]:
    return [words for words in commands if "install" in words]


class TestVirtualEnvironment:
    def test_is_made_once(self, workspace, commands):
        venv.prepare(workspace)
        assert len(installs(commands)) == 1
        assert all(str(path) in installs(commands)[0] for path in venv.REQUIREMENTS)
        venv.prepare(workspace)
        assert len(installs(commands)) == 1

    def test_is_made_again_when_it_was_interrupted(self, workspace, commands, monkeypatch):
        run = venv.process.run

        def interrupted(command, **kwargs):
            run(command, **kwargs)
            if "install" in command:
                raise KeyboardInterrupt

        monkeypatch.setattr(venv.process, "run", interrupted)
        with pytest.raises(KeyboardInterrupt):
            venv.prepare(workspace)
        leftover = workspace.venv / "leftover"
        leftover.touch()
        monkeypatch.setattr(venv.process, "run", run)
        venv.prepare(workspace)
        assert not leftover.exists()
        assert workspace.python.exists()

    def test_is_made_again_for_another_python(self, workspace, commands, monkeypatch):
        venv.prepare(workspace)
        monkeypatch.setattr(venv.sys, "version", "3.99.0 (another)")
        venv.prepare(workspace)
        assert len(installs(commands)) == 2

    def test_python_without_pip_gets_it_from_a_package(self, workspace, commands, monkeypatch):
        monkeypatch.setattr(venv.importlib.util, "find_spec", lambda name: None)

        def unpack(files, target, log):
            wheel = target / "usr/share/python-wheels/pip-1-py3-none-any.whl"
            wheel.parent.mkdir(parents=True)
            wheel.touch()

        monkeypatch.setattr(venv.apt, "cached_set", lambda *args: CACHED)
        monkeypatch.setattr(venv.apt, "unpack", unpack)
        venv.prepare(workspace)
        assert "--without-pip" in commands[0]
        assert commands[1][1].endswith("pip-1-py3-none-any.whl/pip")

    def test_odoo_is_linked(self, workspace, commands, tmp_path):
        venv.prepare(workspace)
        version = f"python{venv.sys.version_info.major}.{venv.sys.version_info.minor}"
        packages = workspace.venv / "lib" / version / "site-packages"
        packages.mkdir(parents=True)
        script = venv.link_odoo(workspace, OdooSource(tmp_path / "odoo", (), "19.0", "here"))
        assert (packages / "odoo-source.pth").read_text() == f"{tmp_path}/odoo\n"
        assert script.read_text().startswith(f"#!{workspace.python}\n")
        assert script.stat().st_mode & 0o111


class TestChromium:
    @pytest.fixture(autouse=True)
    def no_browser(self, monkeypatch):
        monkeypatch.setattr(chromium.shutil, "which", lambda name: None)
        monkeypatch.setattr(chromium.apt_sources, "codename", lambda: "trixie")

    def test_of_the_machine(self, workspace, monkeypatch):
        monkeypatch.setattr(
            chromium.shutil, "which", lambda name: "/bin/chromium" if name == "chromium" else None
        )
        assert chromium.provide(workspace) == Path("/bin/chromium")

    def test_is_unpacked_once(self, workspace, monkeypatch):
        unpacked, status = [], [1]

        def unpack(files, target, log):
            for name in ("libx.so.1", "pulseaudio/libpulsecommon-1.so"):
                library = target / "usr/lib/x86_64-linux-gnu" / name
                library.parent.mkdir(parents=True, exist_ok=True)
                library.touch()
            program = target / "usr/lib/chromium/chromium"
            program.parent.mkdir()
            program.write_text(f'#!/bin/sh\necho "$LD_LIBRARY_PATH" $1; exit {status[0]}\n')
            program.chmod(0o755)
            unpacked.append(files)

        monkeypatch.setattr(
            chromium.apt, "cached_set", lambda *args: (Path("/debs"), ["c.deb"], "")
        )
        monkeypatch.setattr(chromium.apt, "unpack", unpack)
        assert chromium.find(workspace) is None
        # Nothing that doesn't start counts.
        with pytest.raises(DevError, match="Chromium doesn't start"):
            chromium.provide(workspace)
        assert chromium.find(workspace) is None
        unpacked.clear()
        status[0] = 0
        wrapper = chromium.provide(workspace)
        assert chromium.find(workspace) == chromium.provide(workspace) == wrapper
        assert unpacked == [[Path("/debs/c.deb")]]
        said = subprocess.run([wrapper, "hello"], capture_output=True, text=True, check=True).stdout
        folder = f"{workspace.dev}/chromium/usr/lib/x86_64-linux-gnu"
        assert said.startswith(f"{folder}:{folder}/pulseaudio")
        assert said.endswith(" hello\n")
        assert wrapper.stat().st_mode & 0o111

    def test_interrupted_unpacking_does_not_count(self, workspace, monkeypatch):
        def unpack(files, target, log):
            raise KeyboardInterrupt

        monkeypatch.setattr(
            chromium.apt, "cached_set", lambda *args: (Path("/debs"), ["c.deb"], "")
        )
        monkeypatch.setattr(chromium.apt, "unpack", unpack)
        with pytest.raises(KeyboardInterrupt):
            chromium.unpacked(workspace)
        assert chromium.find(workspace) is None

    @pytest.fixture(autouse=True)
    def not_root(self, monkeypatch):
        monkeypatch.setattr(chromium.debian, "can_install", lambda: False)


class TestWorkspace:
    def test_full_disk_is_refused_before_anything_begins(self, tmp_path, monkeypatch):
        workspace = Workspace(tmp_path / "dev")
        workspace.prepare()
        usage = shutil.disk_usage(tmp_path)._replace(free=1024**3)
        monkeypatch.setattr("devtools.workspace.shutil.disk_usage", lambda path: usage)
        with pytest.raises(DevError, match=r"Only 1.00 GB are free at .*: 4 GB are needed"):
            workspace.check_space()
        workspace.check_space(1024**3)

    def test_folder_of_somebody_else_is_refused(self, tmp_path, monkeypatch):
        workspace = Workspace(tmp_path / "dev")
        workspace.prepare()
        monkeypatch.setattr("devtools.workspace.os.access", lambda path, mode: False)
        with pytest.raises(DevError, match="it belongs to"):
            workspace.prepare()

    def test_folder_that_can_not_be_made(self, tmp_path, monkeypatch):
        workspace = Workspace(tmp_path / "dev")
        workspace.prepare()

        def mkdir(self, *args, **kwargs):
            raise PermissionError(13, "Permission denied", str(self))

        monkeypatch.setattr(Path, "mkdir", mkdir)
        with pytest.raises(DevError, match="can't be written"):
            workspace.prepare()


class TestSourceHash:
    @pytest.fixture
    def addon(self, tmp_path) -> Path:
        for name in ("models/a.py", "views/a.xml", "tests/test_a.py", "readme/USAGE.md"):
            path = tmp_path / "addon" / name
            path.parent.mkdir(parents=True)
            path.write_text(name)
        return tmp_path / "addon"

    @pytest.mark.parametrize("name", ["models/a.py", "views/a.xml", "models/new.py"])
    def test_changes_with_what_a_database_is_made_of(self, addon, name):
        before = environment.hash_addons([addon])
        (addon / name).write_text("changed")
        assert environment.hash_addons([addon]) != before

    @pytest.mark.parametrize("name", ["tests/test_a.py", "readme/USAGE.md"])
    def test_stays_when_tests_or_texts_change(self, addon, name):
        before = environment.hash_addons([addon])
        (addon / name).write_text("changed")
        assert environment.hash_addons([addon]) == before

    def test_changes_with_the_name_of_a_file(self, addon):
        before = environment.hash_addons([addon])
        (addon / "models/a.py").rename(addon / "models/b.py")
        assert environment.hash_addons([addon]) != before
