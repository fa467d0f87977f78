"""Decodes one upload, in a worker (``designer.workers``): a line of JSON and the file in, a line and the samples out.

The first line is ``{"seconds": longest}``, the answer's ``{"clipped": bool}`` or ``{"error": "not_audio" | "too_long",
"zh": ..., "en": ...}``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from designer.audio.decoders import Decoder, Refused, in_order

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OUT_RATE_HZ: Final = 8000
RATES_HZ: Final = range(1000, 768_001)


def handle(job: bytes) -> bytes:
    line, _, data = job.partition(b"\n")
    try:
        clipped, samples = to_pcm(data, json.loads(line)["seconds"])
    except Refused as refused:
        return json.dumps(refused.answer).encode() + b"\n"
    return json.dumps({"clipped": clipped}).encode() + b"\n" + samples


def to_pcm(data: bytes, max_seconds: float) -> tuple[bool, bytes]:
    """(clipped at the source's rate, 8 kHz mono s16le), by the first decoder that can. Raises Refused."""
    refusals = []
    for decode in in_order(data):
        try:
            return _resampled(decode, data, max_seconds)
        except Refused as refused:
            if refused.answer["error"] == "too_long":
                raise
            refusals.append(refused)
    raise refusals[0]  # of the likelier decoder


def _resampled(decode: Decoder, data: bytes, max_seconds: float) -> tuple[bool, bytes]:
    import numpy as np
    import soxr

    from designer.audio.analysis import is_clipped

    rate_hz, blocks = decode(data)
    if rate_hz not in RATES_HZ:
        raise Refused("not_audio", f"采样率 {rate_hz} Hz 不可用", f"a sample rate of {rate_hz} Hz is no use")
    resampler = soxr.ResampleStream(rate_hz, OUT_RATE_HZ, 1, dtype="float32", quality="VHQ")
    out: list[NDArray[np.float32]] = []
    n_samples = clipped_blocks = n_blocks = 0
    for block in blocks:
        n_samples += len(block)
        if n_samples > max_seconds * rate_hz:
            raise Refused("too_long")
        n_blocks += 1
        clipped_blocks += any(is_clipped(block[:, channel]) for channel in range(block.shape[1]))
        mono = np.nan_to_num(block.mean(axis=1, dtype=np.float32), posinf=1.0, neginf=-1.0)
        out.append(resampler.resample_chunk(mono))
    out.append(resampler.resample_chunk(np.zeros(0, np.float32), last=True))
    if n_samples == 0:
        raise Refused("not_audio", "文件里没有声音数据", "the file holds no audio data")
    samples = np.rint(np.concatenate(out).clip(-1.0, 32767 / 32768) * 32768).astype("<i2")
    return clipped_blocks > n_blocks // 50, samples.tobytes()


