# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Texts as a database can hold them, and not longer than they may be."""

from __future__ import annotations

from .values import size_text

_PREVIEW_CHARS = 1000


def storable(text: str) -> str:
    """Return a text without what PostgreSQL refuses: null characters, half characters.

    :param text: whatever a job or an exception says
    :return: the same text in nearly all cases
    """
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode()
    return text


def result_text(result: object, limit: int) -> str | None:
    """Return what is kept of a job's result.

    A job whose work is done does not fail for what it returns: a text that is too long
    is left out, and the result says so.

    :param result: what the method returned
    :param limit: most characters to keep, 0 for any
    :return: text, None for None
    """
    if result is None:
        return None
    text = storable(str(result))
    if not limit or len(text) <= limit:
        return text
    preview = text[: min(_PREVIEW_CHARS, limit)]
    return (
        f"The result is left out: its text takes {size_text(len(text))}, more than the "
        f"{size_text(limit)} that max_result_size allows. It begins with:\n{preview} …"
    )
