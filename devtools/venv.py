# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The virtual environment: Odoo's Python dependencies and the tools that check this repository."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

from . import apt, console, process
from .errors import DevError
from .odoo_source import OdooSource
from .stamps import Stamp
from .workspace import SPACE_NEEDED_AFTER_ODOO, Workspace

HERE = Path(__file__).resolve().parent
REQUIREMENTS = (HERE / "requirements-odoo.txt", HERE / "requirements-dev.txt")
#: Holds pip on a Debian whose Python comes without it.
PIP_PACKAGE = "python3-pip-whl"
LAUNCHER = """\
#!{python}
\"\"\"Odoo's command line, whichever way Odoo came here.\"\"\"

from odoo.cli.command import main

if __name__ == "__main__":
    main()
"""


def prepare(workspace: Workspace) -> None:
    """Make the virtual environment, unless that is done.

    :param workspace: where it goes
    :raises DevError: Python can't make one, or the packages can't be had
    """
    texts = [path.read_text() for path in REQUIREMENTS]
    stamp = Stamp(workspace.stamps / "venv.json", [sys.version, str(workspace.venv), *texts])
    if stamp.read() is not None and workspace.python.exists():
        return
    stamp.clear()
    workspace.check_space(SPACE_NEEDED_AFTER_ODOO)
    shutil.rmtree(workspace.venv, ignore_errors=True)
    log = workspace.logs / "venv.log"
    with console.step("Making a virtual environment") as step:
        step.detail = f"Python {sys.version.split()[0]}"
        make(workspace, log)
    with console.step("Installing the Python packages"):
        # Not what the shell has activated: that is another environment.
        command = [workspace.python, "-m", "pip", "install", "--no-input", "--progress-bar=off"]
        for path in REQUIREMENTS:
            command += ["-r", path]
        process.run(
            command,
            what="Installing the Python packages",
            log=log,
            environ={"PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            way_on="check the network and the package index that pip is set up for",
        )
    stamp.write()


def make(workspace: Workspace, log: Path) -> None:
    """Make an empty virtual environment with pip in it."""
    # The Python of another virtual environment would tie ours to it.
    python = Path(getattr(sys, "_base_executable", None) or sys.executable)
    complete = importlib.util.find_spec("ensurepip") is not None
    command: list[str | Path] = [python, "-m", "venv"]
    if not complete:
        command.append("--without-pip")
    process.run(
        [*command, workspace.venv],
        what="Making a virtual environment",
        log=log,
        way_on="install Python's venv module",
    )
    if not complete:
        # Debian keeps ensurepip apart. The wheel of pip in another package can install itself.
        install_pip(workspace, log)


def install_pip(workspace: Workspace, log: Path) -> None:
    """Install pip into the virtual environment from Debian's package, which is only unpacked."""
    private = apt.PrivateApt(workspace, ("bookworm",))

    def fetch(folder: Path) -> list[str]:
        private.configure()
        private.update()
        return private.fetch([PIP_PACKAGE], folder)

    folder, files, _ = apt.cached_set(workspace, "pip", fetch)
    target = workspace.dev / "pip"
    apt.unpack([folder / name for name in files], target, log)
    wheels = sorted((target / "usr/share/python-wheels").glob("pip-*.whl"))
    if not wheels:
        raise DevError("Python has no pip", "install Debian's package python3-venv")
    process.run(
        [workspace.python, wheels[-1] / "pip", "install", "--no-index", wheels[-1]],
        what="Installing pip",
        log=log,
    )


def link_odoo(workspace: Workspace, source: OdooSource) -> Path:
    """Make the virtual environment import Odoo, and give it a command.

    :param workspace: with the virtual environment
    :param source: the Odoo
    :return: the script that starts Odoo
    """
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (workspace.venv / "lib" / version / "site-packages" / "odoo-source.pth").write_text(
        f"{source.path}\n"
    )
    script = workspace.dev / "bin" / "odoo"
    script.parent.mkdir(exist_ok=True)
    script.write_text(LAUNCHER.format(python=workspace.python))
    script.chmod(0o755)
    return script
