"""Uploads of every kind, and of the kinds that mean harm."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from designer.audio import Limits, NotAudio, TooLarge, TooLong, analyse, convert, decoders
from designer.audio.analysis import at_level, peaks, sounding, trim
from designer.audio.decode_worker import to_pcm
from designer.audio.decoders import Refused
from support.proof import examples

from .conftest import loudest_hz, sine, wav_bytes

AAC = pytest.mark.skipif("not __import__('importlib').util.find_spec('av')", reason="PyAV is not installed")


@pytest.mark.parametrize(
    ("suffix", "rate_hz", "options"),
    [
        ("wav", 44_100, ()),
        ("wav", 8_000, ("-c:a", "pcm_alaw")),
        ("wav", 48_000, ("-c:a", "pcm_f32le")),
        ("wav", 22_050, ("-c:a", "pcm_u8")),
        ("mp3", 44_100, ()),
        ("ogg", 44_100, ("-c:a", "libvorbis")),
        ("opus", 48_000, ()),
        ("flac", 96_000, ()),
        ("aiff", 16_000, ()),
        pytest.param("m4a", 44_100, (), marks=AAC),
        pytest.param("aac", 44_100, (), marks=AAC),
        pytest.param("webm", 48_000, (), marks=AAC),
        pytest.param("wma", 44_100, (), marks=AAC),
        pytest.param("ac3", 44_100, (), marks=AAC),
        pytest.param("wav", 16_000, ("-c:a", "g722"), marks=AAC),
        pytest.param("wav", 44_100, ("-c:a", "mp3"), marks=AAC),
        pytest.param("mka", 44_100, ("-c:a", "flac"), marks=AAC),
    ],
)
def test_every_usual_kind_becomes_8_khz_mono(encode, suffix, rate_hz, options):
    stereo = np.column_stack([sine(1000, 2.0, rate_hz), sine(1000, 2.0, rate_hz)])
    converted = convert(encode(stereo, rate_hz, suffix, *options))
    assert converted.pcm.dtype == np.int16
    assert converted.pcm.ndim == 1
    assert converted.analysis.seconds == pytest.approx(2.0, abs=0.1)
    assert loudest_hz(converted.pcm) == pytest.approx(1000, abs=5)
    assert converted.analysis.level_db == pytest.approx(-9.0, abs=0.7)
    assert converted.analysis.warnings == ()


@AAC
@pytest.mark.parametrize(
    ("suffix", "before"),
    [
        pytest.param("mp3", bytes(600), id="an mp3 after zeros"),
        pytest.param("aac", b"ID3\x04\0\0\0\0\0\x0a" + bytes(10), id="aac behind an ID3 tag"),
        pytest.param("mp3", b"", id="an mp3 as it should be"),
    ],
)
def test_what_stands_before_the_audio_is_passed_over(encode, suffix, before):
    converted = convert(before + encode(sine(1000, 2.0, 44_100), 44_100, suffix))
    assert converted.analysis.seconds == pytest.approx(2.0, abs=0.15)
    assert loudest_hz(converted.pcm) == pytest.approx(1000, abs=5)


@AAC
@pytest.mark.parametrize("at", [4, 40])
def test_a_recorder_that_never_filled_in_the_length_is_heard(at):
    """RIFF and data sizes stay zero where the recording was cut by a crash or written to a pipe."""
    file = bytearray(wav_bytes(sine(440)))
    struct.pack_into("<I", file, at, 0)
    converted = convert(bytes(file))
    assert converted.analysis.seconds == pytest.approx(1.0)
    assert loudest_hz(converted.pcm) == pytest.approx(440, abs=5)


def test_an_8_khz_file_keeps_its_samples():
    pcm = np.rint(sine(440) * 32767).astype(np.int16)
    assert np.array_equal(convert(wav_bytes(pcm.astype(np.float64) / 32768)).pcm, pcm)


@pytest.mark.parametrize("frequency_hz", [4500, 6000, 10_000, 20_000])
def test_resampling_does_not_alias(frequency_hz):
    """What a telephone cannot carry is gone, not folded down into the voice."""
    converted = convert(wav_bytes(sine(frequency_hz, 1.0, 44_100, 0.9), 44_100))
    assert analyse(converted.pcm[800:-800]).level_db < -70


def test_stereo_is_mixed():
    silent = np.zeros(8000)
    converted = convert(wav_bytes(np.column_stack([sine(500), silent])))
    assert converted.analysis.level_db == pytest.approx(-15, abs=0.5)


class TestRefusals:
    def test_large_files(self):
        with pytest.raises(TooLarge) as refused:
            convert(b"x" * 101, Limits(size_bytes=100))
        assert refused.value.code == "too_large"

    def test_long_audio_in_a_small_file(self, encode):
        hour = encode(np.zeros(8000 * 3600), 8000, "flac")
        assert len(hour) < 1_000_000
        with pytest.raises(TooLong) as refused:
            convert(hour)
        assert refused.value.messages["zh-CN"] == "音频超过 600 秒"

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(b"\0" * 1000, id="zeros"),
            pytest.param(b"MZ\x90" + bytes(range(256)) * 20, id="a program"),
            pytest.param("您好".encode() * 100, id="text"),
            pytest.param(b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + b"\xff" * 500, id="an mp3 tag that lies"),
            pytest.param(b"\0\0\0\x20ftypM4A \0\0\0\0" + b"\xff" * 500, id="an m4a without content"),
            pytest.param(b"OggS" + b"\0" * 200, id="an empty ogg"),
            pytest.param(b"fLaC" + b"\xff" * 200, id="a broken flac"),
            pytest.param(wav_bytes(np.zeros(0)), id="a wav without samples"),
            pytest.param(b"\xff\xd8\xff\xe0" + b"JFIF" * 100, id="a picture"),
            pytest.param(b"#EXTM3U\n/etc/passwd\n", id="a play list"),
            pytest.param(b"ffconcat version 1.0\nfile /etc/passwd\n", id="a list of files"),
        ],
    )
    def test_what_is_no_audio(self, data):
        """The worker's own part, in this process for speed."""
        with pytest.raises(Refused) as refused:
            to_pcm(data, 600.0)
        assert refused.value.answer["error"] == "not_audio"
        assert refused.value.answer["zh"] != refused.value.answer["en"]

    def test_no_audio_in_both_languages(self):
        for data in (b"", b"MZ\x90" * 500):
            with pytest.raises(NotAudio) as refused:
                convert(data)
            assert refused.value.code == "not_audio"
            assert refused.value.message("zh-CN") != refused.value.message("en")

    @pytest.mark.parametrize("has_av", [True, False])
    def test_a_refusal_names_what_can_be_uploaded(self, monkeypatch, has_av):
        monkeypatch.setattr(decoders, "has_av", lambda: has_av)
        for language, word in (("zh", "可以上传"), ("en", "can be uploaded")):
            message = str(decoders.unknown().answer[language])
            assert word in message
            assert all(kind in message for kind in ("wav", "mp3", "ogg", "flac", "m4a", "wma"))
            assert ("解码组件" in message or "no decoder" in message) != has_av

    def test_the_default_limit_is_five_times_1024_squared(self):
        assert Limits().size_bytes == 5_242_880
        assert TooLarge(Limits().size_bytes).messages == {
            "zh-CN": "文件超过 5 MB",
            "en": "the file is larger than 5 MB",
        }

    @pytest.mark.parametrize(("rate_hz", "channels"), [(1, 1), (2**31 - 1, 1), (8000, 1000), (0, 0)])
    def test_impossible_formats(self, rate_hz, channels):
        file = bytearray(wav_bytes(sine(440)))
        struct.pack_into("<HI", file, 22, channels, rate_hz)
        with pytest.raises(Refused):
            to_pcm(bytes(file), 600.0)

    def test_a_decoder_that_needs_too_much(self):
        with pytest.raises(NotAudio):
            convert(wav_bytes(sine(440)), Limits(memory_bytes=50_000_000))

    def test_a_cut_file_gives_what_is_there_or_is_refused(self, encode):
        whole = encode(sine(1000, 3.0, 44_100), 44_100, "mp3")
        assert 1.0 < convert(whole[: len(whole) // 2]).analysis.seconds < 2.0

    def test_samples_that_are_no_numbers(self):
        samples = sine(440)
        samples[::7] = np.nan
        samples[::11] = np.inf
        converted = convert(wav_bytes(samples, subtype="FLOAT"))
        assert converted.analysis.seconds == pytest.approx(1.0)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_damaged_file_is_converted_or_refused(data):
    """The worker's own part, in this process for speed."""
    file = bytearray(wav_bytes(sine(440, 0.2)))
    for _ in range(data.draw(st.integers(1, 20))):
        file[data.draw(st.integers(0, 60))] = data.draw(st.integers(0, 255))
    try:
        to_pcm(bytes(file), 600.0)
    except Refused:
        pass


def pcm_of(samples) -> np.ndarray:
    return np.rint(samples * 32767).astype(np.int16)


class TestAnalysis:
    @pytest.mark.parametrize(
        ("level", "warnings"),
        [(0.5, ()), (0.011, ("quiet",)), (0.002, ("silent",)), (0.0, ("silent",))],
    )
    def test_level(self, level, warnings):
        assert analyse(pcm_of(sine(440, level=level))).warnings == warnings

    @pytest.mark.parametrize("rate_hz", [8000, 44_100])
    def test_clipping_is_seen_at_the_source(self, rate_hz):
        loud = sine(300, 1.0, rate_hz, 2.0).clip(-1, 1)
        assert to_pcm(wav_bytes(loud, rate_hz), 600.0)[0]
        assert not to_pcm(wav_bytes(sine(300, 1.0, rate_hz, 0.99), rate_hz), 600.0)[0]

    def test_pauses_do_not_lower_the_level(self):
        talk = np.concatenate([sine(440), np.zeros(24_000), sine(440)])
        assert analyse(pcm_of(talk)).level_db == pytest.approx(-9.0, abs=0.2)

    def test_the_waveform_has_200_peaks(self):
        pcm = pcm_of(np.concatenate([np.zeros(8000), sine(440)]))
        picture = peaks(pcm)
        assert len(picture) == 200
        assert max(picture[:99]) == 0
        assert picture[150] == pytest.approx(0.5, abs=0.01)
        assert peaks(np.zeros(0, np.int16)) == [0.0] * 200
        assert len(peaks(pcm[:50])) == 200

    def test_trimming_leaves_a_little_silence(self):
        pcm = pcm_of(np.concatenate([np.zeros(8000), sine(440), np.zeros(4000)]))
        assert len(trim(pcm)) == 1.2 * 8000
        assert not trim(pcm)[:800].any()
        assert len(trim(pcm[8000:16_000])) == 1.2 * 8000
        assert len(trim(pcm[:100])) == 100

    def test_what_sounds_is_cut_at_long_silences_only(self):
        tone, short, long = sine(440, 0.2), np.zeros(400), np.zeros(1600)
        parts = sounding(pcm_of(np.concatenate([long, tone, short, tone, long, tone, long])), 0.1)
        assert [round(len(part) / 8000, 1) for part in parts] == [0.6, 0.3]
        assert sounding(np.zeros(0, np.int16), 0.1) == []

    def test_a_peak_does_not_make_the_rest_quiet(self):
        peaky = pcm_of(sine(440, 1.0, level=0.1))
        peaky[4000:4010] = 32_000
        levelled = at_level(peaky)
        assert analyse(levelled).level_db == pytest.approx(-19, abs=0.2)
        assert np.abs(levelled.astype(int)).max() <= 32768 * 10 ** (-1 / 20) + 0.5

    def test_levelling_neither_clips_nor_amplifies_silence(self):
        quiet = pcm_of(sine(440, level=0.01))
        assert analyse(at_level(quiet, -18)).level_db == pytest.approx(-18, abs=0.1)
        click = quiet.copy()
        click[4000] = 20_000
        assert np.abs(at_level(click, -18)).max() <= 32768 * 10 ** (-1 / 20) + 0.5
        assert not at_level(np.zeros(800, np.int16)).any()
