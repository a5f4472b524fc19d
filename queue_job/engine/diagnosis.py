# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Answering "why is nothing running?" from the command line."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

import psycopg2

from ..rules.channels import format_channels
from ..rules.setting_keys import CRON, PROCESSES
from ..rules.settings import Settings
from ..store import cron
from ..store import databases as questions
from ..store.clock import LEASE_SECONDS
from . import configuration, connections, databases
from .readiness import version_of

_SECRET = ("password", "token")

_NOBODY_THERE = {
    PROCESSES: "no job runner is alive on any server",
    CRON: "no scheduled action runs jobs: activate Job Queue: Run Jobs under "
    "Settings > Technical > Scheduled Actions",
}


def main(overrides: Mapping[str, str] | None = None) -> int:
    """Print the settings in force, their problems, and the state of each database.

    :param overrides: settings from the command line, by key
    :return: exit code: 0 when jobs can run everywhere, 1 when something is in the way
    """
    settings, problems = configuration.load(overrides)
    print("Settings of this server:")
    for line in describe(settings):
        print(f"  {line}")
    for problem in problems:
        print(f"{problem.level.upper()}: {problem}")
    in_the_way = [settings.why_no_jobs] if settings.why_no_jobs else []
    for name in databases.names(settings) or []:
        reasons = list(why_nothing_runs(name, settings))
        print(f"Database {name}:")
        for reason in reasons or ["jobs can run"]:
            print(f"  {reason}")
        in_the_way += reasons
    if settings.why_no_jobs:
        print(f"This server runs no jobs: {settings.why_no_jobs}")
    return 1 if in_the_way or any(p.level == "error" for p in problems) else 0


def describe(settings: Settings) -> Iterator[str]:
    """One line per setting, with the place it comes from; secrets are not shown."""
    for field in dataclasses.fields(settings):
        if field.name == "sources":
            continue
        value = getattr(settings, field.name)
        if field.name == "channels":
            value = format_channels(value) or "(as set in each database)"
        elif isinstance(value, Mapping):
            value = ",".join(f"{key}:{seconds:g}" for key, seconds in value.items()) or "(none)"
        elif value and field.name.endswith(_SECRET):
            value = "********"
        source = settings.sources.get(field.name, "default")
        yield f"{field.name} = {value}  ({source})"


def why_nothing_runs(dbname: str, settings: Settings) -> Iterator[str]:
    """What keeps jobs of a database from running, as seen from this machine."""
    try:
        connection = connections.connect(dbname, settings, application_name="odoo-queue-job-check")
    except psycopg2.Error as error:
        yield f"can't be reached: {str(error).strip()}"
        return
    try:
        with connection.cursor() as cr:
            if reason := questions.why_not_ready(cr, version_of=version_of):
                yield f"no jobs are run: {reason}"
                return
            alive = questions.living_runners(cr, lease_seconds=LEASE_SECONDS)
            if not alive and not cron.is_active(cr):
                yield _NOBODY_THERE[settings.driver]
            for channel in questions.stopped_channels(cr):
                yield f"channel {channel} is stopped or paused"
    finally:
        connection.close()
