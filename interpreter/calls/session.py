"""One call as every driver sees it: the machine, its dials and its talk's recording behind one ``handle``.

Driver's duties, the same for runtime and simulation:

- Hand in one input at a time, first ``CallStarted``; carry out the outputs in their order; never call
  ``handle`` from within carrying out (keep a queue). ``now`` is seconds since the epoch, UTC.
- Timers ``dial:*`` are the session's own; they are started, cancelled and fired like the machine's.
- One ``InviteLeg`` is one target. An extension registered from several devices is forked by the driver
  (see ``inputs``), an outside number with several trunks tries them within the one leg.
- ``Answer`` may come more than once; only the first counts.
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
from typing import Protocol, TypedDict, cast

from interpreter.calls.dialing import Dialing, DialingSnapshot, LegBook, Step
from interpreter.calls.inputs import (
    CallerInput,
    Input,
    LegAnswered,
    LegFailed,
    LegHungUp,
    LegInput,
    LegRinging,
)
from interpreter.calls.outputs import Output
from interpreter.calls.ring_plan import ring_plan
from interpreter.machine.effects import Dial, Effect, Finished
from interpreter.machine.events import (
    Answered,
    CallerHungUp,
    DialEnded,
    Event,
    Fault,
    PartnerHungUp,
    TimerFired,
)
from interpreter.machine.facts import Facts
from interpreter.machine.machine import Machine
from interpreter.machine.machine import Snapshot as MachineSnapshot
from interpreter.machine.program import Program

_LEG_INPUTS = frozenset({LegRinging, LegAnswered, LegFailed, LegHungUp})
_MACHINE_HEARS = (Answered, DialEnded, PartnerHungUp)


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
    """A call of one program: inputs of the caller and of legs in, outputs out; sans-IO.

    seed: for what the flow leaves to chance; the same seed and inputs give the same call.
    machine: runs instead of a new ``Machine(program, facts, seed)`` (tests, restore).
    """

    __slots__ = ("_book", "_dialing", "_machine", "_run")

    def __init__(self, program: Program, facts: Facts, seed: int = 0, *, machine: RunsFlow | None = None) -> None:
        self._machine: RunsFlow = Machine(program, facts, seed) if machine is None else machine
        self._run = self._machine.handle
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
        kind = type(event)
        if kind in _LEG_INPUTS:
            return self._leg(cast(LegInput, event), now)
        if self._dialing is not None:
            return self._while_dialing(cast(CallerInput, event), now)
        effects = self._run(cast(CallerInput, event), now)
        for effect in effects:  # the common turn has no dial in it and goes through as it is
            if type(effect) is Dial:
                return self._expand(effects, now)
        return cast(Sequence[Output], effects)

    def _while_dialing(self, event: CallerInput, now: float) -> list[Output]:
        """An input about the caller while targets ring or somebody talks."""
        assert self._dialing is not None
        if isinstance(event, TimerFired) and event.name.startswith("dial:"):
            return self._carry(self._dialing.ring_time_over(), now)
        outputs: list[Output] = []
        if isinstance(event, (CallerHungUp, Fault)):
            outputs = self._stop_dialing(now)
        return outputs + self._expand(self._run(event, now), now)

    def _leg(self, event: LegInput, now: float) -> list[Output]:
        if self._dialing is None:
            return self._carry(self._book.left(event), now)
        return self._carry(self._dialing.handle_leg(event), now)

    def _expand(self, effects: Sequence[Effect], now: float) -> list[Output]:
        """Replace ``Dial`` by what it begins; end what rings or talks before the machine's last word."""
        outputs: list[Output] = []
        for effect in effects:
            if type(effect) is Dial:
                outputs += self._stop_dialing(now)
                self._dialing = Dialing(ring_plan(effect), effect.ring_seconds, effect.record, self._book)
                outputs += self._carry(self._dialing.start(), now)
            else:
                if type(effect) is Finished:
                    outputs += self._stop_dialing(now)
                outputs.append(cast(Output, effect))
        return outputs

    def _carry(self, steps: Sequence[Step], now: float) -> list[Output]:
        """Tell the machine what it is to hear of a dial, in place, and pass the rest on."""
        outputs: list[Output] = []
        for step in steps:
            if isinstance(step, _MACHINE_HEARS):
                if not isinstance(step, Answered):
                    self._dialing = None
                outputs += self._expand(self._run(step, now), now)
            else:
                outputs.append(step)
        return outputs

    def _stop_dialing(self, now: float) -> list[Output]:
        dialing, self._dialing = self._dialing, None
        return self._carry(dialing.stop(), now) if dialing else []

    def snapshot(self) -> SessionSnapshot:
        """The whole call as plain JSON-able data."""
        return {
            "machine": self._machine.snapshot(),
            "dialing": self._dialing.snapshot() if self._dialing else None,
            "last_leg": self._book.last,
            "leaving": sorted(self._book.leaving),
        }

    @classmethod
    def restore(
        cls, program: Program, facts: Facts, snapshot: SessionSnapshot, *, machine: RunsFlow | None = None
    ) -> CallSession:
        """The call as it stood at ``snapshot()``; timers are the driver's to start anew."""
        if machine is None:
            machine = Machine.restore(program, facts, snapshot["machine"])
        session = cls(program, facts, machine=machine)
        session._book = LegBook(snapshot["last_leg"], set(snapshot["leaving"]))
        dialing = snapshot["dialing"]
        session._dialing = Dialing.restore(dialing, session._book) if dialing else None
        return session
