# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What is kept of an error that a job raised."""

from __future__ import annotations

from ..rules.masking import mask_text


def failure_values(error: BaseException, exc_info: str) -> dict[str, str]:
    """Return what is kept of an error, with the secrets that can be told hidden.

    :param error: what a job raised
    :param exc_info: its traceback
    :return: exc_name, exc_message and exc_info
    """
    return {
        "exc_name": qualified_name(error),
        "exc_message": mask_text(_message(error)),
        "exc_info": mask_traceback(exc_info),
    }


def _message(error: BaseException) -> str:
    """Text of an exception; one that can't be shown must not stop the settling of its job."""
    if error.args and isinstance(error.args[0], str):
        return error.args[0]
    try:
        return str(error)
    except Exception:  # noqa: BLE001
        return f"{type(error).__name__} (its text can't be shown)"


def mask_traceback(text: str) -> str:
    """Hide the secrets in a traceback, but not the code that it quotes.

    :param text: as the module traceback writes it
    """
    lines = []
    is_code = False
    for line in text.splitlines():
        lines.append(line if is_code else mask_text(line))
        is_code = line.startswith('  File "')
    return "\n".join(lines) + ("\n" if text.endswith("\n") else "")


def qualified_name(error: BaseException) -> str:
    """Name of an exception class as users match it: with its module, except builtins."""
    module = type(error).__module__
    name = type(error).__qualname__
    return name if module in (None, "builtins") else f"{module}.{name}"
