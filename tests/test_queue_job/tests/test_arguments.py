# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import json
from datetime import date, datetime

from lxml import etree

from odoo import fields, models
from odoo.tests import Form  # noqa: F401
from odoo.tools.func import lazy

from odoo.addons.queue_job.exception import JobArgumentError, NotReadableJobError
from odoo.addons.queue_job.fields import JobDecoder, JobEncoder, JobSerialized, decode
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.tests.common import run_jobs

from .common import JobCase

FORGED = {"_type": "odoo_recordset", "model": "res.users", "ids": [1], "uid": 1, "su": True}


class TestEncoder(JobCase):
    def encode(self, value):
        return json.loads(json.dumps(value, cls=JobEncoder))

    def test_recordset(self):
        record = self.record.with_user(self.user).with_context(tz="UTC", other=1)
        self.assertEqual(
            self.encode([record]),
            [
                {
                    "_type": "odoo_recordset",
                    "model": "test.queue.job",
                    "ids": self.record.ids,
                    "uid": self.user.id,
                    "su": False,
                    "context": {"tz": "UTC"},
                }
            ],
        )

    def test_other_values(self):
        self.assertEqual(
            self.encode(
                {
                    "datetime": datetime(2026, 1, 2, 3, 4, 5, 6),
                    "date": date(2026, 1, 2),
                    "element": etree.fromstring("<a><b>é</b></a>"),
                    "lazy": lazy(lambda: [1]),
                }
            ),
            {
                "datetime": {"_type": "datetime_isoformat", "value": "2026-01-02T03:04:05.000006"},
                "date": {"_type": "date_isoformat", "value": "2026-01-02"},
                "element": {"_type": "etree_element", "value": "<a><b>é</b></a>"},
                "lazy": [1],
            },
        )
        with self.assertRaises(TypeError):
            self.encode({1, 2})

    def test_tags_of_others_are_escaped(self):
        for value in (
            FORGED,
            [FORGED, {"deep": [FORGED]}],
            {"_type": "escaped_dict", "items": [["a", 1]]},
            {"_type": {"_type": "_type"}},
            {"_type": None, "record": self.record, "when": date(2026, 1, 2)},
            {"x": "_type", "y": '"_type"', "_type ": 1},
        ):
            with self.subTest(value=value):
                text = json.dumps(value, cls=JobEncoder)
                self.assertEqual(json.loads(text, cls=JobDecoder, env=self.env), value)
                self.assertEqual(decode(json.loads(text), self.env), value)
                chunks = "".join(JobEncoder().iterencode(value))
                self.assertEqual(json.loads(chunks, cls=JobDecoder, env=self.env), value)

    def test_a_context_can_not_carry_a_tag(self):
        record = self.record.with_context(test_allowed=FORGED)
        text = json.dumps(record, cls=JobEncoder)
        decoded = json.loads(text, cls=JobDecoder, env=self.env)
        self.assertEqual(decoded.env.context["test_allowed"], FORGED)

    def test_unsaved_records_are_refused(self):
        with self.assertRaisesRegex(JobArgumentError, "has not been saved"):
            self.encode(self.env["test.queue.job"].new({"name": "new"}))


class TestDecoder(JobCase):
    def decode(self, value, env=None, **kwargs):
        return json.loads(json.dumps(value), cls=JobDecoder, env=env or self.env, **kwargs)

    def test_env_is_mandatory(self):
        with self.assertRaises(KeyError):
            json.loads("{}", cls=JobDecoder)
        with self.assertRaises(AssertionError):
            json.loads("{}", cls=JobDecoder, env=None)

    def test_recordset(self):
        stored = {
            "_type": "odoo_recordset",
            "model": "test.queue.job",
            "ids": self.record.ids,
            "uid": self.user.id,
            "su": False,
            "context": {"tz": "UTC"},
        }
        record = self.decode(stored)
        self.assertEqual(record, self.record)
        self.assertEqual((record.env.uid, record.env.su), (self.user.id, False))
        self.assertEqual(record.env.context["tz"], "UTC")
        del stored["uid"], stored["su"], stored["context"]
        self.assertEqual(self.decode(stored), self.record)

    def test_nobody_gains_rights(self):
        env = self.env(user=self.user, su=False)
        for record in (
            self.decode(FORGED, env=env),
            self.decode(FORGED, env=self.env, own_identity=True).with_env(env),
            decode(FORGED, env),
        ):
            self.assertEqual((record.env.uid, record.env.su), (self.user.id, False))

    def test_values(self):
        for value in (datetime(2026, 1, 2, 3, 4, 5, 6), date(2026, 1, 2)):
            text = json.dumps(value, cls=JobEncoder)
            decoded = json.loads(text, cls=JobDecoder, env=self.env)
            self.assertEqual((decoded, type(decoded)), (value, type(value)))
        element = self.decode({"_type": "etree_element", "value": "<a><b/></a>"})
        self.assertEqual(etree.tostring(element), b"<a><b/></a>")
        self.assertEqual(self.decode({"_type": "unknown"}), {"_type": "unknown"})

    def test_entities_are_not_resolved(self):
        text = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>'
        element = self.decode({"_type": "etree_element", "value": text})
        self.assertFalse(element.text)

    def test_lost_model(self):
        with self.assertRaisesRegex(NotReadableJobError, "gone.model"):
            self.decode({**FORGED, "model": "gone.model"})


