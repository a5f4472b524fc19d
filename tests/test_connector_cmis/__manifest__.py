# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "CMIS Connector Tests",
    "summary": "The CMIS connector against a small repository",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "category": "Hidden",
    "depends": ["connector_cmis_demo"],
    "installable": True,
}
