# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Shop Connector (example)",
    "summary": "What connectors of web shops have in common: orders, taxes, stock, documents",
    "version": "19.0.1.0.0",
    "category": "Connector",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "depends": ["connector", "sale_stock", "stock_delivery"],
    "data": [
        "data/products.xml",
        "data/ir_cron.xml",
        "views/shop_backend_views.xml",
        "views/bound_views.xml",
    ],
    "application": False,
    "installable": True,
}
