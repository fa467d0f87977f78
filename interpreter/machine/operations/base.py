"""What every operation has, and the part of a call's state that operations share.

The machine runs operations one after the other. ``run`` and the event methods return the index of the operation to
run next, or ``WAIT`` to stay until the next event, or ``END`` when the call is over, or what ``CallState.enter`` and
``leave`` give. An operation is shared by all calls of its program and holds constants only (its effects are built
once, at compile time); what belongs to one call is in ``CallState``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeGuard

from interpreter.machine.effects import Ask, CancelTimer, Data, Effect, Play, PromptKey, StopPlay, Unask
from interpreter.machine.facts import Facts

Value = str | int | float | bool
Environment = dict[str, Value]
"""Declared variables by name, and ``call.caller``, ``call.called``, ``call.extension``."""

Expression = Callable[[Environment], Value]
"""A compiled expression. Raises ArithmeticError where it has no value; its ``args[0]`` is the fault's code."""

WAIT: Final = -1
END: Final = -2
ENTER: Final = -3
LEAVE: Final = -4

INPUT_TIMER: Final = "input"
CANCEL_INPUT: Final = CancelTimer(INPUT_TIMER)
STOP_PLAY: Final = StopPlay()

MAX_WORK: Final = 20_000
"""Simple steps of expressions from one event to the next wait: some dozens of the largest switches; milliseconds."""

MAX_TYPED_AHEAD: Final = 32
"""Digits kept for the next node that collects; a caller leaning on a key shall not fill memory."""


class OperationFault(Exception):
    """Something of ours stops an operation; leads to ``on_error``."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


Passage = tuple[str, Mapping[str, Value]]

NOWHERE: Final[Passage] = ("", {})


class CallState:
    """What operations know and change of one call, in the flow in which it is.

    env: variables. out: effects of the event being handled. now: its time, UNIX seconds.
    phase, attempt, digits, no_inputs, no_matches: scratch of the waiting operation.
    typed: digits pressed while nobody collected.
    echo, echo_until: a terminator that is to be swallowed when it follows until then (see ``swallow``).
    passage: the flow to be entered and its inputs, or the exit by which the present one is left.
    asked: how many questions the call has asked. open: those of the waiting operation that nobody has answered.
    work: what expressions have cost since the event began (see ``spend``).
    facts: what is given of the call: time zone, the tenant's days and so on.
    """

    __slots__ = (
        "asked",
        "attempt",
        "digits",
        "echo",
        "echo_until",
        "env",
        "facts",
        "no_inputs",
        "no_matches",
        "now",
        "open",
        "out",
        "passage",
        "phase",
        "typed",
        "work",
    )

    def __init__(self, env: Environment, facts: Facts) -> None:
        self.env = env
        self.out: list[Effect] = []
        self.now = 0.0
        self.phase = 0
        self.attempt = 0
        self.no_inputs = 0
        self.no_matches = 0
        self.digits = ""
        self.typed = ""
        self.echo = ""
        self.echo_until = 0.0
        self.asked = 0
        self.open: tuple[int, ...] = ()
        self.passage = NOWHERE
        self.work = 0
        self.facts = facts

    def spend(self, work: int) -> None:
        """Count the work of expressions. Raises OperationFault where an event has had enough, for other calls wait."""
        self.work += work
        if self.work > MAX_WORK:
            raise OperationFault("step_budget")

    def enter(self, flow: str, inputs: Mapping[str, Value]) -> int:
        """What an operation returns that goes into another flow; it hears ``returned`` when the call comes back."""
        self.passage = (flow, inputs)
        return ENTER

    def leave(self, exit: str) -> int:
        """What an operation returns that goes back to the flow which called the present one."""
        self.passage = (exit, {})
        return LEAVE

    def ask(self, kind: str, data: Data) -> int:
        """Ask the service ``kind``; the question's number. It is open until its answer, or until the call goes on."""
        self.asked = n = self.asked + 1
        self.open += (n,)
        self.out.append(Ask(n, kind, data))
        return n

    def take_back(self) -> None:
        """Take back what is still open."""
        self.out += [Unask(n) for n in self.open]
        self.open = ()

    def type_ahead(self, digit: str) -> None:
        if len(self.typed) < MAX_TYPED_AHEAD:
            self.typed += digit

    def swallow(self, terminator: str, seconds: float) -> None:
        """Drop ``terminator`` if it is the next digit within ``seconds``.

        Input that ends by its length ends before the caller's habitual ``#``; without this the next node would
        take that ``#`` for its own.
        """
        if self.typed:
            self.typed = self.typed.removeprefix(terminator)
            return
        self.echo = terminator
        self.echo_until = self.now + seconds


