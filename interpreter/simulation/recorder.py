"""A voicemail message in virtual time: what ends it, and how long it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from interpreter.machine.effects import RecordMessage
from interpreter.machine.events import MessageRecorded
from interpreter.simulation.agenda import Agenda

Reason = Literal["key", "silence", "limit", "hangup", "tone"]


TONE_KNOWN_S: Final = 2.1
"""Three busy tones of 0.35 s, and the pauses between them."""


class Recorder:
    """Records one message at a time; ``done`` is called when silence or the limit ends it."""

    __slots__ = (
        "_agenda", "_began", "_done", "_first_word", "_last_word", "_order", "_signal", "_speaking", "messages",
    )  # fmt: skip

    def __init__(self, agenda: Agenda, done: Callable[[Reason], None]) -> None:
        self.messages: list[str] = []
        self._agenda = agenda
        self._done = done
        self._order: RecordMessage | None = None
        self._began: float | None = None
        self._first_word: float | None = None
        self._last_word: float | None = None
        self._speaking = False
        self._signal = False

    @property
    def busy(self) -> bool:
        """A message was ordered and has not ended."""
        return self._order is not None

    def stops_at(self, digit: str) -> bool:
        return self._order is not None and digit in self._order.stop_keys

    def order(self, order: RecordMessage) -> None:
        """A message is to come, after the beep."""
        self._order = order
        self._began = None

    def start(self) -> None:
        """The beep is over: the message begins."""
        assert self._order is not None
        self._began = self._agenda.now
        self._first_word = self._last_word = None
        self._agenda.set("record:limit", self._order.max_seconds, lambda: self._done("limit"))
        self.speech(self._speaking)
        self.signal(self._signal)

    def speech(self, speaking: bool) -> None:
        """The caller begins or ends to speak."""
        self._speaking = speaking
        if self._order is None or self._began is None:
            return
        if speaking:
            self._agenda.cancel("record:silence")
            self._last_word = self._agenda.now
            self._first_word = self._agenda.now if self._first_word is None else self._first_word
            return
        if self._last_word is not None:
            self._last_word = self._agenda.now
        if self._order.silence_seconds is not None:
            self._agenda.set("record:silence", self._order.silence_seconds, lambda: self._done("silence"))

    def signal(self, sounding: bool) -> None:
        """The network's busy tone begins or ends: to a message it is silence, and soon the end."""
        self._signal = sounding
        self._agenda.cancel("record:tone")
        if sounding and self._order is not None and self._began is not None:
            self._agenda.set("record:tone", TONE_KNOWN_S, lambda: self._done("tone"))

    def end(self, reason: Reason) -> MessageRecorded:
        """Close the message; keep it where something was said."""
        assert self._order is not None
        self._agenda.cancel("record:limit")
        self._agenda.cancel("record:silence")
        self._agenda.cancel("record:tone")
        self._agenda.cancel("beep")
        seconds = self._seconds(reason)
        if seconds > 0.0:
            self.messages.append(self._order.box)
        self._order = None
        return MessageRecorded(seconds, reason)

    def _seconds(self, reason: Reason) -> float:
        if self._order is None or self._began is None or self._first_word is None or self._last_word is None:
            return 0.0
        last_word = self._agenda.now if self._speaking else self._last_word
        if last_word - self._first_word < self._order.min_seconds:
            return 0.0
        end = last_word if reason in ("silence", "tone") or self._signal else self._agenda.now
        return end - self._began
