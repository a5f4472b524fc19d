# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Exports one binding."""

from contextlib import contextmanager

import psycopg2
from psycopg2 import errorcodes

from odoo.fields import Datetime
from odoo.models import BaseModel
from odoo.tools import SQL

from odoo.addons.component.core import AbstractComponent

from ..exception import IDMissingInBackend, RetryableJobError
from ..transaction import commit


class GenericExporter(AbstractComponent):
    """Exports a binding, with what it depends on, in steps to be overridden.

    The steps read ``self.binding`` and ``self.external_id``.
    """

    _name = "generic.exporter"
    _inherit = "base.exporter"

    #: field of the normal records that holds their bindings, used by :meth:`_export_dependency`
    _default_binding_field = None

    def __init__(self, working_context):
        super().__init__(working_context)
        self.binding = None
        self.external_id = None
        self._exported = False

    # Decisions

    def _should_import(self) -> bool:
        """Tell whether the record changed over there since the last synchronization."""
        return False

    def _delay_import(self) -> None:
        """Enqueue the import of the record, because it changed over there."""
        self.binding.with_delay().import_record(self.backend_record, self.external_id, force=True)

    def _has_to_skip(self) -> bool:
        """Tell whether the export ends here."""
        return False

    # Flow

    def run(self, binding: BaseModel, *args, **kwargs):
        """Export a binding.

        :param binding: record to export
        :param args: for :meth:`_run`
        :param kwargs: for :meth:`_run`
        :return: what :meth:`_run` returned
        """
        self.binding = binding
        self.external_id = self.binder.to_external(self.binding)
        try:
            should_import = self._should_import()
        except IDMissingInBackend:
            self.external_id = None
            should_import = False
        if should_import:
            self._delay_import()
        result = self._run(*args, **kwargs)
        if self.external_id or (self._exported and self.external_id == 0):
            # What was skipped before it ever reached the backend has nothing to be bound to: an
            # empty id of type integer reads as 0 as well.
            self._bind()
        # The other system can't be rolled back: whatever fails later must not make us forget the
        # id.
        commit(self.env)
        self._after_export()
        return result

    def _bind(self) -> None:
        """Note on the binding which record over there it stands for, and when it was exported."""
        if self._exported and "last_export_date" in self.binding._fields:
            self.binding.with_context(connector_no_export=True).write(
                {"last_export_date": Datetime.now()}
            )
        self.binder.bind(self.external_id, self.binding)

    def _run(self, fields=None):
        """Export the binding, once it is set up.

        :param fields: names of the fields that changed; ``None`` for all
        :return: what was done, in words; ``None`` if it was skipped
        """
        if not self.external_id:
            fields = None
        if self._has_to_skip():
            return None
        self._export_dependencies()
        self._lock()
        map_record = self._map_data()
        if self.external_id:
            record = self._update_data(map_record, fields=fields)
            if not record:
                return self.env._("Nothing to export.")
            self._update(record)
        else:
            record = self._create_data(map_record, fields=fields)
            if not record:
                return self.env._("Nothing to export.")
            self.external_id = self._create(record)
        self._exported = True
        return self.env._("Record exported with ID %s on Backend.", self.external_id)

    def _after_export(self) -> None:
        """Hook: the record is exported, and its id is stored for good."""

    def _lock(self) -> None:
        """Lock the binding, so that it is exported by one job at a time.

        :raises RetryableJobError: if another transaction has it, or changed it since this one began
        """
        query = SQL(
            "SELECT id FROM %s WHERE id = %s FOR UPDATE NOWAIT",
            SQL.identifier(self.model._table),
            self.binding.id,
        )
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(query, log_exceptions=False)
        except psycopg2.OperationalError:
            raise RetryableJobError(
                "A concurrent job is already exporting the same record "
                f"({self.model._name} {self.binding.id})."
            ) from None

    @contextmanager
    def _retry_unique_violation(self):
        """Put the job off when what it creates was created by another one at the same time.

        The binding models need a unique constraint on backend and normal record for that.

        :raises RetryableJobError: on a unique violation
        """
        try:
            yield
        except psycopg2.IntegrityError as error:
            if error.pgcode != errorcodes.UNIQUE_VIOLATION:
                raise
            raise RetryableJobError(
                "Another job created the same record at the same time, the next try finds it: "
                f"{error.diag.message_primary}"
            ) from None

    def _export_dependencies(self) -> None:
        """Hook: export what the record points at, with :meth:`_export_dependency`."""

    def _export_dependency(
        self,
        relation: BaseModel,
        binding_model: str,
        component_usage: str = "record.exporter",
        binding_field: str | None = None,
        binding_extra_vals: dict | None = None,
    ) -> None:
        """Export a record that must be over there first, unless it is.

        :param relation: normal record or binding; nothing happens if it is empty
        :param binding_model: its binding model
        :param component_usage: usage of the component that exports it
        :param binding_field: field of the normal record that holds its bindings
        :param binding_extra_vals: more values for a new binding
        """
        if not relation:
            return
        binder = self.binder_for(binding_model)
        binding_field = binding_field or self._default_binding_field
        if relation._name == binding_model:
            binding = relation
        elif binding_field and binding_field in relation._fields:
            binding = self._dependency_binding(relation, binding_model, binder, binding_extra_vals)
        else:
            binding = relation
        if not binder.to_external(binding):
            exporter = self.component(usage=component_usage, model_name=binding_model)
            exporter.run(binding)

    def _dependency_binding(
        self, relation: BaseModel, binding_model: str, binder, extra_values: dict | None
    ) -> BaseModel:
        """Find the binding of a normal record, or create it for the export to come."""
        domain = [
            (binder._odoo_field, "=", relation.id),
            (binder._backend_field, "=", self.backend_record.id),
        ]
        binding = self.env[binding_model].with_context(active_test=False).search(domain)
        if binding:
            binding.ensure_one()
            return self.env[binding_model].browse(binding.ids)
        values = {binder._backend_field: self.backend_record.id, binder._odoo_field: relation.id}
        values.update(extra_values or {})
        with self._retry_unique_violation():
            binding = (
                self.env[binding_model].with_context(connector_no_export=True).sudo().create(values)
            )
            self.env.flush_all()
        # Jobs that export the same dependency must find this binding, and not make one each.
        commit(self.env)
        return self.env[binding_model].browse(binding.ids)

    # Data

    def _map_data(self):
        """Prepare the mapping of the binding."""
        return self.mapper.map_record(self.binding)

    def _validate_create_data(self, data) -> None:
        """Hook: raise ``InvalidDataError`` if the values can't be used to create."""

    def _validate_update_data(self, data) -> None:
        """Hook: raise ``InvalidDataError`` if the values can't be used to update."""

    def _create_data(self, map_record, fields=None, **kwargs) -> dict:
        """Compute the values of a new record over there.

        :param map_record: result of :meth:`_map_data`
        :param fields: names of the fields that changed
        :param kwargs: options of the mapping
        """
        return map_record.values(for_create=True, fields=fields, **kwargs)

    def _create(self, data):
        """Create the record over there.

        :param data: values
        :return: its external id
        """
        self._validate_create_data(data)
        return self.backend_adapter.create(data)

    def _update_data(self, map_record, fields=None, **kwargs) -> dict:
        """Compute the values of an existing record over there.

        :param map_record: result of :meth:`_map_data`
        :param fields: names of the fields that changed
        :param kwargs: options of the mapping
        """
        return map_record.values(fields=fields, **kwargs)

    def _update(self, data) -> None:
        """Update the record over there.

        :param data: values
        """
        self._validate_update_data(data)
        self.backend_adapter.write(self.external_id, data)
