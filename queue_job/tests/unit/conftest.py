# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Property tests that mean the same on a busy machine as on an idle one."""

from hypothesis import HealthCheck, settings

# A slow example is no error here, and a test that failed must fail again when it is run
# again. To look for new counter-examples, raise max_examples and drop derandomize.
settings.register_profile(
    "queue_job",
    deadline=None,
    derandomize=True,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("queue_job")
