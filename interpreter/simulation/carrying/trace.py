"""Where the flow is."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.calls.outputs import Output
from interpreter.machine.effects import ExitTaken, InputMissed, NodeEntered
from interpreter.simulation.virtual_call import VirtualCall


def _enter(call: VirtualCall, output: NodeEntered) -> None:
    call.way.enter(output)


def _miss(call: VirtualCall, output: InputMissed) -> None:
    call.way.miss(output)


def _leave(call: VirtualCall, output: ExitTaken) -> None:
    call.way.leave(output)


CARRYING: dict[type[Output], Callable[..., None]] = {NodeEntered: _enter, InputMissed: _miss, ExitTaken: _leave}
