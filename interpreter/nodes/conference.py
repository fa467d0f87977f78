"""``conference``: brings callers together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from interpreter.flow.document import Node
from interpreter.flow.schemas import node_schemas
from interpreter.machine.operations import AskPin, Environment, Fail, Operation, PlayPrompts, Speech, StayWithService
from interpreter.machine.operations.asking import Asking
from interpreter.nodes.base import Assembly, NodeType, Scope

OF_KEYS: Final = {
    "muted": ("file:pv_confmuted.wav",),
    "unmuted": ("file:pv_confunmuted.wav",),
    "all_muted": ("file:pv_confallmuted.wav",),
    "all_unmuted": ("file:pv_confallunmuted.wav",),
    "locked": ("file:pv_confclosed.wav",),
    "unlocked": ("file:pv_confopened.wav",),
}
"""What members are told of their keys (see ``calls.conference.Said``): the tenant's prompts, or the system's."""


class ConferenceNode(NodeType):
    """Asks for a PIN, if there is one, and lets the caller take part in the conference of that name.

        {"id": "meet", "type": "conference", "config": {"room": "晨会", "pin": "2580", "chairman_pin": "7913"}}

    Leaves by ``left`` (by the key, or the conference has ended), or by ``denied`` (wrong PIN, locked, full). A fault of
    the conference leads to the flow's error exit.

    Checks: prompts; the PINs differ; where a chairman is waited for there can be one. Becomes: ``AskPin``, a
    ``StayWithService`` for either role, and what is said afterwards.
    """

    type = "conference"

    def check(self, scope: Scope) -> None:
        super().check(scope)
        config = scope.config
        if config["chairman_pin"]:
            if config["chairman_pin"] == config["pin"]:
                scope.report("conference.same_pin", "chairman_pin")
            return
        for setting in ("wait_for_chairman", "end_with_chairman"):
            if config[setting]:
                label = node_schemas()[self.type]["properties"][setting]["x-ui"]["label"]
                scope.report("conference.no_chairman", setting, setting=label)

    def size(self, node: Node) -> int:
        return len(_roles(node)) + len(_ENDINGS) + 1 + _asks(node)

    def build(self, assembly: Assembly) -> Sequence[Operation]:
        node = assembly.node
        first = assembly.first + _asks(node)
        roles = _roles(node)
        stays = {chairman: first + index for index, chairman in enumerate(roles)}
        endings = {why: first + len(roles) + index for index, why in enumerate(_ENDINGS)}
        ways = {**endings, "error": first + len(roles) + len(_ENDINGS)}
        asks = [_ask_pin(assembly, stays)] if _asks(node) else []
        return [
            *asks,
            *(_stay(assembly, chairman, ways) for chairman in roles),
            *(_say(assembly, setting, assembly.exit(exit)) for setting, exit in _ENDINGS.values()),
            Fail(node.id, "conference"),
        ]


_ENDINGS: Final = {
    "ended": ("ended_prompt", "left"),
    "locked": ("locked_prompt", "denied"),
    "full": ("full_prompt", "denied"),
}
"""How the conference sends somebody away -> what is said then, and the exit."""


def _asks(node: Node) -> bool:
    return bool(node.config["pin"] or node.config["chairman_pin"])


def _roles(node: Node) -> tuple[bool, ...]:
    """Whether there are participants, chairmen: ``False``, and ``True`` for those."""
    return (False, True) if node.config["chairman_pin"] else (False,)


def _ask_pin(assembly: Assembly, stays: Mapping[bool, int]) -> Operation:
    """A participant who has none presses ``#``, or nothing."""
    config = assembly.config
    pin = config["pin"] or ""
    pins = {pin: stays[False]} | ({config["chairman_pin"]: stays[True]} if True in stays else {})
    denied = assembly.exit("denied")
    asking = Asking(
        prompt=assembly.speech("prompt"),
        no_input_prompt=assembly.speech("no_input_prompt"),
        no_match_prompt=assembly.speech("no_match_prompt"),
        barge_in=True,
        attempts=config["attempts"],
        no_input_attempts=None if pin else 1,
        first_digit_timeout=float(config["first_digit_timeout"]),
        inter_digit_timeout=float(config["inter_digit_timeout"]),
        no_input=denied if pin else stays[False],
        no_match=denied,
        flow=assembly.flow_id,
    )
    return AskPin(assembly.node.id, asking, pins)


def _stay(assembly: Assembly, chairman: bool, ways: Mapping[str, int]) -> Operation:
    config = assembly.config
    given = {
        "room": config["room"],
        "chairman": chairman,
        "limit": config["limit"],
        "waits": config["wait_for_chairman"],
        "ends": config["end_with_chairman"],
        "tones": config["tones"],
        "music": config["music"],
        "says": _said({"alone": assembly.speech("alone_prompt"), "waits": assembly.speech("wait_prompt")}),
    }
    leads = {config["leave_key"]: assembly.exit("left")} if config["leave_key"] else {}
    for keys in OF_KEYS.values():
        assembly.prompt_keys.update(keys)
    return StayWithService(
        assembly.node.id, "conference", given, ways=ways, leads=leads, tells=True, early_media=assembly.early_media
    )


def _said(speeches: Mapping[str, Speech]) -> Callable[[Environment], Mapping[str, Sequence[str]]]:
    """What members hear of the conference, for the service to play."""

    def said(env: Environment) -> Mapping[str, Sequence[str]]:
        plays = {name: speech.effect(env) for name, speech in speeches.items()}
        return OF_KEYS | {name: play.prompts if play is not None else () for name, play in plays.items()}

    return said


def _say(assembly: Assembly, setting: str, way: int) -> Operation:
    return PlayPrompts(assembly.node.id, assembly.speech(setting), times=1, barge_in=True, next=way)
