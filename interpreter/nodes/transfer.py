"""``transfer``: rings targets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from interpreter.flow.document import Node
from interpreter.flow.schemas import Json
from interpreter.machine.effects import Dial, Target
from interpreter.machine.operations import Operation, Ring
from interpreter.nodes.base import Assembly, NodeType, Scope
from numbering.plan import to_dial
from numbering.spelling import compact

_NUMBER: Final[Mapping[str, re.Pattern[str]]] = {
    "extension": re.compile(r"[0-9]{1,6}"),
    "number": re.compile(r"[0-9*#]{2,20}"),
}


class TransferNode(NodeType):
    """Rings extensions, outside numbers or trunks, in order or all at once; the first answer is connected.

        {"id": "sales", "type": "transfer", "config": {"strategy": "simultaneous", "ring_seconds": 20,
          "targets": [{"kind": "extension", "value": "801"}, {"kind": "number", "value": "13800138000"}]}}

    Numbers may be written in any way (``138 0013 8000``, ``+86 …``); they are dialled as at home.
    Outcomes ``failed`` and ``no_such`` leave by ``offline``: to the caller they are the same. ``answered`` is left
    when the answerer has hung up and the caller is still there.

    Checks: numbers can be numbers; targets exist, outside numbers have a trunk to leave by (warnings: what is missing
    may be created later), and no target stands there twice.
    Becomes: ``Ring``.
    """

    type = "transfer"

    def check(self, scope: Scope) -> None:
        seen: set[tuple[str, str, str]] = set()
        for index, target in enumerate(scope.config["targets"]):
            at = f"targets.{index}.value"
            _check_target(scope, target, at)
            key = (target["kind"], _to_ring(target), target["user"])
            if key in seen:
                scope.report("target.twice", at, value=target["value"])
            seen.add(key)

    def waits(self, node: Node, exit: str) -> bool:
        # busy and offline may come back at once, again and again
        return exit in ("answered", "no_answer")

    def build(self, assembly: Assembly) -> Sequence[Operation]:
        config = assembly.config
        record = config["record"] if config["record"] != "flow" else assembly.flow.settings.record
        targets = tuple(_target(target) for target in config["targets"])
        dial = Dial(targets, config["strategy"], float(config["ring_seconds"]), record == "after_answer")
        outcomes = {name: assembly.exit(name) for name in ("busy", "no_answer", "offline")}
        outcomes["no_such"] = outcomes["failed"] = outcomes["offline"]
        return [
            Ring(
                assembly.node.id,
                dial,
                hung_up=assembly.exit("answered"),
                outcomes=outcomes,
                early_media=assembly.early_media,
            )
        ]


def _target(target: Mapping[str, Json]) -> Target:
    return Target(target["kind"], _to_ring(target), _to_dial_there(target["user"]), target["label"])


def _to_ring(target: Mapping[str, Json]) -> str:
    """The target's value without what people write between digits; a trunk has a name."""
    kind, value = target["kind"], str(target["value"])
    return value if kind == "trunk" else compact(value) if kind == "extension" else to_dial(value)


def _to_dial_there(user: str) -> str:
    """What the other side of a trunk is asked for: digits as written but for separators, or a SIP user name."""
    digits = compact(user)
    return digits if re.fullmatch(r"\+?[0-9*#]+", digits) else user


def _check_target(scope: Scope, target: Mapping[str, Json], at: str) -> None:
    kind, value = target["kind"], _to_ring(target)
    shape = _NUMBER.get(kind)
    if shape is not None and not shape.fullmatch(value):
        scope.report("target.number", at, value=value)
        return
    if kind == "number" and scope.resources.trunks is not None and not scope.resources.trunks:
        scope.report("target.no_trunk", at, value=value)
    known = {"extension": scope.resources.extensions, "trunk": scope.resources.trunks}.get(kind)
    if known is not None and value not in known:
        scope.report(f"target.unknown_{kind}", at, value=value)
