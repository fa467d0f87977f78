"""What the graph of nodes and edges shows: nodes never reached, dead ends, circles that never wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import networkx as nx

from interpreter.compiler.wiring import Exits
from interpreter.flow.document import Flow, Node
from interpreter.flow.issues import Issue, issue
from interpreter.nodes.registry import NODE_TYPES


def graph_issues(flow: Flow, exits: Exits) -> Iterator[Issue]:
    """Issues of the ways through the flow."""
    nodes = {node.id: node for node in flow.nodes}
    graph = _graph(flow, nodes)
    yield from _unreachable(flow, graph)
    yield from _endless(graph, exits)
    yield from _busy_loops(flow, nodes, exits)


def _graph(flow: Flow, nodes: Mapping[str, Node]) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(
        (edge.source, edge.target) for edge in flow.edges if edge.source in nodes and edge.target in nodes
    )
    return graph


def _unreachable(flow: Flow, graph: nx.DiGraph) -> Iterator[Issue]:
    roots = [node.id for node in flow.nodes if node.type == "start" or node.id == flow.settings.on_error]
    reached = _reached(graph, roots)
    for node in flow.nodes:
        if node.id not in reached:
            yield issue("node.unreachable", node=node.id)


def _endless(graph: nx.DiGraph, exits: Exits) -> Iterator[Issue]:
    """Nodes from which no hang-up can be reached although every exit is joined."""
    ends = [id for id in graph if not exits.get(id)]
    incomplete = [id for id, node_exits in exits.items() if graph.out_degree(id) == 0 and node_exits]
    leading_out = _reached(graph.reverse(copy=False), [*ends, *incomplete])
    for id in graph:
        if id not in leading_out:
            yield issue("node.no_end", node=id)


def _reached(graph: nx.DiGraph, roots: Iterable[str]) -> set[str]:
    """The roots and all that can be reached from any of them; each node is looked at once."""
    reached = set(roots)
    todo = list(reached)
    while todo:
        fresh = [id for id in graph.successors(todo.pop()) if id not in reached]
        reached.update(fresh)
        todo += fresh
    return reached


def _busy_loops(flow: Flow, nodes: Mapping[str, Node], exits: Exits) -> Iterator[Issue]:
    """Circles of exits that are taken without time passing."""
    hasty = nx.DiGraph()
    for edge in flow.edges:
        node = nodes.get(edge.source)
        if node is None or node.id not in exits or edge.target not in nodes:
            continue
        if not NODE_TYPES[node.type].waits(node, edge.exit):
            hasty.add_edge(edge.source, edge.target)
    order = {id: index for index, id in enumerate(nodes)}
    for component in nx.strongly_connected_components(hasty):
        first = min(component, key=order.__getitem__)
        if len(component) > 1 or hasty.has_edge(first, first):
            names = sorted(component, key=order.__getitem__)
            yield issue("loop.no_wait", node=first, nodes=" → ".join(nodes[id].label or id for id in names))
