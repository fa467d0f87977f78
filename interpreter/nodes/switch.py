"""``switch``: conditions choose the way."""

from __future__ import annotations

from collections.abc import Sequence

from interpreter.flow.document import Node
from interpreter.machine.operations import Branch, Operation
from interpreter.nodes.base import Assembly, NodeType, Scope


class SwitchNode(NodeType):
    """Leaves by the first case whose condition is true, else by ``otherwise``; one without a value is not true.

        {"id": "who", "type": "switch", "config": {"cases": [
          {"exit": "beijing", "label": "北京", "when": "starts_with(call.caller, '010')"},
          {"exit": "vip", "when": "vip and tries < 3"}]}}

    Checks: each condition is yes/no; conditions that are always or never true, or stand there twice.
    Becomes: ``Branch``.
    """

    type = "switch"

    def check(self, scope: Scope) -> None:
        cases = scope.config["cases"]
        scope.exit_names([case["exit"] for case in cases], ["otherwise"], "cases")
        seen: set[str] = set()
        settled = False
        for index, case in enumerate(cases):
            at, label = f"cases.{index}.when", case["label"] or case["exit"]
            compiled = scope.expression(case["when"], at, ["yes_no"])
            if case["when"] in seen:
                scope.report("switch.repeated", at, label=label)
            seen.add(case["when"])
            if compiled is None or settled:
                continue
            if compiled.constant is False:
                scope.report("switch.never", at, label=label)
            elif compiled.constant is True:
                scope.report("switch.always", at, label=label)
                settled = True

    def waits(self, node: Node, exit: str) -> bool:
        return False

    def build(self, assembly: Assembly) -> Sequence[Operation]:
        conditions = [(assembly.expression(case["when"]), case["exit"]) for case in assembly.config["cases"]]
        cases = tuple((condition.evaluate, assembly.exit(exit)) for condition, exit in conditions)
        work = sum(condition.work for condition, _ in conditions)
        return [Branch(assembly.node.id, cases, assembly.exit("otherwise"), work)]
