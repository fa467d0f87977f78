"""What a number's day/night switch does: which exit each hours node of the bound flow takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interpreter.flow.document import Node, read
from interpreter.machine.facts import Switch
from interpreter.nodes.hours import HoursNode, switched_exits
from interpreter.nodes.registry import exits_of, type_label

Texts = Mapping[str, str]


def effects_of(document: Mapping[str, Any]) -> list[dict[str, Texts]]:
    """Of each hours node that follows the switch: its name, and the exits' names while switched to day and to night."""
    reading = read(document)
    nodes = reading.flow.nodes if reading.flow is not None else ()
    hours = (node for node in nodes if node.type == HoursNode.type and node.id not in reading.broken)
    return [_effect(node, exits) for node in hours if (exits := switched_exits(node.config))]


def _effect(node: Node, exits: Mapping[Switch, str]) -> dict[str, Texts]:
    return {"node": _name(node), "day": _label(node, exits["day"]), "night": _label(node, exits["night"])}


def _name(node: Node) -> Texts:
    if node.label:
        return {"zh-CN": node.label, "en": node.label}
    return {locale: type_label(node.type, locale) for locale in ("zh-CN", "en")}


def _label(node: Node, exit_id: str) -> Texts:
    return next((exit.label for exit in exits_of(node) if exit.id == exit_id), {"zh-CN": exit_id, "en": exit_id})
