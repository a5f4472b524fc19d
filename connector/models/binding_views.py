# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How bindings look where their connector has no views for them."""

from lxml.builder import E
from markupsafe import Markup

from odoo import api, models

from odoo.addons.component.utils import get_component_registry

from .backend_kinds import external_id_field


class ExternalBinding(models.AbstractModel):
    _inherit = "external.binding"

    #: more fields for the default list and form, beside those that tell what a binding binds
    _binding_more_fields = ()

    def action_import_again(self) -> bool:
        """Enqueue the import of these records, whether they have changed or not."""
        self.check_access("write")
        backend_field, external_id = self._binding_link_fields()
        for binding in self:
            if backend_field and external_id and binding[external_id]:
                binding.browse().with_delay(priority=5).import_record(
                    binding[backend_field], binding[external_id], force=True
                )
        return True

    def action_export_again(self) -> bool:
        """Enqueue the export of these records."""
        self.check_access("write")
        for binding in self:
            binding.with_delay(priority=5).export_record()
        return True

    def _binding_backend(self):
        backend_field, _external_id = self._binding_link_fields()
        return self[backend_field] if backend_field else super()._binding_backend()

    @api.model
    def _binding_link_fields(self) -> tuple[str | None, str | None]:
        """Name the fields with the backend and with the external id, as far as there are any."""
        backend_field = (self._binding_unique_fields or ("backend_id",))[0]
        return (
            backend_field if backend_field in self._fields else None,
            external_id_field(self),
        )

    @api.model
    def _binding_name_field(self) -> str:
        """Name the field that tells users which record this is."""
        return "odoo_id" if "odoo_id" in self._fields else "display_name"

    @api.model
    def _binding_shown_fields(self) -> list[str]:
        """Name the fields that tell what a binding binds, and since when."""
        names = (*self._binding_link_fields(), "last_import_date", "last_export_date")
        return [*self._binding_more_fields, *(name for name in names if name)]

    @api.model
    def _binding_buttons(self) -> list:
        """Make the buttons of what the connector can do with its bindings once more."""
        backend_field, external_id = self._binding_link_fields()
        components = get_component_registry(self.env.cr.dbname)
        if not backend_field or components is None:
            return []
        backend_model = self._fields[backend_field].comodel_name
        wanted = {}
        if external_id:
            wanted["record.importer"] = ("action_import_again", self.env._("Import Again"))
        wanted["record.exporter"] = ("action_export_again", self.env._("Export Again"))
        return [
            E.button(name=action, type="object", string=label)
            for usage, (action, label) in wanted.items()
            if components.lookup(backend_model, usage=usage, model_name=self._name)
        ]

    @api.model
    def get_empty_list_help(self, help_message):
        """Say how records come here, where the action says nothing."""
        if not help_message:
            help_message = Markup(
                '<p class="o_view_nocontent_smiling_face">{title}</p><p>{text}</p>'
            ).format(
                title=self.env._("Nothing here yet"),
                text=self.env._(
                    "Records are listed as soon as both sides know them. Open the backend to "
                    "start an import, or to see whether its jobs wait or have failed."
                ),
            )
        return super().get_empty_list_help(help_message)

    @api.model
    def _get_default_list_view(self):
        names = [self._binding_name_field(), *self._binding_shown_fields()]
        return E.list(
            *(E.header(*buttons) for buttons in (self._binding_buttons(),) if buttons),
            *(
                E.field(name=name, **({"optional": "show"} if place else {}))
                for place, name in enumerate(names)
            ),
            string=self._description,
            create="0",
            edit="0",
        )

    @api.model
    def _get_default_form_view(self):
        names = self._binding_shown_fields()
        half = (len(names) + 1) // 2
        return E.form(
            *(E.header(*buttons) for buttons in (self._binding_buttons(),) if buttons),
            E.sheet(
                E.div(
                    E.h1(E.field(name=self._binding_name_field(), readonly="1")),
                    {"class": "oe_title"},
                ),
                E.group(
                    E.group(*(E.field(name=name, readonly="1") for name in names[:half])),
                    E.group(*(E.field(name=name, readonly="1") for name in names[half:])),
                ),
            ),
            string=self._description,
            create="0",
        )

    @api.model
    def _get_default_search_view(self):
        backend_field, external_id = self._binding_link_fields()
        names = [self._binding_name_field(), *filter(None, (external_id, backend_field))]
        view = E.search(*(E.field(name=name) for name in names), string=self._description)
        if external_id:
            view.append(
                E.filter(
                    name="not_bound",
                    string=self.env._("Not Bound Yet"),
                    domain=f"[('{external_id}', 'in', (False, 0))]"
                    if self._fields[external_id].type == "integer"
                    else f"[('{external_id}', '=', False)]",
                )
            )
        if backend_field:
            view.append(
                E.filter(
                    name="group_backend",
                    string=self.env._("Backend"),
                    context=f"{{'group_by': '{backend_field}'}}",
                )
            )
        return view
