"""``queue``: callers wait until somebody of a group is free."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from interpreter.flow.document import Node
from interpreter.flow.prompts import FilePrompt, system_key
from interpreter.flow.spoken import Locale, cardinal, vocabulary
from interpreter.machine.effects import PromptKey
from interpreter.machine.operations import Operation, WaitInQueue
from interpreter.machine.operations.queueing import Announcement, Waiting
from interpreter.nodes.base import Assembly, NodeType, Scope

NEXT: Final = FilePrompt("pv_queuenext.wav").key
AHEAD: Final = FilePrompt("pv_queueahead.wav").key
WAIT: Final = FilePrompt("pv_queuewait.wav").key
"""You are the next; before you wait ...; ... callers, please wait. A company may have its own files of these names."""

_EXITS: Final = ("answered", "timeout", "full", "nobody")


class QueueNode(NodeType):
    """Callers wait with music, in the order of their coming, until somebody of a group is free and answers.

        {"id": "service", "type": "queue", "config": {"group": "售后", "timeout": 180, "key": "0"}}

    Who is rung is the group's strategy; whoever does not answer is left alone for a while, the caller keeps the place.
    ``answered`` is left when the answerer has hung up and the caller is still there. A caller who was not answered yet
    is answered before waiting; ``full`` and ``nobody`` come before that.

    Checks: the group is known and has extensions (warnings: it may be made later); prompts; waiting is longer than
    one ring. Becomes: ``WaitInQueue``.
    """

    type = "queue"

    def check(self, scope: Scope) -> None:
        super().check(scope)
        config, groups = scope.config, scope.resources.groups
        name = config["group"]
        if groups is not None and not groups.get(name):
            scope.report("queue.empty_group" if name in groups else "queue.unknown_group", "group", group=name)
        if config["timeout"] <= config["ring_seconds"]:
            scope.report("queue.short", "timeout", timeout=config["timeout"], ring=config["ring_seconds"])

    def waits(self, node: Node, exit: str) -> bool:
        # a full queue, or one without anybody, sends callers back at once
        return exit in ("answered", "timeout", "key")

    def build(self, assembly: Assembly) -> Sequence[Operation]:
        config, locale = assembly.config, assembly.flow.locale
        record = config["record"] if config["record"] != "flow" else assembly.flow.settings.record
        announced = config["announce_seconds"] > 0
        if announced:
            assembly.prompt_keys.update((NEXT, AHEAD, WAIT))
            assembly.prompt_keys.update(system_key(name) for name in vocabulary("number", locale))
        waiting = Waiting(
            group=config["group"],
            most=config["most"],
            timeout=float(config["timeout"]),
            music=assembly.speech("music"),
            announce=_announcement(locale) if announced else None,
            announce_seconds=float(config["announce_seconds"]),
            key=config["key"],
            ring_seconds=float(config["ring_seconds"]),
            record=record == "after_answer",
        )
        ways = {name: assembly.exit(name) for name in _EXITS}
        if config["key"]:
            ways["key"] = assembly.exit("key")
        return [WaitInQueue(assembly.node.id, waiting, ways=ways, early_media=assembly.early_media)]


def _announcement(locale: Locale) -> Announcement:
    def says(ahead: int) -> tuple[PromptKey, ...]:
        if not ahead:
            return (NEXT,)
        words = ("liang",) if ahead == 2 and locale == "zh-CN" else cardinal(ahead, locale)  # 两位
        return (AHEAD, *map(system_key, words), WAIT)

    return says
