"""Messages that the caller leaves."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.calls.outputs import Output
from interpreter.machine.effects import RecordMessage, StopMessage
from interpreter.simulation.virtual_call import VirtualCall


def _record(call: VirtualCall, output: RecordMessage) -> None:
    call.ladder.note(">", f"record message {output.box}")
    call.recorder.order(output)
    if output.beep:
        call.hearing.beep(call.recorder.start)
    else:
        call.recorder.start()


def _stop(call: VirtualCall, output: StopMessage) -> None:
    if call.recorder.busy:
        call.recorder.end("hangup")


CARRYING: dict[type[Output], Callable[..., None]] = {RecordMessage: _record, StopMessage: _stop}
