# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Hiding secrets in what is shown of a job's arguments."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

MASK = "******"

# A word of its own ("key" in "api_key", "apiKey" and "X-Api-Key", not in "keyboard") ...
_SECRET_WORD = re.compile("auth|authorization|bearer|cookies?|key|otp|pin|pwd|secrets?|tokens?")
# ... or anywhere in the name, where nothing harmless looks like it.
_SECRET_PART = re.compile("password|passwd|passphrase|apikey|credential")

#: Names with such a word that are no secret: the queue's own keys, and names of fields.
HARMLESS_NAMES = frozenset(
    ("identity_key", "unique_key", "concurrency_key", "context_key", "foreign_key", "primary_key")
)

# What every name of a secret has in it.
_SUSPECT = re.compile("auth|bearer|cookie|credential|key|otp|pass|pin|pwd|secret|token", re.I)

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# user:password@host, in any text that looks like an address
_USERINFO = re.compile(r"(?<=://)([^/\s:@]*):([^/\s@]+)(?=@)")


# What follows a name in a text: ``password=x``, ``'api_key': 'x'``, ``Authorization: Bearer x``.
_ASSIGNED = re.compile(
    r"""(?P<name>[A-Za-z][\w-]*)
        (?P<sign>\\?["']?\s*(?:=|:(?!//))\s*)
        (?P<scheme>(?:Bearer|Basic|Digest|Token)\s+)?
        (?P<value>\\["'].*?\\["']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,;&)\]}"']+)""",
    re.VERBOSE | re.IGNORECASE,
)
# A token that is sent in a header, without the header's name.
_BEARER = re.compile(r"\b(Bearer\s+)[\w\-.~+/]{8,}=*")


def is_secret(name: object, extra: Iterable[str] = ()) -> bool:
    """Tell whether a name is the name of a secret.

    :param name: name of an argument, or key of a dictionary
    :param extra: further names that are
    :return: True for ``password``, ``api_key``, ``accessToken``, ``X-Auth-Token`` ...
    """
    if not isinstance(name, str):
        return False
    plain = name.strip().lower().replace("-", "_")
    if plain in HARMLESS_NAMES:
        return False
    return (
        plain in {each.lower() for each in extra}
        or _SECRET_PART.search(plain) is not None
        or any(_SECRET_WORD.fullmatch(word.lower()) for word in _WORD.findall(name))
    )


def is_suspect(text: str) -> bool:
    """Tell whether a text may hold a secret: a quick look that errs on the safe side.

    :param text: any text
    """
    return "://" in text or _SUSPECT.search(text) is not None


def mask(value: Any, extra: Iterable[str] = ()) -> Any:
    """Return a copy of a value with its secrets hidden.

    Looks into dictionaries, lists, tuples and sets, however deep; passwords inside web
    addresses are hidden too. Anything else is returned as it is.

    :param value: what is to be shown
    :param extra: further names of secrets
    :return: the copy; the value itself is never changed
    """
    extra = tuple(extra)
    if isinstance(value, Mapping):
        return {
            key: MASK
            if is_secret(key, extra) and each not in (None, "", False)
            else mask(each, extra)
            for key, each in value.items()
        }
    if isinstance(value, str):
        return _USERINFO.sub(rf"\1:{MASK}", value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(**mask(value._asdict(), extra))
    if isinstance(value, (list, tuple, set, frozenset)):
        return type(value)(mask(each, extra) for each in value)
    return value


def mask_text(text: str) -> str:
    """Return a text with what looks like a secret in it hidden.

    A value that follows the name of a secret and ``=`` or ``:``, a token after
    ``Bearer``, and passwords inside web addresses.

    :param text: a line of a log, a message, a statement
    :return: the text, as it was where it tells no secret
    """
    text = _USERINFO.sub(rf"\1:{MASK}", text)
    if "=" in text or ":" in text:
        text = _ASSIGNED.sub(_mask_assigned, text)
    return _BEARER.sub(rf"\1{MASK}", text)


def _mask_assigned(match: re.Match) -> str:
    name, value = match["name"], match["value"]
    is_error = name.endswith(("Error", "Exception", "Warning"))
    if is_error or not is_secret(name) or value.strip("\"'\\") in ("", "None", "False"):
        # There may be more in what follows: ``url=https://host/?token=x``.
        rest = _ASSIGNED.sub(_mask_assigned, value)
        return f"{name}{match['sign']}{match['scheme'] or ''}{rest}"
    return f"{name}{match['sign']}{match['scheme'] or ''}{MASK}"


def _hide(value: Any) -> Any:
    # That a secret is missing is worth seeing, and tells nothing.
    return value if value in (None, "", False) else MASK
