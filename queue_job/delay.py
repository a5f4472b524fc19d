# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""From method calls to jobs: one at a time, or graphs of them."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterable
from typing import Any

from .connected_graph import ConnectedGraph
from .graph import Graph
from .job import Job, _describe
from .utils import must_run_without_delay

_logger = logging.getLogger(__name__)

__all__ = [
    "Delayable",
    "DelayableChain",
    "DelayableGraph",
    "DelayableGroup",
    "DelayableRecordset",
    "Graph",
    "chain",
    "group",
]


def group(*delayables) -> DelayableGroup:
    """Return delayables to run in any order, at the same time if there is room.

    :param delayables: Delayable, DelayableGroup or DelayableChain
    """
    return DelayableGroup(*delayables)


def chain(*delayables) -> DelayableChain:
    """Return delayables to run one after the other.

    :param delayables: Delayable, DelayableGroup or DelayableChain
    """
    return DelayableChain(*delayables)


class DelayableGraph(ConnectedGraph):
    """Graph whose vertices are delayables, groups and chains."""

    def delay(self) -> None:
        """Store the jobs of the whole graph, or run them now when so asked."""
        graph = self._connect_graphs()
        ordered = list(graph.topological_sort())
        # Built in the order in which they will run: it is that of their creation.
        for vertex in ordered:
            vertex._build_job()
        self._ensure_same_graph_uuid([vertex._generated_job for vertex in ordered])
        if self._has_to_execute_directly(ordered):
            self._execute_graph_direct(graph)
            return
        edges = [(vertex, child) for vertex in ordered for child in graph._graph[vertex]]
        if any(vertex.identity_key for vertex in ordered):
            edges = self._leave_to_twins(ordered, edges)
        for vertex, child in edges:
            policy = vertex._flat_policies.get(child)
            child._generated_job.add_depends(
                {vertex._generated_job}, **({"policy": policy} if policy else {})
            )
        _store([vertex._generated_job for vertex in ordered])

    @staticmethod
    def _leave_to_twins(ordered: list[Delayable], edges: list[tuple]) -> list[tuple]:
        """Do not enqueue what is waiting already, and return the edges of the others.

        A twin keeps its own parents. What was to run after it runs after it, and after
        the parents that it would have had here.
        """
        if not Job.follow_twins([vertex._generated_job for vertex in ordered]):
            return edges
        kept: list[tuple] = []
        inherited: dict = {}
        for vertex, child in edges:
            parents = {vertex, *inherited.get(vertex, ())}
            if child._generated_job.is_duplicate is True:
                inherited.setdefault(child, set()).update(parents)
            else:
                kept.extend((parent, child) for parent in parents)
        return kept

    @staticmethod
    def _has_to_execute_directly(vertices: Iterable[Delayable]) -> bool:
        """Tell whether the graph runs now; one flagged environment is enough."""
        envs = {id(vertex.recordset.env): vertex.recordset.env for vertex in vertices}
        return any(must_run_without_delay(env) for env in envs.values())

    @staticmethod
    def _execute_graph_direct(graph: Graph) -> None:
        """Run all jobs now, parents first."""
        for vertex in graph.topological_sort():
            vertex._execute_direct()


class _Connectable:
    """What Delayable, DelayableGroup and DelayableChain have in common."""

    __slots__ = ()
    _is_job = False

    def on_done(self, *delayables, on_parent_failure: str | None = None):
        """Let others run after this one; may be called several times.

        :param delayables: what runs afterwards
        :param on_parent_failure: what becomes of them when this one fails: 'wait'
            (default), 'cancel', or 'always' to run all the same
        :return: self
        """
        for delayable in delayables:
            self._graph.add_edge(self, delayable)
            if on_parent_failure:
                self._edge_policies[delayable] = on_parent_failure
        return self

    def delay(self) -> None:
        """Store the jobs of the whole graph below this one."""
        self._graph.delay()


