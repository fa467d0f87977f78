"""How an audio sounds, in numbers: level, silence, clipping, and the picture of its waveform."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pcm = NDArray[np.int16]
Samples = NDArray[np.float64]

RATE_HZ = 8000
FULL_SCALE = 32768.0

FRAME = RATE_HZ // 50
"""20 ms: levels are measured frame by frame, so that pauses do not count."""

SPEECH_RANGE_DB = 30.0
"""Frames this far below the loudest one are pauses."""

SILENT_DBFS = -50.0
"""Nothing in the file is louder: a telephone line's own noise is there already."""

QUIET_DBFS = -35.0
"""Speech below this is hard to understand on the telephone."""

FLOOR_DBFS = -99.0


@dataclass(frozen=True, slots=True)
class Analysis:
    """level_db: RMS of the sounding frames, dBFS, not below ``FLOOR_DBFS``; peak_db: highest sample, dBFS.

    warnings: of ``silent``, ``clipped``, ``quiet``.
    """

    seconds: float
    level_db: float
    peak_db: float
    warnings: tuple[str, ...]


def analyse(pcm: Pcm, *, clipped: bool = False) -> Analysis:
    """clipped: what the decoder saw at the source's own rate; flat tops in ``pcm`` itself count too."""
    frames = frame_levels(pcm)
    loudest = float(frames.max(initial=FLOOR_DBFS))
    level = sounding_level(pcm)
    warnings = []
    if loudest < SILENT_DBFS:
        warnings.append("silent")
    elif level < QUIET_DBFS:
        warnings.append("quiet")
    if clipped or is_clipped(pcm.astype(np.float32) / FULL_SCALE):
        warnings.append("clipped")
    peak = float(np.abs(pcm.astype(np.int32)).max(initial=0)) / FULL_SCALE
    return Analysis(len(pcm) / RATE_HZ, round(level, 1), round(_db(peak), 1), tuple(warnings))


