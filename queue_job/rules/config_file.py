# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Reading all sections of Odoo's configuration file.

Odoo itself keeps only ``[options]``.
"""

import configparser
import os


def read_sections(path: str | os.PathLike | None) -> tuple[dict[str, dict[str, str]], str | None]:
    """Read a configuration file.

    :param path: the file Odoo was started with, None for no file
    :return: texts by key by section, and a message when the file could not be read; a file
        that is not there is no error, as Odoo runs without one
    """
    # '%' is a character like any other in passwords; Odoo's own reader has no
    # interpolation either. Not strict: Odoo has the say on repeated keys.
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        if path:
            parser.read([path], encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError, OSError) as error:
        reason = " ".join(str(error).split())
        return {}, f"The configuration file {path} can't be read: {reason}"
    return {name: dict(parser.items(name)) for name in parser.sections()}, None
