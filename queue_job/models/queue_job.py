# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Jobs: the table that callers, users and the engine share."""

from odoo import api, fields, models

from ..fields import JobSerialized
from ..rules.states import PENDING, STATES
from .big_integer import BigInteger
from .loose_relations import LooseMany2one
from .payload_group import PAYLOAD_GROUP


class QueueJob(models.Model):
    """One row for each job, waiting, running or ended.

    The engine reads and writes these rows in plain SQL; what is written through the
    ORM is guarded in ``queue_job_guard``.
    """

    _name = "queue.job"
    _description = "Queue Job"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _log_access = False
    _order = "date_created DESC, date_done DESC"

    #: Days that ended jobs are kept where their channel does not say.
    _removal_interval = 30
    _default_related_action = "related_action_open_record"
    #: In the context of a write, proof that it comes from Python and not over RPC.
    EDIT_SENTINEL = object()
    _protected_fields = (
        "uuid",
        "name",
        "date_created",
        "model_name",
        "method_name",
        "func_string",
        "channel_method_name",
        "job_function_id",
        "records",
        "args",
        "kwargs",
    )

    # What to run
    uuid = fields.Char(string="UUID", required=True, readonly=True, copy=False)
    graph_uuid = fields.Char(
        string="Graph UUID",
        readonly=True,
        copy=False,
        help="Jobs that were enqueued together, to run one after the other, share it.",
    )
    user_id = LooseMany2one("res.users", string="User", help="The job runs as this user.")
    company_id = LooseMany2one("res.company", string="Company")
    name = fields.Char(string="Description", readonly=True)
    model_name = fields.Char(string="Model", readonly=True)
    method_name = fields.Char(string="Method", readonly=True)
    # What may be long is fetched where it is shown, and not for each row of a list.
    func_string = fields.Char(
        string="Task", readonly=True, groups=PAYLOAD_GROUP, prefetch="payload"
    )
    channel_method_name = fields.Char(string="Complete Method Name", readonly=True)
    records = JobSerialized(string="Record(s)", readonly=True, base_type=models.BaseModel)
    args = JobSerialized(
        string="Positional Arguments",
        readonly=True,
        base_type=tuple,
        is_masked=True,
        groups=PAYLOAD_GROUP,
    )
    kwargs = JobSerialized(
        string="Keyword Arguments",
        readonly=True,
        base_type=dict,
        is_masked=True,
        groups=PAYLOAD_GROUP,
    )
    job_function_id = LooseMany2one("queue.job.function", string="Job Function", readonly=True)
    identity_key = fields.Char(
        readonly=True,
        help="While a job with this key waits, another one with the same key is not added.",
    )

    # When to run it
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default=PENDING,
        group_expand="_group_expand_state",
    )
    priority = fields.Integer(aggregator=False, help="The smaller, the sooner.")
    eta = fields.Datetime(string="Execute only after")
    channel = fields.Char()
    retry = fields.Integer(string="Current Try", readonly=True)
    max_retries = fields.Integer(
        string="Max. Tries",
        readonly=True,
        help="The job fails when it asked to be tried again that many times. 0 tries for ever.",
    )

    # What came of it
    result = fields.Text(readonly=True, groups=PAYLOAD_GROUP, prefetch="payload")
    exc_name = fields.Char(string="Exception", readonly=True)
    exc_message = fields.Char(
        string="Exception Message", readonly=True, tracking=True, groups=PAYLOAD_GROUP
    )
    exc_info = fields.Text(
        string="Exception Info", readonly=True, groups=PAYLOAD_GROUP, prefetch="payload"
    )
    date_created = fields.Datetime(string="Created Date", readonly=True)
    date_enqueued = fields.Datetime(string="Enqueue Time", readonly=True)
    date_started = fields.Datetime(string="Start Date", readonly=True)
    date_done = fields.Datetime(readonly=True)
    date_cancelled = fields.Datetime(readonly=True)
    exec_time = fields.Float(
        string="Execution Time (avg)",
        aggregator="avg",
        readonly=True,
        help="Seconds the last run took.",
    )
    worker_pid = fields.Integer(
        string="Worker Process", readonly=True, aggregator=None, help="Process that runs it."
    )

    # The engine's own
    run_token = BigInteger(
        readonly=True,
        copy=False,
        aggregator=None,
        help="Set while the job is handed to a server; all its writes must carry it.",
    )
    runner_id = LooseMany2one(
        "queue.job.runner", string="Server", readonly=True, copy=False, ondelete="set null"
    )
    is_due = fields.Boolean(
        required=True,
        readonly=True,
        default=True,
        help="Not set while the job waits for its time.",
    )
    attempt = fields.Integer(
        string="Runs Begun", required=True, readonly=True, default=0, aggregator=None
    )
    crashes = fields.Integer(
        required=True,
        readonly=True,
        default=0,
        aggregator=None,
        help="How many times in a row the process of the job has died.",
    )
    su = fields.Boolean(
        string="As Superuser",
        required=True,
        readonly=True,
        default=False,
        help="The job runs without checks of access rights.",
    )
    payload_format = fields.Integer(required=True, readonly=True, default=1, aggregator=None)
    unique_key = fields.Char(readonly=True, copy=False)
    concurrency_key = fields.Char(
        readonly=True, help="Of all jobs with this key, one runs at a time."
    )
    time_limit = fields.Float(
        string="Time Limit (s)", readonly=True, aggregator=None, help="Of this job alone."
    )

    _uuid_uniq = models.UniqueIndex("(uuid)", "Two jobs can't have the same UUID.")
    _claim_index = models.Index(
        "(channel, priority, date_created, id) WHERE state = 'pending' AND is_due"
    )
    _promote_index = models.Index("(eta) WHERE state = 'pending' AND NOT is_due")
    # For sequential channels, whose first job may be one that waits for its time.
    _parked_index = models.Index(
        "(channel, priority, date_created, id) WHERE state = 'pending' AND NOT is_due"
    )
    # By the token and not by the runner: a finish (by id and token) may take this index,
    # and must find one entry there, not the dead ones of all leases since a snapshot.
    _leased_index = models.Index("(run_token) WHERE run_token IS NOT NULL")
    _failed_index = models.Index("(channel, id) WHERE state = 'failed'")
    _orphan_index = models.Index(
        "(id) WHERE state IN ('enqueued', 'started') AND run_token IS NULL"
    )
    _waiting_index = models.Index("(id) WHERE state = 'wait_dependencies'")
    # For lists of what has not ended, newest first: they show some of few among millions.
    # Costs a job two more entries, as it comes and as it starts, see docs/decisions/0006.
    _open_index = models.Index(
        "(id) WHERE state IN ('wait_dependencies', 'pending', 'enqueued', 'started', 'failed')"
    )
    _graph_index = models.Index("(graph_uuid) WHERE graph_uuid IS NOT NULL")
    _prune_index = models.Index(
        "(channel, COALESCE(date_done, date_cancelled)) WHERE state IN ('done', 'cancelled')"
    )
    _identity_key_index = models.Index(
        "(identity_key) WHERE identity_key IS NOT NULL"
        " AND state IN ('wait_dependencies', 'pending', 'enqueued')"
    )
    _unique_key_uniq = models.UniqueIndex("(unique_key) WHERE unique_key IS NOT NULL")
    _concurrency_key_uniq = models.UniqueIndex(
        "(concurrency_key) WHERE run_token IS NOT NULL AND concurrency_key IS NOT NULL"
    )

    def _job_serialized_env(self):
        """Recordsets in arguments have the rights of the job, not those of the reader.

        :return: odoo.api.Environment
        """
        job = self.sudo()
        if not job.id:
            return self.env
        return self.env(user=job.user_id.id or self.env.uid, su=job.su)

    @api.model
    def _group_expand_state(self, states, domain):
        """The columns of a kanban in the order a job goes through them.

        :param states: those that there are; the filter may hide others, which then are
            not shown as if there were no such jobs
        :return: list
        """
        return [state for state, _label in STATES if state in states]

    @api.model
    def _needaction_domain_get(self):
        """Return the domain of the jobs somebody should look at.

        :return: list
        """
        return [("state", "=", "failed")]
