# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# ruff: isort: skip_file
# Components are built in the order of these imports: parents come before their children.
from . import core
from . import adapter_xmlrpc
from . import adapters_magento1
from . import adapter_rest
from . import adapters_magento2
from . import import_mappers
from . import order_mapper
from . import importers
from . import customer_importer
from . import order_importer
from . import exporters
