"""The decoders: libsndfile, and FFmpeg's libraries (PyAV) for what it does not read.

What the one refuses the other is asked. Runs in the decode worker only: files are strangers', decoders are C.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Block = NDArray[np.float32]

BLOCK_SAMPLES: Final = 1 << 16
MAX_CHANNELS: Final = 32

BY_AV: Final = {4: (b"ftyp",), 0: (b"#!AMR", b"\x1aE\xdf\xa3", b"\xff\xf1", b"\xff\xf9", b"\x0bw", b"0&\xb2u")}
"""Offset -> signatures of what libsndfile does not read: MP4/M4A, AMR, WebM, AAC in ADTS, AC-3, WMA."""

CONTAINERS: Final = "wav,w64,mp3,aac,ac3,eac3,asf,mov,ogg,matroska,webm,amr,flac,aiff,caf,au,wv,ape,tta"
"""What FFmpeg may take a file for: none that names other files or addresses, as play lists do."""

READ_HERE: Final = "wav、mp3、ogg、opus、flac、aiff、au", "wav, mp3, ogg, opus, flac, aiff, au"
READ_BY_AV: Final = "m4a、aac、wma、amr、ac3、webm", "m4a, aac, wma, amr, ac3, webm"


class Refused(Exception):
    """error: ``not_audio`` or ``too_long``; zh, en: why."""

    def __init__(self, error: str, zh: str = "", en: str = "") -> None:
        super().__init__(en)
        self.answer: dict[str, object] = {"error": error, "zh": zh, "en": en}


Decoder = Callable[[bytes], "tuple[int, Iterator[Block]]"]
"""(rate in Hz, blocks of shape (n, channels), -1..1). Raises Refused, also from the iterator."""


def in_order(data: bytes) -> list[Decoder]:
    """Both, the likelier one first; libsndfile alone where PyAV is not installed."""
    if not has_av():
        return [by_soundfile]
    likely_av = any(data[offset:].startswith(marks) for offset, marks in BY_AV.items())
    return [by_av, by_soundfile] if likely_av else [by_soundfile, by_av]


def unknown() -> Refused:
    """No decoder knows the format: which ones there are."""
    zh, en = READ_HERE
    if has_av():
        zh, en = f"{zh}、{READ_BY_AV[0]}", f"{en}, {READ_BY_AV[1]}"
        return Refused("not_audio", f"无法识别的格式，可以上传 {zh}", f"unknown format; {en} can be uploaded")
    return Refused(
        "not_audio",
        f"无法识别的格式，可以上传 {zh}（此服务器未安装 {READ_BY_AV[0]} 的解码组件）",
        f"unknown format; {en} can be uploaded (this server has no decoder for {READ_BY_AV[1]})",
    )


def has_av() -> bool:
    try:
        import av  # noqa: F401 - only whether it is there
    except ImportError:
        return False
    return True


def by_soundfile(data: bytes) -> tuple[int, Iterator[Block]]:
    """libsndfile reads through our BytesIO, never a path."""
    import soundfile

    try:
        file = soundfile.SoundFile(io.BytesIO(data))
    except (soundfile.SoundFileError, TypeError, ValueError, OSError):
        raise unknown() from None
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


def by_av(data: bytes) -> tuple[int, Iterator[Block]]:
    import av
    import numpy as np

    av.logging.set_level(av.logging.PANIC)
    try:
        container = av.open(io.BytesIO(data), "r", options={"format_whitelist": CONTAINERS})
        stream = container.streams.audio[0]
        # a codec that is not known has no context
        rate_hz, channels = stream.codec_context.sample_rate, stream.codec_context.channels
    except (av.FFmpegError, AttributeError, IndexError, ValueError, OSError):
        raise unknown() from None
    if not 1 <= channels <= MAX_CHANNELS:
        raise Refused("not_audio", f"{channels} 个声道", f"{channels} channels")

    def blocks() -> Iterator[Block]:
        flat = av.AudioResampler(format="fltp", rate=rate_hz)
        try:
            for frame in container.decode(stream):
                for part in flat.resample(frame):
                    yield part.to_ndarray().T.astype(np.float32, copy=False)
        except (av.FFmpegError, ValueError):
            raise Refused("not_audio", "文件已损坏", "the file is damaged") from None

    return rate_hz, blocks()
