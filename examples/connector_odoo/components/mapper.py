# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which value of a remote record goes into which of our fields."""

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.components.mapper import external_to_m2o, mapping, only_create


class OdooImportMapper(AbstractComponent):
    """Base of our mappers. The fields to read over there follow from what they map."""

    _name = "odoo.import.mapper"
    _inherit = ["base.import.mapper", "base.odoo.connector"]
    _usage = "import.mapper"

    #: Fields that mapping methods read, besides the sources of ``direct``.
    _more_fields = ()
    #: Remote fields that hold ids of records to import first -> their binding model.
    _dependencies = {}

    def remote_fields(self):
        """Return the names of all fields to read over there.

        :return: sorted list of names
        """
        own = {*self.changed_by_fields(), *self._more_fields, *self._dependencies}
        return sorted({"write_date", *own})

    def match(self, record):
        """Find the record of ours that a remote record stands for, before it is linked.

        :param record: dict of remote values
        :return: recordset of the bound model, empty to create a new one
        """
        return self.env[self.binder_for().unwrap_model()]

    @only_create
    @mapping
    def backend_id(self, record):
        """Link the new binding to the backend it comes from."""
        return {"backend_id": self.backend_record.id}

    @only_create
    @mapping
    def odoo_id(self, record):
        """Take an existing record of ours where there is one, instead of a second one."""
        match = self.match(record)
        return {"odoo_id": match.id} if match else {}


class CountryMapper(Component):
    """Countries: the same everywhere, so they are linked and never changed."""

    _name = "odoo.res.country.import.mapper"
    _inherit = "odoo.import.mapper"
    _apply_on = "odoo.res.country"
    _more_fields = ("code", "name")

    def match(self, record):
        """A country is known by its ISO code."""
        return self.env["res.country"].search([("code", "=", record["code"])], limit=1)

    @only_create
    @mapping
    def values_of_unknown_country(self, record):
        """Only a country that we don't have gets a name and a code from over there."""
        if self.match(record):
            return {}
        return {"name": record["name"], "code": record["code"]}


class CountryStateMapper(Component):
    """States: known by country and code."""

    _name = "odoo.res.country.state.import.mapper"
    _inherit = "odoo.import.mapper"
    _apply_on = "odoo.res.country.state"
    _dependencies = {"country_id": "odoo.res.country"}

    direct = [
        ("name", "name"),
        ("code", "code"),
        (external_to_m2o("country_id", binding="odoo.res.country"), "country_id"),
    ]

    def match(self, record):
        """A state is known by its code within its country."""
        country = self.binder_for("odoo.res.country").to_internal(record["country_id"], unwrap=True)
        return self.env["res.country.state"].search(
            [("country_id", "=", country.id), ("code", "=", record["code"])], limit=1
        )


class PartnerCategoryMapper(Component):
    _name = "odoo.res.partner.category.import.mapper"
    _inherit = "odoo.import.mapper"
    _apply_on = "odoo.res.partner.category"
    _dependencies = {"parent_id": "odoo.res.partner.category"}

    direct = [
        ("name", "name"),
        ("color", "color"),
        ("active", "active"),
        (external_to_m2o("parent_id", binding="odoo.res.partner.category"), "parent_id"),
    ]
