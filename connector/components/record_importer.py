# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Imports one record."""

import hashlib
import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import psycopg2
from psycopg2 import errorcodes

from odoo import fields
from odoo.models import BaseModel

from odoo.addons.component.core import AbstractComponent
from odoo.addons.queue_job.job import identity_exact

from ..exception import AccessRefused, IDMissingInBackend, RetryableJobError
from ..transaction import owns_transaction

_logger = logging.getLogger(__name__)


class RecordImporter(AbstractComponent):
    """Imports one record of the other system, with what it depends on.

    A connector inherits it together with its own base component, and overrides the small steps
    that differ. In the order in which they run:

    ========================== =====================================================================
    ``_lock_name``             name of the lock: one import of a record at a time
    ``_read``                  fetch the record, ``self.external_record``
    ``_on_missing``            the record does not exist over there (any more)
    ``_external_version``      what tells whether it changed since the last import
    ``_must_skip``             a reason not to import, as text
    ``_before_import``         anything
    ``_dependency_models``     which keys of the record hold ids of what must be there first
    ``_import_dependencies``   import that; or call ``_import_dependency`` yourself
    ``_map_data``              a map record
    ``_mapping_options``       what its mapper finds in ``self.options``
    ``_create_data``           its values, to create
    ``_update_data``           its values, to update
    ``_validate_data``         raise ``InvalidDataError``
    ``_create``, ``_update``   write in Odoo
    ``_bind``                  note id and date on the binding
    ``_translations``          values in other languages
    ``_after_import``          anything, with the binding
    ========================== =====================================================================

    The steps read ``self.external_id``, ``self.external_record`` and ``self.binding``, which is an
    empty recordset for a new record.
    """

    _name = "record.importer"
    _inherit = "base.importer"
    _usage = "record.importer"

    #: key of the external record that holds an id, or a list of ids -> binding model of what it
    #: points at
    _dependency_models = {}
    #: whether what the mapper's direct mappings point at (``external_to_m2o``) must be there first,
    #: too
    _import_linked = False
    #: keys that change though the record has not: they don't count for its version
    _volatile_keys = frozenset()
    #: key of the record's date of last change, as the other system gives it; ``None`` if it has
    #: none
    _external_date_field = None
    #: how far the two systems' clocks may differ (seconds), for bindings without a version
    _clock_tolerance = 60
    #: seconds after which an import that met another one of the same record is tried again
    _lock_retry_seconds = 2

    def __init__(self, work_context):
        super().__init__(work_context)
        self.external_id = None
        self.external_record = None
        self.binding = None
        self.force = False
        self._dependency_imported = False

    def run(self, external_id, force: bool = False, external_record=None) -> str:
        """Import a record.

        :param external_id: id in the other system
        :param force: import even what did not change
        :param external_record: the record, if it was read already; it is read under the lock
            otherwise
        :return: what was done, in words
        :raises RetryableJobError: if another import of the record is under way
        """
        self._start_transaction()
        self._set_up(external_id, force=force)
        self._lock()
        self.binding = self._get_binding()
        try:
            self.external_record = self._read() if external_record is None else external_record
        except IDMissingInBackend:
            return self._on_missing()
        return self._import_record()

    # Transaction, lock and state

    def _start_transaction(self) -> None:
        """Begin a transaction, so that it sees what the last holder of the lock wrote.

        A transaction sees the database as it was at its first statement. The lock has to be that
        statement, or we might get the lock right after another import without seeing the binding
        it made. A job that has done nothing yet can commit; elsewhere the unique index of the
        bindings is the guard.
        """
        if owns_transaction(self.env) and not self._importing():
            self.env.cr.commit()

    def _set_up(self, external_id, force: bool = False) -> None:
        """Start over with another record."""
        self.external_id = external_id
        self.external_record = None
        self.binding = self.model.browse()
        self.force = force

    def _lock_name(self) -> str:
        """Name the lock that keeps two imports of the same record apart."""
        return self._record_lock_name(self.external_id)

    def _lock(self) -> None:
        """Take the lock until the end of the transaction.

        :raises RetryableJobError: if another import has it
        """
        self.advisory_lock_or_retry(self._lock_name(), retry_seconds=self._lock_retry_seconds)

    def _get_binding(self) -> BaseModel:
        """Find the binding of the record."""
        return self.binder.to_internal(self.external_id)

    def _importing(self) -> tuple:
        """List the records whose import led to this one, as pairs of model and external id."""
        return getattr(self.work, "importing", ())

    # Reading

    def _read(self):
        """Fetch the record from the other system.

        :raises IDMissingInBackend: if there is none
        """
        return self.backend_adapter.read(self.external_id)

    def _on_missing(self) -> str:
        """Act on a record that the other system does not have.

        By default the deleter of the model, if there is one, does what is due on our side.

        :return: what was done, in words
        """
        if self.binding:
            for deleter in self.many_components(usage="record.deleter"):
                return deleter.run(self.external_id)
        return self.env._("Record %s does not exist on the backend.", self.external_id)

    def _external_date(self):
        """Return the record's date of last change as a naive UTC datetime, or ``None``."""
        if not self._external_date_field:
            return None
        value = self.external_record.get(self._external_date_field)
        if not value:
            return None
        return fields.Datetime.to_datetime(str(value)[:19].replace("T", " "))

    def _external_version(self) -> str | None:
        """Tell the state of the external record; the import is skipped as long as it is the same.

        By default a checksum of all that was read: unlike a date, it sees two changes in one
        second. Name in ``_volatile_keys`` what changes all the time; or override it, with ``return
        None`` to always import.
        """
        record = self.external_record
        if self._volatile_keys and isinstance(record, dict):
            record = {key: record[key] for key in record if key not in self._volatile_keys}
        try:
            text = json.dumps(record, sort_keys=True, default=str)
        except (TypeError, ValueError):
            return None
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def _is_uptodate(self) -> bool:
        """Tell whether the binding is in step with the external record."""
        binding = self.binding
        if not binding:
            return False
        version = self._external_version()
        stored = binding.external_version if "external_version" in binding._fields else None
        if stored:
            return stored == version
        date = self._external_date()
        synced = binding[self.binder._sync_date_field]
        tolerance = timedelta(seconds=self._clock_tolerance)
        return bool(date and synced and date + tolerance < synced)

    def _must_skip(self) -> str | None:
        """Give a reason not to import the record, or nothing."""
        return None

    def _skip_reason(self) -> str | None:
        """Decide whether the import ends here."""
        reason = self._must_skip()
        if reason:
            return reason
        if not self.force and self._is_uptodate():
            return self.env._("Record %s is already up to date.", self.external_id)
        return None

    # Importing

    def _import_record(self) -> str:
        """Import the record, now that it is locked and read."""
        reason = self._skip_reason()
        if reason:
            return reason
        self._prepare()
        if self.binding:
            self._run_update()
            return self.env._("Record %s updated.", self.external_id)
        self._run_create()
        return self.env._("Record %s created.", self.external_id)

    def _prepare(self) -> None:
        """Do what comes before the mapping."""
        self._before_import()
        self._dependency_imported = False
        self._import_dependencies()
        if not self.binding and self._dependency_imported:
            # The import of a dependency may have led back to this record.
            self.binding = self._get_binding()

    def _before_import(self) -> None:
        """Hook: the record is read, and will be imported."""

    def _dependencies(self) -> Iterator[tuple[str, object]]:
        """List what the record points at, as ``_dependency_models`` and the mapper say.

        Override it where the ids are deeper in the record: who imports a group of records looks
        all of them up at once.

        :return: pairs of a binding model and an external id
        """
        for key, binding_model in self._dependency_models.items():
            value = self.external_record.get(key)
            for external_id in value if isinstance(value, list | tuple) else [value]:
                if _is_id(external_id):
                    yield binding_model, external_id
        if self._import_linked:
            yield from self.mapper.linked_records(self.external_record)

    def _import_dependencies(self) -> None:
        """Import what the record points at.

        Override it to call :meth:`_import_dependency` with other options, or in another order.
        """
        for binding_model, external_id in self._dependencies():
            self._import_dependency(external_id, binding_model)

    def _import_dependency(
        self,
        external_id,
        binding_model: str,
        usage: str = "record.importer",
        always: bool = False,
        external_record=None,
    ) -> None:
        """Import a record that must be there first, unless it is.

        Records that depend on each other in a circle are imported once each: the one that is
        already under way is left out, and the mapper has to do without it. So it has without what
        our key may not see.

        :param external_id: id of the dependency; nothing happens if it is empty
        :param binding_model: its binding model
        :param usage: usage of the component that imports it
        :param always: import it again even if it is bound
        :param external_record: the record, if it came with this one and needs not be read
        """
        if not _is_id(external_id):
            return
        importing = (*self._importing(), (self.model._name, self.external_id))
        if (binding_model, external_id) in importing:
            return
        if not always and self.binder_for(binding_model).to_internal(external_id):
            return
        work = self.work.work_on(binding_model)
        work.importing = importing
        if "importing" not in work._propagate_kwargs:
            work._propagate_kwargs = [*work._propagate_kwargs, "importing"]
        options = {} if external_record is None else {"external_record": external_record}
        try:
            work.component(usage=usage).run(external_id, **options)
        except AccessRefused as error:
            _logger.warning("%s %s is left out: %s", binding_model, external_id, error)
        else:
            self._dependency_imported = True

    def _import_parts(self, binding_model: str, records: dict, known: BaseModel) -> None:
        """Import what came as parts of this record, and do what is due with those that are gone.

        :param binding_model: binding model of the parts, see ``part.importer``
        :param records: the parts, by external id
        :param known: bindings of the parts that we had
        """
        for external_id, record in records.items():
            self._import_dependency(external_id, binding_model, always=True, external_record=record)
        name = self.binder_for(binding_model)._external_field
        for external_id in set(known.mapped(name)) - set(records):
            self.component(usage="record.deleter", model_name=binding_model).run(external_id)

    def _delay_missing(self, binding_model: str, external_ids: list) -> None:
        """Have records imported by a job, unless they are known.

        :param binding_model: binding model, which has a ``group.importer``
        :param external_ids: their ids
        """
        known = self.binder_for(binding_model).bindings_by_external_id(external_ids)
        if missing := [external_id for external_id in external_ids if external_id not in known]:
            model = self.env[binding_model].with_delay(identity_key=identity_exact)
            model.import_group(self.backend_record, missing)

    def _map_data(self):
        """Prepare the mapping of the external record."""
        return self.mapper.map_record(self.external_record)

    def _mapping_options(self) -> dict:
        """Give the mapper what it has to know besides the record: by default ``binding``.

        :return: options by name; mapping methods read them as ``self.options.binding``
        """
        return {"binding": self.binding}

    def _create_data(self, map_record, **kwargs) -> dict:
        """Compute the values of a new binding; what identifies it is among them.

        :param map_record: result of :meth:`_map_data`
        :param kwargs: options of the mapping
        """
        values = map_record.values(for_create=True, **{**self._mapping_options(), **kwargs})
        # With the key in the INSERT itself, the unique index stops a second import before it goes
        # on.
        values.setdefault(self.binder._backend_field, self.backend_record.id)
        values.setdefault(self.binder._external_field, self.external_id)
        return values

    def _update_data(self, map_record, **kwargs) -> dict:
        """Compute the values of an existing binding.

        :param map_record: result of :meth:`_map_data`
        :param kwargs: options of the mapping
        """
        return map_record.values(**{**self._mapping_options(), **kwargs})

    def _validate_data(self, data: dict) -> None:
        """Hook: raise ``InvalidDataError`` if the values can't be used."""

    def _run_create(self) -> None:
        """Create the binding, or update the one that another import made at the same time."""
        data = self._create_data(self._map_data())
        self._validate_data(data)
        binding = self._create_or_give_way({**data, **self._state_values()})
        if binding:
            self.binding = binding
            self._finish()
        else:
            self._run_update()

    def _run_update(self) -> None:
        """Update the binding."""
        data = self._update_data(self._map_data())
        self._validate_data(data)
        self._update(self.binding, {**data, **self._state_values()})
        self._finish()

    def _state_values(self) -> dict:
        """Return the values by which the binding tells when it was imported, and in which state."""
        values = {
            "external_version": self._external_version,
            "last_import_date": fields.Datetime.now,
        }
        return {name: value() for name, value in values.items() if name in self.model._fields}

    def _create_or_give_way(self, data: dict) -> BaseModel | None:
        """Create the binding, unless another transaction binds the same external record.

        :param data: values
        :return: the new binding; ``None`` if there is one already, which ``self.binding`` is now
        :raises RetryableJobError: if the other one can't be seen yet from this transaction
        """
        if owns_transaction(self.env) and self._importing() and self._is_bound_elsewhere():
            raise self._conflict()
        try:
            with self.env.cr.savepoint():
                return self._create(data)
        except psycopg2.IntegrityError as error:
            if error.pgcode != errorcodes.UNIQUE_VIOLATION or not self._is_binding_conflict(error):
                raise
        self.binding = self._get_binding()
        if self.binding:
            return None
        raise self._conflict()

    def _conflict(self) -> RetryableJobError:
        """Make the error that puts the job off until it sees the binding of another one."""
        return RetryableJobError(
            self.env._("Record %s is being imported by another job.", self.external_id),
            seconds=self._lock_retry_seconds,
            ignore_retry=True,
        )

    def _is_bound_elsewhere(self) -> bool:
        """Ask another transaction whether the record was bound since ours began.

        A dependency is locked in the middle of a transaction, which doesn't see what others bound
        since it began. The unique index would stop it, but only with an error in the server's log.
        """
        with self.env.registry.cursor() as cr:
            model = self.model.with_env(self.env(cr=cr)).with_context(active_test=False)
            return bool(
                model.search_count(
                    [
                        (self.binder._backend_field, "=", self.backend_record.id),
                        (self.binder._external_field, "=", self.external_id),
                    ],
                    limit=1,
                )
            )

    def _is_binding_conflict(self, error: psycopg2.IntegrityError) -> bool:
        """Tell whether a unique violation is about the binding, and not about any other data."""
        checker = getattr(self.model, "_is_binding_conflict", None)
        return bool(checker and checker(error))

    def _create(self, data: dict) -> BaseModel:
        """Create the binding in Odoo.

        :param data: values
        """
        return self.model.with_context(connector_no_export=True).create(data)

    def _update(self, binding: BaseModel, data: dict) -> None:
        """Write the values: on the binding, and on the records that it inherits from.

        Each record gets what is its own, in one ``write()``. Through the binding, Odoo would write
        inherited fields one after the other; and it would lose the lists (many2many) that come
        after a picture that is taken away, as that drops what is not written yet from the cache.

        :param binding: binding
        :param data: values
        """
        binding = binding.with_context(connector_no_export=True)
        own, inherited = self._split_values(binding, data)
        # A binding that gets another record: that one is to have the inherited values.
        links = {link: own.pop(link) for link in inherited if link in own}
        if links:
            binding.write(links)
        for link, values in inherited.items():
            binding[link].write(values)
        if own or not inherited:
            binding.write(own)

    def _split_values(self, binding: BaseModel, data: dict) -> tuple[dict, dict[str, dict]]:
        """Tell the binding's own values from those of the records that it inherits from.

        :param binding: binding
        :param data: values by name of a field
        :return: own values; and by name of a many2one, the values of the record that it points at
        """
        own, inherited = {}, {}
        for name, value in data.items():
            field = binding._fields.get(name)
            if field is not None and field.inherited:
                link, _dot, parent_name = field.related.partition(".")
                inherited.setdefault(link, {})[parent_name] = value
            else:
                own[name] = value
        return own, inherited

    def _finish(self) -> None:
        """Bind, and hand over to the hook."""
        self._bind(self.binding)
        for language, values in self._translations().items():
            self._update(self.binding.with_context(lang=language), values)
        self._after_import(self.binding)

    def _bind(self, binding: BaseModel) -> None:
        """Note on the binding which record it stands for, and when.

        :param binding: binding
        """
        self.binder.bind(self.external_id, binding)

    def _translations(self) -> dict[str, dict]:
        """Hook: give values of translated fields, to be written in their language.

        :return: values by code of a language that is installed, such as ``fr_BE``
        """
        return {}

    def _after_import(self, binding: BaseModel) -> None:
        """Hook: the record is imported.

        :param binding: binding
        """


def _is_id(value) -> bool:
    """Tell whether a value is an id: 0 is one, an empty text is none."""
    return bool(value) or (value == 0 and value is not False)
