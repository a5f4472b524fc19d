# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Configuration files of the Odoo servers that are started here."""

from __future__ import annotations

import configparser
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from . import ports
from .environment import Environment

Sections = Mapping[str, Mapping[str, Any]]


def write(
    path: Path,
    environment: Environment,
    databases: Sequence[str],
    port: int,
    *,
    sections: Sections | None = None,
    tests: bool = False,
) -> None:
    """Write a configuration file that only the user may read, as it holds a password.

    :param path: the file
    :param environment: the set-up
    :param databases: names of those the server serves
    :param port: where it listens, on the loopback address
    :param sections: further sections; ``options`` among them adds to ours
    :param tests: with the test-only addons
    """
    postgres = environment.postgres
    options = {
        "data_dir": environment.data_dir,
        "db_host": postgres.host,
        "db_port": postgres.port,
        "db_user": postgres.user,
        "db_password": postgres.password or False,
        "db_name": ",".join(databases),
        "list_db": False,
        "http_interface": ports.LOOPBACK,
        "http_port": port,
        "gevent_port": ports.any_free(),
    }
    if addons_path := environment.addons_path(tests=tests):
        options["addons_path"] = addons_path
    parser = configparser.RawConfigParser()
    parser["options"] = options
    for name, values in (sections or {}).items():
        if name not in parser:
            parser.add_section(name)
        for key, value in values.items():
            parser[name][key] = str(value)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        parser.write(stream)
