"""What holds legs: a dial, a talk. Sans-IO; a session has at most one at a time, and hands it what happens to legs."""

from __future__ import annotations

from typing import Protocol, TypeVar

from interpreter.calls.inputs import LegInput
from interpreter.calls.outputs import Output

Ended = TypeVar("Ended", covariant=True)


class Room(Protocol[Ended]):
    """Each method puts what is to be done behind ``outputs`` and returns how the room has ended, once it has."""

    def handle_leg(self, event: LegInput, outputs: list[Output]) -> Ended | None: ...

    def timer(self, name: str, outputs: list[Output]) -> Ended | None: ...

    def stop(self, outputs: list[Output]) -> None:
        """End at once, without a word: legs that it holds are hung up, those that it rings cancelled."""
