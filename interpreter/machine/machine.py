"""Runs a program for one call: one event in, the effects it causes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypedDict

from interpreter.machine.effects import Effect, ExitTaken, Finished, Hangup
from interpreter.machine.events import (
    Answered,
    CallerHungUp,
    CallStarted,
    DialEnded,
    Digit,
    Event,
    Fault,
    MessageRecorded,
    PartnerHungUp,
    PlayDone,
    Restored,
    TimerFired,
    Told,
)
from interpreter.machine.facts import Facts
from interpreter.machine.operations.base import (
    END,
    ENTER,
    WAIT,
    CallState,
    Environment,
    Operation,
    OperationFault,
    Value,
    same_type,
)
from interpreter.machine.operations.control import Leave
from interpreter.machine.program import Program

STEP_BUDGET: Final = 1000
"""Operations one event may run in all flows, ways between nodes not counted. A sound flow needs a few dozen between two
waits."""

_STEPS: Final = range(STEP_BUDGET)

MAX_DEPTH: Final = 16
"""Flows that a call may be in at once. A sound one goes into two or three."""

NO_FLOWS: Final[Mapping[str, Program]] = {}

_FAULTS: Final = (ArithmeticError, OperationFault)

_HANG_UP_ERROR: Final = Hangup("error")
_CALLER: Final = Finished("caller")

_NOT_STARTED: Final = -1
_DEAF: Final = Operation("")
"""Stands for the waiting operation before the call has started: no event means anything to it."""


class FrameSnapshot(TypedDict):
    """One flow in which the call is. program: the digest."""

    flow: str
    program: str
    pc: int
    in_error: bool
    phase: int
    attempt: int
    no_inputs: int
    no_matches: int
    digits: str
    env: dict[str, Value]


class Snapshot(TypedDict):
    """A machine between two events, as plain JSON data. frames: from the call's own flow to where it is now."""

    seed: int
    finished: bool
    frames: list[FrameSnapshot]
    typed: str
    echo: str
    echo_until: float
    asked: int
    open: list[int]


class SnapshotError(ValueError):
    """The snapshot belongs to another program."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A flow that the call has gone out of into another, and will come back to. See ``CallState`` for its parts."""

    program: Program
    pc: int
    in_error: bool
    env: Environment
    phase: int
    attempt: int
    no_inputs: int
    no_matches: int
    digits: str


