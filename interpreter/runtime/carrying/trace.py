"""Where the flow is: live events, and the limit of steps. The journal has it with the input that led there."""

from __future__ import annotations

import logging
from collections.abc import Callable

from interpreter.calls.outputs import Output
from interpreter.machine.effects import ExitTaken, InputMissed, NodeEntered
from interpreter.runtime.call import Call

log = logging.getLogger("zongji.call")


def _node_entered(call: Call, output: NodeEntered) -> None:
    call.node = output
    call.board.moved(call)
    call.steps += 1
    if call.steps == call.board.settings.limits.max_call_steps:
        log.warning("call %s: ended at its step %d", call.id, call.steps)
        call.end("too_many_steps", "system")


def _nothing(call: Call, output: InputMissed | ExitTaken) -> None:
    pass


CARRYING: dict[type[Output], Callable[..., None]] = {
    NodeEntered: _node_entered,
    InputMissed: _nothing,
    ExitTaken: _nothing,
}
