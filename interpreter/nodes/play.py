"""``play``: prompts, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from interpreter.flow.document import Node
from interpreter.machine.operations import Operation, PlayPrompts
from interpreter.nodes.base import Assembly, NodeType


class PlayNode(NodeType):
    """Plays prompts some times. A digit is kept for the next node that collects; with barge-in it also ends this one.

        {"id": "hello", "type": "play", "config": {"prompt": ["welcome.wav", {"digits": "call.caller"}], "times": 2}}

    Checks: prompts. Becomes: ``PlayPrompts``.
    """

    type = "play"

    def waits(self, node: Node, exit: str) -> bool:
        # a value may turn out to have nothing to read, such as the digits of an empty text
        return any(isinstance(item, str) or "text" in item for item in node.config["prompt"])

    def build(self, assembly: Assembly) -> Sequence[Operation]:
        config = assembly.config
        return [
            PlayPrompts(
                assembly.node.id,
                assembly.speech("prompt"),
                times=config["times"],
                barge_in=config["barge_in"],
                next=assembly.exit("next"),
            )
        ]
