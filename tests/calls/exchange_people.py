"""Random people on the line, and a driver that keeps the books of legs, timers and music as a SIP stack would."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

from interpreter.calls.inputs import (
    Input,
    LegAnswered,
    LegCame,
    LegDigit,
    LegDiverted,
    LegEarlyMedia,
    LegFailed,
    LegHeld,
    LegHungUp,
    LegRinging,
    Parked,
    Part,
    PartChanged,
    Resolved,
    RingPlan,
    TransferAsked,
)
from interpreter.calls.outputs import (
    CancelLeg,
    Connect,
    EndTalk,
    HangUpLeg,
    InviteLeg,
    LeadOn,
    Output,
    Park,
    PassEarlyMedia,
    PlayTo,
    Resolve,
    Say,
    SayPlace,
    StartRingback,
    StopEarlyMedia,
    StopPlayTo,
    StopRingback,
    TellTransfer,
    Unpark,
)
from interpreter.machine.effects import Behalf, CancelTimer, Finished, StartTimer, Target
from interpreter.machine.events import CallerHungUp, CallStarted, Digit, Fault, TimerFired

REACHABLE = {
    "801": Target("extension", "801"), "803": Target("extension", "803"), "9": Target("number", "13900139000"),
}  # fmt: skip

FLOW = "7"
"""Where a flow answers."""

OTHER = Target("extension", "806")
_FIRST, _NEXT, _ASKED = (
    Target("extension", "801", behalf=Behalf("801", via=("801",))),
    Target("extension", "803", behalf=Behalf("801", diverted="no-answer", via=("801",))),
    Target("number", "13900139000", behalf=Behalf("801", diverted="follow-me", via=("801",), accept=True)),
)
PLANS = (
    RingPlan((), 5.0, {}, ("busy",)),
    RingPlan(((_FIRST, _ASKED), (_NEXT,)), 5.0, {"no_answer": _ASKED, "busy": _NEXT}),
    RingPlan(((_ASKED,),), 5.0, {"no_answer": _NEXT}),
)
RINGING = (
    "ring", "sounds", "sounds", "silent", "answer", "answer", "answer", "busy", "offline", "divert", "divert",
)  # fmt: skip
ANSWERED = (
    "hangup", "hold", "back", "*2801#", "*3803#", "*3803#", "*39#", "*3", "*", "#", "*2#", "8",
    "1", "1", "*27#", "refer 7", "refer 801", "refer 803", "refer 9", "refer 666", "*68", "*68",
)  # fmt: skip
COMING = ("answers", "speaks", "speaks", "replaces", "listens", "whispers", "change")
OTHERS = ("timer", "timer", "fault", "caller")

whose = st.integers(0, 5)
"""Which of the legs that can do it."""

happenings = st.lists(
    st.one_of(
        st.tuples(whose, st.sampled_from(RINGING)),
        st.tuples(whose, st.sampled_from(ANSWERED)),
        st.tuples(whose, st.sampled_from(COMING)),
        st.sampled_from(OTHERS),
    ),
    min_size=15, max_size=60,
)


def random_happening(rng: Random) -> str | tuple[int, str]:
    """The same by the dice, for very many."""
    which = rng.random()
    if which < 0.1:
        return rng.choice(OTHERS)
    return rng.randrange(6), rng.choice(RINGING if which < 0.5 else COMING if which < 0.6 else ANSWERED)


class Telephones:
    """Asserts what must always hold of what a session wants done."""

    def __init__(self) -> None:
        self.alive: dict[int, str] = {0: "answered"}  # ringing, answered, cancelled
        self.connected: tuple[int, ...] = ()
        self.music: set[int] = set()
        self.ringback: set[int] = set()
        self.early: set[tuple[int, int]] = set()
        self.timers: set[str] = set()
        self.questions: list[Resolve | Park] = []
        self.places: set[str] = set()
        self.beside: tuple[int, ...] = ()
        self.last = 0
        self.finished = False

    def carry_out(self, output: Output) -> None:
        match output:
            case InviteLeg(leg):
                assert leg == self.last + 1
                self.last = leg
                self.alive[leg] = "ringing"
            case CancelLeg(leg):
                assert self.alive[leg] in ("ringing", "answered"), "cancelled twice, or never rung"
                if self.alive[leg] == "ringing":
                    self.alive[leg] = "cancelled"
            case HangUpLeg(leg):
                assert leg != 0
                assert self.alive.pop(leg) == "answered"
                self._gone(leg)
            case Connect(legs, _, beside):
                self.beside = tuple(other.leg for other in beside)
                assert all(self.alive[leg] == "answered" for leg in self.beside)
                assert not set(self.beside).intersection(legs)
                assert all(other.to is None or other.to in legs for other in beside)
                assert len(set(legs)) == len(legs) != 1
                assert all(self.alive[leg] == "answered" for leg in legs)
                assert not self.music.intersection(legs), "hears music and people"
                assert not self.ringback.intersection(legs), "hears it ring and people"
                assert not self.early, "hears somebody who has not answered, and people"
                self.connected = legs
            case EndTalk():
                self.connected = self.beside = ()
                assert not self.music
            case PlayTo(leg):
                assert self.alive[leg] == "answered"
                assert leg not in self.music
                assert leg not in self.connected
                self.music.add(leg)
            case StopPlayTo(leg):
                self.music.remove(leg)
            case StartRingback(leg):
                assert leg not in self.ringback
                assert self.alive[leg] == "answered"
                self.ringback.add(leg)
            case StopRingback(leg):
                assert leg in self.ringback or leg not in self.alive
                self.ringback.discard(leg)
            case PassEarlyMedia(leg, to):
                assert not self.early, "hears two at once"
                assert self.alive[leg] == "ringing"
                assert self.alive[to] == "answered"
                assert to not in self.ringback
                assert to not in self.music
                self.early.add((leg, to))
            case StopEarlyMedia(leg, to):
                self.early.remove((leg, to))
            case LeadOn(leg):
                assert self.alive.pop(leg) == "answered"
                assert leg not in self.music
                self._gone(leg)
            case Resolve() | Park():
                self.questions.append(output)
            case Unpark(place):
                self.places.remove(place)
            case SayPlace(leg):
                assert self.alive[leg] == "answered"
                assert leg not in self.music
            case Say(leg):
                assert self.alive[leg] == "answered"
                assert leg not in self.music
                assert leg not in self.connected
                self.music.add(leg)
            case TellTransfer(leg):
                assert self.alive[leg] == "answered", "nobody is there to be told"
            case StartTimer(name):
                self.timers.add(name)
            case CancelTimer(name):
                self.timers.discard(name)
            case Finished():
                assert not self.finished
                self.finished = True
                assert not self.early
                if self.alive.pop(0, None):
                    self._gone(0)

    def _gone(self, leg: int) -> None:
        self.music.discard(leg)
        self.ringback.discard(leg)

    def inputs(self, happening: str | tuple[int, str]) -> list[Input]:
        """What may be reported now because of it; nothing where it cannot happen."""
        match happening:
            case (int(whose), str(what)):
                return self._of_somebody(whose, what)
            case "start":
                return [CallStarted()]
            case "timer":
                return [TimerFired(name) for name in sorted(self.timers)[:1] if not self.timers.discard(name)]
            case "fault":
                return [] if self.finished else [Fault("disk")]
            case _:
                return self._of_leg(0, "hangup") if 0 in self.alive else []

    def _of_somebody(self, whose: int, what: str) -> list[Input]:
        if what in COMING:
            return self._comes(whose, what)
        states = ("ringing", "cancelled") if what in RINGING else ("answered",)
        able = [leg for leg, state in self.alive.items() if state in states]
        return self._of_leg(able[whose % len(able)], what) if able else []

    def _of_leg(self, leg: int, what: str) -> list[Input]:
        match what:
            case "ring":
                return [LegRinging(leg)] if self.alive[leg] == "ringing" else []
            case "sounds" | "silent":
                return [LegEarlyMedia(leg, what == "sounds")]
            case "answer":
                self.alive[leg] = "answered"
                return [LegAnswered(leg)]
            case "busy" | "offline":
                del self.alive[leg]
                return [LegFailed(leg, what)]
            case "divert":
                del self.alive[leg]
                return [LegDiverted(leg, PLANS[leg % len(PLANS)])]
            case "hangup":
                del self.alive[leg]
                self._gone(leg)
                return [LegHungUp(leg) if leg else CallerHungUp()]
            case "hold" | "back":
                return [LegHeld(leg, what == "hold")]
            case _ if what.startswith("refer "):
                return [TransferAsked(leg, what.removeprefix("refer "))]
            case _:
                return [LegDigit(leg, digit) if leg else Digit(digit) for digit in what]

    def _comes(self, whose: int, what: str) -> list[Input]:
        """A leg of another call comes in; or one that is beside does otherwise."""
        others = [leg for leg, state in self.alive.items() if state == "answered"]
        other = others[whose % len(others)] if others else None
        if what == "change":
            part: Part = "speaks" if whose % 2 else "whispers"
            return [PartChanged(self.beside[0], OTHER, part, other)] if self.beside else []
        self.last += 1
        self.alive[self.last] = "answered"
        return [LegCame(self.last, OTHER, what, other)]  # type: ignore[arg-type]  # a Part

    def answers(self) -> list[Input]:
        """To what was asked meanwhile."""
        asked, self.questions = self.questions, []
        return [self._answer(question) for question in asked]

    def _answer(self, question: Resolve | Park) -> Input:
        if isinstance(question, Resolve):
            if question.dialled == FLOW:
                return Resolved(question.leg, None, number="864001110001")
            target = REACHABLE.get(question.dialled)
            return Resolved(question.leg, target, 200 if target else 404)
        place = next((place for place in ("71", "72") if place not in self.places), None)
        if place is not None and len(self.alive) % 3:
            self.places.add(place)
            return Parked(question.leg, place)
        return Parked(question.leg, None)
