"""What a call's session was handed and what it said to that: told as it happens, a line by the journal's thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, Final

from interpreter.calls.deeds import deeds
from interpreter.calls.input_data import input_data
from interpreter.calls.inputs import Input
from interpreter.calls.outputs import Output
from interpreter.machine.effects import ExitTaken, InputMissed, NodeEntered
from interpreter.runtime.books.journal import Line

log = logging.getLogger(__name__)


Heard = tuple[str, float, Input, Sequence[Output]]
"""Call, UNIX seconds, input, and what was said to it; nothing of it is changed any more."""


_STEPS: Final[dict[type[Output], Callable[[Any], tuple[str, ...]]]] = {
    NodeEntered: lambda output: ("node", output.flow, output.node, output.type, output.label),
    ExitTaken: lambda output: ("exit", output.flow, output.node, output.exit, output.label),
    InputMissed: lambda output: ("missed", output.flow, output.node, output.why),
}


def line_of(told: Line | Heard) -> Line | None:
    """The line; None, with an error in the log, where there can be none."""
    if isinstance(told, dict):
        return told
    call, at, event, outputs = told
    try:
        line: Line = {"c": call, "t": at, "e": "in", "i": input_data(event)}
        if outputs:
            if done := deeds(outputs):
                line["o"] = done
            if steps := [tell(output) for output in outputs if (tell := _STEPS.get(type(output))) is not None]:
                line["s"] = steps
    except Exception:  # whatever it is: the other lines must not suffer for it
        log.exception("an input of call %s cannot be journalled and is dropped: %s", call, type(event).__name__)
        return None
    return line
