"""Any audio file into 8 kHz mono PCM, decoded in a process of its own: the worst a file can do is to be refused."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from designer.audio.analysis import Analysis, Pcm, analyse
from designer.audio.errors import DecodersBusy, NotAudio, TooLarge, TooLong
from designer.workers import Budget, Busy, Crashed, TooHungry, TookTooLong, WorkerPool

__all__ = ["LIMITS", "TURN_S", "Converted", "Limits", "convert"]


@dataclass(frozen=True, slots=True)
class Limits:
    """size_bytes: of the file; seconds: of its audio; cpu_s, memory_bytes: of the decoder."""

    size_bytes: int = 5 * 1024 * 1024
    seconds: float = 600.0
    cpu_s: int = 20
    memory_bytes: int = 2_000_000_000

    @property
    def budget(self) -> Budget:
        """As the decoder's process is told. It takes one file: the next tenant's gets another."""
        return Budget(cpu_s=self.cpu_s, wall_s=6.0 * self.cpu_s, memory_bytes=self.memory_bytes, jobs=1)


@dataclass(frozen=True, slots=True)
class Converted:
    pcm: Pcm
    analysis: Analysis


LIMITS = Limits()

TURN_S = 60.0
"""How long an upload waits for its turn."""

DECODERS = WorkerPool("designer.audio.decode_worker", LIMITS.budget, patience_s=TURN_S)


def convert(data: bytes, limits: Limits = LIMITS, tenant: str = "") -> Converted:
    """wav, mp3, ogg, opus, flac, aiff, au; m4a, aac, wma, amr, ac3, webm and odd ones of all where PyAV is installed.

    Raises NotAudio, TooLarge, TooLong, DecodersBusy.
    """
    if len(data) > limits.size_bytes:
        raise TooLarge(limits.size_bytes)
    if not data:
        raise NotAudio(("文件是空的", "the file is empty"))
    header, pcm = _decode(data, limits, tenant)
    if error := header.get("error"):
        if error == "too_long":
            zh, en = f"音频超过 {limits.seconds:g} 秒", f"the audio is longer than {limits.seconds:g} seconds"
            raise TooLong(zh, en)
        raise NotAudio((str(header["zh"]), str(header["en"])))
    return Converted(pcm, analyse(pcm, clipped=bool(header["clipped"])))


def _decode(data: bytes, limits: Limits, tenant: str) -> tuple[dict[str, object], Pcm]:
    """What the worker says, and the samples."""
    try:
        answer = DECODERS.ask(json.dumps({"seconds": limits.seconds}).encode() + b"\n" + data, tenant, limits.budget)
    except TookTooLong:
        raise NotAudio(("解码超时", "decoding took too long")) from None
    except TooHungry:
        raise NotAudio(("解码需要过多内存", "decoding needs too much memory")) from None
    except Crashed:
        raise NotAudio(("文件已损坏，解码器无法处理", "the file is damaged and the decoder gave up")) from None
    except Busy:
        raise DecodersBusy from None
    line, _, samples = answer.partition(b"\n")
    return json.loads(line), np.frombuffer(samples, "<i2").astype(np.int16, copy=False)
