# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import BaseCase, tagged

from odoo.addons.queue_job.delay import Graph


@tagged("post_install", "-at_install")
class TestGraph(BaseCase):
    def test_vertices_and_edges(self):
        graph = Graph()
        graph.add_vertex(1)
        graph.add_vertex(1)
        graph.add_edge(2, 3)
        graph.add_edge(2, 3)
        self.assertEqual(graph.vertices(), {1, 2, 3})
        self.assertEqual(graph.edges(), [(2, 3)])
        self.assertEqual(graph._graph, {1: set(), 2: {3}, 3: set()})
        self.assertEqual(graph.root_vertices(), {1, 2})

    def test_takes_an_adjacency(self):
        adjacency = {1: {2}, 2: set()}
        self.assertIs(Graph(adjacency)._graph, adjacency)

    def test_paths(self):
        graph = Graph({1: {2, 3}, 2: {4}, 3: {4}, 4: set(), 5: set()})
        self.assertCountEqual(graph.paths(1), [[1, 2, 4], [1, 3, 4]])
        self.assertEqual(list(graph.paths(5)), [[5]])
        cyclic = Graph({1: {2}, 2: {1}})
        self.assertEqual(list(cyclic.paths(1)), [[1, 2]])

    def test_topological_sort(self):
        graph = Graph({4: {5}, 5: set(), 1: {3}, 2: {3}, 3: {4}})
        self.assertEqual(list(graph.topological_sort()), [1, 2, 3, 4, 5])

    def test_topological_sort_of_a_cycle(self):
        with self.assertRaisesRegex(ValueError, "cycle"):
            list(Graph({1: {2}, 2: {1}}).topological_sort())

    def test_repr(self):
        graph = Graph({1: {2}, 2: {3}, 3: set(), 9: set()})
        self.assertEqual(repr(graph), "1 → 2 → 3\n9")
