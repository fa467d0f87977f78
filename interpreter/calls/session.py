"""One call as every driver sees it: the machine, its dials and its talk's recording behind one ``handle``.

Driver's duties, the same for runtime and simulation:

- Hand in one input at a time, first ``CallStarted``; carry out the outputs in their order; never call
  ``handle`` from within carrying out (keep a queue). ``now`` is seconds since the epoch, UTC.
- Timers ``dial:*`` are the session's own; they are started, cancelled and fired like the machine's.
- One ``InviteLeg`` is one target. An extension registered from several devices is forked by the driver
  (see ``inputs``), an outside number with several trunks tries them within the one leg.
- ``Answer`` may come more than once; only the first counts.
- Of a question (``Ask``) at most one ``Told`` is handed in, and none after its ``Unask``; several may be open.
- A restored session hears ``Restored`` first.
- A caller who hangs up while a message is recorded: first ``MessageRecorded(seconds, "hangup")``, then
  ``CallerHungUp``. During a talk: only ``CallerHungUp``; the session ends the talk and hangs up the other leg, or lets
  the others talk on where two are left. Keys of the caller are ``Digit`` everywhere.
- ``Fault`` ends what was being rung or talked before the flow goes on by its error exit. So a failed
  recording of a talk is logged, not a ``Fault``.
- After ``Finished`` the caller is done with; keep the session while ``closed`` is false, that is until those who
  talk on have ended and every cancelled leg was reported ended (an answer that crossed its CANCEL still wants its
  ``HangUpLeg``).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Final, Protocol, TypedDict, get_args

from interpreter.calls.dial import Dialing, DialingSnapshot, DialResult, Reached
from interpreter.calls.inputs import Input, LegCame, LegDigit, LegHeld, LegInput, TalkStopped
from interpreter.calls.leg import FIRST_LEG, LegBook, TargetSnapshot, load_target, save_target
from interpreter.calls.outputs import HangUpLeg, Output
from interpreter.calls.strategies import ring_plan
from interpreter.calls.talk import Talk, TalkOver, TalkSnapshot
from interpreter.calls.typed import KEY_CODES, KeyCodes
from interpreter.machine.effects import Answer, Dial, Effect, Finished, StopDial, StopPlay, Target
from interpreter.machine.events import (
    Answered,
    CallerHungUp,
    Digit,
    Event,
    Fault,
    PartnerHungUp,
    TimerFired,
)
from interpreter.machine.machine import Snapshot as MachineSnapshot

_LEG_INPUTS = frozenset(get_args(LegInput))
_ROOM_TIMERS = ("dial:", "talk:")

# what is the same from call to call
_ANSWER = Answer()  # a caller who only had early media until now
_STOP_PLAY = StopPlay()
_CALLER_HUNG_UP = CallerHungUp()
_PARTNER_HUNG_UP = PartnerHungUp()
SECRET_KEY: Final = Digit("?")
"""What is written in the place of a key that is a secret."""

_NO_KEY = Digit("")
_answered = functools.lru_cache(maxsize=1024)(Answered)


class SessionSnapshot(TypedDict):
    machine: MachineSnapshot
    caller: TargetSnapshot | None
    dial: DialingSnapshot | None
    talk: TalkSnapshot | None
    record: bool
    played_on: bool
    last_leg: int
    leaving: list[int]
    held: list[int]


class RunsFlow(Protocol):
    """What the session needs of a machine."""

    @property
    def finished(self) -> bool: ...
    @property
    def secret(self) -> bool:
        """Whether what the caller types now may stand in no journal."""

    @property
    def deaf(self) -> bool:
        """Whether no key of the caller's ever means anything to it."""

    def handle(self, event: Event, now: float) -> Sequence[Effect]: ...
    def snapshot(self) -> MachineSnapshot: ...


