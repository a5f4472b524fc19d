# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Directed graphs in general."""

from __future__ import annotations

from collections.abc import Generator, Hashable


class Graph:
    """Acyclic directed graph of anything that can be hashed.

    :param graph: adjacency, ``{vertex: set(children)}``; taken over, not copied
    """

    def __init__(self, graph: dict[Hashable, set] | None = None):
        self._graph = {} if graph is None else graph

    def add_vertex(self, vertex: Hashable) -> None:
        """Add a vertex, unless it is there."""
        self._graph.setdefault(vertex, set())

    def add_edge(self, parent: Hashable, child: Hashable) -> None:
        """Add an edge and its vertices, unless they are there."""
        self.add_vertex(parent)
        self.add_vertex(child)
        self._graph[parent].add(child)

    def vertices(self) -> set:
        """Return all vertices."""
        return set(self._graph)

    def edges(self) -> list[tuple]:
        """Return all edges as (parent, child)."""
        return [(parent, child) for parent, children in self._graph.items() for child in children]

    def paths(self, vertex: Hashable) -> Generator[list, None, None]:
        """Yield the longest paths without a cycle that begin at a vertex."""
        stack: list[list] = [[vertex]]
        while stack:
            path = stack.pop()
            children = [child for child in self._graph[path[-1]] if child not in path]
            if children:
                stack.extend([*path, child] for child in children)
            else:
                yield path

    def topological_sort(self) -> Generator:
        """Yield the vertices, each after all of its parents, else as they were added.

        :raise ValueError: after the vertices that can be sorted, when others are
            in a cycle
        """
        parents = dict.fromkeys(self._graph, 0)
        for _parent, child in self.edges():
            parents[child] += 1
        position = {vertex: index for index, vertex in enumerate(self._graph)}
        ready = [vertex for vertex, count in parents.items() if not count]
        done = 0
        while ready:
            next_ready = []
            for vertex in ready:
                yield vertex
                done += 1
                for child in self._graph[vertex]:
                    parents[child] -= 1
                    if not parents[child]:
                        next_ready.append(child)
            ready = sorted(next_ready, key=position.__getitem__)
        if done < len(parents):
            raise ValueError("The graph has a cycle: no order puts parents before children.")

    def root_vertices(self) -> set:
        """Return the vertices that no edge leads to."""
        return self.vertices() - {child for _parent, child in self.edges()}

    def __repr__(self) -> str:
        return "\n".join(
            " → ".join(repr(vertex) for vertex in path)
            for root in self.root_vertices()
            for path in self.paths(root)
        )
