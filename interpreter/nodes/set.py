"""``set``: new values for variables."""

from __future__ import annotations

from collections.abc import Sequence

from interpreter.flow.document import Node
from interpreter.machine.operations import Assign, Operation
from interpreter.nodes.base import ANY_TYPE, Assembly, NodeType, Scope


class SetNode(NodeType):
    """Gives variables new values, one after the other, so a later one sees an earlier one's.

        {"id": "count", "type": "set", "config": {"assign": [{"variable": "tries", "value": "tries + 1"}]}}

    Checks: each variable is declared and gets a value of its type; no text is taken for a number that may be none.
    Becomes: ``Assign``.
    """

    type = "set"

    def check(self, scope: Scope) -> None:
        for index, item in enumerate(scope.config["assign"]):
            declared = scope.variable(item["variable"], f"assign.{index}.variable", None)
            wanted = (declared,) if declared else ANY_TYPE
            scope.faultless(item["value"], f"assign.{index}.value", wanted)

    def waits(self, node: Node, exit: str) -> bool:
        return False

    def build(self, assembly: Assembly) -> Sequence[Operation]:
        values = [(item["variable"], assembly.expression(item["value"])) for item in assembly.config["assign"]]
        assignments = tuple((name, value.evaluate) for name, value in values)
        return [Assign(assembly.node.id, assignments, assembly.exit("next"), sum(value.work for _, value in values))]
