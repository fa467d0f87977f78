"""The session's end, and what it is called."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.calls.ending import ended_by
from interpreter.calls.outputs import Output
from interpreter.machine.effects import Finished, Hangup
from interpreter.simulation.virtual_call import VirtualCall


def _hang_up(call: VirtualCall, output: Hangup) -> None:
    call.ladder.note(">", f"hang up {output.cause}")
    call.cause = output.cause


def _finished(call: VirtualCall, output: Finished) -> None:
    call.ladder.note("=", " ".join(part for part in ("finished", output.reason, output.code) if part))
    call.caller.stop()
    call.hearing.stop()
    call.ended_by = ended_by(output)
    if output.reason != "hangup":
        call.cause = "error" if output.reason == "error" else "normal"


CARRYING: dict[type[Output], Callable[..., None]] = {Hangup: _hang_up, Finished: _finished}
