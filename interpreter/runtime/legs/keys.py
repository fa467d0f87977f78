"""Which of a telephone's keys count, where it signals each of them in more than one way; and which of them the other
side of a talk must be sent, for it would not hear them.
"""

from __future__ import annotations

from typing import Literal, Protocol

Way = Literal["event", "info", "tone"]
"""RFC 4733 telephone-event, SIP INFO, tones in the audio."""

SAME_KEY_SECONDS = 2.0
"""An INFO comes at the latest so long after the tone of the same key: some phones send it when the key is let go."""


class KeyTaker(Protocol):
    """The leg at the other side of a talk."""

    @property
    def takes_events(self) -> bool:
        """Whether it agreed on telephone-event."""

    def send_key(self, digit: str) -> None: ...


class Keys:
    """Of one leg. The way heard first is the leg's; only INFO takes over from tones, which speech can imitate."""

    __slots__ = ("_events", "_tone", "_tone_at", "way")

    def __init__(self) -> None:
        self.way: Way | None = None
        self._events = False
        self._tone = ""
        self._tone_at = 0.0

    def take(self, digit: str, way: Way, now: float, partner: KeyTaker | None) -> bool:
        """``count``, and send the partner a key that counts where it would not hear it otherwise.

        partner: with whom the leg talks, None while it talks with nobody. The engine hands events on where the partner
        takes them, and tones are in the audio.
        """
        counts = self.count(digit, way, now)
        if counts and partner is not None and not self._is_heard(way, by_events=partner.takes_events):
            partner.send_key(digit)
        return counts

    def _is_heard(self, way: Way, *, by_events: bool) -> bool:
        """By the partner, from the leg's own RTP."""
        match way:
            case "tone":
                return True
            case "event":
                return by_events
            case "info":
                return by_events and self._events

    def count(self, digit: str, way: Way, now: float) -> bool:
        """Whether the key is a new one. now: seconds, monotonic."""
        self._events = self._events or way == "event"
        if way == "tone" and self.way in (None, "tone"):
            self.way, self._tone, self._tone_at = way, digit, now
            return True
        taken_over = self.way == "tone"
        if self.way is None or taken_over:
            self.way = way
        if taken_over and digit == self._tone and now - self._tone_at < SAME_KEY_SECONDS:
            return False
        return way == self.way
