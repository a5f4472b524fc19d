# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from lxml import etree

from odoo.tests import Form, TransactionCase, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

XML_IDS = [
    "mt_job_failed",
    "channel_root",
    "job_function_queue_job__test_job",
    "privilege_queue_job",
    "module_category_queue_job",
    "group_queue_job_manager",
    "queue_job_comp_rule",
    "view_queue_job_form",
    "view_queue_job_tree",
    "view_queue_job_pivot",
    "view_queue_job_graph",
    "view_queue_job_search",
    "view_queue_job_channel_form",
    "view_queue_job_channel_tree",
    "view_queue_job_channel_search",
    "view_queue_job_function_form",
    "view_queue_job_function_tree",
    "view_queue_job_function_search",
    "view_requeue_job",
    "view_set_jobs_done",
    "view_set_jobs_cancelled",
    "action_queue_job",
    "action_queue_job_channel",
    "action_queue_job_function",
    "action_requeue_job",
    "action_set_jobs_done",
    "action_set_jobs_cancelled",
    "menu_queue_job_root",
    "menu_queue",
    "menu_queue_job",
    "menu_queue_job_channel",
    "menu_queue_job_function",
]

FILTERS = [
    "wait_dependencies",
    "pending",
    "enqueued",
    "started",
    "done",
    "cancelled",
    "failed",
    "retried",
    "last_24_hours",
    "last_7_days",
    "last_30_days",
]

GROUP_BYS = [
    "channel",
    "job_function_id",
    "state",
    "priority",
    "model_name",
    "exc_name",
    "exc_message",
    "graph",
    "date_created",
]

FORM_BUTTONS = {
    "requeue",
    "button_done",
    "button_cancelled",
    "open_related_action",
    "open_graph_jobs",
}

FIELD = '<field name="date_enqueued"/>'

#: Where addons written for older versions put fields and buttons of their own.
ANCHORS = {
    "view_queue_job_form": [
        "//header/button[@name='requeue']",
        "//header/button[@name='button_done']",
        "//header/button[@name='button_cancelled']",
        "//button[@name='open_related_action']",
        "//div[@name='button_box']/button[@name='open_graph_jobs']",
        *(
            f"//field[@name='{name}']"
            for name in (
                *("state", "name", "uuid", "func_string", "job_function_id", "company_id"),
                *("user_id", "priority", "eta", "channel", "retry", "max_retries", "exec_time"),
                *("date_created", "date_enqueued", "date_started", "date_done"),
                *("date_cancelled", "result", "exc_name", "exc_message", "exc_info"),
                *("worker_pid", "identity_key", "graph_uuid", "dependency_graph"),
                *("model_name", "method_name"),
            )
        ),
    ],
    "view_queue_job_tree": [
        f"/list/field[@name='{name}']"
        for name in (
            *("name", "model_name", "state", "eta", "date_created", "date_done", "exec_time"),
            *("exc_name", "exc_message", "uuid", "channel", "company_id", "user_id"),
        )
    ],
    "view_queue_job_search": [
        *(
            f"/search/field[@name='{name}']"
            for name in (
                *("uuid", "name", "func_string", "channel", "job_function_id", "model_name"),
                *("company_id", "exc_name", "exc_message", "exc_info", "result", "user_id"),
            )
        ),
        *(f"//filter[@name='{name}']" for name in FILTERS),
        *(f"//filter[@name='group_by_{name}']" for name in GROUP_BYS),
    ],
}


