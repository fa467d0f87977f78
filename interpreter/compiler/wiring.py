"""Whether the edges join what there is: missing, dangling and doubled exits, and the one entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from interpreter.flow.document import Edge, Flow, Node
from interpreter.flow.issues import Issue, issue
from interpreter.flow.schemas import Exit, dormant_exits
from interpreter.nodes.registry import exits_of

Exits = Mapping[str, Sequence[Exit]]
"""Node -> its exits; of nodes whose config is unusable they are not known."""


def known_exits(flow: Flow, broken: frozenset[str]) -> Exits:
    return {node.id: exits_of(node) for node in flow.nodes if node.id not in broken}


def wiring_issues(flow: Flow, exits: Exits) -> Iterator[Issue]:
    """Issues of edges and exits."""
    nodes = {node.id: node for node in flow.nodes}
    yield from _starts(flow)
    yield from _edges(flow, nodes, exits)
    yield from _missing(flow, exits)


def _starts(flow: Flow) -> Iterator[Issue]:
    starts = [node for node in flow.nodes if node.type == "start"]
    if not starts:
        yield issue("flow.no_start")
    for node in starts[1:]:
        yield issue("flow.two_starts", node=node.id)


def _edges(flow: Flow, nodes: Mapping[str, Node], exits: Exits) -> Iterator[Issue]:
    """Edges that start or end nowhere, or share an exit."""
    seen: set[tuple[str, str]] = set()
    known = {(id, exit.id) for id, node_exits in exits.items() for exit in node_exits}
    for edge in flow.edges:
        if edge.source not in nodes:
            yield issue("edge.unknown_source", id=edge.source)
            continue
        if edge.target not in nodes:
            yield issue("edge.unknown_target", node=edge.source, exit=edge.exit, id=edge.target)
        if (edge.source, edge.exit) in seen:
            yield issue("exit.twice", node=edge.source, exit=edge.exit)
        seen.add((edge.source, edge.exit))
        if edge.source in exits and (edge.source, edge.exit) not in known:
            yield _no_such_exit(nodes[edge.source], edge)


def _no_such_exit(node: Node, edge: Edge) -> Issue:
    dormant = edge.exit in dormant_exits(node.type, node.config)
    return issue("exit.unused" if dormant else "exit.unknown", node=node.id, exit=edge.exit)


def _missing(flow: Flow, exits: Exits) -> Iterator[Issue]:
    joined = {(edge.source, edge.exit) for edge in flow.edges}
    for id, node_exits in exits.items():
        for exit in node_exits:
            if (id, exit.id) not in joined and not exit.optional:
                yield issue("exit.missing", node=id, exit=_exit_name(exit))


def _exit_name(exit: Exit) -> Mapping[str, str]:
    if exit.own:
        name = exit.id if exit.label["en"] == exit.id else f"{exit.id} {exit.label['en']}"
        return {"zh-CN": name, "en": name}
    return exit.label
