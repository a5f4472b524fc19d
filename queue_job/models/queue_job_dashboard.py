# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the dashboard shows, in one call."""

from __future__ import annotations

from typing import Any

from odoo import api, fields, models

from ..rules.histogram import percentile
from ..store import cron, databases, overview
from ..store.clock import LEASE_SECONDS

#: Minutes that can be chosen to look back.
PERIODS = (15, 60, 360, 1440)
#: Names that a warning holds, at most.
_FEW = 5
_SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


class QueueJobDashboard(models.AbstractModel):
    """Reads sums and indexes, never the jobs themselves: see ``store.overview``."""

    _name = "queue.job.dashboard"
    _description = "Job Dashboard"

    @api.model
    def get_overview(self, period: int = 60) -> dict[str, Any]:
        """Everything that the dashboard shows.

        :param period: how many minutes to look back, one of ``PERIODS``
        :return: JSON's types only
        :raises odoo.exceptions.AccessError: the user may not act on all jobs
        """
        # It speaks of everybody's jobs: users who only see their own have no part in it.
        self.env["queue.job"].check_access("write")
        if period not in PERIODS:
            raise ValueError(f"A period is one of {PERIODS} minutes, not {period!r}")
        cr = self.env.cr
        states = overview.states(cr)
        channels = overview.channels(cr)
        nodes = self._nodes()
        return {
            "now": fields.Datetime.to_string(fields.Datetime.now()),
            "period": period,
            "states": self._states(states),
            "channels": self._channels(channels),
            "oldest": max((c["oldest"] or 0 for c in channels), default=0),
            "nodes": nodes,
            "failures": self._failures(),
            "warnings": self._warnings(nodes, channels),
            **self._history(period),
            **self._functions(period),
        }

    @api.model
    def get_warnings(self) -> list[dict[str, str]]:
        """What keeps jobs from running, for the lists of jobs and channels.

        :return: dicts with ``level`` (danger, warning) and ``text``, the worst first
        :raises odoo.exceptions.AccessError: the user may not act on all jobs
        """
        self.env["queue.job"].check_access("write")
        return self._warnings(overview.nodes(self.env.cr), overview.channels(self.env.cr))

    # -- the parts ---------------------------------------------------------------------------

    @api.model
    def _states(self, states: dict[str, tuple[int, bool]]) -> list[dict[str, Any]]:
        labels = {
            "waiting": self.env._("Waiting"),
            "running": self.env._("Running"),
            "scheduled": self.env._("Scheduled"),
            "wait_dependencies": self.env._("Waiting for others"),
            "failed": self.env._("Failed"),
            "ended": self.env._("Done or cancelled"),
        }
        domains = {
            "waiting": [("state", "=", "pending")],
            "running": [("state", "in", ("enqueued", "started"))],
            "scheduled": [("state", "=", "pending"), ("eta", ">", fields.Datetime.now())],
            "wait_dependencies": [("state", "=", "wait_dependencies")],
            "failed": [("state", "=", "failed")],
            "ended": [("state", "in", ("done", "cancelled"))],
        }
        return [
            {
                "name": name,
                "label": label,
                "count": states[name][0],
                "is_exact": states[name][1],
                "domain": [list(term) for term in _plain(domains[name])],
            }
            for name, label in labels.items()
        ]

    @api.model
    def _channels(self, channels: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The channels as a tree: what an ancestor has paused is paused."""
        by_name: dict[str, dict[str, Any]] = {}
        for channel in channels:
            above = by_name.get(channel["name"].rpartition(".")[0], {})
            by_name[channel["name"]] = {
                "id": channel["id"],
                "name": channel["name"],
                "depth": channel["name"].count("."),
                "capacity": channel["capacity"] if channel["is_limited"] else None,
                "running": channel["running"],
                "below": 0,
                "waiting": channel["waiting"],
                "has_more": channel["has_more"],
                "oldest": channel["oldest"],
                "is_paused": bool(channel["paused"]),
                "is_held": bool(above.get("is_paused") or above.get("is_held")),
                "is_pinned": bool(channel["pinned"]),
                "note": self._channel_note(channel),
            }
            name = channel["name"]
            while name := name.rpartition(".")[0]:
                if name in by_name:
                    by_name[name]["below"] += channel["running"]
        return list(by_name.values())

    @api.model
    def _channel_note(self, channel: dict[str, Any]) -> str:
        """What else limits a channel, in words."""
        notes = []
        if channel["sequential"]:
            notes.append(self.env._("one after the other"))
        if channel["throttle"]:
            notes.append(self.env._("one every %s s", channel["throttle"]))
        if channel["rate_limit"]:
            notes.append(
                self.env._(
                    "%(jobs)s every %(seconds)s s",
                    jobs=channel["rate_limit"],
                    seconds=channel["rate_period"] or 1,
                )
            )
        if channel["time_limit"]:
            notes.append(self.env._("at most %s s each", channel["time_limit"]))
        return ", ".join(notes)

    @api.model
    def _nodes(self) -> list[dict[str, Any]]:
        nodes = overview.nodes(self.env.cr)
        by_id = {node["id"]: node for node in nodes}
        for node in nodes:
            node["date_start"] = fields.Datetime.to_string(node["date_start"])
            node["jobs"] = []
        for job in overview.running(self.env.cr, company_ids=self._company_ids()):
            if node := by_id.get(job.pop("runner_id")):
                node["jobs"].append(job)
        return nodes

    @api.model
    def _history(self, period: int) -> dict[str, Any]:
        minutes = overview.minutes(self.env.cr, count=period)
        done = sum(minute["done"] for minute in minutes)
        failed = sum(minute["failed"] for minute in minutes)
        for minute in minutes:
            minute["minute"] = fields.Datetime.to_string(minute["minute"])
        return {
            "minutes": minutes,
            "done": done,
            "failed": failed,
            "failure_rate": failed / (done + failed) if done + failed else None,
        }

    @api.model
    def _functions(self, period: int) -> dict[str, Any]:
        functions, (waits, all_runs) = overview.functions(self.env.cr, count=period)
        for function in functions:
            runs = function.pop("runs")
            function["p50"] = percentile(runs, 0.5)
            function["p95"] = percentile(runs, 0.95)
            function["domain"] = [["channel_method_name", "=", function["function"]]]
        return {
            "functions": functions,
            "waits": {name: percentile(waits, share) for name, share in _SHARES.items()},
            "runs": {name: percentile(all_runs, share) for name, share in _SHARES.items()},
        }

    @api.model
    def _company_ids(self) -> list[int] | None:
        """Companies whose jobs show one by one, None for all."""
        return None if self.env.su else self.env.companies.ids

    @api.model
    def _failures(self) -> list[dict[str, Any]]:
        failures = overview.failures(self.env.cr, company_ids=self._company_ids())
        jobs = self.env["queue.job"]
        may_read = jobs._has_field_access(jobs._fields["exc_message"], "read")
        for failure in failures:
            if not may_read:
                failure["message"] = None
            failure["last"] = fields.Datetime.to_string(failure["last"]) or ""
            failure["domain"] = [
                ["state", "=", "failed"],
                ["exc_name", "=", failure["exc_name"] or False],
                ["channel_method_name", "=", failure["function"]],
            ]
        return failures

    # -- why nothing runs -----------------------------------------------------------------------

    @api.model
    def _warnings(
        self, nodes: list[dict[str, Any]], channels: list[dict[str, Any]]
    ) -> list[dict[str, str]]:
        """What keeps jobs from running, the worst first.

        :return: dicts with ``level`` (danger, warning) and ``text``
        """
        warnings = []
        if reason := databases.why_not_ready(self.env.cr):
            warnings.append(("danger", self.env._("No jobs are run: %s.", reason)))
        alive = [node for node in nodes if node["is_alive"]]
        if not alive and not cron.is_active(self.env.cr):
            warnings.append(
                (
                    "danger",
                    self.env._(
                        "No job server is alive: jobs wait until one is started. The command "
                        '"odoo queue_job check" tells why, on the machine where it should run.'
                    ),
                )
            )
        if any(channel["name"] == "root" and channel["paused"] for channel in channels):
            warnings.append(("danger", self.env._("The queue is paused: no job begins.")))
        obstacles = {node["obstacle"]: node["name"] for node in alive if node["obstacle"]}
        for obstacle, name in sorted(obstacles.items()):
            # The same may have been said of this server above.
            if obstacle != str(reason or ""):
                text = self.env._(
                    "%(server)s starts no jobs: %(reason)s.", server=name, reason=obstacle
                )
                warnings.append(("warning", text))
        deaf = sorted(node["name"] for node in alive if not node["listens"])
        if deaf:
            text = self.env._(
                "Jobs begin up to a second late, as these servers can't hear of them and ask every "
                "second (a pooler or a standby stands between): %s",
                ", ".join(deaf),
            )
            warnings.append(("warning", text))
        if held := _held(channels):
            names = ", ".join(held[:_FEW]) + (" …" if len(held) > _FEW else "")
            text = self.env._("Jobs wait in channels that are paused or of capacity 0: %s", names)
            warnings.append(("warning", text))
        silent = [
            node["name"]
            for node in nodes
            if not node["is_alive"] and node["silence"] < 600 and node["silence"] > LEASE_SECONDS
        ]
        if alive and silent:
            warnings.append(
                (
                    "warning",
                    self.env._(
                        "Silent for more than %(seconds)s s, others have taken over: %(names)s",
                        seconds=LEASE_SECONDS,
                        names=", ".join(sorted(silent)),
                    ),
                )
            )
        return [{"level": level, "text": text} for level, text in warnings]


def _held(channels: list[dict[str, Any]]) -> list[str]:
    """Names of the channels in which jobs wait, and none begins until somebody does something."""
    stopped = {
        channel["name"]
        for channel in channels
        # Of a paused root it is said that nothing runs at all.
        if (channel["paused"] and channel["name"] != "root")
        or (channel["is_limited"] and not channel["capacity"])
    }
    return [
        channel["name"]
        for channel in channels
        if channel["waiting"]
        and any(f"{channel['name']}.".startswith(f"{name}.") for name in stopped)
    ]


def _plain(domain: list[tuple]) -> list[tuple]:
    """A domain in JSON's types."""
    return [
        (name, operator, fields.Datetime.to_string(value) if hasattr(value, "year") else value)
        for name, operator, value in domain
    ]
