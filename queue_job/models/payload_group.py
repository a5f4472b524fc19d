# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Who sees what jobs were given and what they said."""

#: Arguments, results and texts of errors may hold personal data, or a secret that masking
#: does not know. Job Queue Managers have this group, unless somebody takes it from them.
PAYLOAD_GROUP = "queue_job.group_queue_job_payload"
