# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Who may do what: a matrix of groups by everything that can be reached, generated.

Models, public methods, routes and fields are found, not listed: what is added later is
closed to everybody here until somebody opens it on purpose.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from unittest.mock import patch

from lxml import etree

from odoo import Command, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.fields import JobSerialized

from .test_attacks import PAYLOAD, PAYLOAD_FIELDS, TestPublicMethods

MANAGERS = "queue_job.group_queue_job_manager"


@dataclass(frozen=True)
class Role:
    """Somebody, and what is expected of him."""

    name: str
    groups: str
    sees: frozenset = frozenset()  # of the jobs "own", "other", "elsewhere"
    has_payload: bool = False
    acts: bool = False


ROLES = (
    Role("public", "base.group_public"),
    Role("portal", "base.group_portal"),
    Role("employee", "base.group_user"),
    Role("settings", "base.group_user,base.group_system"),
    Role("user", "base.group_user,queue_job.group_queue_job_user", frozenset(["own"])),
    Role(
        "manager",
        f"base.group_user,{MANAGERS}",
        frozenset(["own", "other"]),
        has_payload=True,
        acts=True,
    ),
    Role(
        "administrator",
        f"base.group_user,base.group_system,{MANAGERS}",
        frozenset(["own", "other"]),
        has_payload=True,
        acts=True,
    ),
)
#: The manager once the right to see arguments and errors was taken from the group.
BLIND_MANAGER = Role(
    "manager without payload", f"base.group_user,{MANAGERS}", frozenset(["own", "other"]), acts=True
)

OPERATIONS = ("read", "write", "create", "unlink")
#: Models that Job Queue Users may read, of their own jobs.
FOR_USERS = {"queue.job", "queue.job.attempt", "queue.job.progress"}
#: Models that managers write; all others are the engine's, and read only.
FOR_MANAGERS = {
    "queue.job": {"read", "write"},
    "queue.job.function": set(OPERATIONS),
    "queue.job.channel": set(OPERATIONS),
}


class RightsCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.users = {
            role: new_test_user(
                cls.env,
                login=f"rights_{role.name.replace(' ', '_')}",
                groups=role.groups,
                company_id=cls.env.company.id,
                company_ids=[Command.set(cls.env.company.ids)],
            )
            for role in (*ROLES, BLIND_MANAGER)
        }

    @classmethod
    def make_job(cls, user, company):
        record = cls.env["test.queue.job"].with_user(user).sudo()
        record = record.with_context(company_id=company.id).with_user(user)
        job = record.with_delay().give_back("b", password="hunter2").db_record()
        # Quietly: messages are another matter.
        job = job.with_context(_job_edit_sentinel=job.EDIT_SENTINEL, _job_told_later=True)
        job.write({"state": "failed", "exc_name": "E", "exc_message": "m", "exc_info": "i"})
        job = cls.env["queue.job"].browse(job.id)
        for model, values in cls.parts():
            cls.env[model].create({"job_id": job.id, **values})
        return job

    @classmethod
    def parts(cls):
        """What hangs on a job: found, and filled as far as a test needs it."""
        for model in cls.own_models():
            field = cls.env[model]._fields.get("job_id")
            if field is not None and field.comodel_name == "queue.job":
                values = {
                    "queue.job.command": {"command": "cancel"},
                    "queue.job.link": {"res_model": "res.partner", "res_id": 1},
                }
                yield model, values.get(model, {})

    @classmethod
    def jobs_of(cls, role):
        return {
            "own": cls.make_job(cls.users[role], cls.env.company),
            "other": cls.make_job(cls.env.ref("base.user_admin"), cls.env.company),
            "elsewhere": cls.make_job(cls.users[role], cls.elsewhere),
        }

    @classmethod
    def own_models(cls):
        """Names of the models of queue_job that have rights."""
        data = cls.env["ir.model.data"].search(
            [("module", "=", "queue_job"), ("model", "=", "ir.model")]
        )
        models = cls.env["ir.model"].browse(data.mapped("res_id")).exists().mapped("model")
        return sorted(
            model for model in models if model.startswith("queue.") and not cls.env[model]._abstract
        )

    def each_role(self, *roles):
        """Yield the roles, the one without payload while its right is taken away."""
        for role in roles or (*ROLES, BLIND_MANAGER):
            group = self.env.ref(MANAGERS)
            if role is BLIND_MANAGER:
                group.implied_ids -= self.env.ref(PAYLOAD)
            yield role, self.users[role]
            if role is BLIND_MANAGER:
                group.implied_ids += self.env.ref(PAYLOAD)

    def is_allowed(self, call: Callable) -> bool:
        """Call and roll back; tell whether rights were enough."""
        self.env.flush_all()
        # The flushing one: what the call left to be written goes with its rollback.
        savepoint = self.env.cr.savepoint()
        try:
            with mute_logger("odoo.addons.base.models.ir_rule", "odoo.models"):
                call()
            return True
        except AccessError:
            return False
        except (UserError, ValueError):
            # It got beyond the check, to find that the call makes no sense.
            return True
        finally:
            savepoint.close(rollback=True)


