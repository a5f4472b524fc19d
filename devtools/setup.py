# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The set-up from end to end, in two halves.

The first runs on whatever Python started ./dev and ends by starting ./dev again on the virtual
environment's Python; the second may use what is installed there.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator

from . import chromium, console, odoo_source, postgres, venv
from .environment import ENVIRONMENT_VARIABLE, ROOT, Environment
from .locks import file_lock
from .workspace import Workspace

#: Hands what the first half found to the second.
HANDOVER = "DEV_HANDOVER"


def first_half(workspace: Workspace, odoo_path: str | None, *, odoo: bool = True) -> None:
    """Prepare Odoo and the virtual environment; returns only on that environment's Python.

    :param workspace: the checkout's folders
    :param odoo_path: where the user says Odoo is
    :param odoo: whether Odoo is needed at all
    """
    if HANDOVER in os.environ:
        return
    workspace.prepare()
    with file_lock(workspace.locks / "setup", on_wait=say_waiting):
        source = odoo_source.find(workspace, odoo_path) if odoo else None
        venv.prepare(workspace)
        script = venv.link_odoo(workspace, source) if source else None
    os.environ[HANDOVER] = json.dumps(
        {
            "odoo_script": str(script),
            "odoo_addons": [str(path) for path in source.addons],
            "odoo_version": source.version,
            "odoo_origin": source.origin,
        }
        if source
        else {}
    )
    os.environ["PATH"] = os.pathsep.join(
        (str(workspace.venv / "bin"), str(workspace.dev / "bin"), os.environ.get("PATH", ""))
    )
    # The shell's own environment must not reach into ours.
    os.environ.pop("PYTHONHOME", None)
    os.environ["VIRTUAL_ENV"] = str(workspace.venv)
    sys.stdout.flush()
    os.execv(workspace.python, [str(workspace.python), str(ROOT / "dev"), *sys.argv[1:]])


def say_waiting(holder: str) -> None:
    """Tell the user why nothing happens."""
    console.say(f"  Waiting for the other ./dev that is setting up (process {holder}) ...")


@contextlib.contextmanager
def second_half(workspace: Workspace, *, browser: bool = False) -> Iterator[Environment]:
    """Have everything running that Odoo needs while the block runs.

    :param workspace: the checkout's folders
    :param browser: with a browser for tests
    :return: yields the finished set-up, also stored where the tests find it
    """
    handover = json.loads(os.environ[HANDOVER])
    console.say(f"✓ Odoo {handover['odoo_version']} ({handover['odoo_origin']})")
    with file_lock(workspace.locks / "setup", on_wait=say_waiting):
        found = chromium.provide(workspace) if browser else chromium.find(workspace)
    with postgres.serving(workspace) as server:
        environment = Environment(
            python=str(workspace.python),
            odoo_script=handover["odoo_script"],
            odoo_addons=tuple(handover["odoo_addons"]),
            odoo_version=handover["odoo_version"],
            data_dir=str(workspace.data),
            postgres=server,
            chromium=str(found or ""),
        )
        environment.save(workspace.environment)
        os.environ[ENVIRONMENT_VARIABLE] = str(workspace.environment)
        yield environment
