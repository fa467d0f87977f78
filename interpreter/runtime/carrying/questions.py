"""What the flow asks and tells the services outside."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.calls.outputs import Output
from interpreter.machine.effects import Ask, Tell, Unask
from interpreter.runtime.call import Call
from interpreter.runtime.questions import Questions


def _questions_of(call: Call) -> Questions:
    if call.questions is None:
        call.questions = Questions(call, call.board.services, call.feed)
    return call.questions


def _ask(call: Call, output: Ask) -> None:
    _questions_of(call).ask(output)


def _take_back(call: Call, output: Unask) -> None:
    _questions_of(call).take_back(output)


def _tell(call: Call, output: Tell) -> None:
    _questions_of(call).tell(output)


CARRYING: dict[type[Output], Callable[..., None]] = {Ask: _ask, Unask: _take_back, Tell: _tell}