@tagged("post_install", "-at_install")
class TestViews(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="queue_manager",
            groups="base.group_user,queue_job.group_queue_job_manager",
        )

    def _search_filters(self):
        arch = etree.fromstring(self.env.ref("queue_job.view_queue_job_search").arch)
        return {node.get("name"): node for node in arch.iter("filter")}

    def test_xml_ids(self):
        for name in XML_IDS:
            with self.subTest(name=name):
                self.assertTrue(self.env.ref(f"queue_job.{name}", raise_if_not_found=False))

    def test_every_view_renders_for_a_manager(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "queue_job"), ("model", "=", "ir.ui.view")]
        )
        views = self.env["ir.ui.view"].browse(data.mapped("res_id"))
        self.assertGreater(len(views), 15)
        for view in views.filtered("model"):
            with self.subTest(view=view.name):
                model = self.env[view.model].with_user(self.manager)
                result = model.get_view(view.id, view.type)
                self.assertTrue(etree.fromstring(result["arch"]) is not None)

    def test_every_action_opens_for_a_manager(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "queue_job"), ("model", "=", "ir.actions.act_window")]
        )
        actions = self.env["ir.actions.act_window"].browse(data.mapped("res_id"))
        self.assertGreater(len(actions), 5)
        for action in actions:
            with self.subTest(action=action.name):
                model = self.env[action.res_model].with_user(self.manager)
                views = [(False, mode) for mode in action.view_mode.split(",")]
                self.assertTrue(model.get_views(views)["views"])

    def test_menus_are_for_managers(self):
        menu = self.env.ref("queue_job.menu_queue_job_root")
        user = new_test_user(self.env, login="queue_user", groups="base.group_user")
        visible = self.env["ir.ui.menu"].with_user(self.manager)._visible_menu_ids()
        hidden = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
        self.assertIn(menu.id, visible)
        self.assertNotIn(menu.id, hidden)

    def test_filters_exist_and_run(self):
        filters = self._search_filters()
        for name in FILTERS:
            self.assertIn(name, filters)
        jobs = self.env["queue.job"].with_user(self.manager)
        for name, node in filters.items():
            if node.get("domain"):
                with self.subTest(filter=name):
                    jobs.search(safe_eval(node.get("domain"), {"uid": self.manager.id}), limit=1)

    def test_other_addons_find_the_places_to_put_something(self):
        for view, anchors in ANCHORS.items():
            for anchor in anchors:
                with self.subTest(view=view, anchor=anchor):
                    self.env["ir.ui.view"].create(
                        {
                            "name": "inherited",
                            "model": "queue.job",
                            "inherit_id": self.env.ref(f"queue_job.{view}").id,
                            "arch": f'<xpath expr="{anchor}" position="after">'
                            f"{'<separator/>' if 'search' in view else FIELD}</xpath>",
                        }
                    )
            self.env["queue.job"].with_user(self.manager).get_view(
                self.env.ref(f"queue_job.{view}").id
            )

    def test_fields_to_search_by(self):
        partner = self.env["res.partner"].create({"name": "Searched"})
        jobs = self.env["queue.job"].with_user(self.manager)
        channel = self.env["queue.job.channel"].create(
            {"name": "searched", "parent_id": self.env.ref("queue_job.channel_root").id}
        )
        job = (
            partner.with_user(self.manager)
            .with_delay(
                description="Name it", channel=channel.complete_name, identity_key="name it once"
            )
            .write({"name": "b"})
            .db_record()
        )
        job.write({"exc_name": "odoo.Oops", "exc_message": "It broke", "graph_uuid": "a graph"})
        self.env.flush_all()
        arch = etree.fromstring(self.env.ref("queue_job.view_queue_job_search").arch)
        known = {
            "name": "name it",
            "on_record": f"res.partner,{partner.id}",
            "model_name": "res.partner",
            "method_name": "write",
            "channel": "root.searched",
            "exc_name": "odoo.Oops",
            "user_id": self.manager.name,
            "identity_key": "name it once",
            "uuid": job.uuid,
            "graph_uuid": "a graph",
        }
        tried = set()
        for node in arch.iter("field"):
            name = node.get("name")
            if name not in known:
                continue
            tried.add(name)
            domain = [(name, node.get("operator") or "ilike", known[name])]
            if node.get("filter_domain"):
                domain = safe_eval(node.get("filter_domain"), {"self": known[name]})
            with self.subTest(field=name, domain=domain):
                self.assertIn(job, jobs.search(domain))
        self.assertEqual(tried, set(known))

    def test_jobs_of_a_record(self):
        partners = self.env["res.partner"].create([{"name": "a"}, {"name": "b"}, {"name": "c"}])
        job = partners[:2].with_delay().write({"name": "b"}).db_record()
        self.env.flush_all()
        jobs = self.env["queue.job"].with_user(self.manager)
        for text, expected in (
            (f"res.partner,{partners[0].id}", True),
            (f"res.partner({partners[1].id},)", True),
            (f" res.partner {partners[1].id} ", True),
            ("res.partner", True),
            (f"res.partner,{partners[2].id}", False),
            (f"res.users,{partners[0].id}", False),
            (f"{partners[0].id}", False),
            ("what?", False),
        ):
            for operator, value in (("ilike", text), ("=", text), ("in", [text])):
                with self.subTest(value=value):
                    found = jobs.search([("on_record", operator, value), ("id", "=", job.id)])
                    self.assertEqual(found, job if expected else jobs.browse())

    def test_group_bys_exist_and_run(self):
        filters = self._search_filters()
        for name in GROUP_BYS:
            with self.subTest(group_by=name):
                context = safe_eval(filters[f"group_by_{name}"].get("context"))
                spec = context["group_by"]
                spec = f"{spec}:day" if spec.startswith("date") else spec
                self.env["queue.job"]._read_group([], [spec], ["__count"])

    def test_time_filters_mean_what_they_say(self):
        job = self.env["queue.job"].with_delay()._test_job().db_record()
        self.env.flush_all()
        ages = {"last_24_hours": 1, "last_7_days": 7, "last_30_days": 30}
        filters = self._search_filters()
        for name, days in ages.items():
            domain = [*safe_eval(filters[name].get("domain")), ("id", "=", job.id)]
            for hours, expected in ((-1, True), (+1, False)):
                self.env.cr.execute(
                    "UPDATE queue_job SET date_created = (now() AT TIME ZONE 'UTC')"
                    " - make_interval(days => %s, hours => %s) WHERE id = %s",
                    [days, hours, job.id],
                )
                self.env.invalidate_all()
                found = self.env["queue.job"].search(domain)
                with self.subTest(filter=name, hours=hours):
                    self.assertEqual(bool(found), expected)

    def test_default_filters_show_what_is_not_over(self):
        action = self.env.ref("queue_job.action_queue_job")
        self.assertEqual(action.view_mode, "list,kanban,form,pivot,graph")
        self.assertEqual(
            set(safe_eval(action.context)),
            {
                f"search_default_{state}"
                for state in ("wait_dependencies", "pending", "enqueued", "started", "failed")
            },
        )

    def test_wizards_are_bound_to_the_list(self):
        for name in (
            *("action_requeue_job", "action_set_jobs_done", "action_set_jobs_cancelled"),
            *("action_run_jobs_now", "action_set_jobs_priority"),
        ):
            action = self.env.ref(f"queue_job.{name}")
            self.assertEqual(action.binding_model_id.model, "queue.job")

    def test_buttons_of_the_form(self):
        arch = etree.fromstring(self.env.ref("queue_job.view_queue_job_form").arch)
        buttons = {node.get("name") for node in arch.iter("button")}
        self.assertLessEqual(FORM_BUTTONS, buttons)
        for name in buttons:
            self.assertTrue(hasattr(self.env["queue.job"], name), name)

    def test_a_manager_opens_and_edits_a_job(self):
        job = self.env["queue.job"].with_delay()._test_job(failure_rate=0.5).db_record()
        with Form(job.with_user(self.manager)) as form:
            self.assertIn("failure_rate", form.arguments_text)
            form.priority = 3
        self.assertEqual(job.priority, 3)

    def test_ended_jobs_are_not_edited(self):
        job = self.env["queue.job"].with_delay()._test_job().db_record()
        job.button_done()
        form = Form(job.with_user(self.manager))
        for name in ("priority", "eta", "channel"):
            with self.assertRaisesRegex(AssertionError, "readonly"):
                form[name] = form[name]

    def test_empty_states_say_what_to_do(self):
        for name in (
            "action_queue_job",
            "action_queue_job_channel",
            "action_queue_job_function",
            "action_queue_job_runner",
        ):
            self.assertGreater(len(self.env.ref(f"queue_job.{name}").help or ""), 80)
