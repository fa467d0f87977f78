"""Programs put together by hand, for operations that no node type has yet."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from interpreter.machine.operations import HangUp, Operation, Speech
from interpreter.machine.program import Program


def program(*operations: Operation, variables: Mapping[str, Any] | None = None, **fields: Any) -> Program:
    """A program that begins with the first operation; a fault leads to a hang-up behind the last, at node ``error``."""
    every = (*operations, HangUp("error", Speech(), "error"))
    said = "\n".join(f"{operation.node} {operation.describe()}" for operation in every)
    given: dict[str, Any] = {
        "name": "test", "locale": "zh-CN", "entry": 0, "on_error": len(operations), "exits": {},
        "prompt_keys": frozenset(), "digest": hashlib.sha256(said.encode()).hexdigest(),
    }  # fmt: skip
    return Program(
        operations=every,
        variables=dict(variables or {}),
        **(given | fields),
    )


def bye(node: str = "bye", cause: Any = "normal") -> Operation:
    return HangUp(node, Speech(), cause)


def says(*names: str) -> Speech:
    """The speech of these files."""
    return Speech((tuple(f"file:{name}.wav" for name in names),))
