# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Settings of this server, from the configuration file and the environment.

A value comes from the first of: the command line, the environment, ``[queue_job]``,
``[options-connector]``, the default. A wrong value is reported and counts as not given;
nothing else is lost with it.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from .channels import OPTIONS, ROOT, ChannelSpec, read_channels
from .setting_keys import CRON, KEYS, PROCESSES
from .setting_sources import (
    ERROR,
    WARNING,
    Candidate,
    Problem,
    Sections,
    candidates,
    find_http_sections,
    http_problems,
    is_given,
    placement_problems,
)
from .timeouts import check_limits, read_time_limits

__all__ = ["ERROR", "WARNING", "Problem", "Settings", "read_settings"]

DEFAULT_JOB_WORKERS = 2
DEFAULT_LOG_LEVEL = "INFO"
DEFAULT_MAX_ARGUMENTS_SIZE = 10 * 1024 * 1024
DEFAULT_MAX_RESULT_SIZE = 1024 * 1024


@dataclass(frozen=True)
class Settings:
    """What this server was told about jobs.

    :param channels: channels set (and so pinned) by the configuration file
    :param channels_time_real: seconds by full channel name, bounded by ``limit_time_real``
    :param job_workers: processes that run jobs on this server
    :param driver: what runs jobs on this server, processes or scheduled actions (cron)
    :param stop_job_runner: this server runs no jobs; it still enqueues
    :param jobrunner_db_host: host of the direct database connection, None for Odoo's own
    :param jobrunner_db_port: its port; of several hosts one for all, or a list
    :param jobrunner_db_user: its user
    :param jobrunner_db_password: its password
    :param limit_time_real: longest time any job may run, in seconds, None for no limit
    :param stop_grace: seconds running jobs have to end when the server stops
    :param job_log_level: lowest level of the log lines kept of each job, OFF for none
    :param max_arguments_size: most bytes of JSON that a job's arguments may take, 0 for any
    :param max_result_size: most characters that are kept of a job's result, 0 for any
    :param only_declared_functions: only jobs whose method is a declared job function run
    :param adopt_copies: jobs of a copied database run without anybody's consent
    :param metrics_token: what a monitor must send, None when nobody may ask
    :param exclude_databases: names or patterns of databases whose jobs do not run here
    :param sources: where each value that is not a default comes from
    """

    channels: tuple[ChannelSpec, ...] = ()
    channels_time_real: Mapping[str, float] = field(default_factory=dict)
    job_workers: int = DEFAULT_JOB_WORKERS
    driver: str = PROCESSES
    stop_job_runner: bool = False
    jobrunner_db_host: str | None = None
    jobrunner_db_port: int | str | None = None
    jobrunner_db_user: str | None = None
    jobrunner_db_password: str | None = field(default=None, repr=False)
    limit_time_real: int | None = None
    stop_grace: float = 5.0
    job_log_level: str = DEFAULT_LOG_LEVEL
    max_arguments_size: int = DEFAULT_MAX_ARGUMENTS_SIZE
    max_result_size: int = DEFAULT_MAX_RESULT_SIZE
    only_declared_functions: bool = False
    adopt_copies: bool = False
    metrics_token: str | None = field(default=None, repr=False)
    exclude_databases: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def root_capacity(self) -> int | None:
        """Return root's capacity in the configuration file, None when it says nothing."""
        return next((spec.capacity for spec in self.channels if spec.name == ROOT), None)

    @property
    def why_no_jobs(self) -> str | None:
        """Say why this server runs no jobs, None when it runs some."""
        if self.stop_job_runner:
            return "stop_job_runner is set"
        if self.root_capacity == 0:
            return "the channels setting gives root a capacity of 0"
        if not self.job_workers and self.driver != CRON:
            return "job_workers is 0"
        return None

    @property
    def why_no_processes(self) -> str | None:
        """Say why this server starts no processes for jobs, None when it does."""
        if self.why_no_jobs:
            return f"This server runs no jobs: {self.why_no_jobs}"
        if self.driver == CRON:
            return "This server starts no processes for jobs (driver is cron): scheduled actions do"
        return None

    @property
    def db_params(self) -> dict[str, Any]:
        """Return what differs from Odoo's own connection: host, port, user, password."""
        names = ("host", "port", "user", "password")
        values = {name: getattr(self, f"jobrunner_db_{name}") for name in names}
        return {name: value for name, value in values.items() if value is not None}

    def serves(self, database: str) -> bool:
        """Tell whether the jobs of a database may run here.

        :param database: name of the database
        :return: False when an excluded name or pattern matches
        """
        return not any(fnmatchcase(database, pattern) for pattern in self.exclude_databases)


