# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Takes values off a cursor, and puts them on another one."""

from dataclasses import dataclass
from typing import Any

from odoo import api, models


@dataclass(frozen=True, slots=True)
class FrozenEnv:
    """An environment without its cursor."""

    uid: int
    su: bool
    context: dict

    @classmethod
    def of(cls, env) -> "FrozenEnv":
        """Take an environment off its cursor."""
        return cls(env.uid, env.su, env.context)

    def thaw(self, cr) -> api.Environment:
        """Return the environment on another cursor."""
        return api.Environment(cr, self.uid, self.context, self.su)


@dataclass(frozen=True, slots=True)
class FrozenRecords:
    """A recordset without its cursor."""

    model: str
    ids: tuple
    env: FrozenEnv


def freeze(value: Any) -> Any:
    """Copy a value, with its recordsets taken off their cursor.

    :param value: recordsets may be inside dictionaries, lists, tuples and sets
    """
    if isinstance(value, models.BaseModel):
        # records that are only in memory don't exist on another cursor
        ids = tuple(value._origin.ids)
        return FrozenRecords(value._name, ids, FrozenEnv.of(value.env))
    return _rebuild(value, freeze)


def thaw(value: Any, cr) -> Any:
    """Undo :func:`freeze`, on another cursor.

    :param value: what ``freeze`` returned
    :param cr: the cursor of the resulting recordsets
    """
    if isinstance(value, FrozenRecords):
        return value.env.thaw(cr)[value.model].browse(value.ids)
    return _rebuild(value, lambda item: thaw(item, cr))


def _rebuild(value, convert):
    if isinstance(value, dict):
        return {key: convert(item) for key, item in value.items()}
    # exact types: a named tuple and its like have constructors of their own
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(convert(item) for item in value)
    return value