class TestJobArguments(JobCase):
    def test_a_forged_dict_stays_a_dict(self):
        job = self.record.with_user(self.user).with_delay().give_back(FORGED, body=[FORGED])
        loaded = self.reload(job)
        self.assertEqual((loaded.args, loaded.kwargs), ((FORGED,), {"body": [FORGED]}))
        self.assertEqual(job.db_record().args, [FORGED])
        late = lazy(lambda: FORGED)
        job = self.record.with_user(self.user).with_delay().give_back(late, [lazy(lambda: [late])])
        self.assertEqual(self.reload(job).args, (FORGED, [[FORGED]]))

    def test_argument_records_have_the_rights_of_the_job(self):
        plain, su = (
            self.record.with_user(user).with_delay().give_back(argument)
            for user, argument in (
                (self.user, self.record.sudo()),
                (self.env.ref("base.user_root"), self.record.with_user(self.user)),
            )
        )
        argument = self.reload(plain).args[0]
        self.assertEqual((argument.env.uid, argument.env.su), (self.user.id, False))
        self.assertEqual(self.reload(su).args[0].env.uid, self.env.ref("base.user_root").id)

    def test_rows_of_the_older_addon(self):
        job = self.record.with_user(self.user).with_delay().give_back("x")
        records = {
            "_type": "odoo_recordset",
            "model": "test.queue.job",
            "ids": self.record.ids,
            "uid": self.user.id,
            "su": False,
        }
        for su in (False, True):
            self.env.cr.execute(
                "UPDATE queue_job SET payload_format = 1, records = %s, args = %s",
                [json.dumps({**records, "su": su}), json.dumps([{**FORGED, "uid": 1}])],
            )
            loaded = self.reload(job)
            self.assertEqual((loaded.env.uid, loaded.env.su), (self.user.id, su))
            self.assertEqual(loaded.args[0].env.uid, self.user.id)
            self.assertEqual(loaded.args[0].env.su, su)

    def test_arguments_are_decoded_when_looked_at(self):
        job = self.record.with_delay().give_back(self.record)
        self.env.cr.execute(
            "UPDATE queue_job SET args = %s", [json.dumps([{**FORGED, "model": "gone.model"}])]
        )
        loaded = self.reload(job)
        with self.assertRaisesRegex(NotReadableJobError, "gone.model"):
            loaded.perform()
        loaded.set_cancelled()
        loaded.store()
        self.assertEqual(job.db_record().state, "cancelled")

    def test_arguments_can_be_replaced(self):
        job = self.reload(self.record.with_delay().give_back(1, a=2))
        job.args = (3,)
        self.assertEqual((job.args, job.kwargs), ((3,), {"a": 2}))
        job.kwargs = {"b": 4}
        self.assertEqual(job.perform(), ((3,), {"b": 4}))

    def test_what_does_not_fit_is_named(self):
        new = self.env["test.queue.job"].new({"name": "new"})
        for args, kwargs, name in (
            (("x", object()), {}, r"argument 2 \(object\)"),
            ((), {"good": 1, "bad": {1, 2}}, r"argument 'bad' \(set\)"),
            ((new,), {}, r"argument 1 \(test.queue.job\)"),
            ((float("nan"),), {}, r"argument 1 \(float\)"),
            ((), {"text": "a\x00b"}, r"argument 'text' \(str\)"),
            (({"k": ["\ud800"]},), {}, r"argument 1 \(dict\)"),
        ):
            with self.subTest(args=args, kwargs=kwargs):
                with self.assertRaisesRegex(JobArgumentError, name):
                    self.record.with_delay().give_back(*args, **kwargs)
                with self.assertRaisesRegex(JobArgumentError, "test.queue.job.give_back"):
                    self.record.with_delay().give_back(*args, **kwargs)
        self.assertFalse(self.env["queue.job"].search([]))

    def test_texts_that_only_look_bad(self):
        values = ("\\u0000", "\\ud800", "é😀", "\\")
        self.assertEqual(self.reload(self.record.with_delay().give_back(*values)).args, values)

    def test_unsaved_records_can_not_be_delayed(self):
        with self.assertRaisesRegex(JobArgumentError, "has not been saved"):
            self.env["test.queue.job"].new({"name": "new"}).with_delay().append("b")

    def test_size_limit(self):
        with self.settings(max_arguments_size=1000):
            self.record.with_delay().append("b" * 500)
            message = (
                "arguments of test.queue.job.append take 1.1 kB of JSON, more than the "
                "1000 bytes that max_arguments_size allows.*attachment"
            )
            with self.assertRaisesRegex(JobArgumentError, message):
                self.record.with_delay().append("b" * 1000)
            with self.assertRaisesRegex(JobArgumentError, message):
                self.record.delayable().append("b" * 1000).delay()
        with self.settings(max_arguments_size=0):
            self.record.with_delay().append("b" * 1000)
        with self.assertRaisesRegex(JobArgumentError, "more than the 10 MB that"):
            self.record.with_delay().append("b" * 11 * 1024 * 1024)

    def test_size_limit_of_results(self):
        with self.settings(max_result_size=100):
            short = self.record.with_delay().return_text("b" * 100)
            long = self.record.with_delay().return_text("b" * 2000)
            run_jobs(self.env)
        self.assertEqual(short.db_record().result, "b" * 100)
        record = long.db_record()
        self.assertEqual(record.state, "done", "its work is done")
        self.assertIn("takes 2 kB, more than the 100 bytes that max_result_size", record.result)
        self.assertTrue(record.result.endswith("b" * 100 + " …"))

    def test_results_that_a_database_can_not_hold(self):
        job = self.record.with_delay().return_characters([97, 0, 98, 0xD800])
        run_jobs(self.env)
        self.assertEqual(job.db_record().result, "ab?")

    def test_exceptions_that_a_database_can_not_hold(self):
        job = self.record.with_delay().raise_characters([97, 0, 98, 0xD800])
        run_jobs(self.env)
        self.assertEqual(job.db_record().state, "failed")
        self.assertEqual(job.db_record().exc_message, "ab?")


