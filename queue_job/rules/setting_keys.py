# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Every key of the configuration, in one table.

Adding a setting is adding a line to `KEYS` and a field to
`odoo.addons.queue_job.rules.settings.Settings`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from .values import parse_bool, parse_int, parse_level, parse_seconds, parse_size, split_entries

ENV_PREFIX = "ODOO_QUEUE_JOB_"

#: Sections of the configuration file, the first wins.
SECTION = "queue_job"
OLD_SECTION = "options-connector"
SECTIONS = (SECTION, OLD_SECTION)

#: What runs jobs: processes of their own, or scheduled actions of Odoo.
PROCESSES = "processes"
CRON = "cron"
DRIVERS = (PROCESSES, CRON)


@dataclass(frozen=True)
class Key:
    """One key of the configuration.

    :param name: key in the file; upper-cased with a prefix, the environment variable
    :param read: makes the value from a text, raises ValueError when the text is wrong
    :param example: a value that would be right, for messages
    :param help: what it does, one line
    :param more_env: further environment variables, after the usual one
    :param bare: the shorter name it also has in the file
    """

    name: str
    read: Callable[[str], Any]
    example: str
    help: str
    more_env: tuple[str, ...] = ()
    bare: str | None = None

    @property
    def env(self) -> str:
        """Return the name of the environment variable."""
        return ENV_PREFIX + self.name.upper()


def parse_names(text: str) -> tuple[str, ...]:
    """Read names separated by commas or new lines.

    :param text: ``a, b``
    :return: the names, without blanks and without empty ones
    """
    return tuple(split_entries(text))


def parse_port(text: str) -> int:
    """Read a TCP port.

    :param text: a number
    :return: the port
    :raise ValueError: when it isn't between 1 and 65535
    """
    port = parse_int(text, minimum=1)
    if port > 65535:
        raise ValueError(f"{text!r} is above 65535")
    return port


def parse_ports(text: str) -> int | str:
    """Read a TCP port, or one for each host of a list.

    :param text: numbers, separated by commas
    :return: the port; of several, the text without blanks, as libpq wants it
    :raise ValueError: when one isn't between 1 and 65535
    """
    ports = [parse_port(part) for part in text.split(",")]
    return ports[0] if len(ports) == 1 else ",".join(map(str, ports))


def parse_secret(text: str) -> str:
    """Read a secret that stands for access.

    :param text: as it is in the configuration
    :return: the same without spaces around it
    :raise ValueError: when it is so short that it can be guessed
    """
    if len(secret := text.strip()) < 16:
        raise ValueError("it must have at least 16 characters, or it can be guessed")
    return secret


def parse_driver(text: str) -> str:
    """Read what runs jobs on a server.

    :param text: ``processes`` or ``cron``, in any case
    :return: one of `DRIVERS`
    :raise ValueError: when it is neither
    """
    if (driver := text.strip().lower()) not in DRIVERS:
        raise ValueError(f"{text!r} is neither {PROCESSES} nor {CRON}")
    return driver


_count = partial(parse_int, minimum=0)

KEYS: dict[str, Key] = {
    key.name: key
    for key in (
        Key(
            "channels",
            str,
            "root:4,root.sub:2",
            "channels with their capacities and options",
            more_env=("ODOO_CONNECTOR_CHANNELS",),
        ),
        Key("channels_time_real", str, "root:3600", "time limits of channels, in seconds"),
        Key("job_workers", _count, "4", "processes that run jobs on this server"),
        Key("driver", parse_driver, "cron", "what runs jobs on this server: processes or cron"),
        Key("stop_job_runner", parse_bool, "True", "this server runs no jobs, it only enqueues"),
        Key("jobrunner_db_host", str, "db.example.com", "direct database connection", bare="host"),
        Key("jobrunner_db_port", parse_ports, "5432", "direct database connection", bare="port"),
        Key("jobrunner_db_user", str, "odoo", "direct database connection", bare="user"),
        Key("jobrunner_db_password", str, "***", "direct database connection", bare="password"),
        Key("limit_time_real", _count, "3600", "longest time any job may run, in seconds"),
        Key("stop_grace", parse_seconds, "5", "seconds running jobs have to end at a stop"),
        Key("job_log_level", parse_level, "INFO", "lowest level of the lines kept of each job"),
        Key("max_arguments_size", parse_size, "10MB", "most that a job's arguments may take"),
        Key("max_result_size", parse_size, "1MB", "most that is kept of a job's result"),
        Key(
            "only_declared_functions",
            parse_bool,
            "True",
            "jobs run only if their method is declared as a job function",
        ),
        Key("adopt_copies", parse_bool, "True", "jobs of copied databases run without asking"),
        Key("metrics_token", parse_secret, "***", "opens /queue_job/metrics and /queue_job/health"),
        Key("exclude_databases", parse_names, "test_*,old", "databases whose jobs do not run"),
    )
}

#: Bare names of the direct database connection, as the older addon had them.
BARE_KEYS: dict[str, str] = {key.bare: key.name for key in KEYS.values() if key.bare}

#: Settings of runners that reach their workers over HTTP. They have no use here.
HTTP_KEYS = ("scheme", "http_auth_user", "http_auth_password")
HTTP_ENV = tuple(
    ENV_PREFIX + name for name in ("SCHEME", "HOST", "PORT", "HTTP_AUTH_USER", "HTTP_AUTH_PASSWORD")
)

#: What people write for a key of ours that looks nothing like it.
HINTS = {
    "workers": "job_workers",
    "db_host": "jobrunner_db_host",
    "db_port": "jobrunner_db_port",
    "db_user": "jobrunner_db_user",
    "db_password": "jobrunner_db_password",
    "user": "jobrunner_db_user",
    "password": "jobrunner_db_password",
    "timeout": "channels_time_real",
    "time_limit": "channels_time_real",
}
