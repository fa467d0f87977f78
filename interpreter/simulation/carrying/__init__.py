"""How what a session says is done in virtual time: a table for each family of outputs, as ``runtime.carrying``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from interpreter.calls.outputs import Output
from interpreter.simulation.carrying import ending, files, legs, questions, sound, talk, timers, trace

CARRYING: Mapping[type[Output], Callable[..., None]] = {
    **trace.CARRYING,
    **sound.CARRYING,
    **timers.CARRYING,
    **legs.CARRYING,
    **talk.CARRYING,
    **files.CARRYING,
    **questions.CARRYING,
    **ending.CARRYING,
}
