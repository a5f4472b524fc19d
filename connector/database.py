# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Advisory locks of PostgreSQL, named by any text."""

import hashlib
import struct
from collections.abc import Iterable

from odoo.api import Environment


def advisory_lock_key(lock: object) -> int:
    """Translate the name of a lock into the number that PostgreSQL knows it by.

    :param lock: anything whose ``str()`` names the lock
    :return: signed 64-bit integer, the same in every process of a machine
    """
    digest = hashlib.sha1(str(lock).encode("utf-8"), usedforsecurity=False).digest()
    return struct.unpack("q", digest[:8])[0]


def pg_try_advisory_lock(env: Environment, lock: object) -> bool:
    """Try to take a lock that PostgreSQL holds until the end of the transaction.

    :param env: environment whose cursor takes the lock
    :param lock: anything whose ``str()`` names the lock
    :return: False if another transaction has it; never waits
    """
    env.cr.execute("SELECT pg_try_advisory_xact_lock(%s)", (advisory_lock_key(lock),))
    return env.cr.fetchone()[0]


def pg_try_advisory_locks(env: Environment, locks: Iterable[str]) -> set[str]:
    """Try to take many locks in one statement.

    :param env: environment whose cursor takes the locks
    :param locks: names of the locks
    :return: the names that were taken; the others are held by other transactions
    """
    names = sorted(set(locks))
    if not names:
        return set()
    env.cr.execute(
        "SELECT names.name"
        "  FROM unnest(%s::text[], %s::bigint[]) AS names(name, key)"
        " WHERE pg_try_advisory_xact_lock(names.key)",
        (names, [advisory_lock_key(name) for name in names]),
    )
    return {name for (name,) in env.cr.fetchall()}
