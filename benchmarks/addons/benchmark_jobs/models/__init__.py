from . import benchmark_job