class DelayableChain(_Connectable):
    """Delayables that run one after the other.

    :param delayables: at least one
    """

    __slots__ = ("_edge_policies", "_graph", "_links")

    def __init__(self, *delayables):
        self._graph = DelayableGraph()
        self._edge_policies: dict = {}
        self._links = list(delayables)
        iter_delayables = iter(delayables)
        head = next(iter_delayables)
        self._graph.add_vertex(head)
        for neighbour in iter_delayables:
            self._graph.add_edge(head, neighbour)
            head = neighbour

    def _head(self) -> set:
        return self._links[0]._head()

    def _tail(self) -> set:
        return self._links[-1]._tail()

    def __repr__(self) -> str:
        return f"DelayableChain({self._links!r})"


class DelayableGroup(_Connectable):
    """Delayables that run in any order.

    :param delayables: any number
    """

    __slots__ = ("_delayables", "_edge_policies", "_graph")

    def __init__(self, *delayables):
        self._graph = DelayableGraph()
        self._edge_policies: dict = {}
        self._delayables = set(delayables)
        for delayable in delayables:
            self._graph.add_vertex(delayable)

    def _head(self) -> set:
        return set(itertools.chain.from_iterable(item._head() for item in self._delayables))

    def _tail(self) -> set:
        return set(itertools.chain.from_iterable(item._tail() for item in self._delayables))

    def __repr__(self) -> str:
        return f"DelayableGroup({self._delayables!r})"


class Delayable(_Connectable):
    """One job to be: ``records.delayable().method(args)``.

    :param recordset: records to run the method on
    :param options: keyword-only: timeout, concurrency_key, context_keys,
        identity_policy
    """

    _properties = (
        "priority",
        "eta",
        "max_retries",
        "description",
        "channel",
        "identity_key",
    )
    _options = ("timeout", "concurrency_key", "context_keys", "identity_policy")
    __slots__ = (
        *_properties,
        "_edge_policies",
        "_extra",
        "_flat_policies",
        "_generated_job",
        "_job_args",
        "_job_kwargs",
        "_job_method",
        "_own_graph",
        "recordset",
    )

    def __init__(
        self,
        recordset,
        priority=None,
        eta=None,
        max_retries=None,
        description=None,
        channel=None,
        identity_key=None,
        **options,
    ):
        self._generated_job = None
        self._job_method = None
        self._job_args = ()
        self._job_kwargs = {}
        self._extra: dict[str, Any] = {}
        self._edge_policies: dict = {}
        self._flat_policies: dict = {}
        self._own_graph = None
        self.recordset = recordset
        self.priority = priority
        self.eta = eta
        self.max_retries = max_retries
        self.description = description
        self.channel = channel
        self.identity_key = identity_key
        for name, value in options.items():
            if name not in self._options:
                self._generated_job = False
                raise TypeError(f"with_delay() and delayable() have no keyword {name!r}")
            self._extra[name] = value

    @property
    def _graph(self) -> DelayableGraph:
        # Made when it is needed: it refers back to its owner, and such a circle would
        # keep each delayed call in memory until the garbage collector comes by.
        if self._own_graph is None:
            self._own_graph = DelayableGraph()
            self._own_graph.add_vertex(self)
        return self._own_graph

    def delay(self) -> None:
        """Store the job, and those that were to run after it."""
        if self._own_graph is None:
            delay_apart([self])
        else:
            self._own_graph.delay()

    @property
    def _is_job(self) -> bool:
        return True

    def _head(self) -> set:
        return {self}

    def _tail(self) -> set:
        return {self}

    def __repr__(self) -> str:
        if self._job_method is None:
            return f"Delayable({self.recordset})"
        call = f"{self._job_method.__name__}({self._job_args}, {self._job_kwargs})"
        return f"Delayable({self.recordset}.{call})"

    def __del__(self):
        # An instance may also go because its constructor raised.
        if getattr(self, "_generated_job", self) is None:
            _logger.warning("Delayable %s was prepared but never delayed", self)

    def set(self, *args: dict, **kwargs):
        """Change properties of the job.

        :param args: dicts of properties
        :param kwargs: properties, by the names of the keywords of ``delayable()``
        :return: self
        :raise ValueError: for a name that is no property
        """
        for name, value in dict(*args, **kwargs).items():
            if name in self._properties:
                setattr(self, name, value)
            elif name in self._options:
                self._extra[name] = value
            else:
                raise ValueError(f"No property {name}")
        return self

    def split(self, size: int, chain: bool = False):
        """Return one delayable for each batch of so many records.

        :param size: records a batch
        :param chain: True runs the batches one after the other
        :return: DelayableGroup or DelayableChain
        :raise ValueError: when no method was called yet
        """
        if not self._job_method:
            raise ValueError("No method set on the Delayable")
        total = len(self.recordset)
        starts = range(0, total, size)
        delayables = []
        for number, start in enumerate(starts, start=1):
            batch = self.recordset[start : start + size]
            delayable = Delayable(
                batch,
                **{name: getattr(self, name) for name in self._properties},
                **self._extra,
            )
            delayable._job_method = getattr(batch, self._job_method.__name__)
            delayable._job_args = self._job_args
            delayable._job_kwargs = self._job_kwargs
            description = self.description or _describe(self.recordset, self._job_method.__name__)
            delayable.description = f"{description} (split {number}/{len(starts)})"
            delayables.append(delayable)
        # What was split is not to be delayed itself.
        self._generated_job = False
        return (DelayableChain if chain else DelayableGroup)(*delayables)

    def _build_job(self) -> Job:
        if self._generated_job:
            return self._generated_job
        self._generated_job = Job(
            self._job_method,
            args=self._job_args,
            kwargs=self._job_kwargs,
            priority=self.priority,
            max_retries=self.max_retries,
            eta=self.eta,
            description=self.description,
            channel=self.channel,
            identity_key=self.identity_key,
            **self._extra,
        )
        return self._generated_job

    def _store_args(self, *args, **kwargs):
        self._job_args = args
        self._job_kwargs = kwargs
        return self

    def __getattr__(self, name: str):
        if name in Delayable.__slots__:
            # Not set yet: the constructor has failed.
            raise AttributeError(name)
        # Tests of other modules split stand-ins that have no fields.
        if name in getattr(self.recordset, "_fields", ()):
            raise AttributeError(f"only methods can be delayed ({name} called on {self.recordset})")
        self._job_method = getattr(self.recordset, name)
        return self._store_args

    def _execute_direct(self) -> None:
        assert self._generated_job, "the job is built first"
        self._generated_job.perform()


