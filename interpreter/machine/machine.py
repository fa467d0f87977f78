"""Runs a program for one call: one event in, the effects it causes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
"""Operations one event may run, ways between nodes not counted. A sound flow needs a few dozen between two waits."""

_STEPS: Final = range(STEP_BUDGET)

_HANG_UP_ERROR: Final = Hangup("error")
_CALLER: Final = Finished("caller")

_NOT_STARTED: Final = -1
_DEAF: Final = Operation("")
"""Stands for the waiting operation before the call has started: no event means anything to it."""


class Snapshot(TypedDict):
    """A machine between two events, as plain JSON data."""

    program: str
    seed: int
    pc: int
    finished: bool
    in_error: bool
    phase: int
    attempt: int
    no_inputs: int
    no_matches: int
    digits: str
    typed: str
    echo: str
    echo_until: float
    asked: int
    open: list[int]
    env: dict[str, Value]


class SnapshotError(ValueError):
    """The snapshot belongs to another program."""


class Machine:
    """One call on its way through a program.

    Owns no clock, socket or randomness. ``handle`` never raises, whatever events come in whatever order: an event
    that cannot be meant for the present wait is ignored. seed: fixes every choice by lot, so a replay chooses alike.
    """

    __slots__ = ("_call", "_finished", "_in_error", "_operation", "_operations", "_pc", "facts", "program", "seed")

    def __init__(self, program: Program, facts: Facts, seed: int) -> None:
        self.program = program
        self.facts = facts
        self.seed = seed
        self._operations = program.operations
        self._pc = _NOT_STARTED
        self._operation = _DEAF
        self._finished = False
        self._in_error = False
        self._call = CallState(_first_values(program, facts), facts)

    @property
    def finished(self) -> bool:
        """The call is over; further events are ignored."""
        return self._finished

    @property
    def node(self) -> str | None:
        """Id of the node at which the call waits, or was last; None before ``CallStarted``."""
        return None if self._pc == _NOT_STARTED else self._operations[self._pc].node

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
            if pc >= 0:
                self._run(pc, call)
            elif pc == END:
                self._finished = True
        except ArithmeticError as error:
            self._fail(_code(error))
        except OperationFault as error:
            self._fail(error.code)
        return out

    def snapshot(self) -> Snapshot:
        """All of this call's state; ``restore`` makes a machine with the same future from it."""
        call = self._call
        return {
            "program": self.program.digest,
            "seed": self.seed,
            "pc": self._pc,
            "finished": self._finished,
            "in_error": self._in_error,
            "phase": call.phase,
            "attempt": call.attempt,
            "no_inputs": call.no_inputs,
            "no_matches": call.no_matches,
            "digits": call.digits,
            "typed": call.typed,
            "echo": call.echo,
            "echo_until": call.echo_until,
            "asked": call.asked,
            "open": list(call.open),
            "env": dict(call.env),
        }

    @classmethod
    def restore(cls, program: Program, facts: Facts, snapshot: Snapshot) -> Machine:
        """The machine of which ``snapshot`` was taken; ``Restored`` is the first event that it wants.

        Raises SnapshotError for another program's.
        """
        if snapshot.get("program") != program.digest:
            raise SnapshotError("the snapshot was taken of another program")
        machine = cls(program, facts, snapshot["seed"])
        machine._pc = snapshot["pc"]
        if machine._pc != _NOT_STARTED:
            machine._operation = program.operations[machine._pc]
        machine._finished = snapshot["finished"]
        machine._in_error = snapshot["in_error"]
        call = machine._call
        call.phase = snapshot["phase"]
        call.attempt = snapshot["attempt"]
        call.no_inputs = snapshot["no_inputs"]
        call.no_matches = snapshot["no_matches"]
        call.digits = snapshot["digits"]
        call.typed = snapshot["typed"]
        call.echo = snapshot["echo"]
        call.echo_until = snapshot["echo_until"]
        call.asked = snapshot["asked"]
        call.open = tuple(snapshot["open"])
        call.env = dict(snapshot["env"])
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
            self._fail(event.code)
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
        """Run operations from the one at ``pc`` on, until one waits or the call ends."""
        if call.open:  # what was asked is not waited for any more
            call.take_back()
        operations = self._operations
        at = pc
        try:
            for _ in _STEPS:
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
        finally:  # a fault is told of the operation that met it
            self._pc = at
            self._operation = operation
        if pc == END:
            self._finished = True

    def _fail(self, code: str) -> None:
        """Go to the flow's ``on_error`` node, once; a second fault ends the call."""
        if self._in_error:
            self._end_in_error(code)
            return
        self._in_error = True
        call = self._call
        call.typed = ""
        call.work = 0
        if self.node is not None:
            call.out.append(ExitTaken(self.node, "on_error", code))
        try:
            self._run(self.program.on_error, call)
        except ArithmeticError as error:
            self._end_in_error(_code(error))
        except OperationFault as error:
            self._end_in_error(error.code)

    def _end_in_error(self, code: str) -> None:
        self._finished = True
        self._call.take_back()
        self._call.out.append(_HANG_UP_ERROR)
        self._call.out.append(Finished("error", code))


def _code(error: ArithmeticError) -> str:
    """An expression's fault names its code; Python's own errors only say that it was arithmetic."""
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
        for name, value in facts.inputs.items():
            # an input of another type than declared would break what the checks promise
            if name in program.variables and same_type(value, program.variables[name]):
                env[name] = value
    return env

