"""What somebody types in a talk until it is one of the codes that begin something there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from interpreter.calls.codes import USUAL_TABLE
from interpreter.calls.outputs import Output
from interpreter.calls.transfer import Way
from interpreter.machine.effects import CancelTimer, StartTimer

KEYS_TIMER: Final = "talk:keys"
KEY_SECONDS: Final = 5.0
"""After so long without a key what was typed is all."""

KeyCodes = Mapping[str, Way]
"""What a telephone of ours can begin by keys in a talk."""

KEY_CODES: Final[KeyCodes] = USUAL_TABLE.in_talk

START_KEYS: Final = StartTimer(KEYS_TIMER, KEY_SECONDS)
CANCEL_KEYS: Final = CancelTimer(KEYS_TIMER)

Typed = tuple[int, str]
"""The leg, and its keys so far."""


class TypedCode:
    """One code at a time, of one leg. typed: None while nothing is begun."""

    __slots__ = ("_codes", "typed")

    def __init__(self, codes: KeyCodes, typed: Typed | None = None) -> None:
        self._codes = codes
        self.typed = typed

    def press(self, leg: int, digit: str, outputs: list[Output]) -> Way | None:
        """Take a key; what it has become a code for."""
        if not self.goes_on(leg, digit):
            return None
        typed = self._of(leg) + digit
        self.stop(outputs)
        way = self.way(typed)
        if way is None and any(code.startswith(typed) for code in self._codes):
            self.typed = (leg, typed)
            outputs.append(START_KEYS)
        return way

    def goes_on(self, leg: int, digit: str) -> bool:
        """Whether a key begins a code, or goes on with one."""
        return digit == "*" or self._of(leg) != ""

    def _of(self, leg: int) -> str:
        """What the leg has typed of a code."""
        return self.typed[1] if self.typed is not None and self.typed[0] == leg else ""

    def way(self, code: str) -> Way | None:
        """What a whole code begins."""
        return self._codes.get(code)

    def expired(self) -> None:
        """The timer has run out: what was typed is no code."""
        self.typed = None

    def stop(self, outputs: list[Output]) -> None:
        """Forget what was typed."""
        if self.typed is not None:
            self.typed = None
            outputs.append(CANCEL_KEYS)

    def gone(self, leg: int, outputs: list[Output]) -> None:
        """A leg has left."""
        if self.typed is not None and self.typed[0] == leg:
            self.stop(outputs)
