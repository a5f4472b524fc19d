# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Solr Connector Tests",
    "summary": "The Solr connector against a small Solr",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "category": "Hidden",
    "depends": ["connector_solr_demo"],
    "installable": True,
}