@tagged("post_install", "-at_install")
class TestModels(RightsCase):
    def expected(self, role, model) -> set:
        if role.acts:
            if self.env[model]._transient:
                return set(OPERATIONS)
            return FOR_MANAGERS.get(model, {"read"})
        return {"read"} if role.sees and model in FOR_USERS else set()

    def test_models(self):
        models = self.own_models()
        self.assertGreater(len(models), 15)
        for role, user in self.each_role():
            for model in models:
                records = self.env[model].with_user(user)
                allowed = {name for name in OPERATIONS if records.has_access(name)}
                self.assertEqual(allowed, self.expected(role, model), (role.name, model))

    def test_records(self):
        """Of what hangs on jobs, the part of the jobs that the role sees."""
        for role, user in self.each_role():
            jobs = self.jobs_of(role)
            visible = {jobs[name].id for name in role.sees}
            every = {job.id for job in jobs.values()}
            for model in ("queue.job", *(model for model, _values in self.parts())):
                if "read" not in self.expected(role, model):
                    continue
                name = "id" if model == "queue.job" else "job_id"
                domain = [(name, "in", list(every))]
                found = self.env[model].with_user(user).search(domain)
                ids = set(found.ids) if model == "queue.job" else set(found.sudo().job_id.ids)
                self.assertEqual(ids, visible, (role.name, model))

    def test_parts_of_hidden_jobs_are_not_read_by_their_ids(self):
        for role, user in self.each_role():
            jobs = self.jobs_of(role)
            for name in {"own", "other", "elsewhere"} - role.sees:
                for model in ("queue.job", *(model for model, _values in self.parts())):
                    part = jobs[name]
                    if model != "queue.job":
                        part = self.env[model].search([("job_id", "=", part.id)])
                    self.assertTrue(part)
                    self.assertFalse(
                        self.is_allowed(partial(part.with_user(user).read, ["id"])),
                        (role.name, name, model),
                    )


