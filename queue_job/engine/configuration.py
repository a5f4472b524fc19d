# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""This server's settings: what Odoo was started with, read by our rules."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import logging
import os
from collections.abc import Mapping
from typing import Any

from odoo.tools import config

from ..rules.config_file import read_sections
from ..rules.setting_keys import SECTION
from ..rules.settings import ERROR, Problem, Settings, read_settings

_logger = logging.getLogger(__name__)

_SERVER_ENVIRONMENT = "odoo.addons.server_environment"


def load(overrides: Mapping[str, str] | None = None) -> tuple[Settings, list[Problem]]:
    """Read the settings from Odoo's configuration file and the environment.

    Odoo keeps only the ``[options]`` section of its file, so the same file is read
    again for ours.

    :param overrides: values from the command line, by key
    :return: the settings, and what their owner should know about them
    """
    sections, error = read_sections(config["config"] if _has_file() else None)
    sections, trouble = _with_server_environment(sections)
    settings, problems = read_settings(sections, os.environ, _odoo_options(), overrides)
    told = [Problem(ERROR, "config", text) for text in (error, trouble) if text]
    return settings, told + problems


@functools.cache
def current() -> Settings:
    """Return this process's settings, read once; what is wrong with them is said elsewhere."""
    return load()[0]


def report(problems: list[Problem]) -> None:
    """Write what is wrong with the settings to the log, each thing once per start."""
    for problem in problems:
        level = logging.ERROR if problem.level == ERROR else logging.WARNING
        _logger.log(level, "Job queue configuration: %s", problem.message)


def _with_server_environment(
    sections: dict[str, dict[str, str]],
) -> tuple[dict[str, dict[str, str]], str | None]:
    """Add what OCA's addon ``server_environment`` has read, where it is there.

    It keeps the settings of each environment in files of its own. They go before those of
    Odoo's file, key by key.

    :param sections: those of Odoo's configuration file
    :return: texts by key by section, and a message when the addon can't be asked
    """
    try:
        if importlib.util.find_spec(_SERVER_ENVIRONMENT) is None:
            return sections, None
        parser = importlib.import_module(_SERVER_ENVIRONMENT).serv_config
        if not parser.has_section(SECTION):
            return sections, None
        # Raw: '%' is a character like any other, as in Odoo's file.
        own = dict(parser.items(SECTION, raw=True))
    except Exception as error:  # noqa: BLE001
        # The addon demands settings of its own, and says so by raising what it likes.
        return sections, f"The settings of server_environment can't be read: {error}"
    return {**sections, SECTION: {**sections.get(SECTION, {}), **own}}, None


def _has_file() -> bool:
    return bool(config["config"]) and os.path.isfile(config["config"])


def _odoo_options() -> dict[str, Any]:
    """Odoo's options that matter, leaving out built-in values nobody chose.

    The built-in ``limit_time_real`` of two minutes is meant for HTTP requests: it
    bounds jobs only where a person has set it.
    """
    options: dict[str, Any] = {"http_port": config["http_port"]}
    default_options = getattr(config, "_default_options", {})
    chosen = [
        layer
        for name in ("_cli_options", "_env_options", "_file_options", "_runtime_options")
        if (layer := getattr(config, name, None)) is not None and "limit_time_real" in layer
    ]
    if chosen or "limit_time_real" not in default_options:
        options["limit_time_real"] = config["limit_time_real"]
    return options
