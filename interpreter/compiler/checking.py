"""Everything that is wrong with a flow document, found at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from interpreter.compiler.wiring import Exits, known_exits, wiring_issues
from interpreter.flow.document import MAX_ISSUES, Flow, Reading, read
from interpreter.flow.issues import Issue, issue
from interpreter.flow.resources import Resources
from interpreter.nodes.base import Scope, reserved_name
from interpreter.nodes.registry import NODE_TYPES
from interpreter.nodes.typed import Typed


def check(document: object, resources: Resources | None = None) -> list[Issue]:
    """All issues of a flow document (parsed JSON) or ``Flow``: first the flow's own, then node by node in document
    order, errors before warnings within a node.

    resources: the tenant's prompts, extensions and so on; None leaves out what needs them. Never raises, whatever
    the document is.
    """
    return check_reading(reading_of(document), resources)


def reading_of(document: object) -> Reading:
    """What can be read of a document; a ``Flow`` is read already."""
    return Reading(document, []) if isinstance(document, Flow) else read(document)


def check_reading(reading: Reading, resources: Resources | None, *, ways: bool = True) -> list[Issue]:
    """As ``check``, of a document that was read before. ways: whether the ways through the flow are followed, too."""
    flow = reading.flow
    if flow is None:
        return list(reading.issues)
    known = resources or Resources()
    exits = known_exits(flow, reading.broken)
    issues = chain(
        reading.issues,
        _flow_issues(flow, known),
        wiring_issues(flow, exits),
        _way_issues(flow, exits) if ways else (),
        _node_issues(flow, reading.broken, known),
    )
    return _in_order(flow, list(islice(issues, MAX_ISSUES)))


def _way_issues(flow: Flow, exits: Exits) -> Iterator[Issue]:
    from interpreter.compiler.graph import graph_issues  # late: who runs published flows needs no graph library

    return graph_issues(flow, exits)


def _flow_issues(flow: Flow, resources: Resources) -> Iterator[Issue]:
    """Issues of the flow's settings."""
    settings = flow.settings
    if settings.on_error is None:
        yield issue("flow.on_error_missing", field="settings.on_error")
    elif all(node.id != settings.on_error for node in flow.nodes):
        yield issue("flow.on_error_unknown", field="settings.on_error", id=settings.on_error)
    for name in flow.variables:
        if reserved_name(name):
            yield issue("variable.reserved", field=f"variables.{name}", variable=name)
    length = settings.extension_length
    if length is not None and resources.extension_length not in (None, length):
        yield issue(
            "flow.other_length", field="settings.extension_length", length=length, company=resources.extension_length
        )
    elif length is not None:
        others = sorted(number for number in resources.extensions or () if len(number) != length)
        if others:
            yield issue(
                "flow.extension_length",
                field="settings.extension_length",
                length=length,
                count=len(others),
                example=others[0],
            )


def _node_issues(flow: Flow, broken: frozenset[str], resources: Resources) -> Iterator[Issue]:
    """Issues that each node type finds by itself."""
    nodes = [(NODE_TYPES[node.type], node) for node in flow.nodes if node.id not in broken]
    typed = Typed(
        flow.variable_types,
        (entry for kind, node in nodes for entry in kind.typed(node)),
        (entry for kind, node in nodes for entry in kind.assigned(node)),
    )
    wired = {(edge.source, edge.exit) for edge in flow.edges}
    for kind, node in nodes:
        scope = Scope(flow, node, resources, typed, wired)
        kind.check(scope)
        yield from scope.issues


def _in_order(flow: Flow, issues: list[Issue]) -> list[Issue]:
    place = {node.id: index for index, node in enumerate(flow.nodes)}

    def key(found: Issue) -> tuple[int, bool]:
        at = -1 if found.node is None else place.get(found.node, len(place))
        return at, found.severity == "warning"

    return sorted(issues, key=key)
