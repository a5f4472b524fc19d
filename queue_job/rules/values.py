# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Reading single values of the configuration, and of data files.

The messages are made to follow a name: "job_workers 'x' is not a whole number".
"""

import ast
import json
import math
import re
from typing import Any

_WORDS = {
    **dict.fromkeys(("1", "true", "t", "yes", "y", "on"), True),
    **dict.fromkeys(("0", "false", "f", "no", "n", "off"), False),
}


def split_entries(text: str | None) -> list[str]:
    """Take a setting apart that holds several entries.

    :param text: entries separated by commas or new lines
    :return: the entries without blanks around them, none of them empty
    """
    return [entry.strip() for entry in re.split(r"[,\n]", text or "") if entry.strip()]


def parse_bool(text: str) -> bool:
    """Read a yes or no.

    :param text: 1, true, yes, on or 0, false, no, off, in any case
    :return: the truth value
    :raise ValueError: when it is none of these
    """
    value = _WORDS.get(text.strip().lower())
    if value is None:
        raise ValueError(f"{text!r} is neither yes nor no; write True or False")
    return value


def parse_int(text: str, minimum: int | None = None) -> int:
    """Read a whole number.

    :param text: digits, with a sign or not
    :param minimum: smallest number that is right, None for any
    :return: the number
    :raise ValueError: when it isn't a whole number, or is too small
    """
    text = text.strip()
    # int() also takes '1_000' and digits of other scripts, which nobody means here.
    if not text.removeprefix("-").isdecimal() or not text.isascii():
        raise ValueError(f"{text!r} is not a whole number")
    value = int(text)
    if minimum is not None and value < minimum:
        raise ValueError(f"{text!r} is below {minimum}")
    return value


def parse_seconds(text: str, minimum: float = 0) -> float:
    """Read a duration.

    :param text: a number of seconds, with a fraction or not
    :param minimum: shortest duration that is right, in seconds
    :return: seconds
    :raise ValueError: when it isn't a finite number, or is too small
    """
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number of seconds") from None
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not a number of seconds")
    if value < minimum:
        raise ValueError(f"{text!r} is below {minimum:g}")
    return value


_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?)i?b?", re.IGNORECASE)
_UNITS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}


def parse_size(text: str) -> int:
    """Read a size in bytes.

    :param text: ``1048576``, ``512 kB``, ``10MB``; a kB is 1024 bytes
    :return: bytes
    :raise ValueError: when it isn't a size
    """
    match = _SIZE.fullmatch(text.strip())
    if not match or not text.isascii():
        raise ValueError(f"{text!r} is not a size in bytes, kB, MB or GB")
    return int(float(match[1]) * _UNITS[match[2].lower()])


def size_text(size: int) -> str:
    """Write a number of bytes for people: ``10 MB``, ``1.5 kB``, ``12 bytes``."""
    for unit, name in ((1024**3, "GB"), (1024**2, "MB"), (1024, "kB")):
        if size >= unit:
            return f"{size / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{size} bytes"


#: Levels of log lines by their names in settings, as ``logging`` numbers them. OFF: none.
LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40, "CRITICAL": 50, "OFF": 0}


def parse_level(text: str) -> str:
    """Read the lowest level of log lines that are kept.

    :param text: one of `LEVELS`, in any case
    :return: the level's name
    :raise ValueError: when there is no such level
    """
    name = text.strip().upper()
    if name not in LEVELS:
        raise ValueError(f"{text!r} is not one of {', '.join(LEVELS)}")
    return name


def read_literal(text: str) -> Any:
    """Read what people write for a value that is stored as JSON.

    :param text: a Python literal, or JSON; nothing stands for an empty dict
    :return: the value
    :raise ValueError: for anything else
    """
    text = text.strip()
    if not text:
        return {}
    try:
        return ast.literal_eval(text)
    except (SyntaxError, TypeError, ValueError):
        return json.loads(text)