@tagged("post_install", "-at_install")
class TestMethods(RightsCase):
    #: Methods that are open to those who see the record; the others need one who acts.
    HARMLESS = {
        ("queue.job", "open_graph_jobs"),
        ("queue.job", "open_related_action"),
        ("queue.job", "related_action_open_record"),
    }
    #: Methods that give nothing away and change nothing, for anybody.
    FREE = {("queue.job.function", "job_function_name")}
    ARGUMENTS = {
        "write": ({"priority": 1},),
        "create": ([{}],),
        "name_create": ("root.named",),
        "get_overview": (),
        "job_function_name": ("res.partner", "write"),
    }

    def test_methods(self):
        with patch.object(self.env.registry["queue.job"], "_ask_where", lambda job: True):
            for role, user in self.each_role():
                jobs = self.jobs_of(role)
                for model, methods in TestPublicMethods.PUBLIC.items():
                    if model in ("queue.job", "queue.job.mixin"):
                        continue
                    if not model.startswith("queue."):
                        continue  # Odoo's own
                    for method in sorted(methods):
                        self.check_method(role, user, model, method)
                for method in sorted(TestPublicMethods.PUBLIC["queue.job"] - {"copy"}):
                    for name, job in jobs.items():
                        self.check_job(role, user, name, job, method)

    def record(self, model, user):
        if model == "queue.job.operation":
            # One's own: nobody goes on with the action of somebody else.
            operations = self.env[model].with_user(user).sudo()
            return operations.create({"action": "requeue", "domain": "[]"})
        if self.env[model]._abstract:
            return self.env[model]
        if model == "queue.job.runner":
            return self.env[model].search([], limit=1) or self.env[model].create(
                {"name": "r", "uuid": "u", "pid": 1}
            )
        if self.env[model]._transient:
            return self.env[model].create({})
        return self.env[model].search([], limit=1)

    def check_method(self, role, user, model, method):
        def call():
            record = self.record(model, user).with_user(user).sudo(False)
            # What is cached is not checked, and over the network nothing is.
            self.env.invalidate_all()
            arguments = self.ARGUMENTS.get(method, ())
            if method == "write":
                arguments = ({},)
            getattr(record, method)(*arguments)

        expected = role.acts or (model, method) in self.FREE
        self.assertEqual(self.is_allowed(call), expected, (role.name, model, method))

    def check_job(self, role, user, name, job, method):
        expected = name in role.sees and (role.acts or ("queue.job", method) in self.HARMLESS)
        arguments = self.ARGUMENTS.get(method, ())
        call = getattr(job.with_user(user), method)
        self.assertEqual(
            self.is_allowed(lambda: call(*arguments)), expected, (role.name, method, name)
        )

    def test_wizards(self):
        """Opened on jobs of a list, and confirmed."""
        wizards = [model for model in self.own_models() if self.env[model]._transient]
        self.assertGreater(len(wizards), 3)
        for role, user in self.each_role():
            jobs = self.jobs_of(role)
            for model in wizards:
                if "job_ids" not in self.env[model]._fields:
                    continue
                for name, job in jobs.items():
                    for method in sorted(TestPublicMethods.PUBLIC[model]):

                        def call(model=model, job=job, method=method, user=user):
                            wizard = self.env[model].with_user(user)
                            wizard = wizard.create({"job_ids": [Command.set(job.ids)]})
                            getattr(wizard, method)()

                        state = job.state
                        allowed = self.is_allowed(call)
                        self.assertEqual(
                            allowed,
                            role.acts and name in role.sees,
                            (role.name, model, method, name),
                        )
                        self.assertEqual(job.state, state)


@tagged("post_install", "-at_install")
class TestPayload(RightsCase):
    """Arguments, results and errors: by reading, exporting, grouping, searching, sorting."""

    def payload_fields(self):
        for model in self.own_models():
            for name, field in self.env[model]._fields.items():
                if field.groups == PAYLOAD:
                    yield model, name

    def test_these_are_all(self):
        found: dict[str, set] = {}
        for model, name in self.payload_fields():
            found.setdefault(model, set()).add(name)
        expected = {model: set(names) for model, names in PAYLOAD_FIELDS.items()}
        self.assertEqual(found, expected)

    def ways(self, records, name) -> dict[str, Callable]:
        field = records._fields[name]
        ways = {
            "read": lambda: records.read([name]),
            "web_read": lambda: records.web_read({name: {}}),
            "export": lambda: records.export_data([name]),
            "mapped": lambda: records.mapped(name),
        }
        if field.store:
            model = records.browse()
            is_text = field.type in ("char", "text")
            ways |= {
                "search": lambda: model.search([(name, "!=", False)]),
                "sort": lambda: model.search([], order=name, limit=1),
                "group": lambda: model.formatted_read_group([], [name], ["__count"]),
                "aggregate": lambda: model.formatted_read_group([], [], [f"{name}:array_agg"]),
            }
            if is_text:
                ways["like"] = lambda: model.search([(name, "like", "hunter")])
                ways["count"] = lambda: model.search_count([(name, "=like", "h%")])
            ways["path"] = lambda: records.env["queue.job.attempt"].search(
                [(f"job_id.{name}", "!=", False)] if records._name == "queue.job" else []
            )
        return ways

    def test_payload(self):
        for role, user in self.each_role():
            user.group_ids += self.env.ref("base.group_allow_export")
            jobs = self.jobs_of(role)
            for model, name in self.payload_fields():
                records = jobs["own"]
                if model != "queue.job":
                    records = self.env[model].search([("job_id", "=", records.id)])
                self.assertTrue(records)
                is_masked = isinstance(records._fields[name], JobSerialized)
                for way, call in self.ways(records.with_user(user), name).items():
                    expected = role.has_payload
                    if is_masked and way not in ("read", "web_read", "export", "mapped"):
                        expected = False
                    if way == "path" and model != "queue.job":
                        expected = role.acts or (bool(role.sees))
                    self.assertEqual(self.is_allowed(call), expected, (role.name, model, name, way))

    def test_secrets_stay_hidden_whoever_reads(self):
        for role, user in self.each_role(*(role for role in ROLES if role.has_payload)):
            user.group_ids += self.env.ref("base.group_allow_export")
            job = self.jobs_of(role)["own"].with_user(user)
            texts = [job.read(PAYLOAD_FIELDS["queue.job"]), job.web_read({"kwargs": {}})]
            texts.append(job.with_user(user).export_data(["kwargs", "arguments_text"]))
            self.assertNotIn("hunter2", str(texts), role.name)
            self.assertIn("password", str(texts))

    def test_fields_are_not_told_of(self):
        for role, user in self.each_role():
            if not role.sees:
                continue
            known = set(self.env["queue.job"].with_user(user).fields_get())
            self.assertEqual(
                bool(known & set(PAYLOAD_FIELDS["queue.job"])), role.has_payload, role.name
            )

    def test_the_form_works_for_all_who_see_jobs(self):
        for role, user in self.each_role():
            if not role.sees:
                continue
            views = [[False, kind] for kind in ("form", "list", "search", "pivot", "graph")]
            jobs = self.env["queue.job"].with_user(user)
            found = jobs.get_views(views)
            own = self.jobs_of(role)["own"].with_user(user)
            arch = etree.fromstring(found["views"]["form"]["arch"])
            spec = {
                node.get("name"): {}
                for node in arch.iter("field")
                if len(list(node.iterancestors("field"))) == 0
            }
            self.assertTrue(own.web_read(spec), role.name)
            buttons = {
                name
                for name in ("requeue", "button_done", "button_cancelled", "button_where")
                if f'name="{name}"' in found["views"]["form"]["arch"]
            }
            self.assertEqual(bool(buttons), role.acts, role.name)


