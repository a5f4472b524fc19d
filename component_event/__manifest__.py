# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Components Events",
    "summary": "Events on records, and components that listen to them",
    "version": "19.0.2.0.0",
    "development_status": "Beta",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "category": "Technical",
    "depends": ["component"],
    "data": [],
    "installable": True,
}
