# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The addons that are measured: ours, and others with the same public API beside them."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from devtools import databases
from devtools.environment import ROOT, Environment, hash_addons

ADDONS = ROOT / "benchmarks" / "addons"
LOGIN = "benchmark"
_serial = itertools.count(1)

#: Jobs run as an ordinary employee with language, time zone and companies, as they do in a
#: company, and not as a superuser who needs no checks.
_CREATE_USER = """
env["res.users"].with_context(no_reset_password=True).create({
    "name": "Benchmark", "login": login, "lang": "en_US", "tz": "Europe/Brussels",
    "group_ids": [(6, 0, [env.ref("base.group_user").id])],
})
"""

#: Put before every script that enqueues.
AS_USER = """
user = env["res.users"].search([("login", "=", "benchmark")])
env = env(user=user.id, su=False, context={
    "lang": user.lang, "tz": user.tz, "allowed_company_ids": user.company_ids.ids,
})
"""


@dataclasses.dataclass(frozen=True)
class SideEnvironment(Environment):
    """A set-up whose addons come from folders of its own."""

    folders: tuple[str, ...] = ()

    def addons_path(self, *, tests: bool = False) -> str:
        """Return the value for Odoo's ``addons_path``."""
        return ",".join([*self.folders, *self.odoo_addons])


@dataclasses.dataclass(frozen=True)
class Side:
    """One of the sets of addons that are measured.

    :param name: as it stands in the report
    :param environment: the set-up, with its addons
    :param options: ``[options]`` of its servers
    :param queue_job: ``[queue_job]`` of its servers
    :param workers: HTTP workers of its servers
    """

    name: str
    environment: SideEnvironment
    options: dict[str, Any]
    queue_job: dict[str, Any]
    workers: int

    def template(self, addon: str, base: str | None = None) -> str:
        """Return a database with an addon of the benchmarks and the user, made unless cached.

        :param addon: one of the addons in ``benchmarks/addons``
        :param base: a database to start from, where Odoo's own part is installed
        """
        folders = [ADDONS / addon]
        for folder in map(Path, self.environment.folders):
            folders += [path.parent for path in folder.glob("*/__manifest__.py")]
        prefix = f"bench_{self.name}_{addon.removeprefix('benchmark_')}_"
        name = prefix + hash_addons(sorted(set(folders)))
        existing = databases.names(self.environment.postgres)
        if name in existing:
            return name
        for old in existing:
            if old.startswith(prefix):
                databases.drop(self.environment, old)
        draft = f"draft_{name}"
        databases.drop(self.environment, draft)
        start = base or databases.template(self.environment, ["web"])
        databases.create(self.environment, draft, start)
        databases.install(self.environment, draft, [addon])
        run(self, draft, _CREATE_USER, login=LOGIN)
        databases.rename(self.environment, draft, name)
        return name

    @contextlib.contextmanager
    def database(self, addon: str, base: str | None = None) -> Iterator[str]:
        """Yield a fresh database of this side, dropped afterwards."""
        template = self.template(addon, base)
        name = f"bench_{os.getpid()}_{next(_serial)}"
        try:
            databases.create(self.environment, name, template)
            # A copy is not its original: the queue may rightly refuse to run in a twin.
            with (
                contextlib.closing(databases.connect(self.environment.postgres, name)) as link,
                link.cursor() as cursor,
            ):
                cursor.execute(
                    "UPDATE ir_config_parameter SET value = gen_random_uuid()::text"
                    " WHERE key = 'database.uuid'"
                )
            yield name
        finally:
            databases.drop(self.environment, name)


def run(side: Side, database: str, code: str, *, timeout: float = 900, **variables: Any) -> Any:
    """Run Python in an Odoo of that side, as ``odoo shell`` does.

    :param code: may assign ``result`` (JSON's types)
    :return: that value
    """
    from devtools import scripts

    return scripts.run(side.environment, database, code, timeout=timeout, **variables)


def of(environment: Environment, peer: str | None, slots: int, peer_workers: int) -> list[Side]:
    """Return the sides to measure, ours first.

    :param environment: the finished set-up
    :param peer: addons path of the other one, if any
    :param slots: jobs that may run at once
    :param peer_workers: HTTP workers of the other one, which runs its jobs in them
    """
    plain = {
        field.name: getattr(environment, field.name) for field in dataclasses.fields(environment)
    }
    queue_job = {"channels": f"root:{slots}"}
    ours = Side(
        "ours",
        SideEnvironment(**plain, folders=(str(ROOT), str(ADDONS))),
        options={},
        queue_job=queue_job,
        workers=2,
    )
    if not peer:
        return [ours]
    folders = tuple(str(Path(folder).resolve()) for folder in peer.split(","))
    return [
        ours,
        Side(
            "peer",
            SideEnvironment(**plain, folders=(*folders, str(ADDONS))),
            # Its runner is started by being loaded server-wide.
            options={"server_wide_modules": "base,web,queue_job"},
            queue_job=queue_job,
            workers=peer_workers,
        ),
    ]
