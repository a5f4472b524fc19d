# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import test_orders, test_products, test_records
