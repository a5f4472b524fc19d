# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""More partners than Odoo's demo data have, so that there is something to import."""

from __future__ import annotations

from . import scripts
from .environment import Environment

#: Runs in Odoo. Its own ``populate`` would copy rows too, but not their pictures, and not the
#: companies with the contacts that belong to them.
COPY = """
Partner = env["res.partner"].with_context(tracking_disable=True)
ours = env["res.company"].search([]).partner_id
companies = Partner.search([("is_company", "=", True), ("id", "not in", ours.ids)])
contacts = Partner.search([("parent_id", "in", companies.ids)])


def copy(partners, number, parents):
    values = partners.copy_data({"name": "?"})
    for partner, row in zip(partners, values):
        name, at, host = (partner.email or "").partition("@")
        row["email"] = f"{name}+{number}{at}{host}" if at else False
        row["name"] = partner.name if partner.parent_id else f"{partner.name} ({number})"
        row["parent_id"] = parents[partner.parent_id].id if partner.parent_id else False
    return dict(zip(partners, Partner.create(values)))


for number in range(2, copies + 2):
    copy(contacts, number, copy(companies, number, {}))
result = Partner.search_count([])
"""


def multiply(environment: Environment, database: str, copies: int) -> int:
    """Copy each demo company with its contacts, tags and pictures.

    :param environment: the set-up
    :param database: one with Odoo's demo data
    :param copies: how many of each
    :return: how many partners there are then
    """
    return scripts.run(environment, database, COPY, timeout=600, copies=copies)
