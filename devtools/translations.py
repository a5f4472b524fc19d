# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""``./dev translations``: write the addons' templates of texts, and bring translations in line."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from . import console, databases, process, setup
from .environment import Environment, find_addons
from .errors import DevError
from .workspace import Workspace

_EXPORT = """
from odoo.tools.translate import trans_export
with open({path!r}, "wb") as stream:
    trans_export(None, [{addon!r}], stream, "po", env)
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("addons", nargs="+", help="technical names, as queue_job")


def run(args: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    known = find_addons()
    for addon in args.addons:
        if addon not in known:
            raise DevError(f"There is no addon {addon!r}", f"there are {', '.join(sorted(known))}")
    workspace = Workspace()
    setup.first_half(workspace, args.odoo)
    with setup.second_half(workspace) as environment:
        for addon in args.addons:
            folder = Path(known[addon]) / "i18n"
            with console.step(f"Texts of {addon}"):
                export(environment, addon, folder / f"{addon}.pot")
            for path in sorted(folder.glob("*.po")):
                missing = merge(path, folder / f"{addon}.pot")
                console.say(f"  {path.name}: {missing} texts are not translated")
    return 0


def export(environment: Environment, addon: str, path: Path) -> None:
    """Write all texts of an addon that can be translated.

    :param environment: the set-up
    :param addon: technical name
    :param path: the file to write
    :raises DevError: Odoo failed
    """
    database = f"translations_{os.getpid()}"
    databases.create(environment, database, databases.template(environment, [addon]))
    path.parent.mkdir(exist_ok=True)
    try:
        result = process.capture(
            [
                environment.python,
                environment.odoo_script,
                "shell",
                "--config=/dev/null",
                *environment.addons_options(tests=True),
                f"--data-dir={environment.data_dir}",
                f"--database={database}",
                "--no-http",
                "--log-level=warn",
            ],
            environ=environment.postgres.environ(),
            text=_EXPORT.format(path=str(path), addon=addon),
        )
        if result.returncode:
            raise DevError(f"The texts of {addon} can't be read", process.explain(result.stderr))
    finally:
        databases.drop(environment, database)


def merge(path: Path, template: Path) -> int:
    """Give a translation the texts that its template has, and no others.

    :param path: the translation; what it has translated stays
    :param template: the template
    :return: how many texts have no translation
    """
    import polib  # comes with Odoo's requirements, not before the set-up

    catalog = polib.pofile(str(path), wrapwidth=90)
    catalog.merge(polib.pofile(str(template)))
    for entry in catalog.obsolete_entries():
        catalog.remove(entry)
    catalog.save()
    return len(catalog.untranslated_entries()) + len(catalog.fuzzy_entries())
