# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Mappers translate the records of one system into those of the other."""

from collections.abc import Iterator

from odoo.addons.component.core import AbstractComponent
from odoo.addons.component.exception import NoComponentError

from .map_child import ExportMapChild, ImportMapChild, MapChild
from .map_modifiers import (
    MappingDefinition,
    changed_by,
    convert,
    external_to_m2o,
    follow_m2o_relations,
    m2o_to_external,
    mapping,
    merge_definitions,
    modifier_field,
    none,
    only_create,
    source_value,
)
from .map_record import MapOptions, MapRecord

__all__ = [
    "ExportMapChild",
    "ExportMapper",
    "ImportMapChild",
    "ImportMapper",
    "MapChild",
    "MapRecord",
    "Mapper",
    "changed_by",
    "convert",
    "external_to_m2o",
    "follow_m2o_relations",
    "m2o_to_external",
    "mapping",
    "none",
    "only_create",
]


class _OptionsScope:
    """Sets the options of a mapper for a while, and puts back what was there, so scopes may
    nest.
    """

    __slots__ = ("_mapper", "_options", "_previous")

    def __init__(self, mapper: "Mapper", options: MapOptions):
        self._mapper = mapper
        self._options = options

    def __enter__(self) -> None:
        self._previous = self._mapper._options
        self._mapper._options = self._options

    def __exit__(self, *exc_info) -> None:
        self._mapper._options = self._previous


class Mapper(AbstractComponent):
    """Translates a record by declaration (``direct``, ``children``) and by methods (``@mapping``).

    The values are put together in this order: direct mappings, mapping methods, children,
    :meth:`finalize`, values forced on the map record. What comes later wins.
    """

    _name = "base.mapper"
    _inherit = "base.connector"
    _usage = "mapper"

    #: pairs (source name or modifier, target name)
    direct = []
    #: triples (source name, target name, model of the children)
    children = []

    #: usage of the component that maps children, and the name of the one that does it by default
    _map_child_usage = None
    _map_child_fallback = None

    def __init__(self, work):
        super().__init__(work)
        self._options = None
        # Names of fields, in batches of records always the same -> is it a many2one?
        self._many2one_names = {}

    @classmethod
    def _complete_component_build(cls):
        super()._complete_component_build()
        cls._map_methods = cls._collect_map_methods()

    @classmethod
    def _collect_map_methods(cls) -> dict[str, MappingDefinition]:
        """Gather the mapping methods of a component from all that it inherits.

        The source fields of ``changed_by`` add up. Whether a method only serves new records is
        said by the class that redefines it; between several inherited components, one is enough to
        say so.
        """
        methods = {}
        own_classes = []
        for base in cls.__bases__:
            inherited = vars(base).get("_map_methods")
            if inherited is None:
                own_classes.append(base)
                continue
            for name, definition in inherited.items():
                methods[name] = merge_definitions(methods.get(name), [definition])
        # The first base is the last one declared: go from the oldest to the newest.
        for base in reversed(own_classes):
            for klass in reversed(base.__mro__):
                for name, function in vars(klass).items():
                    if not getattr(function, "is_mapping", None):
                        continue
                    known = methods.get(name)
                    sources = set(getattr(function, "changed_by", ()))
                    if known:
                        sources |= known.changed_by
                    methods[name] = MappingDefinition(
                        sources, getattr(function, "only_create", False)
                    )
        return methods

    @property
    def options(self) -> MapOptions | None:
        """Options of the mapping in progress; ``None`` when there is none."""
        return self._options

    @property
    def map_methods(self) -> Iterator[tuple]:
        """Pairs of a bound mapping method and its :class:`MappingDefinition`."""
        for name, definition in self._map_methods.items():
            yield getattr(self, name), definition

    def changed_by_fields(self) -> set[str]:
        """Name the source fields that this mapper reads, as far as it was told.

        :return: fields of the direct mappings and of all ``@changed_by``
        """
        names = {self._direct_source_field_name(source) for source, _target in self.direct}
        for definition in self._map_methods.values():
            names |= definition.changed_by
        return names

    def map_record(self, record, parent: MapRecord | None = None) -> MapRecord:
        """Prepare the mapping of a record.

        :param record: source record
        :param parent: map record of the document of which this is a line
        :return: map record; its ``values()`` computes
        """
        return MapRecord(self, record, parent=parent)

    def finalize(self, map_record: MapRecord, values: dict) -> dict:
        """Have the last word on the values.

        :param map_record: what is being mapped
        :param values: all values so far
        :return: values to use
        """
        return values

    def _map_direct(self, record, from_attr, to_attr: str):
        """Map one pair of ``direct``; importers and exporters know how."""
        raise NotImplementedError

    def _is_many2one(self, name: str) -> bool:
        """Tell whether a name is a many2one of the model; what is no field is none."""
        field = self.model._fields.get(name)
        answer = self._many2one_names[name] = field is not None and field.type == "many2one"
        return answer

    def _map_child(self, map_record: MapRecord, from_attr, to_attr: str, model_name: str):
        """Map the lines of a record.

        :param map_record: the parent
        :param from_attr: source attribute with the lines, or a modifier that returns them
        :param to_attr: target field of the lines
        :param model_name: model of the lines
        :return: what goes in the target field
        """
        source = map_record.source
        if callable(from_attr):
            items = from_attr(self, source, to_attr)
        else:
            items = source[from_attr]
        component = self._get_map_child_component(model_name)
        return component.get_items(items, map_record, to_attr, options=self.options)

    def _get_map_child_component(self, model_name: str) -> MapChild:
        """Find the component that maps the lines of a model."""
        if self._map_child_usage is None:
            raise ValueError(f"{self!r} has children but no '_map_child_usage'")
        try:
            return self.component(usage=self._map_child_usage, model_name=model_name)
        except NoComponentError:
            if not self._map_child_fallback:
                raise
            return self.component_by_name(self._map_child_fallback, model_name=model_name)

    def _map_children(self, map_record: MapRecord, values: dict) -> None:
        """Add the mapped lines of all ``children`` to the values."""
        fields = self.options.fields
        for from_attr, to_attr, model_name in self.children:
            if not fields or self._direct_source_field_name(from_attr) in fields:
                values[to_attr] = self._map_child(map_record, from_attr, to_attr, model_name)

    def _direct_source_field_name(self, direct_entry) -> str:
        """Name the source field of a direct mapping, also behind modifiers.

        :raises AssertionError: if a modifier doesn't call its source ``field``
        """
        return modifier_field(direct_entry)

    def _mapping_options(self, options: MapOptions) -> _OptionsScope:
        """Make options readable as ``self.options`` inside a ``with`` block."""
        return _OptionsScope(self, options)

    def _apply(self, map_record: MapRecord, options: dict | None = None) -> dict:
        """Compute the values of a map record, but for the forced ones."""
        with self._mapping_options(MapOptions(options or {})):
            return self._apply_with_options(map_record)

    def _apply_with_options(self, map_record: MapRecord) -> dict:
        """Compute the values, once the options are set."""
        options = self._options
        fields = options["fields"]
        for_create = options["for_create"]
        source = map_record.source
        map_direct = self._map_direct
        values = {}
        direct = self.direct
        if fields:
            name_of = self._direct_source_field_name
            direct = [pair for pair in direct if name_of(pair[0]) in fields]
        for from_attr, to_attr in direct:
            values[to_attr] = map_direct(source, from_attr, to_attr)
        for method, (sources, is_only_create) in self.map_methods:
            if is_only_create and not for_create:
                continue
            if fields and sources and sources.isdisjoint(fields):
                continue
            contribution = method(source)
            if not contribution:
                continue
            if not isinstance(contribution, dict):
                raise ValueError(
                    f"The mapping method {method.__name__!r} of {self!r} must return a dict, "
                    f"it returned {contribution!r}"
                )
            values.update(contribution)
        if self.children:
            self._map_children(map_record, values)
        return self.finalize(map_record, values)


