"""The session's end, and what it is called."""

from __future__ import annotations

import logging
from collections.abc import Callable

from interpreter.calls.outputs import Output
from interpreter.machine.effects import Finished, Hangup
from interpreter.runtime.call import Call

log = logging.getLogger("zongji.call")


def _hang_up(call: Call, output: Hangup) -> None:
    call.hangup = output


def _finished(call: Call, output: Finished) -> None:
    if output.reason == "error":
        log.error("call %s: the flow ended by a fault: %s", call.id, output.code)
    default = "error" if output.reason == "error" else "normal"
    cause = call.hangup.cause if call.hangup is not None else default
    call.finish(call.endings.cause(cause), call.endings.ended_by(output))


CARRYING: dict[type[Output], Callable[..., None]] = {Hangup: _hang_up, Finished: _finished}
