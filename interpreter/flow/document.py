"""The flow document as frozen data, read from JSON that may be anything at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from interpreter.flow.expressions import Type, Value, type_of
from interpreter.flow.guard import guard
from interpreter.flow.issues import FlowError, Issue, has_errors, issue
from interpreter.flow.migrations import migrate
from interpreter.flow.schemas import (
    Json,
    flow_schema,
    flow_validator,
    node_schemas,
    node_validator,
    with_defaults,
)
from interpreter.flow.size import size_issue
from interpreter.flow.validation import flow_issues, node_issues

Locale = Literal["zh-CN", "en-US"]

MAX_ISSUES: Final = 1000
"""Nobody reads more, and a hostile document shall not make us write millions."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The flow's own settings, see ``schemas/flow.json``."""

    extension_length: int | None
    use_system_prompts: bool
    record: Literal["never", "after_answer"]
    on_error: str | None


@dataclass(frozen=True, slots=True)
class Node:
    """One node. config: as in ``schemas/nodes/<type>.json``, defaults filled in."""

    id: str
    type: str
    label: str
    config: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Edge:
    """Joins the exit of one node to the next node."""

    source: str
    exit: str
    target: str


@dataclass(frozen=True)  # no slots: every expression asks for the variables' types, which are kept
class Flow:
    """A flow that fits the schemas. Where nodes stand on the canvas and its notes are not part of it."""

    name: str
    locale: Locale
    settings: Settings
    variables: Mapping[str, Value]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @staticmethod
    def from_json(document: object) -> Flow:
        """The flow of a parsed JSON document. Raises FlowError with all that does not fit the schemas."""
        reading = read(document)
        if reading.flow is None or has_errors(reading.issues):
            raise FlowError(reading.issues)
        return reading.flow

    @cached_property
    def variable_types(self) -> Mapping[str, Type]:
        return {name: type_of(value) for name, value in self.variables.items()}


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read of a document.

    flow: None where its frame is broken. broken: ids of nodes whose type or config does not fit; they stand in
    ``flow`` with what they have.
    """

    flow: Flow | None
    issues: Sequence[Issue]
    broken: frozenset[str] = frozenset()


def read(document: object) -> Reading:
    """Read a document as far as it goes. Never raises."""
    problem = guard(document) or size_issue(document)
    if problem is not None:
        return Reading(None, [problem])
    migrated, problem = migrate(document)
    if problem is not None or migrated is None:
        return Reading(None, [problem] if problem else [])
    issues = flow_issues(flow_validator(), flow_schema(), migrated)
    if issues:
        return Reading(None, issues)
    filled = with_defaults(flow_schema(), migrated)
    nodes, node_problems = _read_nodes(filled["nodes"])
    if len(node_problems) >= MAX_ISSUES:  # and there may be more, so that it is not known which nodes are sound
        return Reading(None, node_problems)
    broken = frozenset(i.node for i in node_problems if i.node is not None)
    return Reading(_flow(filled, nodes), node_problems, broken)


def _flow(document: Mapping[str, Json], nodes: tuple[Node, ...]) -> Flow:
    settings = document["settings"]
    return Flow(
        name=document["name"],
        locale=document["locale"],
        settings=Settings(
            extension_length=settings["extension_length"],
            use_system_prompts=settings["use_system_prompts"],
            record=settings["record"],
            on_error=settings["on_error"],
        ),
        variables=document["variables"],
        nodes=nodes,
        edges=tuple(Edge(edge["from"], edge["exit"], edge["to"]) for edge in document["edges"]),
    )


def _read_nodes(items: Sequence[Mapping[str, Json]]) -> tuple[tuple[Node, ...], list[Issue]]:
    nodes: list[Node] = []
    issues: list[Issue] = []
    seen: set[str] = set()
    for item in items:
        id, type, config = item["id"], item["type"], item.get("config", {})
        if id in seen:
            issues.append(issue("node.duplicate_id", node=id, id=id))
            continue
        seen.add(id)
        problems = _config_issues(id, type, config)
        issues += problems
        if not problems:
            config = with_defaults(node_schemas()[type], config)
        nodes.append(Node(id, type, item.get("label", ""), config))
        if len(issues) >= MAX_ISSUES:
            break
    return tuple(nodes), issues


def _config_issues(id: str, type: str, config: Mapping[str, Json]) -> list[Issue]:
    schema = node_schemas().get(type)
    if schema is None:
        return [issue("node.unknown_type", node=id, field="type", type=type)]
    return node_issues(node_validator(type), schema, id, config)
