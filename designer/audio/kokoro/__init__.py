"""Kokoro-82M: a neural voice for Chinese and English that runs on the processor, in a process of its own."""

from designer.audio.kokoro.engine import KokoroEngine
from designer.audio.kokoro.model import VoiceModel

__all__ = ["KokoroEngine", "VoiceModel"]
