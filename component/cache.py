# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A small bounded cache that threads may share."""

import contextlib
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from typing import Any


class LRUCache:
    """Keep the ``maxsize`` most recently used entries.

    There is no lock: each step on the ``OrderedDict`` is one C call, atomic under
    the interpreter's lock as long as the keys are plain tuples of strings, and an
    entry that another thread drops between two steps simply counts as missing.

    :param maxsize: number of entries kept, at least 1
    """

    __slots__ = ("_entries", "maxsize")

    def __init__(self, maxsize: int):
        if maxsize < 1:
            raise ValueError("A cache keeps at least one entry.")
        self.maxsize = maxsize
        self._entries: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Return the entry and mark it as the most recently used one.

        :param key: hashable key
        :param default: returned when the key is absent
        """
        entries = self._entries
        try:
            entries.move_to_end(key)
            return entries[key]
        except KeyError:
            return default

    def __setitem__(self, key: Hashable, value: Any) -> None:
        entries = self._entries
        entries[key] = value
        # Entries may be dropped by other threads between these calls.
        with contextlib.suppress(KeyError):
            entries.move_to_end(key)
        while len(entries) > self.maxsize:
            with contextlib.suppress(KeyError):
                entries.popitem(last=False)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Hashable]:
        return iter(list(self._entries))

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
