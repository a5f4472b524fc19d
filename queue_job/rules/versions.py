# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Versions of addons: which of two is older."""


def is_older(version: str, than: str) -> bool:
    """Tell whether a version is older than another one.

    Numbers are compared part by part, a missing part counts as 0. What is no number, as in
    ``19.0.1.0rc1``, is not compared: there, nothing is older.

    :param version: ``19.0.1.0.0``
    :param than: the other one
    """
    mine, other = _numbers(version), _numbers(than)
    length = max(len(mine), len(other))
    return _padded(mine, length) < _padded(other, length)


def schema(version: str) -> str:
    """Return the part of our own version that says how the tables look.

    Releases that differ only in what comes behind it run on the same tables.

    :param version: ``19.0.3.0.1``
    :return: ``19.0.3.0``
    """
    return ".".join(version.split(".")[:4])


def _numbers(version: str) -> list[int]:
    numbers = []
    for part in version.split("."):
        if not part.isascii() or not part.isdigit():
            break
        numbers.append(int(part))
    return numbers


def _padded(numbers: list[int], length: int) -> list[int]:
    return numbers + [0] * (length - len(numbers))
