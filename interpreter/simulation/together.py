"""Several virtual calls in one time, with what they share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from interpreter.simulation.crowd import Crowd
from interpreter.simulation.questions import Question
from interpreter.simulation.scenario import Reply
from interpreter.simulation.virtual_call import VirtualCall

_NEVER: Final = float("inf")

Begun = tuple[float, VirtualCall]
"""A call, and at which second it begins."""


def run_together(calls: Sequence[Begun], crowd: Crowd) -> None:
    """Let calls happen until all are over, or nothing is due any more.

    What is due at the same moment happens in the order of the calls.
    """
    going = list(calls)
    for place, (_, call) in enumerate(going):
        call.begin(people_dial=place == 0)
    while going:
        _answer(crowd, going)
        first = min(going, key=_due)
        when, room_at = _due(first), crowd.room.next_at(crowd.now)
        if room_at is not None and room_at < when:
            crowd.now = room_at
        elif when == _NEVER:
            return
        else:
            crowd.now = when
            if not first[1].step():
                going.remove(first)


def _due(begun: Begun) -> float:
    began, call = begun
    due = call.due
    return _NEVER if due is None else began + due


def _answer(crowd: Crowd, calls: Sequence[Begun]) -> None:
    """Tell the calls what the queues have decided."""
    answers = crowd.room.answers(crowd.now)
    if answers:
        for began, call in calls:
            call.wait_until(crowd.now - began)
    for key, kind, data in answers:
        if isinstance(key, Question):
            key.answer(Reply(kind, data))
