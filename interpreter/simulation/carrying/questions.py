"""What the flow asks and tells the services outside."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.calls.outputs import Output
from interpreter.machine.effects import Ask, Tell, Unask
from interpreter.simulation.ladder import plain
from interpreter.simulation.virtual_call import VirtualCall


def _ask(call: VirtualCall, output: Ask) -> None:
    call.ladder.note(">", f"ask {output.n} {output.kind} {plain(output.data)}")
    call.questions.ask(output)


def _take_back(call: VirtualCall, output: Unask) -> None:
    call.ladder.note(">", f"unask {output.n}")
    call.questions.take_back(output)


def _tell(call: VirtualCall, output: Tell) -> None:
    call.ladder.note(">", f"tell {output.kind} {plain(output.data)}")
    call.questions.tell(output)


CARRYING: dict[type[Output], Callable[..., None]] = {Ask: _ask, Unask: _take_back, Tell: _tell}
