"""``voicemail``: takes a message."""

from __future__ import annotations

from collections.abc import Sequence

from interpreter.machine.effects import RecordMessage
from interpreter.machine.operations import Operation, TakeMessage
from interpreter.nodes.base import Assembly, NodeType, Scope


class VoicemailNode(NodeType):
    """Greets (any key skips that), beeps and records a message into a box.

        {"id": "night", "type": "voicemail", "config": {"box": "main", "max_seconds": 60}}

    Leaves by ``recorded``, or by ``empty`` where nothing was said. A caller who was not answered yet is answered
    when recording starts.

    Checks: prompts; the box is known; silence ends a message before its greatest length does.
    Becomes: ``TakeMessage``.
    """

    type = "voicemail"

    def check(self, scope: Scope) -> None:
        super().check(scope)
        config, boxes = scope.config, scope.resources.boxes
        if boxes is not None and config["box"] not in boxes:
            scope.report("voicemail.unknown_box", "box", box=config["box"])
        if config["silence_seconds"] > config["max_seconds"]:
            scope.report(
                "voicemail.silence",
                "silence_seconds",
                silence=config["silence_seconds"],
                max=config["max_seconds"],
            )

    def build(self, assembly: Assembly) -> Sequence[Operation]:
        config = assembly.config
        record = RecordMessage(
            box=config["box"],
            max_seconds=float(config["max_seconds"]),
            silence_seconds=float(config["silence_seconds"]),
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
