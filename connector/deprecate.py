# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How older connectors warned of their own old names."""

import inspect
import logging

from .legacy import warn_once

__all__ = ["DeprecatedClass", "log_deprecate"]

warn_once(__name__, "warnings.warn()")


def log_deprecate(message: str) -> None:
    """Log a warning in the name of who called the caller.

    :param message: what to say
    """
    caller = inspect.currentframe().f_back.f_back
    name = caller.f_globals.get("__name__", __name__) if caller else __name__
    logging.getLogger(name).warning("Deprecated: %s", message)


class DeprecatedClass:
    """Stands for a class under its older name.

    :param oldname: the older name
    :param replacement: the class
    """

    def __init__(self, oldname: str, replacement: type):
        self.oldname = oldname
        self.replacement = replacement

    def __call__(self, *args, **kwargs):
        """Make an instance of the class."""
        warn_once(self.oldname, self.replacement.__name__)
        return self.replacement(*args, **kwargs)

    def __mro_entries__(self, bases) -> tuple[type]:
        """Let a class inherit from it."""
        warn_once(self.oldname, self.replacement.__name__)
        return (self.replacement,)

    def __getattr__(self, name: str):
        return getattr(self.replacement, name)
