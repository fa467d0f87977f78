"""The process that decodes one upload: file on stdin, a line of JSON and the samples on stdout.

``python -m designer.audio.decode_worker SECONDS CPU_S MEMORY_BYTES``; the limits are set before any decoder is
loaded. The line is ``{"clipped": bool}`` or ``{"error": "not_audio" | "too_long", "zh": ..., "en": ...}``.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import TYPE_CHECKING, Final

from designer.audio.decoders import Decoder, Refused, in_order

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OUT_RATE_HZ: Final = 8000
RATES_HZ: Final = range(1000, 768_001)


def main() -> None:
    max_seconds, cpu_s, memory = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    data = sys.stdin.buffer.read()
    limit(cpu_s, memory)
    try:
        clipped, samples = to_pcm(data, max_seconds)
    except Refused as refused:
        answer(refused.answer)
    except MemoryError:
        answer({"error": "not_audio", "zh": "解码需要过多内存", "en": "decoding needs too much memory"})
    else:
        answer({"clipped": clipped}, samples)


def limit(cpu_s: int, memory: int) -> None:
    """No more memory or time than allowed, and no file at all: pipes do not count as files."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(line: dict[str, object], samples: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(line).encode() + b"\n" + samples)


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


if __name__ == "__main__":
    main()
