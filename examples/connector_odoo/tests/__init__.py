# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import test_backend
from . import test_import
from . import test_deletion
from . import test_concurrency
from . import test_adapters
