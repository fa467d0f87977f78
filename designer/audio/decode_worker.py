"""The process that decodes one upload: file on stdin, a line of JSON and the samples on stdout.

``python -m designer.audio.decode_worker SECONDS CPU_S MEMORY_BYTES``; the limits are set before any decoder is
loaded. The line is ``{"clipped": bool}`` or ``{"error": "not_audio" | "too_long", "zh": ..., "en": ...}``.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Block = NDArray[np.float32]

OUT_RATE_HZ = 8000
BLOCK_SAMPLES = 1 << 16
RATES_HZ = range(1000, 768_001)
MAX_CHANNELS = 32

BY_AV = {4: (b"ftyp",), 0: (b"#!AMR", b"\x1aE\xdf\xa3", b"\xff\xf1", b"\xff\xf9")}
"""Offset -> signatures of what libsndfile does not read: MP4/M4A, AMR, WebM, AAC in ADTS."""


class Refused(Exception):
    def __init__(self, error: str, zh: str = "", en: str = "") -> None:
        super().__init__(en)
        self.answer: dict[str, object] = {"error": error, "zh": zh, "en": en}


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
    """(clipped at the source's rate, 8 kHz mono s16le). Raises Refused."""
    import numpy as np
    import soxr

    from designer.audio.analysis import is_clipped

    rate_hz, blocks = decode_by_av(data) if needs_av(data) else decode_by_soundfile(data)
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


def needs_av(data: bytes) -> bool:
    return any(data[offset:].startswith(marks) for offset, marks in BY_AV.items())


def decode_by_soundfile(data: bytes) -> tuple[int, Iterator[Block]]:
    """(rate, blocks of shape (n, channels), -1..1). libsndfile reads through our BytesIO, never a path."""
    import soundfile

    try:
        file = soundfile.SoundFile(io.BytesIO(data))
    except (soundfile.SoundFileError, TypeError, ValueError, OSError):
        raise Refused("not_audio", "无法识别的格式", "unknown format") from None
    if not 1 <= file.channels <= MAX_CHANNELS:
        raise Refused("not_audio", f"{file.channels} 个声道", f"{file.channels} channels")

    def blocks() -> Iterator[Block]:
        size = BLOCK_SAMPLES // file.channels
        try:
            while len(block := file.read(size, dtype="float32", always_2d=True)):
                yield block
        except (soundfile.SoundFileError, RuntimeError):
            raise Refused("not_audio", "文件已损坏", "the file is damaged") from None

    return file.samplerate, blocks()


def decode_by_av(data: bytes) -> tuple[int, Iterator[Block]]:
    """The same by FFmpeg's libraries. Raises Refused where PyAV is not installed."""
    import numpy as np

    try:
        import av
    except ImportError:
        raise Refused(
            "not_audio",
            "此服务器未安装 m4a/aac 解码组件，请转换为 wav 或 mp3 后上传",
            "this server has no decoder for m4a/aac; convert the file to wav or mp3",
        ) from None
    av.logging.set_level(av.logging.PANIC)
    try:
        container = av.open(io.BytesIO(data), "r")
        stream = container.streams.audio[0]
        rate_hz = stream.codec_context.sample_rate
    except (av.FFmpegError, IndexError, ValueError, OSError):
        raise Refused("not_audio", "无法识别的格式", "unknown format") from None

    def blocks() -> Iterator[Block]:
        flat = av.AudioResampler(format="fltp", rate=rate_hz)
        try:
            for frame in container.decode(stream):
                for part in flat.resample(frame):
                    yield part.to_ndarray().T.astype(np.float32, copy=False)
        except (av.FFmpegError, ValueError):
            raise Refused("not_audio", "文件已损坏", "the file is damaged") from None

    return rate_hz, blocks()


if __name__ == "__main__":
    main()
