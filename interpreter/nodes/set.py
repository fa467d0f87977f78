"""``set``: new values for variables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from interpreter.flow.document import Node
from interpreter.machine.operations import Assign, Operation
from interpreter.nodes.base import ANY_TYPE, Assembly, NodeType, Scope


class SetNode(NodeType):
    """Gives variables new values, one after the other, so a later one sees an earlier one's.

        {"id": "count", "type": "set", "config": {"assign": [{"variable": "tries", "value": "tries + 1"}]}}

    A value that cannot be had (a text that is no number, division by zero, too large) is not set; the call leaves by
    ``failed``, which may lead nowhere: then that is a fault of the flow.

    Checks: each variable is declared and gets a value of its type; what callers type cannot fault the flow.
    Becomes: ``Assign``.
    """

    type = "set"

    def check(self, scope: Scope) -> None:
        for index, item in enumerate(scope.config["assign"]):
            declared = scope.variable(item["variable"], f"assign.{index}.variable", None)
            wanted = (declared,) if declared else ANY_TYPE
            at = f"assign.{index}.value"
            compiled = scope.expression(item["value"], at, wanted)
            if compiled is not None and scope.typed.may_fault(compiled) and not scope.leads_on("failed"):
                scope.report("set.unguarded", at)

    def assigned(self, node: Node) -> Iterable[tuple[str, str]]:
        return [(item["variable"], item["value"]) for item in node.config["assign"]]

    def waits(self, node: Node, exit: str) -> bool:
        return False

    def build(self, assembly: Assembly) -> Sequence[Operation]:
        values = [(item["variable"], assembly.expression(item["value"])) for item in assembly.config["assign"]]
        assignments = tuple((name, value.evaluate) for name, value in values)
        work = sum(value.work for _, value in values)
        failed = assembly.optional_exit("failed")
        return [Assign(assembly.node.id, assignments, assembly.exit("next"), work, failed)]