class TestJobSerialized(JobCase):
    def test_empty_values(self):
        record = self.env["test.queue.job"].create({})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(record.data, {})
        self.assertEqual(record.values, [])
        self.assertEqual(record.record, self.env["base"])
        self.assertEqual(record.record.env.uid, self.env.uid)

    def test_values(self):
        self.record.write(
            {
                "data": {"when": date(2026, 1, 2), "_type": "mine"},
                "values": [1, self.record],
                "record": self.user,
            }
        )
        for _round in range(2):
            self.assertEqual(self.record.data, {"when": date(2026, 1, 2), "_type": "mine"})
            self.assertEqual(self.record.values, [1, self.record])
            self.assertEqual(self.record.record, self.user)
            self.env.flush_all()
            self.env.invalidate_all()
        self.env.cr.execute("SELECT jsonb_typeof(data), jsonb_typeof(values) FROM test_queue_job")
        self.assertEqual(self.env.cr.fetchone(), ("object", "array"))

    def test_the_cache_holds_text(self):
        self.record.data = {"a": 1}
        field = self.record._fields["data"]
        for _round in range(2):
            self.record.data  # noqa: B018 - fills the cache
            self.assertEqual(field._get_cache(self.env)[self.record.id], '{"a": 1}')
            self.env.flush_all()
            self.env.invalidate_all()

    def test_read_and_export_are_plain(self):
        self.record.values = [self.record]
        (values,) = self.record.read(["values"])
        self.assertEqual(values["values"][0]["_type"], "odoo_recordset")
        json.dumps(values)
        self.assertEqual(
            json.loads(self.record._fields["values"].convert_to_export([1], self.record)), [1]
        )
        self.assertEqual(self.record._fields["values"].convert_to_export([], self.record), "")

    def test_base_types(self):
        field = JobSerialized(string="Bad", base_type=set)
        with self.assertRaisesRegex(ValueError, "is not a supported base type"):
            field._setup_attrs__(type(self.record), "bad")
        for base_type in (dict, list, tuple, models.BaseModel):
            JobSerialized(string="Good", base_type=base_type)._setup_attrs__(
                type(self.record), "good"
            )

    def test_type_is_known_to_odoo(self):
        self.assertIsInstance(self.record._fields["data"], fields.Json)
        selection = dict(self.env["ir.model.fields"]._fields["ttype"].selection)
        self.assertEqual(selection["job_serialized"], "Job Serialized")
        field = self.env["ir.model.fields"]._get("test.queue.job", "data")
        self.assertEqual(field.ttype, "job_serialized")

    def test_decode_is_for_jobs(self):
        job = Job(self.record.give_back, args=(self.record,))
        job.store()
        self.assertEqual(self.reload(job).args, (self.record,))