class DelayableRecordset:
    """What ``with_delay()`` returns: each method call is stored as a job at once.

    :param recordset: records to run the method on
    :param options: keyword-only: timeout, concurrency_key, context_keys,
        identity_policy
    """

    __slots__ = ("delayable",)

    def __init__(
        self,
        recordset,
        priority=None,
        eta=None,
        max_retries=None,
        description=None,
        channel=None,
        identity_key=None,
        **options,
    ):
        self.delayable = Delayable(
            recordset,
            priority=priority,
            eta=eta,
            max_retries=max_retries,
            description=description,
            channel=channel,
            identity_key=identity_key,
            **options,
        )

    @property
    def recordset(self):
        """The records."""
        return self.delayable.recordset

    def __getattr__(self, name: str):
        def _delay_delayable(*args, **kwargs):
            try:
                getattr(self.delayable, name)(*args, **kwargs).delay()
            except Exception:
                # The caller learns by the exception that nothing was delayed.
                self.delayable._generated_job = self.delayable._generated_job or False
                raise
            return self.delayable._generated_job

        return _delay_delayable

    def __str__(self) -> str:
        recordset = self.delayable.recordset
        return f"DelayableRecordset({recordset._name}{recordset._ids})"

    __repr__ = __str__


def delay_apart(delayables: list[Delayable]) -> list[Job]:
    """Enqueue jobs that have nothing to do with one another, in few statements.

    :param delayables: delayables of which a method was called
    :return: their jobs, in the same order
    """
    for delayable in delayables:
        delayable._build_job()
    jobs = [delayable._generated_job for delayable in delayables]
    if DelayableGraph._has_to_execute_directly(delayables):
        for delayable in delayables:
            delayable._execute_direct()
        return jobs
    if any(delayable.identity_key for delayable in delayables):
        Job.follow_twins(jobs)
    _store(jobs)
    return jobs


def _store(jobs: list[Job]) -> None:
    """Store those jobs that do not stand for another one."""
    jobs = [job for job in jobs if job.is_duplicate is not True]
    if len(jobs) == 1:
        jobs[0].store()
    elif jobs:
        Job.store_many(jobs)
