# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the shops gave us at log-in, kept by each process: or half of all requests were log-ins."""

import hashlib

_sessions = {}


def key_of(backend, *credentials: str) -> tuple:
    """Name the session of a backend; other credentials are another session.

    :param backend: record
    :param credentials: texts, which are not kept
    """
    digest = hashlib.sha256("\0".join(credentials).encode()).hexdigest()
    return backend.env.cr.dbname, backend.id, digest


def get(key: tuple):
    """Return what is kept, or ``None``.

    :param key: of :func:`key_of`
    """
    return _sessions.get(key)


def keep(key: tuple, session) -> None:
    """Keep a session.

    :param key: of :func:`key_of`
    :param session: what the shop gave us
    """
    _sessions[key] = session


def forget(key: tuple, session) -> None:
    """Drop a session that the shop does not accept any more, unless there is a newer one.

    :param key: of :func:`key_of`
    :param session: the one that was refused
    """
    if _sessions.get(key) == session:
        del _sessions[key]
