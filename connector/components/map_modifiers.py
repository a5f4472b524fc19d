# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Decorators of mapping methods, and modifiers of direct mappings.

A modifier is a function ``modifier(mapper, record, to_attr)``. The mapper finds out which source
field it reads from its closure, where it must be called ``field``: own modifiers are written the
same way.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from odoo.models import BaseModel

from ..exception import MappingError

Modifier = Callable[[Any, Any, str], Any]


class MappingDefinition(NamedTuple):
    """When a mapping method runs.

    ``changed_by`` are the source fields that concern it (none: it always runs), ``only_create``
    keeps it for new records.
    """

    changed_by: set
    only_create: bool


def mapping(func: Callable) -> Callable:
    """Make a method of a mapper contribute values.

    The method gets the source record and returns a dict of values (or nothing).
    """
    func.is_mapping = True
    return func


def changed_by(*args: str) -> Callable[[Callable], Callable]:
    """Run a mapping method only when one of these source fields has changed.

    :param args: names of source fields
    """

    def decorator(func: Callable) -> Callable:
        func.changed_by = args
        return func

    return decorator


def only_create(func: Callable) -> Callable:
    """Run a mapping method only when the target record is being created."""
    func.only_create = True
    return func


def source_value(mapper, record, field: str | Modifier, to_attr: str):
    """Read a source field, or apply the modifier that stands for it.

    A key that a record of the other system does not have reads as ``None``.
    """
    if callable(field):
        return field(mapper, record, to_attr)
    if isinstance(record, BaseModel) or not hasattr(record, "get"):
        return record[field]
    return record.get(field)


def none(field: str | Modifier) -> Modifier:
    """Map an empty value to ``None``.

    :param field: source field, or another modifier
    """

    def modifier(self, record, to_attr):
        return source_value(self, record, field, to_attr) or None

    return modifier


def convert(field: str | Modifier, conv_type: Callable[[Any], Any]) -> Modifier:
    """Convert a value; an empty one maps to ``False``.

    :param field: source field, or another modifier
    :param conv_type: function of the value, like ``int`` or ``str``
    """

    def modifier(self, record, to_attr):
        value = source_value(self, record, field, to_attr)
        return conv_type(value) if value else False

    return modifier


def m2o_to_external(field: str, binding: str | None = None) -> Modifier:
    """Map a many2one of Odoo to the external id of its record.

    :param field: many2one field of the exported record
    :param binding: binding model, when the field points at the normal record
    """

    def modifier(self, record, to_attr):
        if not record[field]:
            return False
        comodel = _many2one_comodel(self.model, field)
        binder = self.binder_for(binding or comodel)
        value = binder.to_external(record[field].id, wrap=bool(binding))
        if not value:
            raise MappingError(
                f"{record[field]!r} has no external id, "
                f"so {field!r} of {record!r} can't be mapped to {to_attr!r}"
            )
        return value

    return modifier


def external_to_m2o(
    field: str | Modifier, binding: str | None = None, optional: bool = False
) -> Modifier:
    """Map an external id to a many2one of Odoo.

    :param field: source field, or another modifier
    :param binding: binding model, when the target field points at the normal record
    :param optional: map an id without a binding to ``False``, instead of raising
        ``MappingError``: where what a record points at may be deleted, or hidden from us
    """

    def modifier(self, record, to_attr):
        external_id = source_value(self, record, field, to_attr)
        if not external_id:
            return False
        comodel = _many2one_comodel(self.model, to_attr)
        binder = self.binder_for(binding or comodel)
        value = binder.to_internal(external_id, unwrap=bool(binding))
        if not value and optional:
            return False
        if not value:
            raise MappingError(
                f"External id {external_id!r} has no record of {binding or comodel!r}, "
                f"so {to_attr!r} can't be mapped"
            )
        return value.id if isinstance(value, BaseModel) else value

    modifier.link = (field, binding)
    return modifier


def follow_m2o_relations(field: str) -> Modifier:
    """Follow a dotted path of many2one fields, as ``"partner_id.country_id.code"``.

    :param field: dotted path that starts at the exported record
    """

    def modifier(self, record, to_attr):
        value = record
        for name in field.split("."):
            value = getattr(value, name)
        return value

    return modifier


def _many2one_comodel(model: BaseModel, name: str) -> str:
    """Name the model that a many2one points at.

    :raises ValueError: if the field is of another type
    """
    field = model._fields[name]
    if field.type != "many2one":
        raise ValueError(
            f"The field {model._name}.{name} should be a many2one, it is a {field.type}"
        )
    return field.comodel_name


def modifier_field(attribute: str | Modifier) -> str:
    """Find the source field behind a name or a modifier, however deep it is wrapped.

    :param attribute: left side of a direct mapping
    :return: name of the source field
    :raises AssertionError: if a modifier doesn't call its source ``field``
    """
    while not isinstance(attribute, str):
        code = getattr(attribute, "__code__", None)
        names = code.co_freevars if code else ()
        if "field" not in names:
            raise AssertionError(
                f"The modifier {attribute!r} must read its source from a variable 'field'"
            )
        attribute = attribute.__closure__[names.index("field")].cell_contents
    # The path of `follow_m2o_relations`: what changes on the record itself is its first step.
    return attribute.partition(".")[0]


def merge_definitions(
    first: MappingDefinition | None, others: Iterable[MappingDefinition]
) -> MappingDefinition:
    """Join what several inherited components say about one method, into a new definition."""
    merged_changed_by = set(first.changed_by) if first else set()
    merged_only_create = bool(first and first.only_create)
    for definition in others:
        merged_changed_by |= definition.changed_by
        merged_only_create = merged_only_create or definition.only_create
    return MappingDefinition(merged_changed_by, merged_only_create)
