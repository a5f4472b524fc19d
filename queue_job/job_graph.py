# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Jobs that depend on other jobs."""

from __future__ import annotations

from collections.abc import Callable

from .rules.states import CANCELLED, DONE, FAILED, WAIT_DEPENDENCIES
from .store import dependents

#: What an edge says about a parent that does not end as done.
#: wait: the child waits until somebody sees to the parent; cancel: it is cancelled;
#: always: it runs, however the parent ended.
POLICIES = ("wait", "cancel", "always")


class JobGraph:
    """Mixin of Job: parents and children, in memory until stored."""

    def _init_graph(self) -> None:
        self._depends_on: set = set()
        self._reverse_depends_on: set = set()
        self._policies: dict = {}

    @property
    def depends_on(self) -> set:
        """Jobs that must end before this one starts."""
        if not self._depends_on and not self._is_new:
            self._depends_on = self._load_relatives(dependents.parent_uuids)
        return self._depends_on

    @property
    def reverse_depends_on(self) -> set:
        """Jobs that wait for this one."""
        if not self._reverse_depends_on and not self._is_new:
            self._reverse_depends_on = self._load_relatives(dependents.child_uuids)
        return self._reverse_depends_on

    def _load_relatives(self, query: Callable) -> set:
        uuids = query(self.env.cr, job_uuid=self.uuid)
        return type(self).load_many(self.env, uuids) if uuids else set()

    def add_depends(self, jobs: set, policy: str = "wait") -> None:
        """Let this job wait for others; its state follows.

        :param jobs: the jobs to wait for
        :param policy: what happens when one of them does not end as done: 'wait',
            'cancel' or 'always'
        :raise ValueError: when this job is among them, or the policy is none
        """
        if self in jobs:
            raise ValueError("job cannot depend on itself")
        if policy not in POLICIES:
            raise ValueError(f"{policy!r} is not one of {', '.join(POLICIES)}")
        self._depends_on |= jobs
        for parent in jobs:
            parent._reverse_depends_on.add(self)
            self._policies[parent.uuid] = policy
        if self._waits_for_parents():
            self.state = WAIT_DEPENDENCIES

    def _waits_for_parents(self) -> bool:
        return any(not self._is_satisfied_by(parent) for parent in self.depends_on)

    def _is_satisfied_by(self, parent) -> bool:
        if self._policies.get(parent.uuid) == "always":
            return parent.state in (DONE, CANCELLED, FAILED)
        return parent.state == DONE

    def should_check_dependents(self) -> bool:
        """Tell whether other jobs wait for this one."""
        return bool(self._reverse_depends_on) or bool(
            dependents.child_uuids(self.env.cr, job_uuid=self.uuid, limit=1)
        )

    def enqueue_waiting(self) -> None:
        """Release the waiting jobs for which this one was the last to wait for."""
        if self.should_check_dependents():
            self.db_record()._settle_dependents()

    def cancel_dependent_jobs(self) -> None:
        """Cancel the waiting jobs below this one."""
        if self.should_check_dependents():
            self.db_record()._settle_dependents(self.date_cancelled)

    def parent_results(self) -> dict[str, str | None]:
        """Return the results of the jobs this one waited for, by uuid, as text.

        Between two large groups a row without work of its own stands for the parents;
        it is looked through.
        """
        return dependents.parent_results(self.env.cr, job_uuid=self.uuid)

    def _store_edges(self) -> None:
        type(self)._store_edges_of([self])

    @classmethod
    def _store_edges_of(cls, jobs: list) -> None:
        """Add the edges known in memory between jobs that are both stored."""
        edges = {}
        for job in jobs:
            for parent in job._depends_on:
                edges[parent.uuid, job.uuid] = job._policies.get(parent.uuid, "wait")
            for child in job._reverse_depends_on:
                edges[job.uuid, child.uuid] = child._policies.get(job.uuid, "wait")
        if edges:
            env = jobs[0].env
            env["queue.job"].flush_model(["uuid"])
            dependents.add_edges(env.cr, [(*pair, policy) for pair, policy in edges.items()])
            env["queue.job"].invalidate_model(["dependency_ids", "dependent_ids"])
