# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Run Python in an Odoo of its own, as ``odoo shell`` does, and get a value back."""

from __future__ import annotations

import json
import textwrap
from typing import Any

from . import process
from .environment import Environment

#: Precedes the value that a script hands back, to tell it from all else that is printed.
MARK = "@@result@@"
VARIABLES = "DEV_SCRIPT_VARIABLES"


def run(
    environment: Environment,
    database: str,
    code: str,
    /,
    *,
    timeout: float = 120.0,
    **variables: Any,
) -> Any:
    """Run a script in a database and commit.

    :param environment: the set-up
    :param database: its name
    :param code: Python; ``env`` is there, it may assign ``result`` (JSON's types)
    :param timeout: seconds it may take
    :param variables: values (JSON's types) that the script finds under these names
    :return: what it assigned to ``result``
    :raises RuntimeError: it raised; the text holds its traceback
    """
    script = "\n".join(
        (
            "import json as _json, os as _os",
            f"globals().update(_json.loads(_os.environ[{VARIABLES!r}]))",
            "result = None",
            textwrap.dedent(code),
            "env.cr.commit()",
            f"print({MARK!r} + _json.dumps(result), flush=True)",
        )
    )
    command = [
        environment.python,
        environment.odoo_script,
        "shell",
        "--config=/dev/null",
        *environment.addons_options(tests=True),
        f"--data-dir={environment.data_dir}",
        f"--database={database}",
        "--no-http",
        "--shell-interface=python",
    ]
    result = process.capture(
        command,
        text=script,
        timeout=timeout,
        environ=environment.postgres.environ() | {VARIABLES: json.dumps(variables)},
    )
    for line in result.stdout.splitlines():
        if line.startswith(MARK):
            return json.loads(line.removeprefix(MARK))
    raise RuntimeError(f"The script failed:\n{result.stdout}\n{result.stderr}")
