# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Components that map the lines of a document with the mapper of their own model."""

from odoo.addons.component.core import AbstractComponent

from .map_record import MapOptions, MapRecord


class MapChild(AbstractComponent):
    """Maps a list of records that belong to one parent."""

    _name = "base.map.child"
    _inherit = "base.connector"

    def _child_mapper(self):
        """Find the mapper of the lines."""
        raise NotImplementedError

    def skip_item(self, map_record: MapRecord) -> bool:
        """Tell whether a line is left out."""
        return False

    def get_items(self, items, parent: MapRecord, to_attr: str, options: MapOptions) -> list:
        """Map lines.

        :param items: source records
        :param parent: map record of the document
        :param to_attr: target field of the lines
        :param options: options of the parent's mapping, passed on to each line
        :return: what goes in the target field; lines without values are dropped
        """
        mapper = self._child_mapper()
        mapped = []
        for item in items or ():
            map_record = mapper.map_record(item, parent=parent)
            if self.skip_item(map_record):
                continue
            values = self.get_item_values(map_record, to_attr, options)
            if self._is_kept(values):
                mapped.append(values)
        return self.format_items(mapped)

    def _is_kept(self, values: dict) -> bool:
        """Tell whether the values of a line are used: not if there are none."""
        return bool(values)

    def get_item_values(self, map_record: MapRecord, to_attr: str, options: MapOptions) -> dict:
        """Compute the values of one line.

        :param map_record: the line
        :param to_attr: target field of the lines
        :param options: options of the parent's mapping
        """
        return map_record.values(**options)

    def format_items(self, items_values: list[dict]) -> list:
        """Put the values of all lines in the form that the target field wants."""
        return items_values


class ImportMapChild(AbstractComponent):
    """Maps lines to the commands that create them in Odoo."""

    _name = "base.map.child.import"
    _inherit = "base.map.child"
    _usage = "import.map.child"

    def _child_mapper(self):
        return self.component(usage="import.mapper")

    def format_items(self, items_values: list[dict]) -> list:
        return [(0, 0, values) for values in items_values]


class ExportMapChild(AbstractComponent):
    """Maps lines to a list of values for the other system."""

    _name = "base.map.child.export"
    _inherit = "base.map.child"
    _usage = "export.map.child"

    def _child_mapper(self):
        return self.component(usage="export.mapper")
