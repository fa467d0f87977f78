"""What can go wrong in the media room. Packets never raise: bad ones are counted (``Engine.stats``)."""

from __future__ import annotations


class MediaError(Exception):
    """Base of all errors of this room."""


class UnknownLeg(MediaError, KeyError):
    """No such leg (any more): it was closed, or the id was never given out."""


class UnknownAudio(MediaError, KeyError):
    """No such audio (any more)."""


class UnknownMix(MediaError, KeyError):
    """No such mix (any more): it was closed, or its bridge has ended."""


class NoCapacity(MediaError):
    """The engine's limit of legs, audios or recordings is reached."""


class NoPortFree(NoCapacity):
    """No RTP port pair could be bound in the whole range."""


class EngineClosed(MediaError):
    """The engine was closed."""


class BadWave(MediaError, ValueError):
    """Not a WAV file of 16-bit linear PCM that we can use; the message says what is wrong."""
