# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Bindings: which record of Odoo is which record of another system."""

from odoo import api, fields, models
from odoo.orm.table_objects import UniqueIndex
from odoo.tools import SQL, sql

from ..legacy import warn_once


class BindingIndex(UniqueIndex):
    """One binding per external id and backend, on each table whose model has both fields.

    The fields have other names in some connectors, and other types: so the definition depends on
    the model.
    """

    def __init__(self):
        super().__init__("", "This record of the backend is already bound to another record.")

    def definition_for(self, model) -> str:
        """Write the definition of the index on a model's table.

        :param model: recordset of the binding model
        :return: columns and condition; empty if the model has not both fields, or refuses the index
        """
        columns = model._binding_unique_fields
        if not columns or not all(
            (field := model._fields.get(name)) and field.store and field.column_type
            for name in columns
        ):
            return ""
        definition = "({})".format(", ".join(columns))
        external = model._fields[columns[-1]]
        if external.type == "integer":
            # Odoo stores 0 in an integer that was left empty.
            definition += f" WHERE {external.name} <> 0"
        return definition

    def apply_to_database(self, model) -> None:
        definition = self.definition_for(model)
        name = self.full_name(model)
        comment = f"UNIQUE INDEX {definition}"
        current, current_comment = sql.index_definition(model.env.cr, name)
        if definition and current_comment == comment:
            return
        if current:
            sql.drop_index(model.env.cr, name, model._table)
        if definition:
            model.pool.post_constraint(
                model.env.cr,
                lambda cr: sql.add_index(
                    cr, name, model._table, comment=comment, definition=definition, unique=True
                ),
                name,
            )


class ExternalBinding(models.AbstractModel):
    """Inherit from it for a model whose records are bindings.

    The binding model has, by custom, ``odoo_id`` (many2one to the normal model, often with
    ``delegate=True``), ``backend_id`` and ``external_id``. Its table gets a unique index on
    backend and external id, so that two imports at the same time can't bind one external record
    twice.
    """

    _name = "external.binding"
    _inherit = ["connector.binding.jobs"]
    _description = "External Binding (abstract)"

    #: fields that identify a record of a backend, the external id last; empty for no unique index
    _binding_unique_fields = ("backend_id", "external_id")
    #: whether the state of a backend calls this kind by the name of the binding model, and not by
    #: the one of the normal model
    _kind_named_by_binding = False
    #: what becomes of our record when theirs is deleted: ``"archive"``, ``"unlink"``, ``"keep"``
    _on_deleted = "archive"

    sync_date = fields.Datetime(string="Last Synchronization Date", copy=False)
    last_import_date = fields.Datetime(string="Last Import", copy=False, readonly=True)
    last_export_date = fields.Datetime(string="Last Export", copy=False, readonly=True)
    external_version = fields.Char(
        string="Version on the Backend",
        copy=False,
        readonly=True,
        help="State of the external record at its last import: as long as it is the same, "
        "there is nothing to import.",
    )

    _binding_uniq = BindingIndex()

    @property
    def openerp_id(self):
        """The normal record, under the name that older connectors gave the field."""
        warn_once("openerp_id of a binding", "odoo_id")
        return self.odoo_id

    @api.private
    def _is_binding_conflict(self, error) -> bool:
        """Tell whether a database error says that the external record is already bound.

        It also knows the unique constraints that connectors declare themselves.

        :param error: :class:`psycopg2.IntegrityError`; the transaction must be usable again
        """
        diagnostics = error.diag
        if diagnostics.table_name != self._table or not diagnostics.constraint_name:
            return False
        external_field = self._binding_unique_fields[-1:]
        if not external_field:
            return False
        rows = self.env.execute_query(
            SQL(
                """
                SELECT attribute.attname
                  FROM pg_index AS index
                  JOIN pg_class AS name ON name.oid = index.indexrelid
                  JOIN pg_attribute AS attribute
                    ON attribute.attrelid = index.indrelid AND attribute.attnum = ANY(index.indkey)
                 WHERE index.indrelid = %s::regclass AND index.indisunique AND name.relname = %s
                """,
                self._table,
                diagnostics.constraint_name,
            )
        )
        return external_field[0] in {name for (name,) in rows}
