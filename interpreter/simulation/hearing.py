"""What the caller of a virtual call hears: prompts one after the other, in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from interpreter.simulation.agenda import Agenda
from interpreter.simulation.prompts import BEEP, Durations

Ended = Callable[[str], None]
"""Is told of each prompt that was heard to its end."""


class Hearing:
    """heard: all prompts that were begun."""

    def __init__(self, agenda: Agenda, durations: Durations, ended: Ended) -> None:
        self.heard: list[str] = []
        self._agenda = agenda
        self._durations = durations
        self._ended = ended

    def play(self, prompts: Sequence[str], *, loop: bool = False, done: Callable[[], None] | None = None) -> None:
        """Play these in place of what plays; ``done`` is called at their end, for a loop never."""
        self._play_from(prompts, 0, loop, done)

    def beep(self, then: Callable[[], None]) -> None:
        """The signal before a message; what plays goes on."""

        def over() -> None:
            then()
            self._ended(BEEP)

        self.heard.append(BEEP)
        self._agenda.set("beep", self._durations.seconds(BEEP), over)

    def stop(self) -> bool:
        """Whether anything played."""
        return self._agenda.cancel("play")

    def _play_from(self, prompts: Sequence[str], index: int, loop: bool, done: Callable[[], None] | None) -> None:
        if index == len(prompts):
            if not loop or not prompts:
                self._agenda.cancel("play")
                if done is not None:
                    done()
                return
            index = 0
        key = prompts[index]
        self.heard.append(key)

        def ended() -> None:
            self._ended(key)
            self._play_from(prompts, index + 1, loop, done)

        self._agenda.set("play", self._durations.seconds(key), ended)
