"""``start``: where calls enter a flow."""

from __future__ import annotations

from collections.abc import Sequence

from interpreter.flow.document import Node
from interpreter.machine.operations import Operation, Pickup
from interpreter.nodes.base import Assembly, NodeType


class StartNode(NodeType):
    """Answers the caller, or lets them hear prompts before they are answered.

        {"id": "start", "type": "start", "config": {"answer": "early_media"}}

    Checks: that there is exactly one is the compiler's business.
    Becomes: ``Pickup``. With early media, the answer of a target and a voicemail recording answer the caller.
    """

    type = "start"

    def waits(self, node: Node, exit: str) -> bool:
        return False

    def build(self, assembly: Assembly) -> Sequence[Operation]:
        return [Pickup(assembly.node.id, assembly.early_media, assembly.exit("next"))]
