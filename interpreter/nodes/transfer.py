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

_NUMBER: Final[Mapping[str, re.Pattern[str]]] = {
    "extension": re.compile(r"[0-9]{1,6}"),
    "number": re.compile(r"\+?[0-9*#]{2,20}"),
}


class TransferNode(NodeType):
    """Rings extensions, outside numbers or trunks, in order or all at once; the first answer is connected.

        {"id": "sales", "type": "transfer", "config": {"strategy": "simultaneous", "ring_seconds": 20,
          "targets": [{"kind": "extension", "value": "801"}, {"kind": "number", "value": "13800138000"}]}}

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
            key = (target["kind"], target["value"], target["user"])
            if key in seen:
                scope.report("target.twice", at, value=target["value"])
            seen.add(key)

    def waits(self, node: Node, exit: str) -> bool:
        # busy and offline may come back at once, again and again
        return exit in ("answered", "no_answer")

    def build(self, assembly: Assembly) -> Sequence[Operation]:
        config = assembly.config
        record = config["record"] if config["record"] != "flow" else assembly.flow.settings.record
        targets = tuple(Target(t["kind"], t["value"], t["user"], t["label"]) for t in config["targets"])
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


def _check_target(scope: Scope, target: Mapping[str, Json], at: str) -> None:
    kind, value = target["kind"], target["value"]
    shape = _NUMBER.get(kind)
    if shape is not None and not shape.fullmatch(value):
        scope.report("target.number", at, value=value)
        return
    if kind == "number" and scope.resources.trunks is not None and not scope.resources.trunks:
        scope.report("target.no_trunk", at, value=value)
    known = {"extension": scope.resources.extensions, "trunk": scope.resources.trunks}.get(kind)
    if known is not None and value not in known:
        scope.report(f"target.unknown_{kind}", at, value=value)