class CallSession:
    """One call: inputs of the caller and of legs in, outputs out; sans-IO.

    machine: leads the caller, as a rule ``Machine(program, facts, seed)``; it has not heard of the call yet.
    caller: the telephone of ours that calls, which may do more by keys than others; None for somebody from outside.
    codes: what it and those who answer may do by keys.
    """

    __slots__ = ("_book", "_caller", "_codes", "_machine", "_played_on", "_record", "_room", "_run")

    def __init__(self, machine: RunsFlow, caller: Target | None = None, codes: KeyCodes = KEY_CODES) -> None:
        self._machine = machine
        self._run = machine.handle
        self._caller = caller
        self._codes = codes
        self._room: Dialing | Talk | None = None
        self._record = False
        self._played_on = False  # what the caller heard before the dial goes on until somebody answers
        self._book = LegBook()

    @property
    def finished(self) -> bool:
        """The flow has ended: ``Finished`` was among the outputs."""
        return self._machine.finished

    @property
    def leader(self) -> RunsFlow:
        """The machine, or whatever else leads the caller."""
        return self._machine

    @property
    def caller(self) -> Target | None:
        return self._caller

    @property
    def codes(self) -> KeyCodes:
        return self._codes

    @property
    def secret(self) -> bool:
        """See ``RunsFlow``."""
        return self._machine.secret

    @property
    def closed(self) -> bool:
        """Finished, nobody talks on, and no cancelled leg is still to be reported ended: it may be dropped."""
        return self._machine.finished and self._room is None and not self._book.leaving

    @property
    def next_leg(self) -> int:
        """The number for a leg that comes from another call (``LegCame``)."""
        return self._book.last + 1

    @property
    def talking(self) -> tuple[int, ...]:
        """The legs of the talk, whether they hear each other now or wait."""
        return self._room.people if isinstance(self._room, Talk) else ()

    def written(self, event: Input) -> Input:
        """An input that is about to be handed in, as it may be written down.

        Keys of a secret are ``?``; those that mean nothing here, but may mean something to the partner (a bank, or a
        carrier who asks for a card's number before there is an answer), are "", which comes to the same.
        """
        kind = type(event)
        if kind is not Digit and kind is not LegDigit:
            return event
        if kind is Digit and self._machine.secret:
            return SECRET_KEY
        if type(self._room) is not Talk:
            return _NO_KEY if kind is Digit and self._machine.deaf else event
        leg = FIRST_LEG if isinstance(event, Digit) else event.leg  # type: ignore[union-attr]  # a key
        if self._room.takes_key(leg, event.digit):  # type: ignore[union-attr]  # a key
            return event
        return _NO_KEY if kind is Digit else LegDigit(leg, "")

    def handle(self, event: Input, now: float) -> Sequence[Output]:
        """Take one input and say what is to be done, in order. Inputs about legs long gone are ignored."""
        room = self._room
        if room is not None:
            return self._handle_beside(room, event, now)
        if type(event) in _LEG_INPUTS:
            if type(event) is LegCame:
                self._book.last += 1
            elif type(event) is LegHeld:
                self._book.hold(event.leg, event.held)
            return self._book.left(event)  # type: ignore[arg-type]  # a leg's input
        run = self._run
        effects = run(event, now)  # type: ignore[arg-type]  # no leg's input
        if effects and type(effects[-1]) is Dial:
            outputs: list[Output] = []
            self._add(effects, outputs, now)
            return outputs
        return effects  # type: ignore[return-value]  # a Dial stands last, see _add

    def _handle_beside(self, room: Dialing | Talk, event: Input, now: float) -> list[Output]:
        """An input while somebody is rung or talked to; ``handle`` itself is kept short for the many without."""
        outputs: list[Output] = []
        result: DialResult | TalkOver | None = None
        kind = type(event)
        if kind in _LEG_INPUTS:
            if kind is LegCame:
                self._book.last += 1
            elif kind is LegHeld:
                self._book.hold(event.leg, event.held)  # type: ignore[union-attr]  # a LegHeld
            if kind is not LegHeld or type(room) is Talk:
                result = room.handle_leg(event, outputs)  # type: ignore[arg-type]  # a leg's input
            if result is None and type(room) is Talk and not room.has(FIRST_LEG):
                self._see_caller_off(outputs, now)
        elif kind is TimerFired and event.name.startswith(_ROOM_TIMERS):  # type: ignore[union-attr]  # a timer
            result = room.timer(event.name, outputs)  # type: ignore[union-attr]  # a timer
        else:
            result = self._caller_does(room, event, outputs)  # type: ignore[arg-type]  # no leg's input
            effects = self._run(event, now)  # type: ignore[arg-type]  # no leg's input
            if effects and type(effects[0]) is StopDial:
                self._stop_room(outputs)
                effects = effects[1:]
            self._add(effects, outputs, now)
        if result is not None:
            self._room_ended(result, outputs, now)
        return outputs

    def _caller_does(self, room: Dialing | Talk, event: Event | TalkStopped, outputs: list[Output]) -> TalkOver | None:
        """What the room has to do with an event of the machine's."""
        kind = type(event)
        if kind is Digit and isinstance(room, Talk):
            return room.pressed(FIRST_LEG, event.digit, outputs)  # type: ignore[union-attr]  # a Digit
        if kind is CallerHungUp and isinstance(room, Talk):
            over = room.leave(FIRST_LEG, outputs)
            if over is not None:
                self._close_talk(over, outputs)
        elif kind is CallerHungUp or kind is Fault or kind is TalkStopped:
            self._stop_room(outputs)
        return None

    def _see_caller_off(self, outputs: list[Output], now: float) -> None:
        """A telephone of ours that called has given its partner to somebody else: for the flow it has hung up."""
        if not self._machine.finished:
            self._add(self._run(_CALLER_HUNG_UP, now), outputs, now)

    def _room_ended(self, result: DialResult | TalkOver, outputs: list[Output], now: float) -> None:
        """Let the machine hear what became of its dial, or of the talk."""
        self._room = None
        told: Event
        if type(result) is Reached:
            told = self._talk(result, outputs)
        elif type(result) is TalkOver:
            left = self._close_talk(result, outputs)
            if left is None:
                self._see_caller_off(outputs, now)
            if left != FIRST_LEG:
                return
            told = _PARTNER_HUNG_UP
        else:
            told = result  # type: ignore[assignment]  # a DialEnded
        effects = self._run(told, now)
        if effects:
            self._add(effects, outputs, now)

    def _talk(self, reached: Reached, outputs: list[Output]) -> Answered:
        """The caller's leg and the one that answered go into a talk."""
        outputs.append(_ANSWER)
        if self._played_on:
            outputs.append(_STOP_PLAY)
        talk = Talk({FIRST_LEG: self._caller, reached.leg: reached.target}, self._record, self._book, self._codes)
        self._room = talk
        talk.start(outputs)
        return _answered(reached.target.value)

    def _close_talk(self, over: TalkOver, outputs: list[Output]) -> int | None:
        """Whoever is left in it, hung up if it is not the one who began the call."""
        self._room = None
        if over.left:
            outputs.append(HangUpLeg(over.left))
        return over.left

    def _add(self, effects: Sequence[Effect], outputs: list[Output], now: float) -> None:
        """Put the machine's effects behind ``outputs``, a last ``Dial`` replaced by what it begins.

        Dial and Finished can only stand last: after the one the machine waits, after the other it is over. What
        rings or talks then ends before, unless the caller has left a talk that goes on.
        """
        last = effects[-1] if effects else None
        if type(last) is Dial:
            outputs += effects[:-1]  # type: ignore[arg-type]  # no Dial among these
            self._dial(last, outputs, now)
        elif type(last) is Finished and self._room is not None:
            outputs += effects[:-1]  # type: ignore[arg-type]  # no Dial among these
            if type(self._room) is not Talk or self._room.has(FIRST_LEG):
                self._stop_room(outputs)
            outputs.append(last)
        else:
            outputs += effects  # type: ignore[arg-type]  # no Dial among these

    def _dial(self, dial: Dial, outputs: list[Output], now: float) -> None:
        self._stop_room(outputs)
        hearer = FIRST_LEG if dial.ringback else None
        self._room = room = Dialing(
            ring_plan(dial), dial.ring_seconds, self._book, hearer, heard=dial.heard, record=dial.record_early
        )
        self._record = dial.record
        self._played_on = not dial.ringback
        result = room.start(outputs)
        if result is not None:
            self._room_ended(result, outputs, now)

    def _stop_room(self, outputs: list[Output]) -> None:
        room, self._room = self._room, None
        if room is not None:
            room.stop(outputs)

    def snapshot(self) -> SessionSnapshot:
        """The whole call as plain JSON-able data."""
        room = self._room
        return {
            "machine": self._machine.snapshot(),
            "caller": save_target(self._caller) if self._caller else None,
            "dial": room.snapshot() if isinstance(room, Dialing) else None,
            "talk": room.snapshot() if isinstance(room, Talk) else None,
            "record": self._record,
            "played_on": self._played_on,
            "last_leg": self._book.last,
            "leaving": sorted(self._book.leaving),
            "held": sorted(self._book.held),
        }

    @classmethod
    def restore(cls, machine: RunsFlow, snapshot: SessionSnapshot, codes: KeyCodes = KEY_CODES) -> CallSession:
        """The call as it stood at ``snapshot()``; timers are the driver's to start anew.

        machine: restored from ``snapshot["machine"]``.
        """
        caller, dial, talk = snapshot["caller"], snapshot["dial"], snapshot["talk"]
        session = cls(machine, load_target(caller) if caller else None, codes)
        session._book = book = LegBook(
            snapshot["last_leg"], frozenset(snapshot["leaving"]), frozenset(snapshot["held"])
        )
        session._record = snapshot["record"]
        session._played_on = snapshot["played_on"]
        if dial:
            session._room = Dialing.restore(dial, book)
        elif talk:
            session._room = Talk.restore(talk, book, codes)
        return session
