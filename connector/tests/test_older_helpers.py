# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import logging
from types import SimpleNamespace
from unittest import mock

from odoo.tests import tagged

from odoo.addons.component.core import Component

from .. import deprecate, exception, legacy
from ..unit.binder import Binder
from .common import ConnectorComponentCase


def called_by_older_code():
    deprecate.log_deprecate("use something else")


@tagged("post_install", "-at_install")
class TestOlderHelpers(ConnectorComponentCase):
    def test_log_deprecate_speaks_for_the_caller(self):
        with self.assertLogs(__name__, "WARNING") as logs:
            called_by_older_code()
        self.assertIn("use something else", logs.output[0])

    def test_deprecated_class(self):
        older = deprecate.DeprecatedClass("OldNamespace", SimpleNamespace)
        legacy._warned.discard("OldNamespace")
        with self.assertLogs(legacy.__name__, "WARNING") as logs:
            self.assertEqual(older(a=1), SimpleNamespace(a=1))
            older(a=2)
        self.assertEqual(len(logs.output), 1)

        class Child(older):
            pass

        self.assertTrue(issubclass(Child, SimpleNamespace))
        self.assertIs(older.__init__.__self__, older)
        self.assertEqual(
            deprecate.DeprecatedClass("L", logging.Logger).manager, logging.root.manager
        )

    def test_errors_of_jobs(self):
        for name in ("NothingToDoJob", "FailedJobError", "NoSuchJobError", "NotReadableJobError"):
            self.assertTrue(issubclass(getattr(exception, name), exception.JobError))

    def test_older_names_of_the_binder(self):
        class UserBinder(Component):
            _name = "test.user.binder"
            _inherit = "base.binder"
            _external_field = "login"
            _odoo_field = "partner_id"

            def _search_binding(self, external_id):
                return self.model.search([("login", "=", external_id)])

        self._build_components(UserBinder)
        binder = self.work_on("res.users").component(usage="binder")
        user = self.env["res.users"].create({"name": "Number", "login": "123"})
        for name in ("Binder.to_openerp()", "Binder.to_backend()"):
            legacy._warned.discard(name)
        with self.assertLogs(legacy.__name__, "WARNING") as logs:
            self.assertEqual(binder.to_openerp(123), user)
            self.assertEqual(binder.to_openerp("123", unwrap=True), user.partner_id)
            self.assertEqual(binder.to_backend(user.id), "123")
        self.assertEqual(len(logs.output), 2)
        self.assertFalse(binder.to_openerp(False))

    def test_older_binder(self):
        class UserBinder(Binder):
            _model_name = "res.users"
            _openerp_field = "partner_id"

        self.assertEqual(Binder._openerp_field, "openerp_id")
        binder = UserBinder(mock.Mock(model=self.env["res.users"]))
        self.assertEqual(binder._odoo_field, "partner_id")
        UserBinder._openerp_field = "openerp_id"
        self.assertEqual(binder._odoo_field, "odoo_id")
