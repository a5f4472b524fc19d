# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How backends look where their connector has no views for them, and what is added to its form."""

from lxml import etree
from lxml.builder import E

from odoo import api, models


class ConnectorBackendStatus(models.AbstractModel):
    _inherit = "connector.backend.status"

    #: fields that the default list shows beside the name, and the default search looks in
    _listed_fields = ()

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            self._show_import_dates(arch)
        return arch, view

    def _show_import_dates(self, arch: etree._Element) -> None:
        """Put the dates from which on kinds are imported on their page of the form.

        Those that the view shows already stay where they are; a page without any goes.

        :param arch: form, changed in place
        """
        group = arch.find(".//page[@name='dates']/group[@name='import_dates']")
        if group is None:
            return
        shown = {field.get("name") for field in arch.iter("field")}
        for name in dict.fromkeys(self._import_date_fields.values()):
            if name not in shown:
                group.append(E.field(name=name))
        page = group.getparent()
        if page.find(".//field") is None:
            page.getparent().remove(page)

    @api.model
    def _get_default_list_view(self) -> etree._Element:
        return self._backend_view("list")

    @api.model
    def _get_default_search_view(self) -> etree._Element:
        return self._backend_view("search")

    @api.model
    def _backend_view(self, view_type: str) -> etree._Element:
        """Take over a view of all backends, with the fields of this kind of them.

        :param view_type: ``list`` or ``search``
        """
        view = self.env.ref(f"connector.view_connector_backend_{view_type}").sudo()
        arch = view._get_combined_arch()
        place = arch.find("./field[@name='name']")
        for name in reversed(self._listed_fields):
            place.addnext(E.field(name=name))
        return arch
