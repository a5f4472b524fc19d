# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import (
    test_build,
    test_builder,
    test_collection,
    test_databases,
    test_diagnosis,
    test_helpers,
    test_in_place,
    test_lookup,
    test_match,
    test_metaclass,
    test_registry,
    test_threads,
    test_work_context,
)
