from . import (
    test_adapters,
    test_backend_scope,
    test_components,
    test_database,
    test_exceptions,
    test_interface,
    test_mapper,
    test_mapper_build,
    test_mapper_children,
    test_mapper_modifiers,
    test_synchronizer,
    test_transaction,
)
