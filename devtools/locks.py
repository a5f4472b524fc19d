# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Locks between several ``./dev``: held by the kernel, so a killed holder leaves none behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path


@contextlib.contextmanager
def file_lock(
    path: Path, *, on_wait: Callable[[str], None] | None = None, wait: bool = True
) -> Iterator[bool]:
    """Hold a lock while the block runs.

    :param path: the lock's file; it stays
    :param on_wait: called once, with the holder's process id as text, before waiting
    :param wait: wait for another holder; else the block runs at once and is told False
    :return: yields whether the lock is held
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stream.seek(0)
            holder = stream.read().strip() or "?"
            if not wait:
                yield False
                return
            if on_wait:
                on_wait(holder)
            fcntl.flock(stream, fcntl.LOCK_EX)
        stream.seek(0)
        stream.truncate()
        stream.write(str(os.getpid()))
        stream.flush()
        # Closing the file releases the lock. A child that inherits it would go on holding it, but
        # Python opens files as not inheritable.
        yield True
