# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Imports many records in one transaction, with few queries."""

import logging
from collections.abc import Callable

import psycopg2

from odoo.addons.component.core import AbstractComponent

from ..database import pg_try_advisory_locks
from ..exception import IDMissingInBackend
from ..transaction import owns_transaction

_logger = logging.getLogger(__name__)


class GroupImporter(AbstractComponent):
    """Imports a group of records with the steps of the model's ``record.importer``.

    One query takes all locks, one looks up all bindings, and one for each model those of what the
    records depend on (see ``_dependency_models`` of the record importer); the adapter reads all
    records with ``read_many(ids)``, which returns a dict by id, if it has that method; new records
    are created by one ``create()``.

    A record that fails does not take the others with it: all is undone, and done again with a
    savepoint around each record. Those that fail again are left to jobs of their own, which show
    the error.
    """

    _name = "group.importer"
    _inherit = "base.importer"
    _usage = "group.importer"

    def __init__(self, work_context):
        super().__init__(work_context)
        self._to_create = []
        self._done = 0
        self._failed = []
        self._skipped = []

    def run(self, external_ids: list, force: bool = False) -> str:
        """Import records.

        :param external_ids: ids in the other system
        :param force: import even what did not change
        :return: what was done, in words, with the reasons why records were left out
        """
        if owns_transaction(self.env):
            # The locks must be the first statement of their transaction, see `record.importer`.
            self.env.cr.commit()
        self._keep_bindings({})
        try:
            self._run_group(external_ids, force)
        finally:
            self._keep_bindings(None)
        for importer in self._failed:
            self._import_apart(importer)
        text = self.env._(
            "%(done)s records imported, %(apart)s left to jobs of their own.",
            done=self._done,
            apart=len(self._failed),
        )
        return "\n".join((text, *self._skipped))

    def _keep_bindings(self, known: dict | None) -> None:
        """Let the binders of this work keep what they find: records share their dependencies.

        It holds as long as nothing is rolled back, or deleted.
        """
        self.work.known_bindings = known
        if "known_bindings" not in self.work._propagate_kwargs:
            self.work._propagate_kwargs = [*self.work._propagate_kwargs, "known_bindings"]

    def _forget_bindings(self) -> None:
        """Drop what was found, as some of it may be gone."""
        known = getattr(self.work, "known_bindings", None)
        if known:
            known.clear()

    def _run_group(self, external_ids: list, force: bool) -> None:
        """Import records; what fails is noted."""
        importers = self._lock_all(self._make_importers(external_ids, force))
        self._read_all(importers)
        self._find_bindings(importers)
        self._find_dependencies(importers)
        try:
            with self.env.cr.savepoint():
                for importer in importers:
                    self._import_one(importer)
                self._create_prepared()
        except psycopg2.OperationalError:
            # A deadlock, a serialization failure: the whole transaction has to start over.
            raise
        except Exception as error:  # noqa: BLE001 - one of them is at fault: the next step tells which
            _logger.info("Records of %s are imported one by one: %r", self.model._name, error)
            self._start_over(importers)
            for importer in importers:
                self._attempt(importer, self._import_one)
            self._create_all()

    def _start_over(self, importers: list) -> None:
        """Forget what was done, which was undone in the database."""
        self._done, self._to_create, self._skipped = 0, [], []
        self._forget_bindings()
        self._find_bindings(importers)
        self._find_dependencies(importers)

    def _make_importers(self, external_ids: list, force: bool) -> list:
        """Set up one importer per record."""
        importers = []
        for external_id in dict.fromkeys(external_ids):
            importer = self.component(usage="record.importer")
            importer._set_up(external_id, force=force)
            importers.append(importer)
        return importers

    def _lock_all(self, importers: list) -> list:
        """Take the locks of all records with one query.

        :return: importers of the locked records; the others are being imported by somebody else
        """
        names = {importer: importer._lock_name() for importer in importers}
        taken = pg_try_advisory_locks(self.env, names.values())
        self._failed += [importer for importer in importers if names[importer] not in taken]
        return [importer for importer in importers if names[importer] in taken]

    def _read_all(self, importers: list) -> None:
        """Fetch all records, at once if the adapter can."""
        if hasattr(self.backend_adapter, "read_many"):
            records = self.backend_adapter.read_many(
                [importer.external_id for importer in importers]
            )
            for importer in importers:
                importer.external_record = records.get(importer.external_id)
        else:
            for importer in importers:
                importer.external_record = self._read_one(importer)

    def _read_one(self, importer):
        """Fetch one record; ``None`` if the other system does not have it."""
        try:
            return importer._read()
        except IDMissingInBackend:
            return None

    def _find_bindings(self, importers: list) -> None:
        """Look up the bindings of all records with one query."""
        bindings = self.binder.bindings_by_external_id(
            [importer.external_id for importer in importers]
        )
        for importer in importers:
            # A text column gives text, whatever the type of the ids that we were given.
            external_id = importer.external_id
            found = bindings.get(external_id) or bindings.get(str(external_id))
            importer.binding = found or self.model.browse()

    def _find_dependencies(self, importers: list) -> None:
        """Look up the bindings of what the records depend on, with one query for each model."""
        ids_by_model = {}
        for importer in importers:
            if importer.external_record is not None:
                for binding_model, external_id in importer._dependencies():
                    ids_by_model.setdefault(binding_model, set()).add(external_id)
        for binding_model, external_ids in ids_by_model.items():
            binder = self.binder_for(binding_model)
            found = binder.bindings_by_external_id(external_ids)
            for external_id in external_ids:
                binding = found.get(external_id) or found.get(str(external_id))
                if binding:
                    binder.remember(external_id, binding)

    def _attempt(self, importer, step: Callable) -> None:
        """Run a step of one record; if it fails, leave the record to a job of its own."""
        try:
            with self.env.cr.savepoint():
                step(importer)
        except psycopg2.OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - the record's own job meets it again, and shows it
            _logger.info("Record %s is left to a job of its own: %r", importer.external_id, error)
            self._forget_bindings()
            self._failed.append(importer)

    def _import_one(self, importer) -> None:
        """Update a record; or prepare its creation, for all at once."""
        if importer.external_record is None:
            importer._on_missing()
            self._forget_bindings()
            return
        if reason := importer._skip_reason():
            # Most are up to date; why another one isn't imported is for whoever looks at the job.
            if not importer._is_uptodate():
                self._skipped.append(reason)
            return
        importer._prepare()
        if importer.binding:
            self._update_one(importer)
            return
        data = importer._create_data(importer._map_data())
        importer._validate_data(data)
        self._to_create.append((importer, {**data, **importer._state_values()}))

    def _update_one(self, importer) -> None:
        """Update a record that is bound."""
        importer._run_update()
        self._done += 1

    def _create_prepared(self) -> None:
        """Create what was prepared at once, but for what was created meanwhile."""
        if not self._to_create:
            return
        prepared = [importer for importer, _data in self._to_create]
        # The import of a dependency may have led to a record that waits here to be created.
        self._find_bindings(prepared)
        new = [(importer, data) for importer, data in self._to_create if not importer.binding]
        self._create_together(new)
        self._done += len(new)
        created = {importer for importer, _data in new}
        for importer in prepared:
            if importer not in created:
                self._update_one(importer)

    def _create_all(self) -> None:
        """Create what was prepared at once; if that fails, one by one."""
        done = self._done
        try:
            with self.env.cr.savepoint():
                self._create_prepared()
        except psycopg2.OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - one of them is at fault: the next step tells which
            _logger.info("Records of %s are created one by one: %r", self.model._name, error)
        else:
            return
        self._done = done
        prepared = [importer for importer, _data in self._to_create]
        self._forget_bindings()
        self._find_bindings(prepared)
        for importer in prepared:
            self._attempt(importer, self._update_one if importer.binding else self._create_one)

    def _create_one(self, importer) -> None:
        """Create a record."""
        importer._run_create()
        self._done += 1

    def _create_together(self, new: list[tuple]) -> None:
        """Create bindings with one call, then finish each.

        :param new: pairs of an importer and values
        """
        bindings = self.model.with_context(connector_no_export=True).create(
            [data for _importer, data in new]
        )
        for (importer, _data), binding in zip(new, bindings, strict=True):
            importer.binding = self.model.browse(binding.ids)
            importer._finish()

    def _import_apart(self, importer) -> None:
        """Enqueue the import of one record in a job of its own."""
        kwargs = {"force": True} if importer.force else {}
        self.model.with_delay().import_record(self.backend_record, importer.external_id, **kwargs)
