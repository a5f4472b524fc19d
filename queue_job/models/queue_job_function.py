# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Job functions: how the jobs of one method behave."""

import re
from collections import namedtuple

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..decorators import decorated_config
from ..fields import JobSerialized
from .install_merge import is_noupdate
from .queue_job_failure import DIGEST_AFTER

_FUNCTION_NAME = re.compile(r"^<([0-9a-z_\.]+)>\.([0-9a-zA-Z_]+)$")


class QueueJobFunction(models.Model):
    _name = "queue.job.function"
    _description = "Job Function"
    _log_access = False
    _order = "name, id"

    JobConfig = namedtuple(
        "JobConfig",
        "channel "
        "retry_pattern "
        "related_action_enable "
        "related_action_func_name "
        "related_action_kwargs "
        "job_function_id "
        "allow_commit "
        "on_fail_method_name",
    )
    #: Settings that came later. Callers unpack and build ``JobConfig`` by its
    #: eight fields, so it can't grow.
    JobLimits = namedtuple(
        "JobLimits",
        "time_limit retry_on_timeout retry_exceptions retry_backoff retry_backoff_max "
        "refuse_superuser digest_after notify_user",
    )

    name = fields.Char(
        compute="_compute_name",
        inverse="_inverse_name",
        store=True,
        index=True,
        help="The method, written as <model.name>.method_name.",
    )
    model_id = fields.Many2one("ir.model", ondelete="cascade", index="btree_not_null")
    method = fields.Char()
    on_fail_method = fields.Char(
        string="Method on Failure",
        help="Method of the same model, called with exc_name, exc_message and "
        "exc_info once a job has failed for good.",
    )
    channel_id = fields.Many2one(
        "queue.job.channel",
        required=True,
        index=True,
        default=lambda self: self._default_channel(),
    )
    channel = fields.Char(related="channel_id.complete_name", store=True, readonly=True)
    retry_pattern = JobSerialized(string="Retry Pattern (stored)", base_type=dict)
    related_action = JobSerialized(string="Related Action (stored)", base_type=dict)
    allow_commit = fields.Boolean(
        help="Run the jobs in a database transaction of their own. Kept for modules "
        "written for other job queues: jobs may commit with or without it.",
    )
    time_limit = fields.Integer(
        string="Time Limit (s)",
        help="A job that runs longer is interrupted and fails. 0 leaves it to the channel.",
    )
    retry_on_timeout = fields.Boolean(
        string="Retry after Time-out",
        help="A job that ran over its time limit is tried again, as long as it has "
        "tries left, instead of failing at once.",
    )
    retry_exceptions = fields.Text(
        string="Retried Exceptions",
        help="Full names of exception classes, one a line, for instance "
        "requests.exceptions.ConnectionError. A job that raises one of them, or a "
        "subclass, is tried again later.",
    )
    retry_backoff = fields.Integer(
        string="First Wait (s)",
        default=10,
        help="Seconds before the second try after one of these exceptions. Each "
        "further wait is twice as long, with some chance mixed in.",
    )
    retry_backoff_max = fields.Integer(
        string="Longest Wait (s)",
        default=3600,
        help="The wait between two tries never grows beyond that.",
    )

    refuse_superuser = fields.Boolean(
        string="Never as Superuser",
        help="Jobs that were delayed with superuser rights (sudo) fail instead of running.",
    )

    digest_after = fields.Integer(
        string="One Message from",
        default=DIGEST_AFTER,
        help="Failures within an hour, from which on followers get one message for all "
        "further ones. 0 announces each.",
    )
    notify_user = fields.Boolean(
        string="Tell Who Asked",
        help="Who asked for the job is shown in Odoo that it is done, or has failed.",
    )

    _digest_after_positive = models.Constraint(
        "CHECK(COALESCE(digest_after, 0) >= 0)",
        "The number of failures before there is one message can't be negative.",
    )
    _name_uniq = models.Constraint(
        "UNIQUE(name)",
        "This job function exists already: change the existing one.",
    )
    _limits_positive = models.Constraint(
        "CHECK(COALESCE(time_limit, 0) >= 0 AND COALESCE(retry_backoff, 0) >= 0 "
        "AND COALESCE(retry_backoff_max, 0) >= COALESCE(retry_backoff, 0))",
        "Times can't be negative, and the longest wait can't be shorter than the first.",
    )

    @api.model
    def _default_channel(self):
        return self.env.ref("queue_job.channel_root", raise_if_not_found=False)

    @api.depends("model_id.model", "method")
    def _compute_name(self):
        for function in self:
            if function.model_id and function.method:
                function.name = self.job_function_name(function.model_id.model, function.method)
            else:
                function.name = False

    def _inverse_name(self):
        for function in self:
            function.update(self._values_from_name(function.name))

    @api.constrains("retry_exceptions")
    def _check_retry_exceptions(self):
        for function in self:
            for name in function._retry_exception_names():
                if not all(part.isidentifier() for part in name.split(".")):
                    raise UserError(
                        self.env._(
                            "%(name)s is not the full name of an exception class, such "
                            "as requests.exceptions.ConnectionError.",
                            name=name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        """Create job functions; in install mode one that exists is updated instead.

        Two modules may declare the same function in their data files, by name
        or by model and method: both get the same record.

        :param vals_list: values, one dict a function
        :return: the functions, in the order of ``vals_list``
        """
        if self.env.context.get("install_mode"):
            ids = []
            for vals in vals_list:
                existing = self._find_declared(vals)
                if not existing:
                    existing = super().create([vals])
                elif not is_noupdate(existing):
                    existing.write(vals)
                ids.append(existing.id)
            functions = self.browse(ids)
        else:
            functions = super().create(vals_list)
        self.env.registry.clear_cache()
        return functions

    def write(self, vals):
        """Write, and forget the cached configurations.

        :param vals: values
        :return: True
        """
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        """Delete, and forget the cached configurations.

        :return: True
        """
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @staticmethod
    def job_function_name(model_name: str, method_name: str) -> str:
        """Return the name of the job function of a method.

        :param model_name: name of the model, as ``res.partner``
        :param method_name: name of the method
        :return: ``<res.partner>.method``
        """
        return f"<{model_name}>.{method_name}"

    @api.private
    def job_default_config(self):
        """Return the configuration of a method that has no job function.

        :return: JobConfig
        """
        return self.JobConfig(
            channel="root",
            retry_pattern={},
            related_action_enable=True,
            related_action_func_name=None,
            related_action_kwargs={},
            job_function_id=None,
            allow_commit=False,
            on_fail_method_name=None,
        )

    @api.private
    @tools.ormcache("name")
    def job_config(self, name: str):
        """Return the configuration of a job function.

        :param name: name as ``job_function_name`` makes it
        :return: JobConfig, the default one when no function has this name
        """
        config = self.search([("name", "=", name)], limit=1, order="id")
        if not config:
            return self._decorated_config(name)
        related_action = config.related_action or {}
        return self.JobConfig(
            channel=config.channel,
            retry_pattern=config._parse_retry_pattern(),
            related_action_enable=related_action.get("enable", True),
            related_action_func_name=related_action.get("func_name"),
            related_action_kwargs=related_action.get("kwargs", {}),
            job_function_id=config.id,
            allow_commit=config.allow_commit,
            on_fail_method_name=config.on_fail_method or None,
        )

    def _decorated_config(self, name: str):
        """Return the configuration of a method that has no job function.

        Older modules give it by the decorators ``@job`` and ``@related_action``.
        """
        config = self.job_default_config()
        match = _FUNCTION_NAME.match(name or "")
        model_class = self.env.registry.get(match[1]) if match else None
        if model_class is None:
            return config
        return config._replace(**decorated_config(model_class, match[2]))

    @api.private
    @tools.ormcache("name")
    def job_limits(self, name: str):
        """Return the time limit and the retry rules of a job function.

        :param name: name as ``job_function_name`` makes it
        :return: JobLimits: time_limit (seconds or None), retry_on_timeout (bool),
            retry_exceptions (tuple of dotted class names), retry_backoff and
            retry_backoff_max (seconds), refuse_superuser (bool), digest_after (failures
            within an hour, 0 for no digest), notify_user (bool)
        """
        config = self.search([("name", "=", name)], limit=1, order="id")
        return self.JobLimits(
            time_limit=config.time_limit or None,
            retry_on_timeout=config.retry_on_timeout,
            retry_exceptions=config._retry_exception_names(),
            retry_backoff=config.retry_backoff,
            retry_backoff_max=config.retry_backoff_max,
            refuse_superuser=config.refuse_superuser,
            digest_after=config.digest_after if config else DIGEST_AFTER,
            notify_user=config.notify_user,
        )

    def _job_serialized_env(self):
        # Settings, written by people: nothing in them stands for a recordset.
        return None

    def _retry_exception_names(self) -> tuple:
        return tuple(
            line.strip() for line in (self.retry_exceptions or "").splitlines() if line.strip()
        )

    def _values_from_name(self, name):
        match = _FUNCTION_NAME.match(name or "")
        if not match:
            raise UserError(
                self.env._(
                    "%(name)s is not a job function: write it as <res.partner>.write.",
                    name=name,
                )
            )
        model_name, method = match.groups()
        if model_name not in self.env:
            raise UserError(
                self.env._("There is no model %(model)s in this database.", model=model_name)
            )
        return {"model_id": self.env["ir.model"]._get_id(model_name), "method": method}

    def _find_declared(self, vals):
        """Return the function that these values name, by name or model and method."""
        name = vals.get("name")
        if not name and vals.get("model_id") and vals.get("method"):
            model = self.env["ir.model"].browse(vals["model_id"])
            name = self.job_function_name(model.model, vals["method"])
        if not name:
            return self.browse()
        return self.search([("name", "=", name)], limit=1, order="id")
