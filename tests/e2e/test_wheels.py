# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The installable distributions: built, installed beside Odoo, and used without any addons path."""

from __future__ import annotations

import ast
import dataclasses
import email
import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import Database

from devtools import databases, manifests
from devtools.building import SETUP, build, distributions
from devtools.environment import ROOT, Environment, find_addons

ADDONS = ["component", "component_event", "connector", "queue_job"]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("wheels")
    return {addon: build(addon, folder, folder / "build.log") for addon in ADDONS}


@pytest.fixture(scope="module")
def installed(wheels, environment, tmp_path_factory) -> Environment:
    """A virtual environment that has Odoo and the four wheels, and doesn't know this checkout."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    packages = Path(
        sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    )
    link_odoo(packages, environment)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index"),
            *(f"--find-links={wheels['connector'].parent}", "odoo-addon-connector"),
        ],
        check=True,
    )
    return dataclasses.replace(environment, python=str(python), addons_from_checkout=False)


def link_odoo(packages: Path, environment: Environment) -> None:
    """Put Odoo and its dependencies, as they are for the other tests, on an environment's path."""
    ours = sysconfig.get_path("purelib")
    # Processed in the other environment too: so Odoo's own folder comes along.
    (packages / "beside.pth").write_text(f"import site; site.addsitedir({ours!r})\n")
    # An Odoo that isn't installed, as a checkout, doesn't say which one it is.
    info = packages / "odoo-19.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odoo\nVersion: 19.0\n")


def test_every_addon_has_a_distribution():
    at_root = {path.parent.name for path in ROOT.glob("*/__manifest__.py")}
    assert set(distributions()) == at_root == set(ADDONS)
    for addon in ADDONS:
        assert (SETUP / addon / "odoo" / "addons" / addon).resolve() == ROOT / addon


@pytest.mark.parametrize("addon", ADDONS)
def test_wheel_holds_the_addon_and_nothing_else(wheels, addon):
    manifest = ast.literal_eval((ROOT / addon / "__manifest__.py").read_text())
    with zipfile.ZipFile(wheels[addon]) as archive:
        names = set(archive.namelist())
        metadata_name = next(name for name in names if name.endswith(".dist-info/METADATA"))
        metadata = email.message_from_bytes(archive.read(metadata_name))
    prefix = f"odoo/addons/{addon}/"
    assert all(name.startswith(prefix) or ".dist-info/" in name for name in names)
    assert f"{prefix}static/description/icon.png" in names
    assert not [name for name in names if "__pycache__" in name]
    assert not names & {"odoo/__init__.py", "odoo/addons/__init__.py"}
    assert {f"{prefix}{path}" for path in manifest.get("data", ())} <= names
    assert metadata["Version"] == manifest["version"]
    required = " ".join(metadata.get_all("Requires-Dist"))
    for name in set(ADDONS) & set(manifest["depends"]):
        assert f"odoo-addon-{name}==19.0.*" in required


@pytest.fixture
def database(installed, environment) -> Iterator[Database]:
    """A database in which the addons were installed from the wheels."""
    base = databases.template(
        environment, manifests.foreign_dependencies(find_addons(examples=False))
    )
    database = Database(installed, f"e2e_wheels_{os.getpid()}")
    try:
        databases.create(installed, database.name, base)
        databases.install(installed, database.name, ADDONS)
        yield database
    finally:
        database.drop()


@pytest.mark.slow
def test_addons_work_without_any_addons_path(installed, database, odoo_server):
    names = [f"odoo.addons.{addon}" for addon in ADDONS]
    files = database.run(
        "import importlib\nresult = [importlib.import_module(name).__file__ for name in names]",
        names=names,
    )
    folder = Path(installed.python).parent.parent
    assert all(Path(file).is_relative_to(folder) for file in files)

    server = odoo_server(database, environment=installed, queue_job={"channels": "root:1"})
    assert "addons_path" not in server.config_path.read_text()
    uuid = database.run("result = env['queue.job'].with_delay()._test_job().uuid")
    database.wait("SELECT state = 'done' FROM queue_job WHERE uuid = %s", [uuid])
    assert server.stop() == 0
