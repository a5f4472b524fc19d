# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Records that come as a part of another one: addresses of a customer, variants of a product."""

from odoo.addons.component.core import AbstractComponent

from ..exception import IDMissingInBackend


class PartImporter(AbstractComponent):
    """Imports a part inside the import of the whole; asked for alone, it has the whole imported.

    The importer of the whole calls :meth:`RecordImporter._import_parts`. To be overridden:
    ``_whole_model``, ``_find_whole``.
    """

    _name = "part.importer"
    _inherit = "record.importer"

    #: binding model of the whole
    _whole_model = None

    def _find_whole(self, external_id):
        """Find the id of the record that a part belongs to; nothing if it is not known.

        :raises IDMissingInBackend: if the part is gone
        """
        raise NotImplementedError

    def run(self, external_id, force: bool = False, external_record=None) -> str:
        if external_record is not None:
            return super().run(external_id, force=force, external_record=external_record)
        try:
            whole_id = self._find_whole(external_id)
        except IDMissingInBackend:
            # Finds out the same, and does what is due.
            return super().run(external_id, force=force)
        if not whole_id:
            return self.env._("Record %s is not bound.", external_id)
        importer = self.component(usage="record.importer", model_name=self._whole_model)
        return importer.run(whole_id, force=True)
