# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Describe an addon to setuptools; each addon's ``setup.py`` runs this with its name in ``ADDON``.

All that differs from addon to addon comes from its manifest. ``odoo`` and ``odoo.addons`` are
native namespaces, as they are in Odoo 19, so the distribution has no ``__init__.py`` for them.
"""

import ast
import tempfile
from pathlib import Path

from setuptools import find_namespace_packages, setup

ROOT = Path(__file__).resolve().parent.parent
SERIES = "19.0"
PREFIX = "odoo-addon-"


def read_manifest(addon: str) -> dict:
    """Return the manifest of one of this repository's addons.

    :param addon: its technical name
    """
    return ast.literal_eval((ROOT / addon / "__manifest__.py").read_text(encoding="utf-8"))


def requirements(manifest: dict) -> list[str]:
    """Return what a distribution needs: Odoo, the addons it depends on that are ours, libraries.

    :param manifest: of the addon
    """
    ours = [name for name in manifest["depends"] if (ROOT / name / "__manifest__.py").exists()]
    return [
        # Odoo's development versions count, the next series doesn't.
        f"odoo>={SERIES}a,<{SERIES}.99",
        *[f"{PREFIX}{name}=={SERIES}.*" for name in ours],
        *manifest.get("external_dependencies", {}).get("python", []),
    ]


def describe(addon: str, build_folder: str) -> dict:
    """Return setuptools' arguments for an addon.

    :param addon: its technical name
    :param build_folder: where setuptools may put its intermediate files
    """
    manifest = read_manifest(addon)
    description = sorted((ROOT / addon / "readme").glob("DESCRIPTION.*"))
    return {
        "name": f"{PREFIX}{addon}",
        "version": manifest["version"],
        "description": manifest["summary"],
        "long_description": description[0].read_text(encoding="utf-8") if description else "",
        "long_description_content_type": "text/markdown",
        "author": manifest["author"],
        "license": "LGPL-3.0-or-later",
        "python_requires": ">=3.10",
        "install_requires": requirements(manifest),
        # Folders without Python, as views and static files, are packages of the namespace too: so
        # all their files go along.
        "packages": find_namespace_packages(
            include=[f"odoo.addons.{addon}", f"odoo.addons.{addon}.*"], exclude=["*.__pycache__"]
        ),
        "package_data": {"": ["*"]},
        "include_package_data": False,
        "zip_safe": False,
        # A new folder: a file that was removed must not come back from an earlier build.
        "options": {"build": {"build_base": build_folder}},
    }


with tempfile.TemporaryDirectory(prefix="build-") as folder:
    setup(**describe(globals()["ADDON"], folder))