def read_settings(
    sections: Sections,
    environ: Mapping[str, str],
    odoo_options: Mapping[str, Any],
    overrides: Mapping[str, str] | None = None,
) -> tuple[Settings, list[Problem]]:
    """Read the settings of this server.

    :param sections: all sections of Odoo's configuration file, as texts by key
    :param environ: environment variables
    :param odoo_options: Odoo's options; ``http_port`` is used, and ``limit_time_real``,
        which must be there only when a person set it (Odoo's built-in value does not count)
    :param overrides: values from the command line by key, stronger than all others
    :return: the settings, and what their owner should know about them
    """
    http = find_http_sections(sections, environ, odoo_options.get("http_port") or 8069)
    problems = [
        *http_problems(sections, environ, http),
        *placement_problems(sections, environ, odoo_options),
    ]
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for name in KEYS:
        for candidate in candidates(name, sections, environ, overrides or {}, http):
            found = _read(name, candidate, problems)
            if found is not None:
                values[name], sources[name] = found, candidate.source
                break
    _settle_workers(values)
    _settle_limits(values, sources, odoo_options, problems)
    return Settings(**values, sources=sources), problems


def _read(name: str, candidate: Candidate, problems: list[Problem]) -> Any:
    """Return the value of a candidate, None when it says nothing or is wrong."""
    key = KEYS[name]
    if name == "channels":
        return _read_channels(candidate, problems)
    if name == "channels_time_real":
        return _read_limits(candidate, problems)
    if name.startswith("jobrunner_db_") and not is_given(candidate.text):
        return None
    try:
        return key.read(candidate.text.strip())
    except ValueError as error:
        problems.append(
            Problem(
                ERROR,
                name,
                f"{name} {error} (from {candidate.source}); write for instance "
                f"{name} = {key.example}",
            )
        )
        return None


def _read_channels(candidate: Candidate, problems: list[Problem]) -> tuple[ChannelSpec, ...] | None:
    specs, errors = read_channels(candidate.text)
    problems.extend(
        Problem(ERROR, "channels", f"{error} (from {candidate.source})") for error in errors
    )
    for spec in specs:
        for option in spec.unknown:
            [nearest] = difflib.get_close_matches(option, OPTIONS, n=1) or [None]
            advice = f"is it meant to be {nearest}?" if nearest else f"known: {', '.join(OPTIONS)}"
            problems.append(
                Problem(
                    WARNING,
                    "channels",
                    f"Unknown option {option} of channel {spec.name} (from {candidate.source}) "
                    f"is ignored; {advice}",
                )
            )
    return tuple(specs) or None


def _read_limits(candidate: Candidate, problems: list[Problem]) -> dict[str, int] | None:
    limits, errors = read_time_limits(candidate.text)
    problems.extend(
        Problem(ERROR, "channels_time_real", f"{error} (from {candidate.source})")
        for error in errors
    )
    return limits or None


def _settle_workers(values: dict[str, Any]) -> None:
    """Let root's capacity decide how many workers there are, unless that is said."""
    if "job_workers" not in values:
        root = [spec.capacity for spec in values.get("channels", ()) if spec.name == ROOT]
        values["job_workers"] = root[0] if root else DEFAULT_JOB_WORKERS


def _settle_limits(
    values: dict[str, Any],
    sources: dict[str, str],
    odoo_options: Mapping[str, Any],
    problems: list[Problem],
) -> None:
    """Find the server's limit, and bound the limits of channels by it."""
    if "limit_time_real" not in values:
        odoo_limit = int(odoo_options.get("limit_time_real") or 0)
        if odoo_limit > 0:
            values["limit_time_real"] = odoo_limit
            sources["limit_time_real"] = "Odoo's own limit_time_real"
    # 0 under [queue_job] lifts Odoo's limit for jobs.
    values["limit_time_real"] = values.get("limit_time_real") or None
    limits, errors = check_limits(values.get("channels_time_real", {}), values["limit_time_real"])
    values["channels_time_real"] = limits
    problems.extend(Problem(ERROR, "channels_time_real", error) for error in errors)
