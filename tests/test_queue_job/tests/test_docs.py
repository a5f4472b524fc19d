# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The examples for developers do what the page says."""

import logging
import re
import tempfile
import textwrap
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from lxml import etree

from odoo.tools import mute_logger
from odoo.tools.convert import convert_xml_import
from odoo.tools.misc import file_path

from odoo.addons.queue_job import delay
from odoo.addons.queue_job.exception import NothingToDoJob, RetryableJobError
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.tests.common import run_jobs

from .common import JobCase

PAGE = Path(file_path("queue_job")).parent / "docs" / "how-to" / "write-jobs.md"


class TestDocs(JobCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not PAGE.exists():
            raise unittest.SkipTest("installed without its documentation")
        text = PAGE.read_text(encoding="utf-8")
        cls.examples = [
            textwrap.dedent(example)
            for example in re.findall(r"^ *```python\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)
        ]
        cls.xml = re.search(r"```xml\n(.*?)```", text, re.DOTALL)[1]
        cls.partners = cls.env["res.partner"].create([{"name": f"P{n}"} for n in range(3)])
        cls.partner = cls.partners[0]

    def setUp(self):
        super().setUp()
        # Methods of the page's classes become methods of the model, for the test.
        for example in self.examples:
            if example.startswith("class "):
                self.define(example)
        self.env["queue.job"].search([]).unlink()

    def define(self, example):
        class Stub:
            pass

        names = {
            "models": SimpleNamespace(Model=Stub),
            "Job": Job,
            "RetryableJobError": RetryableJobError,
            "NothingToDoJob": NothingToDoJob,
            "_logger": logging.getLogger("docs"),
        }
        exec(example, names)
        model = self.registry["res.partner"]
        for name, value in vars(names["Partner"]).items():
            if callable(value) and name != "_register_hook":
                self.startPatcher(mock.patch.object(model, name, value, create=True))

    def example(self, part):
        """Run the example that has a text in it; returns its variables."""
        [example] = [
            each for each in self.examples if part in each and not each.startswith("class ")
        ]
        names = {"env": self.env, "partners": self.partners, "partner": self.partner}
        exec(example, names)
        return names

    def notes(self):
        run_jobs(self.env)
        failed = self.env["queue.job"].search([("state", "=", "failed")])
        self.assertFalse(failed, failed.mapped("exc_info"))
        return [re.sub("<.*?>", "", partner.comment or "") for partner in self.partners]

    def test_every_example_is_known(self):
        """A new example needs a test: there are so many calls, and so many classes."""
        classes = [each for each in self.examples if each.startswith("class ")]
        self.assertEqual((len(classes), len(self.examples) - len(classes)), (8, 10))

    def test_delaying(self):
        job = self.example('write_note("checked")')["job"]
        self.assertEqual(job.description, "Note something on contacts")
        self.assertEqual(self.notes(), ["checked"] * 3)
        self.assertEqual(job.db_record().result, "3")

    def test_keywords(self):
        self.example("Note it later")
        job = self.env["queue.job"].search([])
        self.assertEqual((job.priority, job.channel, job.time_limit), (5, "root.notes", 120))
        self.assertEqual(job.name, "Note it later")
        self.assertTrue(job.eta > job.date_created)

    def test_every_keyword_is_explained(self):
        text = PAGE.read_text(encoding="utf-8")
        explained = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
        self.assertEqual(explained, {*delay.Delayable._properties, *delay.Delayable._options})

    def test_context(self):
        self.example('write_note("why")')
        job = Job.load(self.env, self.env["queue.job"].search([]).uuid)
        self.assertEqual(job.recordset.env.context.get("reason"), "audit")

    def test_once(self):
        self.example("identity_exact")
        self.assertEqual(self.env["queue.job"].search_count([]), 1)

    def test_many(self):
        self.assertEqual(len(self.example("delay_many")["jobs"]), 3)
        self.assertEqual(self.notes(), ["bulk"] * 3)
        self.example("split(2)")
        self.assertEqual(self.env["queue.job"].search_count([("state", "=", "pending")]), 2)
        self.assertEqual(self.notes(), ["batch"] * 3)

    def test_graphs(self):
        self.example('write_note("first")')
        self.assertEqual(self.notes(), ["last", "then", "then"])
        names = self.example("on_parent_failure")
        edges = (
            self.env["queue.job.dependency"]
            .search([])
            .filtered(lambda edge: edge.parent_id.uuid == names["cleaning"]._generated_job.uuid)
        )
        self.assertEqual(edges.policy, "always")
        self.notes()

    def test_results_of_parents(self):
        self.example("note_total")
        self.assertEqual(self.notes(), ["3 in all", "counted", "counted"])

    def test_progress(self):
        job = self.partners.with_delay().note_each("x")
        self.assertEqual(self.notes(), ["x"] * 3)
        self.assertEqual((job.db_record().progress, job.db_record().progress_message), (100, "P2"))

    def test_checkpoint(self):
        self.partners.with_delay().note_pages(2)
        self.assertEqual(self.notes(), ["from 0", "from 0", "from 2"])

    def test_log(self):
        self.partners.with_delay().note_and_tell("told")
        with self.assertLogs("docs", logging.INFO) as log:
            self.assertEqual(self.notes(), ["told"] * 3)
        self.assertEqual(log.output, ["INFO:docs:Noting on 3 contacts"])

    def test_exceptions(self):
        job = self.partner.with_delay().note_if_open("x").db_record()
        run_jobs(self.env)
        self.assertEqual((job.state, job.result), ("pending", "The shop is closed"))
        self.partner.comment = "y"
        job.write({"eta": False})
        run_jobs(self.env)
        self.assertEqual(job.state, "done")
        self.assertEqual(self.notes()[0], "x")

    def test_job_function(self):
        record = etree.fromstring(f"<odoo>{self.xml}</odoo>")
        values = {field.get("name"): field for field in record.iter("field")}
        self.assertLessEqual(set(values), set(self.env["queue.job.function"]._fields))
        with tempfile.NamedTemporaryFile("w+", suffix=".xml") as file:
            file.write(f"<odoo>{self.xml}</odoo>")
            file.flush()
            file.seek(0)
            convert_xml_import(self.env, "queue_job", file, {}, mode="init", noupdate=False)
        function = self.env["queue.job.function"].search(
            [("name", "=", "<res.partner>.write_note")]
        )
        self.assertEqual(function.retry_pattern, {"1": 60, "5": [300, 600]})
        limits = function.job_limits(function.name)
        self.assertEqual((limits.time_limit, limits.retry_on_timeout), (600, True))
        self.assertEqual(limits.retry_exceptions, ("requests.exceptions.ConnectionError",))

    def test_auto_delay(self):
        model = self.registry["res.partner"]
        wrapper = self.env["res.partner"]._patch_job_auto_delay("note_soon")
        self.patch(model, "note_soon", wrapper)
        job = self.partner.note_soon("soon")
        self.assertEqual(job.priority, 20)
        self.assertEqual(self.notes()[0], "soon")

    @mute_logger("odoo.addons.queue_job.utils")
    def test_testing(self):
        self.example("trap_jobs")
        self.assertEqual(self.notes(), ["at once"] * 3)
