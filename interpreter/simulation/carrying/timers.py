"""The session's timers."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.calls.outputs import Output
from interpreter.machine.effects import CancelTimer, StartTimer
from interpreter.machine.events import TimerFired
from interpreter.simulation.virtual_call import VirtualCall


def _start(call: VirtualCall, output: StartTimer) -> None:
    fired = TimerFired(output.name)
    call.agenda.set(f"timer:{output.name}", output.seconds, lambda: call.feed(fired))


def _cancel(call: VirtualCall, output: CancelTimer) -> None:
    call.agenda.cancel(f"timer:{output.name}")


CARRYING: dict[type[Output], Callable[..., None]] = {StartTimer: _start, CancelTimer: _cancel}
