# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Installing Debian's packages on the machine."""

import pytest

from devtools import debian
from devtools.errors import DevError


@pytest.fixture
def commands(monkeypatch) -> list[tuple]:
    """Collects the package managers' command lines and variables instead of running them."""
    seen = []

    def run(command, *, environ, to_its_end, **kwargs):
        assert to_its_end
        seen.append((" ".join(command), environ))

    monkeypatch.setattr(debian.process, "run", run)
    return seen


def test_lists_come_first_and_other_package_managers_are_waited_for(commands, tmp_path):
    debian.install("postgresql", tmp_path / "log", environ={"PGSYSCONFDIR": "/x"})
    update, install = (command for command, _environ in commands)
    assert update == "apt-get update"
    assert install.startswith("apt-get install --yes")
    assert "DPkg::Lock::Timeout=" in install
    assert install.endswith(" postgresql")
    assert commands[1][1]["DEBIAN_FRONTEND"] == "noninteractive"
    assert commands[1][1]["PGSYSCONFDIR"] == "/x"


def test_what_a_killed_package_manager_left_is_finished(commands, tmp_path, monkeypatch):
    collect = debian.process.run
    interrupted = iter([True, False])

    def run(command, **kwargs):
        collect(command, **kwargs)
        if command[1] == "install" and next(interrupted):
            words = "E: dpkg was interrupted, you must manually run 'dpkg --configure -a'"
            raise DevError("Installing chromium failed", words)

    monkeypatch.setattr(debian.process, "run", run)
    debian.install("chromium", tmp_path / "log")
    words = [command.split()[1] for command, _environ in commands]
    assert words == ["update", "install", "--configure", "install"]


def test_other_failures_are_not_tried_again(commands, tmp_path, monkeypatch):
    collect = debian.process.run

    def run(command, **kwargs):
        collect(command, **kwargs)
        if command[1] == "install":
            raise DevError("Installing chromium failed", "E: Unable to locate package")

    monkeypatch.setattr(debian.process, "run", run)
    with pytest.raises(DevError, match="Unable to locate"):
        debian.install("chromium", tmp_path / "log")
    assert len(commands) == 2


def test_failure_says_what_to_do(monkeypatch, tmp_path):
    def run(command, *, what, way_on, **kwargs):
        raise DevError(f"{what} failed", way_on)

    monkeypatch.setattr(debian.process, "run", run)
    with pytest.raises(DevError, match="package lists failed: do it yourself"):
        debian.install("postgresql", tmp_path / "log", way_on="do it yourself")


@pytest.mark.parametrize(("user", "apt", "expected"), [(0, 1, True), (0, 0, False), (7, 1, False)])
def test_only_root_on_debian_can(monkeypatch, user, apt, expected):
    monkeypatch.setattr(debian.os, "getuid", lambda: user)
    monkeypatch.setattr(debian.shutil, "which", lambda name: f"/bin/{name}" if apt else None)
    assert debian.can_install() is expected
