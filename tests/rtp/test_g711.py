"""G.711 against the standard: its decision values written out segment by segment, over all 65536 inputs."""

from __future__ import annotations

import numpy as np
import pytest

from interpreter.rtp import g711, g711_tables

ALL_SAMPLES = np.arange(-32768, 32768).astype(np.int16)
ALL_CODES = bytes(range(256))


def mulaw_standard(sample: int) -> int:
    """ITU-T G.711 table 2: segments of 16 steps, each twice as wide; 14-bit magnitude, biased by 33."""
    value = sample >> 2
    sign, magnitude = (0x80, value) if value >= 0 else (0x00, -value)
    biased = min(magnitude, 8159) + 33
    segment = max(biased.bit_length() - 6, 0)
    step = min((biased >> (segment + 1)) & 15 if segment < 8 else 15, 15)
    segment = min(segment, 7)
    if biased >= 8192:
        step = 15
    return (sign | (0x7F - (segment << 4 | step))) & 0xFF


def alaw_standard(sample: int) -> int:
    """ITU-T G.711 table 1: 13-bit values, even bits inverted."""
    value = sample >> 3
    sign, magnitude = (0x80, value) if value >= 0 else (0x00, -value - 1)
    segment = max(magnitude.bit_length() - 5, 0)
    step = (magnitude >> max(segment, 1)) & 15
    return (sign | segment << 4 | step) ^ 0x55


def test_every_sample_encodes_as_the_standard_says():
    assert g711.encode_pcmu(ALL_SAMPLES) == bytes(mulaw_standard(s) for s in range(-32768, 32768))
    assert g711.encode_pcma(ALL_SAMPLES) == bytes(alaw_standard(s) for s in range(-32768, 32768))


def test_every_code_agrees_with_audioop():
    audioop = pytest.importorskip("audioop", reason="removed from Python 3.13")
    linear = ALL_SAMPLES.tobytes()
    assert g711.encode_pcmu(ALL_SAMPLES) == audioop.lin2ulaw(linear, 2)
    assert g711.encode_pcma(ALL_SAMPLES) == audioop.lin2alaw(linear, 2)
    assert g711.decode_pcmu(ALL_CODES).tobytes() == audioop.ulaw2lin(ALL_CODES, 2)
    assert g711.decode_pcma(ALL_CODES).tobytes() == audioop.alaw2lin(ALL_CODES, 2)


@pytest.mark.parametrize(
    ("encode", "decode"),
    [
        pytest.param(g711.encode_pcmu, g711.decode_pcmu, id="mu-law"),
        pytest.param(g711.encode_pcma, g711.decode_pcma, id="A-law"),
    ],
)
def test_decoded_codes_encode_to_themselves(encode, decode):
    back = encode(decode(ALL_CODES))
    same = [a == b for a, b in zip(back, ALL_CODES, strict=True)]
    # mu-law has two zeros; the negative one comes back as the positive
    assert same.count(False) == (1 if encode is g711.encode_pcmu else 0)


def test_the_loudest_samples_keep_their_sign():
    loud = np.array([32767, -32768], np.int16)
    assert g711.decode_pcmu(g711.encode_pcmu(loud)).tolist() == [32124, -32124]
    assert g711.decode_pcma(g711.encode_pcma(loud)).tolist() == [32256, -32256]


def test_silence_is_silent():
    assert g711.encode_pcmu(np.zeros(1, np.int16)) == bytes([g711_tables.SILENCE_PCMU])
    assert g711.encode_pcma(np.zeros(1, np.int16)) == bytes([g711_tables.SILENCE_PCMA])


def test_translation_tables_go_by_way_of_linear():
    assert ALL_CODES.translate(g711_tables.PCMU_TO_PCMA) == g711.encode_pcma(g711.decode_pcmu(ALL_CODES))
    assert ALL_CODES.translate(g711_tables.PCMA_TO_PCMU) == g711.encode_pcmu(g711.decode_pcma(ALL_CODES))
