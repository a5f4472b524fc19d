# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import test_adapters, test_backend, test_concurrency, test_deletion, test_import
