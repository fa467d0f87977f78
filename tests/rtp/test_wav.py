from __future__ import annotations

import struct
import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.rtp import wav
from interpreter.rtp.errors import BadWave
from interpreter.rtp.g711 import decode_pcmu
from interpreter.rtp.wav_writer import WaveWriter, header, make_whole

SAMPLES = np.arange(-400, 400, dtype=np.int16)


def test_the_standard_library_reads_what_we_write(tmp_path):
    with WaveWriter(tmp_path / "a.wav", 2) as writer:
        writer.append(SAMPLES.tobytes())
        writer.append(SAMPLES.tobytes())
        assert writer.seconds == 800 / 8000
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate(), file.getnframes()) == (2, 2, 8000, 800)
        assert file.readframes(800) == SAMPLES.tobytes() * 2


def test_the_file_is_readable_after_each_append(tmp_path):
    path = tmp_path / "a.wav"
    writer = WaveWriter(path, 1)
    assert wav.read(path).seconds == 0
    for n in range(1, 4):
        writer.append(SAMPLES.tobytes())
        assert len(wav.read_mono(path)) == n * len(SAMPLES)  # as a crash would leave it: nothing closed
    writer.close()


@pytest.mark.parametrize("cut", [0, 1, 3, 400], ids=lambda n: f"{n} bytes more than the header tells")
def test_mu_law_is_read_as_linear_also_where_a_crash_cut_it_off(tmp_path, cut):
    codes = bytes(range(256)) * 4
    path = tmp_path / "a.wav"
    path.write_bytes(header(2, 600, encoding="pcmu") + codes[: 600 + cut])
    assert make_whole(path) == (600 + cut) // 2 / 8000
    wave = wav.read(path)
    assert wave.seconds == (600 + cut) // 2 / 8000
    assert wave.samples.reshape(-1).tolist() == decode_pcmu(codes[: (600 + cut) // 2 * 2]).tolist()
    assert path.read_bytes()[:58] == header(2, (600 + cut) // 2 * 2, encoding="pcmu")


def test_truncate_cuts_and_never_grows(tmp_path):
    with WaveWriter(tmp_path / "a.wav", 1) as writer:
        writer.append(SAMPLES.tobytes())
        writer.truncate(5000)
        writer.truncate(10)
    assert wav.read_mono(tmp_path / "a.wav").tolist() == SAMPLES[:10].tolist()
    assert (tmp_path / "a.wav").stat().st_size == 44 + 20


def test_an_existing_file_is_not_overwritten(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        WaveWriter(tmp_path / "a.wav", 1)
    assert (tmp_path / "a.wav").read_bytes() == b"precious"


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for kind, data in chunks)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body


PCM = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)


def test_other_chunks_are_skipped_and_odd_ones_padded():
    data = riff((b"LIST", b"odd"), (b"fmt ", PCM), (b"fact", b"1234"), (b"data", SAMPLES.tobytes()))
    assert wav.parse(data).samples[:, 0].tolist() == SAMPLES.tolist()


def test_an_extensible_header_is_understood():
    extended = struct.pack("<HHIIHHHHI", 0xFFFE, 1, 8000, 16000, 2, 16, 22, 16, 4) + struct.pack("<H", 1) + b"\0" * 14
    assert wav.parse(riff((b"fmt ", extended), (b"data", b"\1\0"))).samples.tolist() == [[1]]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"ID3\x03 an mp3 with the wrong name", id="not RIFF"),
        pytest.param(riff((b"data", b"\0\0"), (b"fmt ", PCM)), id="data before format"),
        pytest.param(riff((b"fmt ", PCM)), id="no data"),
        pytest.param(riff((b"fmt ", PCM[:8]), (b"data", b"\0\0")), id="short format"),
        pytest.param(riff((b"fmt ", struct.pack("<HHIIHH", 6, 1, 8000, 8000, 1, 8)), (b"data", b"")), id="A-law"),
        pytest.param(riff((b"fmt ", struct.pack("<HHIIHH", 1, 0, 8000, 0, 0, 16)), (b"data", b"")), id="no channel"),
    ],
)
def test_what_is_no_16_bit_pcm_is_refused_by_name(data):
    with pytest.raises(BadWave, match="prompt"):
        wav.parse(data, "prompt")


@given(st.binary(max_size=80) | st.binary(max_size=60).map(lambda tail: riff((b"fmt ", PCM)) + tail))
def test_any_bytes_parse_or_are_bad(data):
    try:
        wav.parse(data)
    except BadWave:
        pass


def test_a_prompt_is_8_khz_mono(tmp_path):
    with WaveWriter(tmp_path / "stereo.wav", 2) as writer:
        writer.append(SAMPLES.tobytes())
    with pytest.raises(BadWave, match="2 channels"):
        wav.read_mono(tmp_path / "stereo.wav")
