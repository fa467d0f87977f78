"""Flow -> Program: every exit an index, every prompt a key, every expression a closure.

Each node becomes one block of operations: ``Enter``, the node type's own operations, one ``Leave`` per exit. Sizes
are known before anything is built, so all indices are, and no operation is ever patched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass

from interpreter.compiler.checking import check_reading, reading_of
from interpreter.flow.document import Flow, Node
from interpreter.flow.issues import FlowError, Issue, has_errors
from interpreter.flow.resources import Resources
from interpreter.flow.schemas import Exit
from interpreter.machine.effects import ExitTaken, NodeEntered
from interpreter.machine.operations import Enter, Leave, Operation, PickByTime
from interpreter.machine.program import Program
from interpreter.nodes.base import Assembly
from interpreter.nodes.registry import NODE_TYPES, exits_of


def compile_flow(
    document: object, *, resources: Resources | None = None, published: bool = False, flow_id: str = ""
) -> Program:
    """The program of a flow document (parsed JSON) or ``Flow``.

    Raises FlowError with all issues where one of them is an error. resources: as for ``check``; they decide what is
    refused, never what the program does, so the same document always becomes the same program.
    published: it passed all checks then; asked again is what the program cannot be put together without.
    flow_id: what traces call the flow.
    """
    return compile_and_tell(document, resources=resources, published=published, flow_id=flow_id)[0]


def compile_and_tell(
    document: object, *, resources: Resources | None = None, published: bool = False, flow_id: str = ""
) -> tuple[Program, list[Issue]]:
    """As ``compile_flow``, with the warnings of the checks."""
    reading = reading_of(document)
    issues = check_reading(reading, resources, ways=not published)
    if reading.flow is None or has_errors(issues):
        raise FlowError(issues)
    return _assemble(reading.flow, flow_id), issues


@dataclass(frozen=True, slots=True)
class _Block:
    """Where one node stands in the program: index of its ``Enter``, of its own operations, of each exit's ``Leave``."""

    node: Node
    exits: Sequence[Exit]
    entry: int

    @property
    def first(self) -> int:
        return self.entry + 1

    @property
    def leaves(self) -> int:
        return self.first + NODE_TYPES[self.node.type].size(self.node)

    @property
    def end(self) -> int:
        return self.leaves + len(self.exits)


def _assemble(flow: Flow, flow_id: str) -> Program:
    wired = {(edge.source, edge.exit) for edge in flow.edges}
    blocks = _lay_out(flow, wired)
    (start,) = (node for node in flow.nodes if node.type == "start")
    early_media = start.config["answer"] == "early_media"
    targets = {(edge.source, edge.exit): blocks[edge.target] for edge in flow.edges}
    keys: set[str] = set()
    operations: list[Operation] = []
    for block in blocks.values():
        operations += _build(flow, flow_id, block, targets, early_media, keys)
    on_error = flow.settings.on_error
    assert on_error is not None  # the checks have seen to it
    return Program(
        name=flow.name,
        locale=flow.locale,
        operations=tuple(operations),
        entry=blocks[start.id].entry,
        on_error=blocks[on_error].entry,
        variables=dict(flow.variables),
        exits={(b.node.id, exit.id): _label(exit) for b in blocks.values() for exit in b.exits},
        prompt_keys=frozenset(keys),
        digest=_digest(flow),
        early_media=early_media,
        flow=flow_id,
        keeps_secrets=any(step.secret for step in operations),
        asks_for_workdays=any(isinstance(step, PickByTime) and step.asks_for_workdays for step in operations),
    )


def _lay_out(flow: Flow, wired: Collection[tuple[str, str]]) -> Mapping[str, _Block]:
    """The blocks by node; an optional exit that leads nowhere is not there."""
    blocks: dict[str, _Block] = {}
    at = 0
    for node in flow.nodes:
        exits = [exit for exit in exits_of(node) if not exit.optional or (node.id, exit.id) in wired]
        block = _Block(node, exits, at)
        blocks[node.id] = block
        at = block.end
    return blocks


def _build(
    flow: Flow,
    flow_id: str,
    block: _Block,
    targets: Mapping[tuple[str, str], _Block],
    early_media: bool,
    keys: set[str],
) -> list[Operation]:
    """All operations of one node."""
    node = block.node
    exits = {
        exit.id: (ExitTaken(node.id, exit.id, _label(exit), flow_id), block.leaves + index)
        for index, exit in enumerate(block.exits)
    }
    assembly = Assembly(flow, node, exits, block.first, early_media, keys, flow_id)
    own = NODE_TYPES[node.type].build(assembly)
    leaves: list[Operation] = []
    for id, (effect, _) in exits.items():
        behind = targets[node.id, id]
        leaves.append(Leave(effect, _entered(behind.node, flow_id), behind.first))
    return [Enter(_entered(node, flow_id), block.first), *own, *leaves]


def _entered(node: Node, flow_id: str) -> NodeEntered:
    return NodeEntered(node.id, node.type, node.label, flow_id)


def _label(exit: Exit) -> str:
    """The author's own name of the exit; "" where it has none and its type's name does."""
    own = exit.own and exit.label["en"] != exit.id
    return exit.label["en"] if own else ""


def _digest(flow: Flow) -> str:
    """The same for flows that do the same by the same nodes."""
    data = json.dumps(asdict(flow), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(data.encode()).hexdigest()[:32]
