"""Any audio file into 8 kHz mono PCM, decoded in a process of its own.

Uploads come from strangers and decoders are C: the worker has limits on memory, CPU time and files, so that the
worst a file can do is to be refused.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass

import numpy as np

from designer.audio.analysis import Analysis, Pcm, analyse
from designer.audio.errors import DecodersBusy, NotAudio, TooLarge, TooLong


@dataclass(frozen=True, slots=True)
class Limits:
    """size_bytes: of the file; seconds: of its audio; cpu_s, memory_bytes: of the decoder."""

    size_bytes: int = 5 * 1024 * 1024
    seconds: float = 600.0
    cpu_s: int = 20
    memory_bytes: int = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Converted:
    pcm: Pcm
    analysis: Analysis


DECODERS = threading.BoundedSemaphore(max(2, os.cpu_count() or 1))
"""So many files are decoded at once: calls on the same machine need their share of it."""

TURN_S = 60.0
"""How long an upload waits for its turn."""


def convert(data: bytes, limits: Limits = Limits()) -> Converted:
    """wav, mp3, ogg, opus, flac, aiff, au; m4a, aac, wma, amr, ac3, webm and odd ones of all where PyAV is installed.

    Raises NotAudio, TooLarge, TooLong, DecodersBusy.
    """
    if len(data) > limits.size_bytes:
        raise TooLarge(limits.size_bytes)
    if not data:
        raise NotAudio(("文件是空的", "the file is empty"))
    if not DECODERS.acquire(timeout=TURN_S):
        raise DecodersBusy
    try:
        header, pcm = _decode(data, limits)
    finally:
        DECODERS.release()
    if error := header.get("error"):
        if error == "too_long":
            zh, en = f"音频超过 {limits.seconds:g} 秒", f"the audio is longer than {limits.seconds:g} seconds"
            raise TooLong(zh, en)
        raise NotAudio((str(header["zh"]), str(header["en"])))
    return Converted(pcm, analyse(pcm, clipped=bool(header["clipped"])))


def _decode(data: bytes, limits: Limits) -> tuple[dict[str, object], Pcm]:
    """Run the worker: a line of JSON, then samples."""
    command = [
        sys.executable, "-m", "designer.audio.decode_worker",
        str(limits.seconds), str(limits.cpu_s), str(limits.memory_bytes),
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=limits.cpu_s * 2, check=False, env=worker_env()
        )
    except subprocess.TimeoutExpired:
        raise NotAudio(("解码超时", "decoding took too long")) from None
    line, _, samples = done.stdout.partition(b"\n")
    if done.returncode != 0 or not line:  # killed by a limit, or crashed
        raise NotAudio(("文件已损坏，解码器无法处理", "the file is damaged and the decoder gave up"))
    return json.loads(line), np.frombuffer(samples, "<i2").astype(np.int16, copy=False)


def worker_env() -> dict[str, str]:
    """Workers find this package wherever we found it, and start no threads for mathematics."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
