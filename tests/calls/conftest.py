"""A machine of the tests' own: it notes what it hears and answers by a script."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from interpreter.calls.session import CallSession
from interpreter.machine.effects import Dial, Effect, Finished, Hangup, Play, Target
from interpreter.machine.events import (
    Answered,
    CallerHungUp,
    CallStarted,
    DialEnded,
    Event,
    Fault,
    PartnerHungUp,
)


class FakeMachine:
    """Answers each kind of event with effects given beforehand, and ends like the real one."""

    def __init__(self, answers: dict[type, Sequence[Effect]]) -> None:
        self.heard: list[Event] = []
        self.finished = False
        self.answers = answers

    def handle(self, event: Event, now: float) -> Sequence[Effect]:
        if self.finished:
            return ()
        self.heard.append(event)
        if isinstance(event, CallerHungUp):
            effects: Sequence[Effect] = (Finished("caller"),)
        else:
            effects = self.answers.get(type(event), ())
        self.finished = any(isinstance(effect, Finished) for effect in effects)
        return effects

    def snapshot(self) -> dict[str, object]:
        return {"heard": len(self.heard)}


GOODBYE = (Hangup("normal"), Finished("hangup"))


def dial(*numbers: str, strategy: str = "sequential", record: bool = False, seconds: float = 20.0) -> Dial:
    targets = tuple(Target("extension", number) for number in numbers)
    return Dial(targets, strategy, seconds, record)  # type: ignore[arg-type]  # a test names only strategies there are


@pytest.fixture
def call() -> Callable[..., tuple[CallSession, FakeMachine]]:
    """Make a session whose flow dials at once, plays ``sorry`` when that fails, and ends after the talk."""

    def make(
        *numbers: str, caller: Target | None = None, **options: object
    ) -> tuple[CallSession, FakeMachine]:
        machine = FakeMachine(
            {
                CallStarted: (dial(*numbers, **options),),  # type: ignore[arg-type]  # options of dial()
                DialEnded: (Play(("file:sorry.wav",)),),
                PartnerHungUp: GOODBYE,
                Answered: (),
                Fault: (Play(("file:error.wav",)),),
            }
        )
        return CallSession(machine, caller), machine  # type: ignore[arg-type]  # its snapshot is smaller

    return make
