"""``voicemail``: takes a message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from interpreter.machine.effects import RecordMessage
from interpreter.machine.operations import Operation, TakeMessage
from interpreter.nodes.base import Assembly, NodeType, Scope

SHORTEST_SILENCE_S: Final = 1
"""Less is a pause between two words."""


class VoicemailNode(NodeType):
    """Greets (any key skips that), beeps and records a message into a box.

        {"id": "night", "type": "voicemail", "config": {"box": "main", "max_seconds": 60}}

    Leaves by ``recorded``, or by ``empty`` where nothing was said, or less than ``min_seconds``. A busy or ringing tone
    of the network ends a message and is cut off. A caller who was not answered yet is answered when recording starts.

    Checks: prompts; the box is known; silence ends a message before its greatest length does, and no breath does.
    Becomes: ``TakeMessage``.
    """

    type = "voicemail"

    def check(self, scope: Scope) -> None:
        super().check(scope)
        config, boxes = scope.config, scope.resources.boxes
        if boxes is not None and config["box"] not in boxes:
            scope.report("voicemail.unknown_box", "box", box=config["box"])
        silence, shortest, longest = config["silence_seconds"], config["min_seconds"], config["max_seconds"]
        if silence > longest:
            scope.report("voicemail.silence", "silence_seconds", silence=silence, max=longest)
        if 0 < silence < SHORTEST_SILENCE_S:
            scope.report("voicemail.short_silence", "silence_seconds", silence=silence)
        if shortest > longest:
            scope.report("voicemail.shortest", "min_seconds", min=shortest, max=longest)

    def build(self, assembly: Assembly) -> Sequence[Operation]:
        config = assembly.config
        record = RecordMessage(
            box=config["box"],
            max_seconds=float(config["max_seconds"]),
            min_seconds=float(config["min_seconds"]),
            silence_seconds=float(config["silence_seconds"]) or None,
            stop_keys=config["stop_key"],
            beep=config["beep"],
        )
        if config["beep"]:
            assembly.prompt_keys.add("system:beep")
        return [
            TakeMessage(
                assembly.node.id,
                assembly.speech("greeting"),
                record,
                recorded=assembly.exits["recorded"],
                empty=assembly.exits["empty"],
                early_media=assembly.early_media,
            )
        ]
