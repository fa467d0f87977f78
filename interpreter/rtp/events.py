"""What the engine tells of its legs. Plain data, handed out by ``Engine.drain()`` in the order it happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LegId = int
"""One leg (a port pair and its peer). Never used again after ``close_leg``; a stale one raises ``UnknownLeg``."""

AudioId = int
"""One loaded audio, see ``Engine.load``."""

MixId = int
"""Legs that hear each other, see ``Engine.open_mix`` and ``Engine.bridge``. Never used again."""

RecordingId = int

RecordingEnd = Literal["key", "silence", "limit", "stopped", "hangup", "error", "tone"]


@dataclass(frozen=True, slots=True)
class PlayDone:
    """The last frame of the last ``play()`` was sent; ``token`` is the one given to ``play()``.

    Never sent for a loop, nor after ``stop()`` or a newer ``play()``. A ``play()`` within the next 20 ms follows
    without a gap. The far end's jitter buffer still holds the end: wait 0.1 s before a BYE.
    """

    leg: LegId
    token: int


@dataclass(frozen=True, slots=True)
class MixPlayDone:
    """As ``PlayDone``, of the last ``play_to_mix()``."""

    mix: MixId
    token: int


@dataclass(frozen=True, slots=True)
class DigitReceived:
    """A DTMF digit, ``0-9 * # A-D``, at its begin. A long press is one digit.

    inband: found as tones in the audio, not as an RFC 4733 telephone-event.
    """

    leg: LegId
    digit: str
    inband: bool = False


@dataclass(frozen=True, slots=True)
class DigitsSent:
    """The last ``send_digits()`` of this leg has been sent in full."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class RecordingDone:
    """A recording ended and its file is complete (closed, header right), or was never made: an ``error`` of 0 seconds.

    reason: ``key`` (a stop key), ``silence``, ``limit`` (max_seconds), ``stopped`` (``stop_recording()``),
    ``hangup`` (a leg was closed), ``tone`` (a busy, ringing, dial or special information tone) or ``error`` (the file
    could not be made or written; ``detail`` says why).
    seconds: length of the file's audio. A message that ended by silence or a tone is cut half a second after the last
    sound, and before the tones that may follow it.
    spoken: whether anything louder than the silence level was heard, for ``min_seconds`` from the first to the last
    sound, tones apart; False = an empty message.
    leg, mix: what was recorded, 0 for the other. ``hangup`` of a mix is its end.
    """

    recording: RecordingId
    leg: LegId
    path: str
    reason: RecordingEnd
    seconds: float
    spoken: bool
    detail: str = ""
    mix: MixId = 0


@dataclass(frozen=True, slots=True)
class RecordingPaused:
    """Nothing is written from here on; ``seconds``: where in the file."""

    recording: RecordingId
    seconds: float


@dataclass(frozen=True, slots=True)
class RecordingResumed:
    """It goes on, behind a tone of 0.2 s that begins ``seconds`` into the file and stands for ``paused`` seconds."""

    recording: RecordingId
    seconds: float
    paused: float


@dataclass(frozen=True, slots=True)
class MediaTimeout:
    """No valid RTP and no report came for ``seconds``, as ``set_timeout`` wants. Sent once until packets come again."""

    leg: LegId
    seconds: float


@dataclass(frozen=True, slots=True)
class Latched:
    """The peer's real address is known now (or changed); ``as_told`` False: it is not the one the SDP named."""

    leg: LegId
    host: str
    port: int
    as_told: bool


Event = (
    PlayDone
    | MixPlayDone
    | DigitReceived
    | DigitsSent
    | RecordingDone
    | RecordingPaused
    | RecordingResumed
    | MediaTimeout
    | Latched
)

OF_NO_LEG = (MixPlayDone, RecordingPaused, RecordingResumed)
"""Those that have no ``leg``."""
