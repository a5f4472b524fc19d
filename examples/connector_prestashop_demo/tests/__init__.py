# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import test_backend, test_catalogue, test_exports, test_orders, test_protocol