class Machine:
    """One call on its way through a program, and through others that it calls.

    Owns no clock, socket or randomness. ``handle`` never raises, whatever events come in whatever order: an event
    that cannot be meant for the present wait is ignored. seed: fixes every choice by lot, so a replay chooses alike.
    flows: the programs of the flows that may be called, each by its ``flow``, the same for as long as the call lasts.
    program: that of the flow in which the call is now.

    The present flow's state lies open in this object and in ``CallState``; ``Frame`` keeps that of those below.
    """

    __slots__ = (
        "_call", "_finished", "_flows", "_frames", "_in_error", "_operation", "_operations", "_pc", "facts", "program",
        "seed",
    )  # fmt: skip

    def __init__(self, program: Program, facts: Facts, seed: int, flows: Mapping[str, Program] = NO_FLOWS) -> None:
        self.program = program
        self.facts = facts
        self.seed = seed
        self._flows = flows
        self._frames: tuple[Frame, ...] = ()
        self._operations = program.operations
        self._pc = _NOT_STARTED
        self._operation = _DEAF
        self._finished = False
        self._in_error = False
        self._call = CallState(_first_values(program, facts), facts)

    deaf = False

    @property
    def programs(self) -> Sequence[Program]:
        """All that a call that begins may run, its own first."""
        return (self.program, *self._flows.values())

    @property
    def secret(self) -> bool:
        """What is typed now is for a step that keeps it secret, or may be typed ahead for one."""
        return self._operation.secret or (self.program.keeps_secrets and not self._operation.asks)

    @property
    def finished(self) -> bool:
        """The call is over; further events are ignored."""
        return self._finished

    @property
    def node(self) -> str | None:
        """Id of the node at which the call waits, or was last; None before ``CallStarted``."""
        return None if self._pc == _NOT_STARTED else self._operations[self._pc].node

    @property
    def depth(self) -> int:
        """How many flows the call is in."""
        return len(self._frames) + 1

    @property
    def variables(self) -> Mapping[str, Value]:
        """Present values, ``call.caller`` and so on among them."""
        return self._call.env

    def handle(self, event: Event, now: float) -> Sequence[Effect]:
        """Effects of one event, in order. now: UNIX seconds UTC, never earlier than the call before."""
        if self._finished:
            return ()
        call = self._call
        out: list[Effect] = []
        call.out = out
        call.now = now
        call.work = 0
        try:
            # what most events are is not worth a call of its own
            if type(event) is PlayDone:
                pc = self._operation.play_done(call)
            elif type(event) is Digit and not call.echo:
                pc = self._operation.digit(call, event.digit)
            else:
                pc = self._dispatch(event, call)
        except _FAULTS as error:
            pc = self._fault(_code(error))
        if pc >= 0:
            self._run(pc, call)
        elif pc != WAIT:
            pc = self._cross(pc, call)
            if pc >= 0:
                self._run(pc, call)
        return out

    def snapshot(self) -> Snapshot:
        """All of this call's state; ``restore`` makes a machine with the same future from it."""
        call = self._call
        return {
            "seed": self.seed,
            "finished": self._finished,
            "frames": [_saved(frame) for frame in (*self._frames, self._frame())],
            "typed": call.typed,
            "echo": call.echo,
            "echo_until": call.echo_until,
            "asked": call.asked,
            "open": list(call.open),
        }

    @classmethod
    def restore(
        cls, program: Program, facts: Facts, snapshot: Snapshot, flows: Mapping[str, Program] = NO_FLOWS
    ) -> Machine:
        """The machine of which ``snapshot`` was taken; ``Restored`` is the first event that it wants.

        Raises SnapshotError for another program's, also where it is one of ``flows``.
        """
        machine = cls(program, facts, snapshot["seed"], flows)
        own, *called = snapshot["frames"]
        frames = [_restored(own, program), *(_restored(frame, flows.get(frame["flow"])) for frame in called)]
        machine._resume(frames.pop())
        machine._frames = tuple(frames)
        machine._finished = snapshot["finished"]
        call = machine._call
        call.typed = snapshot["typed"]
        call.echo = snapshot["echo"]
        call.echo_until = snapshot["echo_until"]
        call.asked = snapshot["asked"]
        call.open = tuple(snapshot["open"])
        return machine

    def _dispatch(self, event: Event, call: CallState) -> int:
        """Hand an event to the waiting operation: the operation to run next, or WAIT or END."""
        operation = self._operation
        # exact types, since isinstance() takes three times as long to say no
        if type(event) is Digit:
            return WAIT if self._is_echo(event.digit) else operation.digit(call, event.digit)
        if type(event) is TimerFired:
            return operation.timer(call, event.name)
        if type(event) is CallStarted:
            return self.program.entry if self._pc == _NOT_STARTED else WAIT
        if type(event) is Answered:
            return operation.answered(call)
        if type(event) is PartnerHungUp:
            return operation.partner_hung_up(call)
        if type(event) is MessageRecorded:
            return operation.recorded(call, event.seconds, event.reason)
        if type(event) is DialEnded:
            return operation.dial_ended(call, event.outcome)
        if type(event) is Told:
            return self._told(event, call)
        if type(event) is Restored:
            return self._restored(call)
        if type(event) is CallerHungUp:
            self._finished = True
            call.take_back()
            call.out.append(_CALLER)
        elif type(event) is Fault and self._pc != _NOT_STARTED:
            operation.abandon(call)
            return self._fault(event.code)
        return WAIT

    def _told(self, event: Told, call: CallState) -> int:
        """An answer, if anybody still waits for it."""
        if event.n not in call.open:
            return WAIT
        call.open = tuple(n for n in call.open if n != event.n)
        return self._operation.told(call, event.n, event.kind, event.data)

    def _restored(self, call: CallState) -> int:
        """Nobody will answer what was open."""
        for n in call.open:
            pc = self._told(Told(n, "error", {}), call)
            if pc != WAIT:
                return pc
        return WAIT

    def _is_echo(self, digit: str) -> bool:
        """Is this the late terminator of a number that ended by its length?"""
        call = self._call
        echo, call.echo = call.echo, ""
        return digit == echo and call.now <= call.echo_until and not self._operation.wants(digit)

    def _run(self, pc: int, call: CallState) -> None:
        """Run operations from the one at ``pc`` on, through all flows, until one waits or the call ends."""
        if call.open:  # what was asked is not waited for any more
            call.take_back()
        steps = _STEPS
        while True:
            operations = self._operations
            at = pc
            try:
                for step in steps:  # noqa: B007  # what is left of them is for where the call goes on
                    operation = operations[pc]
                    if type(operation) is Leave:  # so often that its ``run`` would cost more than its work
                        call.out += operation.effects
                        pc = operation.next
                        operation = operations[pc]
                    at = pc
                    pc = operation.run(call)
                    if pc < 0:
                        break
                else:
                    self._end_in_error("step_budget")
                    pc = WAIT
            except _FAULTS as error:
                self._pc = at
                self._operation = operations[at]
                pc = self._fault(_code(error))
            else:
                self._pc = at
                self._operation = operation
                if pc == WAIT:
                    return
                pc = self._cross(pc, call)
            if pc < 0:
                return
            steps = range(step + 1, STEP_BUDGET)

    def _cross(self, pc: int, call: CallState) -> int:
        """What is no operation: the end, a way into another flow, or back. Where to go on, or WAIT or END."""
        while pc < WAIT:
            if pc == END:
                self._finished = True
                return END
            try:
                pc = self._enter(call) if pc == ENTER else self._return(call)
            except _FAULTS as error:
                pc = self._fault(_code(error))
        return pc

    def _enter(self, call: CallState) -> int:
        """Go into another flow: its first operation."""
        flow, inputs = call.passage
        program = self._flows.get(flow)
        if program is None:
            raise OperationFault("unknown_flow")
        if self.depth == MAX_DEPTH:
            raise OperationFault("too_deep")
        env = {**program.variables, **_of_the_call(call.env)}
        _take_inputs(env, program, inputs)
        self._frames += (self._frame(),)
        self._resume(Frame(program, program.entry, False, env, 0, 0, 0, 0, ""))
        return program.entry

    def _return(self, call: CallState) -> int:
        """Go back to the flow that called the present one: what its operation makes of the exit."""
        if not self._frames:
            raise OperationFault("no_calling_flow")
        self._drop_frame(call)
        return self._operation.returned(call, call.passage[0])

    def _drop_frame(self, call: CallState) -> None:
        *below, frame = self._frames
        frame.env.update(_of_the_call(call.env))
        self._frames = tuple(below)
        self._resume(frame)

    def _frame(self) -> Frame:
        """The present flow's state."""
        call = self._call
        return Frame(
            self.program, self._pc, self._in_error, call.env, call.phase, call.attempt, call.no_inputs,
            call.no_matches, call.digits,
        )  # fmt: skip

    def _resume(self, frame: Frame) -> None:
        """Make this the present flow."""
        self.program = frame.program
        self._operations = frame.program.operations
        self._pc = frame.pc
        self._operation = _DEAF if frame.pc == _NOT_STARTED else self._operations[frame.pc]
        self._in_error = frame.in_error
        call = self._call
        call.env = frame.env
        call.phase, call.attempt, call.digits = frame.phase, frame.attempt, frame.digits
        call.no_inputs, call.no_matches = frame.no_inputs, frame.no_matches

    def _fault(self, code: str) -> int:
        """Where a fault leads: to the ``on_error`` node of the present flow, a second one to that of the flow below.

        END where no flow is left to take it.
        """
        call = self._call
        call.typed = ""
        call.work = 0
        while self._in_error:
            if not self._frames:
                self._end_in_error(code)
                return END
            self._drop_frame(call)
        self._in_error = True
        if self.node is not None:
            call.out.append(ExitTaken(self.node, "on_error", code, self.program.flow))
        return self.program.on_error

    def _end_in_error(self, code: str) -> None:
        self._finished = True
        self._call.take_back()
        self._call.out.append(_HANG_UP_ERROR)
        self._call.out.append(Finished("error", code))


