# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The component every other component inherits from."""

from ..core import AbstractComponent


class BaseComponent(AbstractComponent):
    """Root of all components: extend it to give something to each of them.

    ``base`` is appended to the ``_inherit`` of every component, so a class with
    ``_inherit = "base"`` reaches all components of the databases where its addon
    is installed.
    """

    _name = "base"
