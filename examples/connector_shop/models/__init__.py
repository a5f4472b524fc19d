# ruff: isort: skip_file
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import shop_binding
from . import shop_backend
from . import shop_stock
from . import shop_image
from . import shop_order
from . import shop_document
from . import our_records
