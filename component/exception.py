# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Errors raised by the component system."""

from collections.abc import Callable


class ComponentException(Exception):
    """Root of the errors of the component system."""


class ComponentLookupError(ComponentException):
    """A lookup that did not end on exactly one component.

    Falling back when a component is missing is normal control flow, so the long
    explanation (which needs a walk over the whole registry) is only written when
    somebody reads the message.

    :param message: what was looked for, in one line
    :param explain: called once, at the first ``str()``, for the lines that follow
    """

    def __init__(self, message: str = "", explain: Callable[[], str] | None = None):
        super().__init__(message)
        self._explain = explain

    def __str__(self) -> str:
        if self._explain is not None:
            details = self._explain()
            self._explain = None
            if details:
                self.args = (f"{self.args[0]}\n{details}",)
        return super().__str__()

    def __reduce__(self):
        # the closure can't travel to another process, its text can
        return type(self), (str(self),)


class NoComponentError(ComponentLookupError):
    """No component fits the lookup."""


class SeveralComponentError(ComponentLookupError):
    """More than one component fits the lookup equally well."""


class RegistryNotReadyError(ComponentException):
    """The components of the database are not built (yet)."""
