"""The operation that keeps a caller in a queue until somebody answers, or it has been enough.

Who is rung when is not decided here: the service ``queue`` is asked, by three questions that may be open together.

| ``want`` | answered by |
| --- | --- |
| ``stay`` | open for as long as the caller is in the queue; ``full`` or ``nobody``: he is not |
| ``turn`` | ``offer``, with the extensions to ring as ``members``; ``missed``: those offered before did not answer |
| ``place`` | ``place``, with how many are ``ahead`` |

To take ``stay`` back is to leave, however that comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from interpreter.machine.effects import (
    Answer,
    Behalf,
    CancelTimer,
    Data,
    Dial,
    Play,
    PromptKey,
    StartTimer,
    StopDial,
    Target,
)
from interpreter.machine.operations.base import STOP_PLAY, WAIT, CallState, Operation, OperationFault, Speech

SERVICE: Final = "queue"
LIMIT_TIMER: Final = "queue"
ANNOUNCE_TIMER: Final = "announce"

# phases: asked whether there is room, waiting, others ringing, talking
ENTERING, WAITING, RINGING, TALKING = range(4)

_ANSWER: Final = Answer()
_STOP_DIAL: Final = StopDial()
_CANCEL_LIMIT: Final = CancelTimer(LIMIT_TIMER)
_CANCEL_ANNOUNCE: Final = CancelTimer(ANNOUNCE_TIMER)

Announcement = Callable[[int], tuple[PromptKey, ...]]
"""What tells a caller how many are ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How to wait in the queue of ``group``.

    most: callers at once, this one among them. timeout: seconds, from the beginning; whoever is rung then may still
    answer. music: played over and over, also while others are rung. announce: says the place, every
    ``announce_seconds`` after the one before has ended; None for never. key: the caller leaves by it, "" for none.
    ring_seconds: for each offer. record: the talk.
    """

    group: str
    most: int
    timeout: float
    music: Speech
    announce: Announcement | None
    announce_seconds: float
    key: str
    ring_seconds: float
    record: bool


class WaitInQueue(Operation):
    """Wait for a turn, have whom the queue offers rung, talk.

    ways: ``answered`` (once the talk is over), ``timeout``, ``full``, ``nobody`` and ``key`` -> operation. early_media:
    the caller may not be answered yet; he is before he waits.
    """

    __slots__ = ("early_media", "limit", "next_announcement", "waiting", "ways")

    def __init__(self, node: str, waiting: Waiting, *, ways: Mapping[str, int], early_media: bool) -> None:
        super().__init__(node)
        self.waiting = waiting
        self.ways = dict(ways)
        self.early_media = early_media
        self.limit = StartTimer(LIMIT_TIMER, waiting.timeout)
        self.next_announcement = StartTimer(ANNOUNCE_TIMER, waiting.announce_seconds)

    def run(self, call: CallState) -> int:
        call.phase = ENTERING
        call.attempt = 0  # 1: the time is over
        call.typed = ""
        self._want(call, "stay", most=self.waiting.most)
        self._want(call, "turn", missed=False)
        self._want(call, "place")
        call.out.append(self.limit)
        return WAIT

    def told(self, call: CallState, n: int, kind: str, data: Data) -> int:
        if call.phase not in (ENTERING, WAITING):
            return WAIT
        if kind == "place":
            return self._placed(call, data)
        if kind == "offer":
            return self._ring(call, data)
        if kind in ("full", "nobody", "timeout"):
            return self._leave(call, kind)
        self.abandon(call)
        raise OperationFault("queue")

    def play_done(self, call: CallState) -> int:
        """An announcement has ended."""
        self._play_music(call)
        if call.phase == WAITING:
            call.out.append(self.next_announcement)
        return WAIT

    def timer(self, call: CallState, name: str) -> int:
        if call.phase == TALKING:
            return WAIT
        if name == LIMIT_TIMER:
            if call.phase != RINGING:
                return self._leave(call, "timeout")
            call.attempt = 1
        elif name == ANNOUNCE_TIMER and call.phase == WAITING:
            self._want(call, "place")
        return WAIT

    def digit(self, call: CallState, digit: str) -> int:
        if digit != self.waiting.key or call.phase == TALKING:
            return WAIT
        return self._leave(call, "key")

    def answered(self, call: CallState) -> int:
        if call.phase == RINGING:
            call.phase = TALKING
            call.out.append(_CANCEL_LIMIT)
            call.take_back()
        return WAIT

    def dial_ended(self, call: CallState, outcome: str) -> int:
        if call.phase != RINGING:
            return WAIT
        call.phase = WAITING
        if call.attempt:
            return self._leave(call, "timeout")
        self._want(call, "turn", missed=True)
        if self.waiting.announce:
            call.out.append(self.next_announcement)
        return WAIT

    def partner_hung_up(self, call: CallState) -> int:
        return self.ways["answered"] if call.phase == TALKING else WAIT

    def abandon(self, call: CallState) -> None:
        if call.phase == TALKING:
            return
        if call.phase != ENTERING:
            call.out.append(STOP_PLAY)
        if call.phase == WAITING and self.waiting.announce:
            call.out.append(_CANCEL_ANNOUNCE)
        call.out.append(_CANCEL_LIMIT)

    def wants(self, digit: str) -> bool:
        return digit == self.waiting.key

    def _want(self, call: CallState, want: str, **more: object) -> None:
        call.ask(SERVICE, {"want": want, "group": self.waiting.group, **more})

    def _placed(self, call: CallState, data: Data) -> int:
        """There is room, and this is the caller's place."""
        ahead, announce = data.get("ahead"), self.waiting.announce
        if not isinstance(ahead, int):
            self.abandon(call)
            raise OperationFault("queue")
        self._come_in(call)
        call.phase = WAITING
        if announce is None:
            self._play_music(call)
        else:
            call.out.append(Play(announce(ahead)))
        return WAIT

    def _ring(self, call: CallState, data: Data) -> int:
        members = data.get("members")
        if not isinstance(members, list) or not members:
            self.abandon(call)
            raise OperationFault("queue")
        if call.phase == ENTERING:
            self._come_in(call)
            self._play_music(call)
        elif self.waiting.announce:
            call.out.append(_CANCEL_ANNOUNCE)
        call.phase = RINGING
        targets = tuple(_telephones(str(member)) for member in members)
        call.out.append(
            Dial(targets, "simultaneous", self.waiting.ring_seconds, self.waiting.record, ringback=False)
        )
        return WAIT

    def _come_in(self, call: CallState) -> None:
        if call.phase == ENTERING and self.early_media:
            call.out.append(_ANSWER)

    def _play_music(self, call: CallState) -> None:
        play = self.waiting.music.effect(call.env)
        if play is not None:
            call.out.append(Play(play.prompts, loop=True))

    def _leave(self, call: CallState, way: str) -> int:
        if call.phase == RINGING:
            call.out.append(_STOP_DIAL)
        self.abandon(call)
        return self.ways[way]

    def targets(self) -> Iterable[int]:
        return self.ways.values()

    def describe(self) -> str:
        ways = " ".join(f"{way}->{target}" for way, target in self.ways.items())
        return f"queue {self.waiting.group} {self.waiting.timeout:g} s: {ways}"


def _telephones(member: str) -> Target:
    """An extension for itself: where it sends its other calls the queue's do not go, for they have their own place."""
    return Target("extension", member, behalf=Behalf(member))
