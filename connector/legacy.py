# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Names of earlier generations of connectors say, once, what to use today."""

import logging

_logger = logging.getLogger(__name__)
_warned = set()


def warn_once(old: str, new: str) -> None:
    """Log that a name is only there for older code.

    :param old: what was used
    :param new: what to use
    """
    if old in _warned:
        return
    _warned.add(old)
    _logger.warning("%s is deprecated: use %s", old, new)