def frame_levels(pcm: Pcm) -> NDArray[np.float64]:
    """RMS of each 20 ms frame in dBFS, shape (frames,); the last frame is filled up with silence."""
    n_frames = -(-len(pcm) // FRAME)
    padded = np.zeros(n_frames * FRAME)
    padded[: len(pcm)] = pcm / FULL_SCALE
    power = (padded.reshape(-1, FRAME) ** 2).mean(axis=1)
    levels: NDArray[np.float64] = 10 * np.log10(np.maximum(power, 10 ** (FLOOR_DBFS / 10)))
    return levels


def sounding_level(pcm: Pcm) -> float:
    """RMS in dBFS over the frames that are not pauses."""
    frames = frame_levels(pcm)
    if not len(frames):
        return FLOOR_DBFS
    sounding = frames[frames >= frames.max() - SPEECH_RANGE_DB]
    return float(10 * np.log10((10 ** (sounding / 10)).mean()))


def is_clipped(samples: NDArray[np.float32]) -> bool:
    """Does the waveform have flat tops? samples: -1..1 of one channel, at any rate.

    A top is flat where three neighbours are equal and as high as the file's highest sample, or beyond full scale.
    """
    if len(samples) < 3:
        return False
    magnitude = np.abs(samples)
    top = float(magnitude.max())
    if top < 0.9:
        return False
    flat = (samples[1:-1] == samples[:-2]) & (samples[1:-1] == samples[2:]) & (magnitude[1:-1] >= 0.999 * top)
    beyond = magnitude > 1.0
    return int(flat.sum()) + int(beyond.sum()) > max(3, len(samples) // 20_000)


def peaks(pcm: Pcm, n: int = 200) -> list[float]:
    """``n`` numbers 0..1 for a picture of the waveform: the highest sample of each n-th part."""
    if not len(pcm):
        return [0.0] * n
    edges = np.linspace(0, len(pcm), n, endpoint=False).astype(np.int64)
    highest = np.maximum.reduceat(np.abs(pcm.astype(np.int32)), edges)
    return [round(value, 4) for value in (highest / FULL_SCALE).clip(0, 1).tolist()]


def _db(ratio: float) -> float:
    return max(FLOOR_DBFS, 20 * float(np.log10(ratio))) if ratio > 0 else FLOOR_DBFS


def trim(pcm: Pcm, ends_s: float = 0.1) -> Pcm:
    """With exactly ``ends_s`` of silence before and after what sounds; all silence comes back as it is."""
    frames = frame_levels(pcm)
    sounding = np.flatnonzero(frames > max(FLOOR_DBFS + 1, frames.max(initial=FLOOR_DBFS) - 45))
    if not len(sounding):
        return pcm
    ends = round(ends_s * RATE_HZ)
    start, end = int(sounding[0]) * FRAME, min(len(pcm), (int(sounding[-1]) + 1) * FRAME)
    kept = pcm[max(0, start - ends) : end + ends]
    return np.pad(kept, (max(0, ends - start), max(0, end + ends - len(pcm))))


ENDED_DB = 12.0
"""A syllable has ended where two frames are so far below its loudest one; one alone may be a consonant within it."""

FADE = 3 * FRAME // 2


def without_hum(pcm: Pcm) -> Pcm:
    """One syllable up to its end, faded out: what a voice hums into the pause behind is heard as one more."""
    frames = frame_levels(pcm)
    loudest = int(frames.argmax())
    low = frames[loudest:] < frames[loudest] - ENDED_DB
    ended = np.flatnonzero(low[:-1] & low[1:])
    if not len(ended):
        return pcm
    kept = pcm[: (loudest + int(ended[0]) + 1) * FRAME].astype(np.float64)
    kept[-FADE:] *= np.linspace(1.0, 0.0, FADE)[-len(kept) :] ** 2
    return np.rint(kept).astype(np.int16)


FAINT = 3
"""Frames before and after what is loud."""


def sounding(pcm: Pcm, apart_s: float) -> list[Pcm]:
    """What sounds between silences of at least ``apart_s``, with a little of them: words begin with faint hisses."""
    frames = frame_levels(pcm)
    loud = np.flatnonzero(frames >= frames.max(initial=FLOOR_DBFS) - SPEECH_RANGE_DB)
    if not len(loud):
        return []
    gaps = np.flatnonzero(np.diff(loud) > apart_s * RATE_HZ / FRAME)
    return [pcm[max(0, part[0] - FAINT) * FRAME : (part[-1] + 1 + FAINT) * FRAME] for part in np.split(loud, gaps + 1)]


def at_level(pcm: Pcm, level_dbfs: float = -19.0, ceiling_dbfs: float = -1.0) -> Pcm:
    """The same at this level (RMS of the sounding frames); peaks that would pass the ceiling are held below it."""
    level = sounding_level(pcm)
    if level <= FLOOR_DBFS:
        return pcm
    samples: Samples = pcm.astype(np.float64) * (10 ** ((level_dbfs - level) / 20) / FULL_SCALE)
    for _ in range(LIMITINGS):
        samples = _limited(samples, 10 ** (ceiling_dbfs / 20))
        lost_db = level_dbfs - sounding_level(_as_pcm(samples))
        samples *= 10 ** (lost_db / 20)
    return _as_pcm(_limited(samples, 10 ** (ceiling_dbfs / 20)))


LIMITINGS = 3
"""What a limiter takes from the level is given back, and may pass the ceiling again: so often."""

LOOK_AHEAD = RATE_HZ // 200
"""5 ms: the gain falls before a peak and rises after it, too slowly to be heard as a distortion."""


def _limited(samples: Samples, ceiling: float) -> Samples:
    """Made quieter around each peak above the ceiling, so that none is."""
    magnitude = np.abs(samples)
    if not len(samples) or magnitude.max() <= ceiling:
        return samples
    ends = np.pad(magnitude, LOOK_AHEAD, mode="edge")
    loudest = np.lib.stride_tricks.sliding_window_view(ends, 2 * LOOK_AHEAD + 1).max(axis=1)
    gain = np.pad(np.minimum(1.0, ceiling / np.maximum(loudest, ceiling)), LOOK_AHEAD // 2, mode="edge")
    smooth = np.convolve(gain, np.full(LOOK_AHEAD + 1, 1 / (LOOK_AHEAD + 1)), mode="valid")
    limited: Samples = samples * smooth[: len(samples)]
    return limited


def _as_pcm(samples: Samples) -> Pcm:
    pcm: Pcm = np.rint(samples.clip(-1.0, 32767 / FULL_SCALE) * FULL_SCALE).astype(np.int16)
    return pcm