@tagged("post_install", "-at_install")
class TestChannels(RightsCase):
    """Who hears the news of jobs."""

    def test_bus(self):
        managers = self.env.ref(MANAGERS)
        for role, user in self.each_role():
            websocket = self.env["ir.websocket"].with_user(user)
            asked = ["queue.job", "queue_job", "queue_job/ran", f"res.groups_{managers.id}"]
            session = SimpleNamespace(uid=user.id)
            request = SimpleNamespace(session=session, env=websocket.env, cookies={})
            with (
                patch("odoo.addons.bus.models.ir_websocket.request", request),
                patch("odoo.addons.bus.models.ir_websocket.wsrequest", request),
            ):
                channels = websocket._build_bus_channel_list(asked)
            groups = [each for each in channels if getattr(each, "_name", "") == "res.groups"]
            heard = any(managers in each for each in groups)
            self.assertEqual(heard, role.acts, role.name)


@tagged("post_install", "-at_install")
class TestRoutes(HttpCase):
    #: Of each route of ours: (method, who gets in). None: a token of its own, tested there.
    ROUTES = {
        "/queue_job/create_test_job": ("settings", "administrator"),
        "/queue_job/metrics": None,
        "/queue_job/health": None,
    }

    def routes(self):
        router = self.env["ir.http"].routing_map()
        return {
            rule.rule
            for rule in router.iter_rules()
            if rule.endpoint.func.__module__.startswith("odoo.addons.queue_job")
        }

    def test_these_are_all(self):
        self.assertEqual(self.routes(), set(self.ROUTES))

    def test_routes(self):
        for role in ROLES:
            login = None
            if role.name != "public":
                login = new_test_user(self.env, f"routes_{role.name}", role.groups).login
            self.authenticate(login, login)
            for route, allowed in self.ROUTES.items():
                with self.subTest(role=role.name, route=route), mute_logger("odoo.http"):
                    if allowed is None:
                        self.assertIn(self.url_open(route).status_code, (401, 403, 404))
                        continue
                    data = {"csrf_token": http.Request.csrf_token(self), "size": 1}
                    before = self.env["queue.job"].search_count([])
                    response = self.url_open(route, data=data, allow_redirects=False)
                    is_in = role.name in allowed
                    self.assertEqual(response.status_code == 200, is_in, response.status_code)
                    after = self.env["queue.job"].search_count([])
                    self.assertEqual(after - before, int(is_in))