class Operation:
    """One step of a program. ``node`` is the id of the flow's node it comes from.

    asks: what is typed while the call waits here is for this step, not kept for a later one. secret: and it may be
    written down nowhere.
    """

    __slots__ = ("node",)

    asks = False
    secret = False

    def __init__(self, node: str) -> None:
        self.node = node

    def run(self, call: CallState) -> int:
        """Do the step."""
        raise NotImplementedError

    def digit(self, call: CallState, digit: str) -> int:
        return WAIT

    def play_done(self, call: CallState) -> int:
        return WAIT

    def timer(self, call: CallState, name: str) -> int:
        return WAIT

    def answered(self, call: CallState) -> int:
        return WAIT

    def dial_ended(self, call: CallState, outcome: str) -> int:
        return WAIT

    def partner_hung_up(self, call: CallState) -> int:
        return WAIT

    def recorded(self, call: CallState, seconds: float, reason: str) -> int:
        return WAIT

    def told(self, call: CallState, n: int, kind: str, data: Data) -> int:
        """The answer to a question that this operation asked (see ``events.Told``)."""
        return WAIT

    def returned(self, call: CallState, exit: str) -> int:
        """The flow that this operation entered was left by ``exit``."""
        return WAIT

    def abandon(self, call: CallState) -> None:
        """Stop what runs outside on behalf of this operation; the call goes elsewhere. Its questions are taken back."""

    def wants(self, digit: str) -> bool:
        """Is this digit a choice of its own here, so that it is never taken for a late terminator?"""
        return False

    def targets(self) -> Iterable[int]:
        """Indices of all operations that may run next."""
        return ()

    def describe(self) -> str:
        """One line of the listing, without index and node."""
        return type(self).__name__


def same_type(value: object, declared: Value) -> TypeGuard[Value]:
    """Whether a variable that was declared with the one value may have the other."""
    if isinstance(declared, bool) or isinstance(value, bool):
        return isinstance(declared, bool) and isinstance(value, bool)
    if isinstance(declared, str):
        return isinstance(value, str)
    return isinstance(value, (int, float))


class Speech:
    """Prompts in order: constants, or made from variables when they are to be played.

    parts: each a tuple of prompt keys, or a function that makes one from the variables. constant: the effect where it
    is always the same; those in a hurry look there before they ask for ``effect``.
    """

    __slots__ = ("constant", "parts")

    Part = tuple[PromptKey, ...] | Callable[[Environment], tuple[PromptKey, ...]]

    def __init__(self, parts: tuple[Part, ...] = ()) -> None:
        self.parts = parts
        self.constant: Play | None = None
        if not any(callable(part) for part in parts):
            keys = tuple(key for part in parts if not callable(part) for key in part)
            self.constant = Play(keys) if keys else None
            self.parts = ()

    def effect(self, env: Environment) -> Play | None:
        """The effect that plays it now, None where there is nothing to play. Raises ArithmeticError."""
        if not self.parts:
            return self.constant
        keys: list[PromptKey] = []
        for part in self.parts:
            keys += part(env) if callable(part) else part
        return Play(tuple(keys)) if keys else None

    def then(self, other: Speech) -> Speech:
        """This speech followed by another, as one."""
        return Speech((*self._all_parts(), *other._all_parts()))

    def describe(self) -> str:
        parts = (" ".join(part) if not callable(part) else "(spoken value)" for part in self._all_parts())
        return " ".join(parts) or "nothing"

    def _all_parts(self) -> tuple[Part, ...]:
        if self.constant is not None:
            return (self.constant.prompts,)
        return self.parts
