"""Flow -> Program: every exit an index, every prompt a key, every expression a closure."""

from __future__ import annotations

from interpreter.flow.resources import Resources
from interpreter.machine.program import Program


def compile_flow(document: object, *, resources: Resources | None = None) -> Program:
    """The program of a flow document (parsed JSON) or ``Flow``.

    Raises FlowError with all issues where one of them is an error. resources: as for ``check``; they decide what is
    refused, never what the program does, so the same document always becomes the same program.
    """
    raise NotImplementedError
