"""The inputs of a call, gathered from its journal for as long as it lasts; with its record they go to the database.

What is kept (``Inputs.text``) is JSON: ``given`` (``calls.given``); ``in``, each input as ``[t, input, deeds]`` (UNIX
seconds, ``calls.input_data``, ``calls.deeds``); ``heard``, how many the call had of them by its end, None where nobody
knows; ``cut``, where there were too many and none is kept.
"""

from __future__ import annotations

import orjson

from interpreter.runtime.books.journal import Line

MOST_BYTES = 256 * 1024
"""Of one call's inputs; an ordinary call has one or two thousand."""

_COMMA = b","


class Inputs:
    """As bytes of JSON, for the calls in progress are many. state: what ``state`` said."""

    __slots__ = ("_kept", "cut")

    def __init__(self, state: str | None = "") -> None:
        self._kept = bytearray((state or "").encode())
        self.cut = state is None

    def add(self, line: Line) -> None:
        """Take a line ``in``. Raises LookupError where it is damaged."""
        if self.cut:
            return
        moment = orjson.dumps((line["t"], line["i"], line.get("o", ())))
        if self._kept:
            self._kept += _COMMA
        self._kept += moment
        if len(self._kept) > MOST_BYTES:
            self._kept = bytearray()
            self.cut = True

    @property
    def state(self) -> str | None:
        """All that was added, for the line that stands for all of the call's; None where there was too much."""
        return None if self.cut else self._kept.decode()

    def text(self, given: object, heard: object) -> str:
        """The whole, once the call has ended."""
        head = {"given": given, "heard": heard} | ({"cut": True} if self.cut else {})
        return f'{orjson.dumps(head).decode()[:-1]},"in":[{self._kept.decode()}]}}'
