# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Binders know which record of Odoo is which record of the other system."""

from collections.abc import Iterable

from odoo import fields
from odoo.models import BaseModel

from odoo.addons.component.core import AbstractComponent

from ..legacy import warn_once


class Binder(AbstractComponent):
    """Reads and writes the bindings of one model.

    The work context's model is the *binding* model: a model with a link to the normal record, to
    the backend, and with the external id.
    """

    _name = "base.binder"
    _inherit = "base.connector"
    _usage = "binder"

    _external_field = "external_id"
    _backend_field = "backend_id"
    _odoo_field = "odoo_id"
    _sync_date_field = "sync_date"

    def to_internal(self, external_id, unwrap: bool = False) -> BaseModel:
        """Find the binding of an external id.

        :param external_id: id in the other system, compared as it is given
        :param unwrap: return the normal record instead of the binding
        :return: one record (archived ones too), or an empty recordset
        :raises ValueError: if there are several bindings
        """
        # Who imports many records at once keeps what was found, see `group.importer`.
        known = getattr(self.work, "known_bindings", None)
        key = (self.model._name, self.backend_record.id, external_id)
        if known and key in known:
            binding = self.model.browse(known[key])
        else:
            binding = self._search_binding(external_id)
            self.remember(external_id, binding)
        if unwrap:
            return binding[self._odoo_field]
        return binding

    def remember(self, external_id, binding: BaseModel) -> None:
        """Keep a binding for the time of this work, where many records are imported at once.

        :param external_id: id in the other system
        :param binding: its binding; an empty one is not kept
        """
        known = getattr(self.work, "known_bindings", None)
        if binding and known is not None:
            known[self.model._name, self.backend_record.id, external_id] = binding.id

    def _search_binding(self, external_id) -> BaseModel:
        """Search the binding of an external id, archived or not.

        :raises ValueError: if there are several
        """
        found = self.model.with_context(active_test=False).search(
            [
                (self._external_field, "=", external_id),
                (self._backend_field, "=", self.backend_record.id),
            ]
        )
        # The flag that also finds archived records must not stay on what the caller works with.
        binding = self.model.browse(found.ids)
        return binding.ensure_one() if binding else binding

    def bindings_by_external_id(self, external_ids: Iterable) -> dict:
        """Find the bindings of many external ids with one query.

        :param external_ids: ids in the other system
        :return: binding by external id, as read from Odoo; ids without a binding are absent
        :raises ValueError: if an id has several bindings
        """
        found = self.model.with_context(active_test=False).search_fetch(
            [
                (self._external_field, "in", list(external_ids)),
                (self._backend_field, "=", self.backend_record.id),
            ],
            [
                name
                for name in (self._external_field, self._odoo_field)
                if name in self.model._fields
            ],
        )
        bindings = {}
        for binding in self.model.browse(found.ids):
            other = bindings.setdefault(binding[self._external_field], binding)
            (other | binding).ensure_one()
        return bindings

    def to_external(self, binding: BaseModel | int, wrap: bool = False):
        """Find the external id of a binding.

        :param binding: binding or its id; with ``wrap`` the normal record or its id
        :param wrap: search the binding of the normal record first
        :return: the external id; ``False`` if the binding has none, ``None`` if there is no binding
        :raises ValueError: if the normal record has several bindings on the backend
        """
        if wrap:
            record_id = binding.id if isinstance(binding, BaseModel) else binding
            binding = self.model.with_context(active_test=False).search(
                [
                    (self._odoo_field, "=", record_id),
                    (self._backend_field, "=", self.backend_record.id),
                ]
            )
            if not binding:
                return None
            binding.ensure_one()
        elif not isinstance(binding, BaseModel):
            binding = self.model.browse(binding)
        return binding[self._external_field]

    def bind(self, external_id, binding: BaseModel | int) -> None:
        """Note on a binding which record of the other system it stands for, and that it is in step.

        :param external_id: id in the other system; 0 is one
        :param binding: binding or its id
        :raises AssertionError: if one of them is empty
        """
        if not (external_id or external_id == 0) or external_id is False or not binding:
            raise AssertionError(
                f"Only something can be bound: external_id={external_id!r}, binding={binding!r}"
            )
        if not isinstance(binding, BaseModel):
            binding = self.model.browse(binding)
        binding.with_context(connector_no_export=True).write(
            {
                self._external_field: external_id,
                self._sync_date_field: fields.Datetime.now(),
            }
        )

    def unwrap_binding(self, binding: BaseModel | int) -> BaseModel:
        """Find the normal record of a binding.

        :param binding: binding or its id
        """
        if not isinstance(binding, BaseModel):
            binding = self.model.browse(binding)
        return binding[self._odoo_field]

    def unwrap_model(self) -> str:
        """Name the model of the normal records.

        :raises ValueError: if the model of the component has no link to one
        """
        field = self.model._fields.get(self._odoo_field)
        if field is None:
            raise ValueError(
                f"Cannot unwrap model {self.model._name!r}, "
                f"because it has no {self._odoo_field!r} field"
            )
        return field.comodel_name

    # Names of older connectors

    def to_openerp(self, external_id, unwrap: bool = False) -> BaseModel:
        """Do what ``to_internal`` does, for an id of any type."""
        warn_once("Binder.to_openerp()", "to_internal()")
        return self.to_internal(self._as_stored(external_id), unwrap=unwrap)

    def to_backend(self, binding: BaseModel | int, wrap: bool = False):
        """Do what ``to_external`` does."""
        warn_once("Binder.to_backend()", "to_external()")
        return self.to_external(binding, wrap=wrap)

    def _as_stored(self, external_id):
        """Make text of an id where it is stored as text, as older connectors could rely on."""
        if external_id is None or external_id is False:
            return external_id
        is_text = self.model._fields[self._external_field].type == "char"
        return str(external_id) if is_text else external_id
