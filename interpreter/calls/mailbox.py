"""What leads a telephone of ours that calls its mailbox: what was left there is heard one by one, the new first.

Runs in a ``CallSession`` like any flow and knows messages by their names alone: ``mailbox`` is asked to list them, to
let the telephone ``hear`` one (the answer comes at its end) and to ``delete`` one. 1 hears a message again, 2 or # goes
on to the next, 3 deletes it; whoever presses nothing hears the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, cast

from interpreter.calls.guide import Guide
from interpreter.flow.spoken import Locale, how_many, speak
from interpreter.machine.effects import (
    Answer,
    Ask,
    CancelTimer,
    Data,
    Effect,
    Play,
    StartTimer,
    StopPlay,
    Unask,
)
from interpreter.machine.events import CallStarted, Digit, Event, PlayDone, TimerFired, Told

KIND: Final = "mailbox"
"""Of its questions (see ``machine.effects.Ask``)."""

KEY_SECONDS: Final = 4.0
"""How long a key is waited for after a message and the words that say which there are."""

KEY_TIMER: Final = "key"

Phase = Literal["asks", "greets", "names", "hears", "offers", "deletes", "tells", "ends"]
"""``names``: says who left the message. ``tells``: how something went, before the next message."""


class MailboxCall(Guide):
    """Asked for its list, the service answers ``ok`` with ``messages``: the new first, each with
    ``id``, ``new`` and ``caller`` ("" where there is no number to be said).
    """

    __slots__ = ("_at", "_messages", "_n", "_phase", "locale")

    def __init__(self, locale: Locale) -> None:
        super().__init__()
        self.locale = locale
        self._messages: list[dict[str, Any]] = []
        self._at = -1
        self._n = 0
        self._phase: Phase = "asks"

    def hears(self, event: Event) -> Sequence[Effect]:
        match event:
            case CallStarted():
                return Answer(), self._ask("asks", {"do": "list"})
            case Told(n, kind, data) if n == self._n:
                return self._told(kind, data)
            case Digit(digit):
                return self._key(digit)
            case PlayDone():
                return self._played()
            case TimerFired(name) if name == KEY_TIMER and self._phase == "offers":
                return self._next()
            case _:
                return ()

    # what happens

    def _told(self, kind: str, data: Data) -> Sequence[Effect]:
        done = kind == "ok"
        match self._phase:
            case "asks" if done:
                self._messages = list(cast(list[dict[str, Any]], data["messages"]))  # ours: what is deleted leaves it
                return self._greet()
            case "asks":
                return (self._say("ends", "pv_error"),)
            case "hears" if done:
                return (self._say("offers", "pv_mailboxkeys"),)
            case "deletes" if done:
                del self._messages[self._at]
                self._at -= 1
                return (self._say("tells", "pv_messagedeleted"),)
        return (self._say("tells", "pv_error"),)

    def _played(self) -> Sequence[Effect]:
        match self._phase:
            case "greets" | "tells":
                return self._next()
            case "offers":
                return (StartTimer(KEY_TIMER, KEY_SECONDS),)
            case "names":
                return (self._ask("hears", {"do": "hear", "id": self._id}),)
            case "ends":
                return self.hang_up()
        return ()

    def _key(self, digit: str) -> Sequence[Effect]:
        if self._phase in ("asks", "deletes", "ends"):
            return ()
        at_hand = self._phase in ("names", "hears", "offers")
        match digit:
            case "1" if at_hand:
                return *self._quiet(), *self._hear()
            case "2" | "#":
                return *self._quiet(), *self._next()
            case "3" if at_hand:
                return *self._quiet(), self._ask("deletes", {"do": "delete", "id": self._id})
        return ()

    # what is done

    def _greet(self) -> Sequence[Effect]:
        new = sum(bool(message["new"]) for message in self._messages)
        if not self._messages:
            return (self._say("ends", "pv_mailboxempty"),)
        if new == 0:
            return (self._say("greets", "pv_mailboxnonew"),)
        if new == 1:
            return (self._say("greets", "pv_mailboxone"),)
        return (self._say("greets", "pv_youhave", *how_many(new, self.locale), "pv_newmessages"),)

    def _next(self) -> Sequence[Effect]:
        self._at += 1
        if self._at >= len(self._messages):
            return (self._say("ends", "pv_mailboxend"),)
        return self._hear()

    def _hear(self) -> Sequence[Effect]:
        return (self._say("names", *speak("digits", self._messages[self._at]["caller"], self.locale)),)

    @property
    def _id(self) -> str:
        return str(self._messages[self._at]["id"])

    def _quiet(self) -> Sequence[Effect]:
        """End what is heard, and what is waited for."""
        if self._phase == "hears":
            return (Unask(self._n),)
        return StopPlay(), CancelTimer(KEY_TIMER)

    def _say(self, phase: Phase, *prompts: str) -> Effect:
        self._phase = phase
        return Play(prompts)

    def _ask(self, phase: Phase, data: Data) -> Effect:
        self._phase = phase
        self._n += 1
        return Ask(self._n, KIND, data)
