"""``hangup``: ends the call."""

from __future__ import annotations

from collections.abc import Sequence

from interpreter.machine.operations import HangUp, Operation
from interpreter.nodes.base import Assembly, NodeType


class HangupNode(NodeType):
    """Says the last words, if any, and ends the call.

        {"id": "bye", "type": "hangup", "config": {"prompt": ["pv_goodbye.wav"]}}

    The cause chooses the SIP answer only where the caller was not answered yet. Checks: prompts. Becomes: ``HangUp``.
    """

    type = "hangup"

    def build(self, assembly: Assembly) -> Sequence[Operation]:
        return [HangUp(assembly.node.id, assembly.speech("prompt"), assembly.config["cause"])]
