# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import (
    adapter_rest,
    adapter_xmlrpc,
    adapters_magento1,
    adapters_magento2,
    core,
    customer_importer,
    exporters,
    import_mappers,
    importers,
    listeners,
    order_importer,
    order_lines,
    order_mapper,
    sessions,
)
