"""Where the flow is: journal lines, live events, and the limit of steps."""

from __future__ import annotations

import logging
from collections.abc import Callable

from interpreter.calls.outputs import Output
from interpreter.machine.effects import ExitTaken, InputMissed, NodeEntered
from interpreter.runtime.call import Call

log = logging.getLogger("zongji.call")


def _node_entered(call: Call, output: NodeEntered) -> None:
    call.node = output.node
    info = call.node_info
    call.note({"e": "node", "n": output.node, "k": info.type, "l": info.label, **_where(call, output.flow)})
    call.board.moved(call)
    call.steps += 1
    if call.steps == call.board.settings.limits.max_call_steps:
        log.warning("call %s: ended at its step %d", call.id, call.steps)
        call.end("too_many_steps", "system")


def _input_missed(call: Call, output: InputMissed) -> None:
    call.note({"e": "missed", "n": output.node, "w": output.why, **_where(call, output.flow)})


def _exit_taken(call: Call, output: ExitTaken) -> None:
    call.note({"e": "exit", "n": output.node, "x": output.exit, "l": output.label, **_where(call, output.flow)})


def _where(call: Call, flow: str) -> dict[str, object]:
    """What a line says of the flow: nothing where it is the call's own."""
    own = call.flow
    return {} if own is None or flow == own.flow_id else {"f": flow}


CARRYING: dict[type[Output], Callable[..., None]] = {
    NodeEntered: _node_entered,
    InputMissed: _input_missed,
    ExitTaken: _exit_taken,
}
