"""The session's timers."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.calls.outputs import Output
from interpreter.machine.effects import CancelTimer, StartTimer
from interpreter.runtime.call import Call


def _start(call: Call, output: StartTimer) -> None:
    call.timers.start(output)


def _cancel(call: Call, output: CancelTimer) -> None:
    call.timers.cancel(output)


CARRYING: dict[type[Output], Callable[..., None]] = {StartTimer: _start, CancelTimer: _cancel}
