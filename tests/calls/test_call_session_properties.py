"""Whatever legs and callers do in whatever order: no leg is left behind."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from interpreter.calls.inputs import Input, LegAnswered, LegFailed, LegHungUp, LegRinging
from interpreter.calls.outputs import Bridge, CancelLeg, HangUpLeg, InviteLeg, Output, Unbridge
from interpreter.calls.session import CallSession
from interpreter.machine.effects import CancelTimer, Dial, Finished, StartTimer, Target
from interpreter.machine.events import CallerHungUp, CallStarted, DialEnded, Digit, Fault, PartnerHungUp, TimerFired
from support.proof import examples

MAX_DIALS = 3


class DialsAgain:
    """A flow that dials again whenever it can, three times at most."""

    def __init__(self, first: Dial, dials: int = 0) -> None:
        self.first, self.dials, self.finished = first, dials, False

    def handle(self, event, now):
        if self.finished:
            return ()
        if isinstance(event, CallerHungUp):
            self.finished = True
            return (Finished("caller"),)
        if isinstance(event, (CallStarted, DialEnded, PartnerHungUp, Fault)):
            if self.dials == MAX_DIALS:
                self.finished = True
                return (Finished("hangup"),)
            self.dials += 1
            return (self.first,)
        return ()

    def snapshot(self):
        return {"dials": self.dials, "finished": self.finished}


class Telephones:
    """A driver that keeps the books of legs and timers as a SIP stack would; asserts what must always hold."""

    def __init__(self) -> None:
        self.alive: dict[int, str] = {}  # ringing, answered, cancelled
        self.bridged: int | None = None
        self.timer = False
        self.finished = False

    def carry_out(self, output: Output) -> None:
        match output:
            case InviteLeg(leg):
                assert not self.finished
                assert leg not in self.alive
                self.alive[leg] = "ringing"
            case CancelLeg(leg):
                assert self.alive[leg] in ("ringing", "answered"), "cancelled twice, or never rung"
                if self.alive[leg] == "ringing":
                    self.alive[leg] = "cancelled"
            case HangUpLeg(leg):
                assert self.alive.pop(leg) == "answered"
            case Bridge(leg):
                assert self.bridged is None
                assert self.alive[leg] == "answered"
                self.bridged = leg
            case Unbridge(leg):
                assert self.bridged == leg
                self.bridged = None
            case StartTimer():
                self.timer = True
            case CancelTimer():
                self.timer = False
            case Finished():
                assert not self.finished
                assert self.bridged is None
                assert "ringing" not in self.alive.values()
                self.finished = True

    def news(self, leg: int, what: str) -> Input | None:
        """What a telephone may report now, None where that cannot happen."""
        state = self.alive.get(leg)
        if what == "answer" and state in ("ringing", "cancelled"):
            self.alive[leg] = "answered"
            return LegAnswered(leg)
        if what == "ring" and state == "ringing":
            return LegRinging(leg)
        if what in ("busy", "offline") and state in ("ringing", "cancelled"):
            del self.alive[leg]
            return LegFailed(leg, what)  # type: ignore[arg-type]  # one of two reasons
        if what == "hangup" and state == "answered":
            del self.alive[leg]
            return LegHungUp(leg)
        return None


happenings = st.lists(
    st.one_of(
        st.tuples(st.integers(1, 9), st.sampled_from(["ring", "answer", "busy", "offline", "hangup"])),
        st.sampled_from(["timer", "digit", "fault", "caller"]),
    ),
    max_size=40,
)
dials = st.builds(
    Dial,
    st.lists(st.sampled_from("ABC"), max_size=3).map(lambda names: tuple(Target("extension", n) for n in names)),
    st.sampled_from(["sequential", "simultaneous"]),
    st.just(20.0),
    st.booleans(),
)


def to_input(happening, telephones: Telephones) -> Input | None:
    if happening == "timer":
        fires, telephones.timer = telephones.timer, False
        return TimerFired("dial:ring") if fires else None
    if isinstance(happening, str):
        return {"digit": Digit("1"), "fault": Fault("disk"), "caller": CallerHungUp()}[happening]
    return telephones.news(*happening)


def play(session: CallSession, telephones: Telephones, happening) -> list[Output]:
    event = CallStarted() if happening == "start" else to_input(happening, telephones)
    if event is None:
        return []
    outputs = list(session.handle(event, 0.0))
    for output in outputs:
        telephones.carry_out(output)
    return outputs


@given(dials, happenings)
@settings(max_examples=examples(400), deadline=None)
def test_every_leg_is_ended(first, story):
    session, telephones = CallSession(DialsAgain(first)), Telephones()  # type: ignore[arg-type]  # its snapshot is smaller
    for happening in ["start", *story, "caller"]:
        play(session, telephones, happening)
    assert session.finished
    assert telephones.finished
    assert set(telephones.alive.values()) <= {"cancelled", "answered"}
    for leg in list(telephones.alive):  # the far ends of our CANCELs: some answer all the same
        play(session, telephones, (leg, "answer" if leg % 2 else "busy"))
    assert telephones.alive == {}
    assert session.closed


@given(dials, happenings, st.integers(0, 40))
@settings(max_examples=examples(200), deadline=None)
def test_a_restored_call_goes_on_as_if_nothing_happened(first, story, cut):
    """Snapshot after ``cut`` happenings, through JSON; both calls must say the same from then on."""
    machine = DialsAgain(first)
    session, telephones = CallSession(machine), Telephones()  # type: ignore[arg-type]  # its snapshot is smaller
    twin: CallSession | None = None
    for index, happening in enumerate(["start", *story, "caller"]):
        if index == cut:
            saved = json.loads(json.dumps(session.snapshot()))
            copy = DialsAgain(first, saved["machine"]["dials"])
            copy.finished = saved["machine"]["finished"]
            twin = CallSession.restore(copy, saved)  # type: ignore[arg-type]  # its snapshot is smaller
        event = CallStarted() if happening == "start" else to_input(happening, telephones)
        if event is None:
            continue
        outputs = list(session.handle(event, 0.0))
        for output in outputs:
            telephones.carry_out(output)
        if twin is not None:
            assert list(twin.handle(event, 0.0)) == outputs