def _code(error: Exception) -> str:
    """A fault names its code; Python's own errors only say that it was arithmetic."""
    code = getattr(error, "code", "")
    return code if isinstance(code, str) and code else "arithmetic"


def _first_values(program: Program, facts: Facts) -> Environment:
    env: Environment = {
        **program.variables,
        "call.caller": facts.caller,
        "call.called": facts.called,
        "call.extension": "",
    }
    if facts.inputs:
        _take_inputs(env, program, facts.inputs)
    return env


def _take_inputs(env: Environment, program: Program, inputs: Mapping[str, Value]) -> None:
    """Give variables their first values; one of another type than declared would break what the checks promise."""
    for name, value in inputs.items():
        if name in program.variables and same_type(value, program.variables[name]):
            env[name] = value


def _of_the_call(env: Environment) -> Environment:
    """What every flow of the call sees and may change."""
    return {name: value for name, value in env.items() if name.startswith("call.")}


def _saved(frame: Frame) -> FrameSnapshot:
    return {
        "flow": frame.program.flow,
        "program": frame.program.digest,
        "pc": frame.pc,
        "in_error": frame.in_error,
        "phase": frame.phase,
        "attempt": frame.attempt,
        "no_inputs": frame.no_inputs,
        "no_matches": frame.no_matches,
        "digits": frame.digits,
        "env": dict(frame.env),
    }


def _restored(saved: FrameSnapshot, program: Program | None) -> Frame:
    if program is None or saved["program"] != program.digest:
        raise SnapshotError("the snapshot was taken of another program")
    return Frame(
        program, saved["pc"], saved["in_error"], dict(saved["env"]), saved["phase"], saved["attempt"],
        saved["no_inputs"], saved["no_matches"], saved["digits"],
    )  # fmt: skip
