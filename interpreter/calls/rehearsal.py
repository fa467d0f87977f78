"""A call that tries a draft at one telephone: nobody else is rung, and nothing of it is kept.

Whoever would be rung is named to the caller, who answers for them by a key: 1 answers, 2 is busy, 3 is nobody. A talk
that comes of it ends by ``#``. A message is not recorded: after its beep it ends by a stop key, or after some seconds.
What a flow asks outside comes to nothing (``error``), but a queue: somebody is free there at once, and where the
caller has him not answer, nobody else is, so that the wait can be tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, get_args

from interpreter.calls.inputs import Input, LegAnswered, LegFailed, LegHungUp, LegRinging
from interpreter.calls.leg import FIRST_LEG
from interpreter.calls.outputs import (
    CancelLeg,
    Connect,
    EndTalk,
    HangUpLeg,
    InviteLeg,
    LegOutput,
    Output,
    PlayTo,
    Say,
    StopPlayTo,
)
from interpreter.calls.session import CallSession, RunsFlow
from interpreter.machine.effects import (
    Ask,
    CancelTimer,
    Data,
    Finished,
    Play,
    RecordMessage,
    StartTimer,
    StopMessage,
    StopPlay,
    Target,
    Tell,
    Unask,
)
from interpreter.machine.events import CallerHungUp, Digit, MessageRecorded, TimerFired, Told

MESSAGE_TIMER: Final = "trial:message"
MESSAGE_SECONDS: Final = 5.0
QUEUE: Final = "queue"

_LEG_OUTPUTS: Final = frozenset(get_args(LegOutput))


class Rehearsal(CallSession):
    """See the module; its driver sees only what the one telephone hears."""

    __slots__ = ("_asked", "_inner", "_message", "_music", "_rung", "_talks")

    def __init__(self, machine: RunsFlow) -> None:
        super().__init__(machine)
        self._inner: list[Input] = []  # what the people who are not there do
        self._rung: dict[int, Target] = {}
        self._asked: int | None = None
        self._talks: int | None = None
        self._message: RecordMessage | None = None
        self._music: Play | None = None

    def handle(self, event: Input, now: float) -> Sequence[Output]:
        outputs: list[Output] = []
        if not self._plays_others(event, outputs):
            self._inner.append(event)
        while self._inner:
            for output in super().handle(self._inner.pop(0), now):
                self._rehearse(output, outputs)
        self._name_next(outputs)
        return outputs

    def _plays_others(self, event: Input, outputs: list[Output]) -> bool:
        """Whether it is a key by which the caller answers for somebody else, or the end of what is no recording."""
        if type(event) is TimerFired and event.name == MESSAGE_TIMER:
            self._end_message(MessageRecorded(MESSAGE_SECONDS, "silence"))
            return True
        if type(event) is CallerHungUp:
            self._end_message(None)
        if type(event) is not Digit:
            return False
        if self._message is not None:
            if event.digit in self._message.stop_keys:
                outputs += (StopPlay(), CancelTimer(MESSAGE_TIMER))
                self._end_message(MessageRecorded(MESSAGE_SECONDS, "key"))
        elif self._asked is not None:
            self._answer_for(self._asked, event.digit, outputs)
        elif self._talks is not None:
            if event.digit == "#":
                leg, self._talks = self._talks, None
                outputs.append(StopPlay())
                self._inner.append(LegHungUp(leg))
        else:
            return False
        return True

    def _answer_for(self, leg: int, digit: str, outputs: list[Output]) -> None:
        if digit not in "123":
            return
        self._asked = None
        del self._rung[leg]
        outputs.append(self._music or StopPlay())
        match digit:
            case "1":
                self._inner += (LegRinging(leg), LegAnswered(leg))
            case "2":
                self._inner.append(LegFailed(leg, "busy"))
            case _:
                self._inner.append(LegFailed(leg, "no_answer"))

    def _end_message(self, recorded: MessageRecorded | None) -> None:
        message, self._message = self._message, None
        if message is not None and recorded is not None:
            self._inner.append(recorded)

    def _rehearse(self, output: Output, outputs: list[Output]) -> None:
        match output:
            case InviteLeg(leg, target):
                self._rung[leg] = target
            case CancelLeg(leg):
                if self._asked == leg:
                    self._asked = None
                    outputs.append(StopPlay())
                if self._rung.pop(leg, None) is not None:
                    self._inner.append(LegFailed(leg, "no_answer"))
            case Connect(legs) if FIRST_LEG in legs:
                self._talks = next(leg for leg in legs if leg != FIRST_LEG)
                outputs.append(Say(FIRST_LEG, ("pv_testanswered",)))
            case EndTalk() | HangUpLeg():
                if self._talks is not None:
                    self._talks = None
                    outputs.append(StopPlay())
            case PlayTo(leg) | StopPlayTo(leg) if leg == FIRST_LEG:
                outputs.append(output)
            case RecordMessage():
                self._message = output
                outputs += (Say(FIRST_LEG, ("beep",)), StartTimer(MESSAGE_TIMER, MESSAGE_SECONDS))
            case StopMessage():
                self._message = None
                outputs.append(CancelTimer(MESSAGE_TIMER))
            case Ask(n, kind, data):
                self._inner += _queue(n, data) if kind == QUEUE else [Told(n, "error", {})]
            case Play() | StopPlay():
                self._music = output if type(output) is Play and output.loop else None
                outputs.append(output)
            case Unask() | Tell():
                pass
            case Finished():
                self._rung.clear()
                self._asked = self._talks = None
                outputs.append(output)
            case _ if type(output) in _LEG_OUTPUTS:
                pass
            case _:
                outputs.append(output)

    def _name_next(self, outputs: list[Output]) -> None:
        """Of those who would ring together one after the other is asked for."""
        if self._asked is None and self._rung and self._talks is None:
            leg, target = next(iter(self._rung.items()))
            self._asked = leg
            number = target.user or target.value
            words = (f"digit-{digit}" for digit in number if digit.isdigit())
            outputs.append(Say(FIRST_LEG, ("pv_testcalls", *words, "pv_testkeys")))


def _queue(n: int, data: Data) -> list[Input]:
    """What a queue says in which the caller is alone (see ``machine.operations.queueing``)."""
    match data.get("want"):
        case "turn" if not data.get("missed"):
            return [Told(n, "offer", {"members": [data["group"]]})]
        case "place":
            return [Told(n, "place", {"ahead": 0})]
        case _:
            return []
