# ruff: isort: skip_file
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import prestashop_binding
from . import prestashop_backend
from . import shop
from . import partner
from . import product
from . import sale_order
