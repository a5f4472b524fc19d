# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Names of channels: dotted paths below ``root``."""

from collections.abc import Container

ROOT = "root"


def normalise(name: str | None) -> str:
    """Return the full name of a channel.

    The prefix ``root.`` is optional wherever a person writes a channel's name, and
    no name at all means the root channel.

    :param name: ``sub.child``, ``root.sub.child``, ``root`` or nothing
    :return: the full name, which always begins with ``root``
    :raise ValueError: when a part of the path is empty (``a..b``)
    """
    if not name or not name.strip():
        return ROOT
    parts = [part.strip() for part in name.split(".")]
    if not all(parts):
        raise ValueError(f"the channel name {name!r} has an empty part")
    if parts[0] != ROOT:
        parts.insert(0, ROOT)
    return ".".join(parts)


def lineage(name: str) -> list[str]:
    """Return a channel and all its ancestors, nearest first.

    :param name: name of a channel
    :return: for ``root.a.b``: ``["root.a.b", "root.a", "root"]``
    """
    parts = normalise(name).split(".")
    return [".".join(parts[:size]) for size in range(len(parts), 0, -1)]


def parents(name: str) -> list[str]:
    """Return the ancestors of a channel, nearest first, without itself.

    :param name: name of a channel
    :return: for ``root.a.b``: ``["root.a", "root"]``; nothing for ``root``
    """
    return lineage(name)[1:]


def nearest(name: str, known: Container[str]) -> str | None:
    """Find the channel itself, or else its nearest ancestor, in a collection.

    :param name: name of a channel
    :param known: full names, for instance a dictionary keyed by them
    :return: the nearest name that ``known`` has, None when it has none of them
    """
    return next((each for each in lineage(name) if each in known), None)