class ImportMapper(AbstractComponent):
    """Translates a record of the other system into values for Odoo."""

    _name = "base.import.mapper"
    _inherit = "base.mapper"
    _usage = "import.mapper"

    _map_child_usage = "import.map.child"
    _map_child_fallback = "base.map.child.import"

    def _map_direct(self, record, from_attr, to_attr: str):
        if not isinstance(from_attr, str):
            return from_attr(self, record, to_attr)
        value = record.get(from_attr)
        if not value:
            return False
        is_many2one = self._many2one_names.get(to_attr)
        if is_many2one is None:
            is_many2one = self._is_many2one(to_attr)
        if is_many2one:
            return external_to_m2o(from_attr)(self, record, to_attr)
        return value

    def linked_records(self, record) -> Iterator[tuple[str, object]]:
        """List the records that the direct mappings to many2one fields point at.

        An importer with ``_import_linked`` imports them first.

        :param record: source record
        :return: pairs of a binding model and an external id
        """
        for from_attr, to_attr in self.direct:
            if isinstance(from_attr, str):
                field, binding = from_attr, None
                if not self._is_many2one(to_attr):
                    continue
            elif link := getattr(from_attr, "link", None):
                field, binding = link
            else:
                continue
            external_id = source_value(self, record, field, to_attr)
            if external_id:
                yield binding or self.model._fields[to_attr].comodel_name, external_id


class ExportMapper(AbstractComponent):
    """Translates a record of Odoo into values for the other system."""

    _name = "base.export.mapper"
    _inherit = "base.mapper"
    _usage = "export.mapper"

    _map_child_usage = "export.map.child"
    _map_child_fallback = "base.map.child.export"

    def _map_direct(self, record, from_attr, to_attr: str):
        if not isinstance(from_attr, str):
            return from_attr(self, record, to_attr)
        value = record[from_attr]
        if not value:
            return False
        is_many2one = self._many2one_names.get(from_attr)
        if is_many2one is None:
            is_many2one = self._is_many2one(from_attr)
        if is_many2one:
            return m2o_to_external(from_attr)(self, record, to_attr)
        return value
