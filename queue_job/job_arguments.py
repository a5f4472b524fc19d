# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Arguments of a job: kept as stored until somebody looks, checked when stored."""

from __future__ import annotations

import json
from typing import Any

from odoo import models

from .engine import configuration
from .exception import JobArgumentError
from .fields import JobEncoder, decode, encode_recordset
from .rules.values import size_text

_UNDECODED = object()
_PLAIN = json.JSONEncoder(allow_nan=False)


def _rebind_to_cr(value: Any, cr) -> Any:
    """Move all recordsets in a value to another cursor.

    :param value: anything; lists, tuples and dicts are searched
    :param cr: cursor to bind to
    :return: a recordset itself when it is bound to ``cr`` already; containers are
        rebuilt, anything else is returned as it is
    """
    if isinstance(value, models.BaseModel):
        return value if value.env.cr is cr else value.with_env(value.env(cr=cr))
    if isinstance(value, list):
        return [_rebind_to_cr(item, cr) for item in value]
    if isinstance(value, tuple):
        items = [_rebind_to_cr(item, cr) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if isinstance(value, dict):
        return {key: _rebind_to_cr(item, cr) for key, item in value.items()}
    return value


class JobArguments:
    """Mixin of Job: ``args`` and ``kwargs``, in Python and in JSON."""

    def _set_arguments(self, args: tuple, kwargs: dict) -> None:
        self._args = args
        self._kwargs = kwargs
        self._stored_arguments: tuple[Any, Any] | None = None

    def _set_stored_arguments(self, args: Any, kwargs: Any) -> None:
        """Take arguments as parsed JSON; they are decoded by the first who asks.

        Recordsets in them thus belong to the environment of the run, not of the load.
        """
        self._args = self._kwargs = _UNDECODED
        self._stored_arguments = (args, kwargs)

    def _decode_arguments(self) -> None:
        args, kwargs = self._stored_arguments
        self._args = tuple(decode(args or [], self.env))
        self._kwargs = dict(decode(kwargs or {}, self.env))

    @property
    def args(self) -> tuple:
        """Positional arguments; recordsets are on the cursor of the job."""
        if self._args is _UNDECODED:
            self._decode_arguments()
        return self._on_own_cursor(self._args)

    @args.setter
    def args(self, value: tuple) -> None:
        if self._args is _UNDECODED:
            self._decode_arguments()
        self._args = value
        self._stored_arguments = None

    @property
    def kwargs(self) -> dict:
        """Keyword arguments; recordsets are on the cursor of the job."""
        if self._kwargs is _UNDECODED:
            self._decode_arguments()
        return self._on_own_cursor(self._kwargs)

    @kwargs.setter
    def kwargs(self, value: dict) -> None:
        if self._kwargs is _UNDECODED:
            self._decode_arguments()
        self._kwargs = value
        self._stored_arguments = None

    def _on_own_cursor(self, value):
        return _rebind_to_cr(value, self.env.cr) if value else value

    def _json_arguments(self) -> dict[str, str]:
        """Return the columns records, args and kwargs as JSON text.

        :raise JobArgumentError: names the argument that can't be stored
        """
        records = self._json(
            {"_type": "odoo_recordset", **self._encode_records()}, "the records of the job"
        )
        if self._stored_arguments is not None:
            args, kwargs = self._stored_arguments
            return {"records": records, "args": json.dumps(args), "kwargs": json.dumps(kwargs)}
        texts = {
            "records": records,
            "args": self._json(self._args) if self._args else "[]",
            "kwargs": self._json(self._kwargs) if self._kwargs else "{}",
        }
        size = sum(map(len, texts.values()))
        limit = configuration.current().max_arguments_size
        if limit and size > limit:
            raise JobArgumentError(
                f"The arguments of {self.model_name}.{self.method_name} take {size_text(size)} "
                f"of JSON, more than the {size_text(limit)} that max_arguments_size allows. "
                "Put large data in an attachment and give the job its record."
            )
        return texts

    def _encode_records(self) -> dict[str, Any]:
        return encode_recordset(self.recordset, self.context_keys)

    def _json(self, value: Any, name: str | None = None) -> str:
        try:
            # What is named is tagged already, only plain values are left in it.
            text = (_PLAIN if name else JobEncoder(allow_nan=False)).encode(value)
            # What JSON allows and jsonb does not.
            if "\\u0000" in text or "\\ud" in text:
                _check_text(json.loads(text))
        except (TypeError, ValueError) as error:
            raise JobArgumentError(
                f"A job of {self.model_name}.{self.method_name} can't be stored: "
                f"{name or self._culprit(value)} does not fit in JSON ({error})."
            ) from error
        return text

    def _culprit(self, value: Any) -> str:
        """Name the argument that can't be stored."""
        items = value.items() if isinstance(value, dict) else enumerate(value, start=1)
        for key, item in items:
            if not _fits_in_json(item):
                kind = item._name if isinstance(item, models.BaseModel) else type(item).__name__
                return f"argument {key!r} ({kind})"
        return "an argument"


def _fits_in_json(value: Any) -> bool:
    try:
        _check_text(json.loads(JobEncoder(allow_nan=False).encode(value)))
    except (TypeError, ValueError):
        return False
    return True


def _check_text(value: Any) -> None:
    """Refuse text that a jsonb column can't hold."""
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("it contains a null character")
        value.encode("utf-8")
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_text(key)
            _check_text(item)
    elif isinstance(value, list):
        for item in value:
            _check_text(item)
