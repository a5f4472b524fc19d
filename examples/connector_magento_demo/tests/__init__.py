# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import test_backend, test_export, test_import, test_protocols, test_records
