"""Which of a telephone's keys count, where it signals each of them in more than one way."""

from __future__ import annotations

from typing import Literal

Way = Literal["event", "info", "tone"]
"""RFC 4733 telephone-event, SIP INFO, tones in the audio."""

SAME_KEY_SECONDS = 2.0
"""An INFO comes at the latest so long after the tone of the same key: some phones send it when the key is let go."""


class Keys:
    """Of one leg. The way heard first is the leg's; only INFO takes over from tones, which speech can imitate."""

    __slots__ = ("_tone", "_tone_at", "way")

    def __init__(self) -> None:
        self.way: Way | None = None
        self._tone = ""
        self._tone_at = 0.0

    def count(self, digit: str, way: Way, now: float) -> bool:
        """Whether the key is a new one. now: seconds, monotonic."""
        if way == "tone" and self.way in (None, "tone"):
            self.way, self._tone, self._tone_at = way, digit, now
            return True
        taken_over = self.way == "tone"
        if self.way is None or taken_over:
            self.way = way
        if taken_over and digit == self._tone and now - self._tone_at < SAME_KEY_SECONDS:
            return False
        return way == self.way
