from . import (
    test_backend,
    test_batch_importer,
    test_binder,
    test_binding_index,
    test_checkpoint,
    test_concurrent_import,
    test_deleters,
    test_generic_exporter,
    test_group_importer,
    test_record_exporter,
    test_record_importer,
    test_related_action,
)
