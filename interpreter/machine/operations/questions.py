"""Operations that ask or tell a service outside: a look-up, a list, a notification ...

Which services there are the machine does not know: ``kind`` is a word between a node type and the drivers' files of
that name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final, TypeGuard

from interpreter.machine.effects import Answer, CancelTimer, Data, StartTimer, Tell
from interpreter.machine.operations.base import WAIT, CallState, Environment, Expression, Operation, Value, same_type

QUESTION_TIMER: Final = "question"
CANCEL_QUESTION: Final = CancelTimer(QUESTION_TIMER)

MAX_TEXT: Final = 1000
MAX_NUMBER: Final = 10**15
"""No variable can hold more (as in the expression language)."""

Given = Mapping[str, object]
"""What a service is asked or told, by name: constants, and expressions that are reckoned when the call comes by."""


class _Wording:
    """Makes the data of a question or of news. work: what its expressions cost, for ``CallState.spend``."""

    __slots__ = ("constants", "expressions", "work")

    def __init__(self, given: Given, work: int) -> None:
        self.constants = {name: value for name, value in given.items() if not callable(value)}
        self.expressions: dict[str, Expression] = {name: value for name, value in given.items() if callable(value)}
        self.work = work

    def data(self, env: Environment) -> Data:
        """Raises ArithmeticError where an expression has no value."""
        return {**self.constants, **{name: expression(env) for name, expression in self.expressions.items()}}

    def known(self, env: Environment) -> Data:
        """As ``data``, without what has no value."""
        data = dict(self.constants)
        for name, expression in self.expressions.items():
            with suppress(ArithmeticError):  # as expressions raise it
                data[name] = expression(env)
        return data


class AskService(Operation):
    """Ask a service and go where its answer leads; digits meanwhile are kept.

    answers: variable -> the name of its new value in the answer's data; without one the variable stays as it is.
    ways: how it came out -> operation. ``error`` is among them and stands for all others: for what the service says
    beside them, for a value that the variable cannot hold, and where there is nothing to ask, for an expression has
    no value. timeout_s: None for as long as the driver waits.
    """

    __slots__ = ("answers", "kind", "limit", "ways", "wording")

    def __init__(
        self,
        node: str,
        kind: str,
        given: Given,
        *,
        ways: Mapping[str, int],
        answers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
        work: int = 0,
    ) -> None:
        super().__init__(node)
        self.kind = kind
        self.wording = _Wording(given, work)
        self.ways = dict(ways)
        self.answers = dict(answers or {})
        self.limit = None if timeout_s is None else StartTimer(QUESTION_TIMER, timeout_s)

    def run(self, call: CallState) -> int:
        call.spend(self.wording.work)
        try:
            data = self.wording.data(call.env)
        except ArithmeticError:  # as expressions raise it
            return self.ways["error"]
        call.ask(self.kind, data)
        if self.limit is not None:
            call.out.append(self.limit)
        return WAIT

    def told(self, call: CallState, n: int, kind: str, data: Data) -> int:
        self.abandon(call)
        values: dict[str, Value] = {}
        for variable, name in self.answers.items():
            value = data.get(name)
            if value is None:
                continue
            if not _can_hold(value, call.env[variable]):
                return self.ways["error"]
            values[variable] = value
        call.env.update(values)
        return self._way(kind)

    def timer(self, call: CallState, name: str) -> int:
        return self._way("timeout") if name == QUESTION_TIMER else WAIT

    def digit(self, call: CallState, digit: str) -> int:
        call.type_ahead(digit)
        return WAIT

    def abandon(self, call: CallState) -> None:
        if self.limit is not None:
            call.out.append(CANCEL_QUESTION)

    def _way(self, kind: str) -> int:
        return self.ways.get(kind, self.ways["error"])

    def targets(self) -> Iterable[int]:
        return self.ways.values()

    def describe(self) -> str:
        limit = "" if self.limit is None else f" {self.limit.seconds:g} s"
        return f"ask service {self.kind}{limit}: {' '.join(f'{kind}->{way}' for kind, way in self.ways.items())}"


class StayWithService(AskService):
    """Ask a service and stay with it, for as long as it takes: a queue, a conference.

    leads: keys by which the caller goes on by himself, and where to. Other keys are told to the service, each as
    ``{"key": "5"}``, where ``tells``. early_media: the caller may not be answered yet, and is before.
    """

    __slots__ = ("early_media", "leads", "tells")

    def __init__(
        self,
        node: str,
        kind: str,
        given: Given,
        *,
        ways: Mapping[str, int],
        leads: Mapping[str, int] | None = None,
        tells: bool = False,
        early_media: bool = False,
        answers: Mapping[str, str] | None = None,
        work: int = 0,
    ) -> None:
        super().__init__(node, kind, given, ways=ways, answers=answers, work=work)
        self.early_media = early_media
        self.leads = dict(leads or {})
        self.tells = tells

    def run(self, call: CallState) -> int:
        call.typed = ""  # meant for what came before
        if self.early_media:
            call.out.append(Answer())
        return super().run(call)

    def digit(self, call: CallState, digit: str) -> int:
        target = self.leads.get(digit)
        if target is not None:
            return target
        if self.tells:
            call.out.append(Tell(self.kind, {"key": digit}))
        return WAIT

    def targets(self) -> Iterable[int]:
        return (*self.ways.values(), *self.leads.values())

    def describe(self) -> str:
        ways = " ".join(f"{word}->{way}" for word, way in {**self.ways, **self.leads}.items())
        return f"stay with service {self.kind}{', tells it keys' if self.tells else ''}: {ways}"


class TellService(Operation):
    """Let a service know something and go on. What has no value is left out."""

    __slots__ = ("kind", "next", "wording")

    def __init__(self, node: str, kind: str, given: Given, *, next: int, work: int = 0) -> None:
        super().__init__(node)
        self.kind = kind
        self.wording = _Wording(given, work)
        self.next = next

    def run(self, call: CallState) -> int:
        call.spend(self.wording.work)
        call.out.append(Tell(self.kind, self.wording.known(call.env)))
        return self.next

    def targets(self) -> Iterable[int]:
        return (self.next,)

    def describe(self) -> str:
        return f"tell service {self.kind} -> {self.next}"


def _can_hold(value: object, declared: Value) -> TypeGuard[Value]:
    if not same_type(value, declared):
        return False
    return len(value) <= MAX_TEXT if isinstance(value, str) else -MAX_NUMBER <= value <= MAX_NUMBER
