# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Flattening graphs of chains and groups into graphs of single jobs."""

from __future__ import annotations

import itertools
import uuid
from collections import deque
from collections.abc import Iterable

from .graph import Graph

# Up to so many edges between two groups each parent is linked to each child. Beyond,
# a row that does nothing stands between them: n + m edges instead of n * m.
BARRIER_THRESHOLD = 100


class ConnectedGraph(Graph):
    """Graph whose vertices are delayables, groups and chains.

    Each vertex has a graph of its own, below it, the first and last jobs in it
    (``_head()``, ``_tail()``), and tells whether it is a single job (``_is_job``).
    """

    def _merge_graph(self, graph: Graph) -> None:
        """Add the vertices and edges of another graph to this one."""
        for vertex, children in graph._graph.items():
            self._graph.setdefault(vertex, set()).update(children)

    def _connect_graphs(self) -> ConnectedGraph:
        """Return the flat graph: only Delayables, and all of them."""
        flat = type(self)()
        seen_graphs: set[int] = set()
        connected: set[tuple[int, int]] = set()
        todo: deque[ConnectedGraph] = deque([self])
        while todo:
            graph = todo.popleft()
            if id(graph) in seen_graphs:
                continue
            seen_graphs.add(id(graph))
            for parent, children in graph._graph.items():
                todo.append(parent._graph)
                if parent._is_job:
                    flat.add_vertex(parent)
                for child in children:
                    if (id(parent), id(child)) not in connected:
                        connected.add((id(parent), id(child)))
                        flat._connect(parent, child)
        return flat

    def _connect(self, parent, child) -> None:
        tails, heads = parent._tail(), child._head()
        policy = parent._edge_policies.get(child, "wait")
        if len(tails) > 1 and len(heads) > 1 and len(tails) * len(heads) > BARRIER_THRESHOLD:
            barrier = _barrier(next(iter(tails)), len(tails), len(heads))
            links = itertools.chain(
                ((tail, barrier) for tail in tails), ((barrier, head) for head in heads)
            )
        else:
            links = itertools.product(tails, heads)
        for tail, head in links:
            self.add_edge(tail, head)
            if policy != "wait":
                tail._flat_policies[head] = policy

    @staticmethod
    def _ensure_same_graph_uuid(jobs: Iterable) -> str | None:
        """Give the same graph uuid to all jobs, theirs if some have one.

        :return: the uuid, None for a single job
        :raise ValueError: without jobs, for a single job with a uuid, and for jobs of
            different graphs
        """
        jobs = list(jobs)
        if not jobs:
            raise ValueError("Expecting jobs")
        uuids = {job.graph_uuid for job in jobs if job.graph_uuid}
        if len(jobs) == 1:
            if uuids:
                raise ValueError("Job has a graph UUID but is not part of a graph")
            return None
        if len(uuids) > 1:
            raise ValueError("Jobs cannot have dependencies between several graphs")
        graph_uuid = uuids.pop() if uuids else str(uuid.uuid4())
        for job in jobs:
            job.graph_uuid = graph_uuid
        return graph_uuid


def _barrier(delayable, parents: int, children: int):
    records = delayable.recordset.env["queue.job"]
    return type(delayable)(
        records,
        channel=delayable.channel,
        description=records.env._(
            "Between %(parents)s and %(children)s jobs", parents=parents, children=children
        ),
    )._graph_barrier()
