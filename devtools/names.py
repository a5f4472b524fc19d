# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Names that several commands share."""

#: The database that ``./dev run`` shows.
MAIN = "main"
#: The other database, with Odoo's demo data, that records are imported from.
REMOTE = "remote"
#: The addons that import them: partners, and products.
EXAMPLES = ("connector_odoo", "connector_odoo_product")
