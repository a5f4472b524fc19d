# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Job Queue",
    "summary": "Run methods in the background, in own processes, and watch them run",
    "version": "19.0.3.0.0",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "category": "Technical",
    "depends": ["mail", "base_sparse_field", "web"],
    "data": [
        "security/queue_job_groups.xml",
        "security/ir.model.access.csv",
        "security/queue_job_rules.xml",
        "data/queue_job_data.xml",
        "wizards/queue_requeue_job_views.xml",
        "wizards/queue_jobs_to_done_views.xml",
        "wizards/queue_jobs_to_cancelled_views.xml",
        "wizards/queue_job_send_test_views.xml",
        "views/queue_job_views.xml",
        "views/queue_job_attempt_views.xml",
        "views/queue_job_channel_views.xml",
        "views/queue_job_function_views.xml",
        "views/queue_job_runner_views.xml",
        "views/queue_job_dashboard_views.xml",
        "views/queue_job_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "queue_job/static/src/dashboard/**/*",
            "queue_job/static/src/job_directed_graph/**/*",
        ],
    },
    "application": True,
}
