# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import BaseCase, tagged

from odoo.addons.connector import exception
from odoo.addons.queue_job import exception as job_exception


@tagged("post_install", "-at_install")
class TestExceptions(BaseCase):
    def test_families(self):
        families = {
            exception.ConnectorException: (
                "NoConnectorUnitError",
                "InvalidDataError",
                "MappingError",
            ),
            job_exception.RetryableJobError: ("NetworkRetryableError", "NoExternalId"),
            job_exception.JobError: ("IDMissingInBackend", "ManyIDSInBackend"),
        }
        for parent, names in families.items():
            for name in names:
                self.assertTrue(issubclass(getattr(exception, name), parent), name)
        self.assertFalse(issubclass(exception.IDMissingInBackend, job_exception.RetryableJobError))

    def test_names_of_jobs_can_be_imported_from_here(self):
        self.assertIs(exception.JobError, job_exception.JobError)
        self.assertIs(exception.RetryableJobError, job_exception.RetryableJobError)

    def test_retryable_errors_take_a_delay(self):
        error = exception.NetworkRetryableError("no route", seconds=5, ignore_retry=True)
        self.assertEqual((str(error), error.seconds, error.ignore_retry), ("no route", 5, True))
