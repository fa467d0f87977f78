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
  ``CallerHungUp``. During a talk: only ``CallerHungUp``; the session parts and hangs up the leg.
- ``Fault`` ends what was being rung or talked before the flow goes on by its error exit. So a failed
  recording of a talk is logged, not a ``Fault``.
- After ``Finished`` the caller is done with; keep the session while ``closed`` is false, that is until every
  cancelled leg was reported ended (an answer that crossed its CANCEL still wants its ``HangUpLeg``).

Not there yet, and where it will stand: a second transfer replaces ``Dialing`` by a new one while the
answerer's leg stays in the book; queue and conference are further rooms beside ``Dialing`` that the
session hands legs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypedDict

from interpreter.calls.dialing import Dialing, DialingSnapshot, LegBook, Told
from interpreter.calls.inputs import (
    Input,
    LegAnswered,
    LegFailed,
    LegHungUp,
    LegRinging,
)
from interpreter.calls.outputs import Output
from interpreter.calls.ring_plan import ring_plan
from interpreter.machine.effects import Dial, Effect, Finished
from interpreter.machine.events import (
    Answered,
    CallerHungUp,
    Event,
    Fault,
    TimerFired,
)
from interpreter.machine.machine import Snapshot as MachineSnapshot

_LEG_CLASSES = (LegRinging, LegAnswered, LegFailed, LegHungUp)
_LEG_INPUTS = frozenset(_LEG_CLASSES)


class SessionSnapshot(TypedDict):
    machine: MachineSnapshot
    dialing: DialingSnapshot | None
    last_leg: int
    leaving: list[int]


class RunsFlow(Protocol):
    """What the session needs of a machine."""

    @property
    def finished(self) -> bool: ...
    def handle(self, event: Event, now: float) -> Sequence[Effect]: ...
    def snapshot(self) -> MachineSnapshot: ...


class CallSession:
    """One call: inputs of the caller and of legs in, outputs out; sans-IO.

    machine: leads the caller, as a rule ``Machine(program, facts, seed)``; it has not heard of the call yet.
    """

    __slots__ = ("_book", "_dialing", "_machine", "_run")

    def __init__(self, machine: RunsFlow) -> None:
        self._machine = machine
        self._run = machine.handle
        self._dialing: Dialing | None = None
        self._book = LegBook()

    @property
    def finished(self) -> bool:
        """The flow has ended: ``Finished`` was among the outputs."""
        return self._machine.finished

    @property
    def closed(self) -> bool:
        """Finished, and no cancelled leg is still to be reported ended: the driver may drop the session."""
        return self._machine.finished and not self._book.leaving

    @property
    def talking(self) -> int | None:
        """The leg connected with the caller now."""
        return self._dialing.talking if self._dialing else None

    def handle(self, event: Input, now: float) -> Sequence[Output]:
        """Take one input and say what is to be done, in order. Inputs about legs long gone are ignored."""
        dialing = self._dialing
        if dialing is not None:
            return self._handle_beside(dialing, event, now)
        if type(event) in _LEG_INPUTS:
            return self._book.left(event)  # type: ignore[arg-type]  # a leg's input
        run = self._run
        effects = run(event, now)  # type: ignore[arg-type]  # no leg's input
        if effects and type(effects[-1]) is Dial:
            outputs: list[Output] = []
            self._add(effects, outputs, now)
            return outputs
        return effects  # type: ignore[return-value]  # a Dial stands last, see _add

    def _handle_beside(self, dialing: Dialing, event: Input, now: float) -> list[Output]:
        """An input while somebody is rung or talked to; ``handle`` itself is kept short for the many without."""
        outputs: list[Output] = []
        told: Told | None = None
        if isinstance(event, _LEG_CLASSES):
            told = dialing.handle_leg(event, outputs)
        elif isinstance(event, TimerFired) and event.name.startswith("dial:"):
            told = dialing.ring_time_over(outputs)
        else:
            if isinstance(event, (CallerHungUp, Fault)):
                self._stop_dialing(outputs)
            self._add(self._run(event, now), outputs, now)
        if told is not None:
            self._tell(told, outputs, now)
        return outputs

    def _tell(self, told: Told, outputs: list[Output], now: float) -> None:
        """Let the machine hear what became of a dial."""
        if type(told) is not Answered:
            self._dialing = None
        run = self._run
        effects = run(told, now)
        if effects:
            self._add(effects, outputs, now)

    def _add(self, effects: Sequence[Effect], outputs: list[Output], now: float) -> None:
        """Put the machine's effects behind ``outputs``, a last ``Dial`` replaced by what it begins.

        Dial and Finished can only stand last: after the one the machine waits, after the other it is over. What
        rings or talks then ends before.
        """
        last = effects[-1] if effects else None
        if type(last) is Dial:
            outputs += effects[:-1]  # type: ignore[arg-type]  # no Dial among these
            self._dial(last, outputs, now)
        elif type(last) is Finished and self._dialing is not None:
            outputs += effects[:-1]  # type: ignore[arg-type]  # no Dial among these
            self._stop_dialing(outputs)
            outputs.append(last)
        else:
            outputs += effects  # type: ignore[arg-type]  # no Dial among these

    def _dial(self, dial: Dial, outputs: list[Output], now: float) -> None:
        if self._dialing is not None:
            self._stop_dialing(outputs)
        self._dialing = Dialing(ring_plan(dial), dial.ring_seconds, dial.record, self._book)
        told = self._dialing.start(outputs)
        if told is not None:
            self._tell(told, outputs, now)

    def _stop_dialing(self, outputs: list[Output]) -> None:
        dialing, self._dialing = self._dialing, None
        if dialing is not None:
            dialing.stop(outputs)

    def snapshot(self) -> SessionSnapshot:
        """The whole call as plain JSON-able data."""
        return {
            "machine": self._machine.snapshot(),
            "dialing": self._dialing.snapshot() if self._dialing else None,
            "last_leg": self._book.last,
            "leaving": sorted(self._book.leaving),
        }

    @classmethod
    def restore(cls, machine: RunsFlow, snapshot: SessionSnapshot) -> CallSession:
        """The call as it stood at ``snapshot()``; timers are the driver's to start anew.

        machine: restored from ``snapshot["machine"]``.
        """
        session = cls(machine)
        session._book = LegBook(snapshot["last_leg"], frozenset(snapshot["leaving"]))
        dialing = snapshot["dialing"]
        session._dialing = Dialing.restore(dialing, session._book) if dialing else None
        return session
