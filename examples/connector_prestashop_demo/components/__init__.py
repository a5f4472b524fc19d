# ruff: isort: skip_file
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import core
from . import adapter
from . import adapter_product
from . import importer
from . import importer_product
from . import importer_order
from . import mapper
from . import mapper_partner
from . import mapper_product
from . import mapper_order
from . import exporter
