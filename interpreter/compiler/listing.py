"""A program as text: what ``zongji compile`` prints."""

from __future__ import annotations

from interpreter.machine.program import Program


def listing(program: Program) -> str:
    """One line per operation: index, node, what it does."""
    width = max((len(operation.node) for operation in program.operations), default=0)
    lines = [
        f"{index:4}  {operation.node:<{width}}  {operation.describe()}"
        for index, operation in enumerate(program.operations)
    ]
    return "\n".join(lines)
