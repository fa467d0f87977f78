"""How what a session says is done on the line: a table for each family of outputs, from type to function.

A function is handed the call and the output. What comes up meanwhile it feeds to the call, whose turn it then is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from interpreter.calls.outputs import Output
from interpreter.runtime.carrying import early, ending, files, legs, questions, sound, talk, timers, trace

CARRYING: Mapping[type[Output], Callable[..., None]] = {
    **trace.CARRYING,
    **sound.CARRYING,
    **early.CARRYING,
    **timers.CARRYING,
    **legs.CARRYING,
    **talk.CARRYING,
    **files.CARRYING,
    **questions.CARRYING,
    **ending.CARRYING,
}
