"""What the graph of nodes and edges shows: missing and dangling exits, dead ends, circles that never wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import networkx as nx

from interpreter.flow.document import Edge, Flow, Node
from interpreter.flow.issues import Issue, issue
from interpreter.flow.schemas import Exit, dormant_exits
from interpreter.nodes.registry import NODE_TYPES, exits_of


def graph_issues(flow: Flow, broken: frozenset[str]) -> Iterator[Issue]:
    """All issues of the graph. broken: nodes whose config is unusable, so their exits are not known."""
    nodes = {node.id: node for node in flow.nodes}
    exits = {id: exits_of(node) for id, node in nodes.items() if id not in broken}
    yield from _starts(flow)
    yield from _edges(flow, nodes, exits)
    yield from _missing(flow, exits)
    graph = _graph(flow, nodes)
    yield from _unreachable(flow, graph)
    yield from _endless(graph, exits, broken)
    yield from _busy_loops(flow, nodes, broken)


def _starts(flow: Flow) -> Iterator[Issue]:
    starts = [node for node in flow.nodes if node.type == "start"]
    if not starts:
        yield issue("flow.no_start")
    for node in starts[1:]:
        yield issue("flow.two_starts", node=node.id)


def _edges(flow: Flow, nodes: Mapping[str, Node], exits: Mapping[str, list[Exit]]) -> Iterator[Issue]:
    """Edges that start or end nowhere, or share an exit."""
    seen: set[tuple[str, str]] = set()
    for edge in flow.edges:
        if edge.source not in nodes:
            yield issue("edge.unknown_source", id=edge.source)
            continue
        if edge.target not in nodes:
            yield issue("edge.unknown_target", node=edge.source, exit=edge.exit, id=edge.target)
        if (edge.source, edge.exit) in seen:
            yield issue("exit.twice", node=edge.source, exit=edge.exit)
        seen.add((edge.source, edge.exit))
        if edge.source in exits and all(exit.id != edge.exit for exit in exits[edge.source]):
            yield _no_such_exit(nodes[edge.source], edge)


def _no_such_exit(node: Node, edge: Edge) -> Issue:
    dormant = edge.exit in dormant_exits(node.type, node.config)
    return issue("exit.unused" if dormant else "exit.unknown", node=node.id, exit=edge.exit)


def _missing(flow: Flow, exits: Mapping[str, list[Exit]]) -> Iterator[Issue]:
    joined = {(edge.source, edge.exit) for edge in flow.edges}
    for id, node_exits in exits.items():
        for exit in node_exits:
            if (id, exit.id) not in joined:
                yield issue("exit.missing", node=id, exit=_exit_name(exit))


def _exit_name(exit: Exit) -> Mapping[str, str]:
    if exit.own:
        name = exit.id if exit.label["en"] == exit.id else f"{exit.id} {exit.label['en']}"
        return {"zh-CN": name, "en": name}
    return exit.label


def _graph(flow: Flow, nodes: Mapping[str, Node]) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(
        (edge.source, edge.target) for edge in flow.edges if edge.source in nodes and edge.target in nodes
    )
    return graph


def _unreachable(flow: Flow, graph: nx.DiGraph) -> Iterator[Issue]:
    roots = [node.id for node in flow.nodes if node.type == "start" or node.id == flow.settings.on_error]
    reached: set[str] = set(roots)
    for root in roots:
        reached |= nx.descendants(graph, root)
    for node in flow.nodes:
        if node.id not in reached:
            yield issue("node.unreachable", node=node.id)


def _endless(graph: nx.DiGraph, exits: Mapping[str, list[Exit]], broken: frozenset[str]) -> Iterator[Issue]:
    """Nodes from which no hang-up can be reached although every exit is joined."""
    ends = [id for id in graph if not exits.get(id) or id in broken]
    incomplete = [id for id, node_exits in exits.items() if graph.out_degree(id) == 0 and node_exits]
    backwards = graph.reverse(copy=False)
    leading_out: set[str] = {*ends, *incomplete}
    for id in (*ends, *incomplete):
        leading_out |= nx.descendants(backwards, id)
    for id in graph:
        if id not in leading_out:
            yield issue("node.no_end", node=id)


def _busy_loops(flow: Flow, nodes: Mapping[str, Node], broken: frozenset[str]) -> Iterator[Issue]:
    """Circles of exits that are taken without time passing."""
    hasty = nx.DiGraph()
    for edge in flow.edges:
        node = nodes.get(edge.source)
        if node is None or node.id in broken or edge.target not in nodes:
            continue
        if not NODE_TYPES[node.type].waits(node, edge.exit):
            hasty.add_edge(edge.source, edge.target)
    order = {id: index for index, id in enumerate(nodes)}
    for component in nx.strongly_connected_components(hasty):
        first = min(component, key=order.__getitem__)
        if len(component) > 1 or hasty.has_edge(first, first):
            names = sorted(component, key=order.__getitem__)
            yield issue("loop.no_wait", node=first, nodes=" → ".join(nodes[id].label or id for id in names))
