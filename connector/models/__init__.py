from . import backend_model, binding_jobs, external_binding, queue_job
