"""Robots that play the extensions of a scenario: registered telephones that answer, refuse or let it ring."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from interpreter.simulation.scenario import HangUp, Person, Press, Wait
from zongji.ring.errors import CannotRing
from zongji.ring.phone import Account, RobotCall, RobotPhone

PYVOIP_CALLBACK_SECONDS = 1.0
"""pyVoIP reports an incoming call so long after its INVITE."""


@contextmanager
def registered_people(
    people: Mapping[str, Person], secrets: Mapping[str, str], host: str, port: int
) -> Iterator[None]:
    """Register a robot for each extension that is not offline, as long as the context lasts. Raises CannotRing."""
    with ExitStack() as stack:
        for number, person in people.items():
            if person.state != "offline":
                account = Account(host, port, number, secrets[number])
                phone = stack.enter_context(RobotPhone(account, on_call=_behaviour(person)))
                if not phone.registered:
                    raise CannotRing("ring.not_registered", user=number)
        yield


def _behaviour(person: Person) -> Any:
    def on_call(raw: Any) -> None:
        call = RobotCall(raw)
        match person.state:
            case "busy":
                call.refuse(486)
            case "failed":
                call.refuse(500)
            case "declined":
                time.sleep(max(0.0, person.after - PYVOIP_CALLBACK_SECONDS))
                call.refuse(603)
            case "answers":
                time.sleep(max(0.0, person.after - PYVOIP_CALLBACK_SECONDS))
                _talk(call, person)

    return on_call


def _talk(call: RobotCall, person: Person) -> None:
    if call.ended:  # cancelled while it rang
        return
    call.answer()
    for step in person.does:
        match step:
            case Wait(seconds):
                call.wait(seconds)
            case Press(digits):
                call.press(digits)
            case HangUp():
                call.hang_up()
    if person.talk is not None:
        call.wait(person.talk)
        call.hang_up()
