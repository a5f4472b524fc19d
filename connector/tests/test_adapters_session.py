# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.queue_job.exception import FailedJobError

from ..components import adapters_session
from ..components.adapters_kinds import Kind
from ..exception import IDMissingInBackend
from .test_adapters import AdapterCase


@tagged("post_install", "-at_install")
class TestSessionAdapter(AdapterCase):
    def setUp(self):
        super().setUp()
        self.collection.id = 1
        self.addCleanup(adapters_session.sessions.clear)
        self.log_ins, self.valid = [], set()
        self.secret = "a"
        self.session = self.adapter(
            "base.session.adapter",
            _session_parts=lambda adapter: (self.secret,),
            _log_in=lambda adapter: self.log_in(),
            _is_logged_out=lambda adapter, error: "log in" in str(error),
        )

    def log_in(self):
        self.log_ins.append(self.secret)
        token = f"token {len(self.log_ins)}"
        self.valid.add(token)
        return token

    def send(self, token):
        if token not in self.valid:
            raise FailedJobError("log in first")
        return token

    def test_one_log_in_for_many_requests(self):
        for _number in range(3):
            self.assertEqual(self.session._in_session(self.send), "token 1")

    def test_session_that_is_over(self):
        self.session._in_session(self.send)
        self.valid.clear()
        self.assertEqual(self.session._in_session(self.send), "token 2")

    def test_other_errors_are_the_callers(self):
        def fail(token):
            raise FailedJobError("something else")

        self.session._in_session(self.send)
        with self.assertRaisesRegex(FailedJobError, "something else"):
            self.session._in_session(fail)
        self.assertEqual(len(self.log_ins), 1)

    def test_other_credentials_are_another_session(self):
        self.session._in_session(self.send)
        self.secret = "b"
        self.assertEqual(self.session._in_session(self.send), "token 2")
        kept = repr(adapters_session.sessions)
        self.assertNotIn("'b'", kept)


@tagged("post_install", "-at_install")
class TestKindsAdapter(AdapterCase):
    pages = (["1", "2", "2"], ["3", ""])

    def kinds(self, **options):
        """Build an adapter of one kind of partners, in two pages."""
        kind = Kind("partners", lambda raw: {"id": raw["key"], "name": "N"}, **options)
        return self.adapter(
            "base.kinds.adapter",
            _kinds={"res.partner": kind},
            _read_page=lambda adapter, since, page, limit: (
                [{"key": key} for key in self.pages[page or 0]],
                None if page else 1,
            ),
            _read_one=lambda adapter, external_id: (
                {"key": external_id} if external_id == "1" else {}
            ),
        )

    def test_pages(self):
        adapter = self.kinds()
        self.assertEqual(adapter.search_page(), (["1", "2"], 1))
        self.assertEqual(adapter.search_page(page=1), (["3"], None))

    def test_read(self):
        adapter = self.kinds()
        self.assertEqual(adapter.read(1), {"id": "1", "name": "N"})
        with self.assertRaisesRegex(IDMissingInBackend, "partners: there is no 9"):
            adapter.read("9")

    def test_what_only_comes_as_a_whole(self):
        adapter = self.kinds(whole=True)
        self.assertEqual(adapter.search_page(), (["1", "2", "3"], None))
        self.assertEqual(adapter.read("3")["id"], "3")
        with self.assertRaises(IDMissingInBackend):
            adapter.read("4")
