# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A record on its way through a mapper."""

from typing import Any


class MapOptions(dict):
    """Options of a mapping; one that was not given reads as ``None``, as item and as attribute."""

    __slots__ = ()

    def __missing__(self, key: str) -> None:
        return None

    def __getattr__(self, key: str) -> Any:
        # Keep the protocols of Python (copy, pickle) away from the options.
        if key.startswith("__"):
            raise AttributeError(key)
        return self.get(key)

    def __setattr__(self, key: str, value: Any) -> None:
        self[key] = value


class MapRecord:
    """A source record together with the mapper that translates it.

    Nothing is computed before :meth:`values` is called, and each call computes anew.

    :param mapper: component that maps
    :param source: record to map: a dict-like on import, an Odoo record on export
    :param parent: map record of the parent, for the lines of a document
    """

    __slots__ = ("_forced_values", "_mapper", "_parent", "_source")

    def __init__(self, mapper, source, parent: "MapRecord | None" = None):
        self._mapper = mapper
        self._source = source
        self._parent = parent
        self._forced_values = {}

    @property
    def source(self):
        """Source record, as it was given."""
        return self._source

    @property
    def parent(self) -> "MapRecord | None":
        """Map record of the parent, if this is a child."""
        return self._parent

    def values(self, for_create: bool | None = None, fields=None, **options) -> dict:
        """Compute the mapped values.

        :param for_create: also run the mapping methods that only serve new records
        :param fields: names of the source fields that changed; others are left out
        :param options: anything for the mapping methods, which read it in ``self.options``
        :return: values for the target
        """
        options["for_create"] = for_create
        options["fields"] = fields
        values = self._mapper._apply(self, options=options)
        if self._forced_values:
            values.update(self._forced_values)
        return values

    def update(self, *args, **kwargs) -> None:
        """Force values, whatever the mapping says.

        :param args: dicts, or iterables of pairs, as for ``dict.update``
        :param kwargs: values by name
        """
        self._forced_values.update(*args, **kwargs)
