"""Signals of the network in a message: they end it, are cut off, and are no message themselves."""

from __future__ import annotations

import numpy as np
import pytest

from interpreter.rtp import wav
from interpreter.rtp.events import RecordingDone
from interpreter.rtp.g711 import encode_pcmu
from interpreter.rtp.tones import tone
from support.rtp_reference import Packet

pytestmark = pytest.mark.e2e

RATE_HZ = 8000
BURST = 3
"""Packets of 20 ms sent at once."""

SLOT_SAMPLES, AHEAD_SLOTS = 40, 12
"""Packets are sent 60 ms early; up to 200 ms they keep their place."""


def sine(frequency_hz, on_s, off_s=0.0):
    return np.asarray(tone(frequency_hz, on_s, off_s))


def speech(seconds):
    """Noise in syllables, of many frequencies."""
    n = round(seconds * RATE_HZ)
    syllables = 0.2 + np.abs(np.sin(2 * np.pi * 3 * np.arange(n) / RATE_HZ))
    return np.rint(np.random.default_rng(7).normal(0, 3000, n) * syllables).clip(-32000, 32000).astype(np.int16)


def pause(seconds):
    return np.zeros(round(seconds * RATE_HZ), np.int16)


BUSY = np.tile(sine(450, 0.35, 0.35), 8)
CONGESTION = np.tile(sine(450, 0.7, 0.7), 6)
UNOBTAINABLE = np.tile(np.concatenate([np.tile(sine(450, 0.1, 0.1), 3), sine(450, 0.4, 0.4)]), 4)
DIAL_TONE = sine(450, 3.0)
SPECIAL_INFORMATION = np.concatenate([sine(950, 0.33), sine(1400, 0.33), sine(1800, 0.33), pause(1.0)])


def leave(bench, engine, path, samples, *, ptime_samples=160, drop=(), **settings):
    """Have the caller say this; how the message ended."""
    peer = bench.peer()
    leg = bench.leg(peer, ptime=ptime_samples // 8)
    recording = engine.record_message(leg, path, max_seconds=60, **settings)
    bench.obeyed(8)
    pcmu = encode_pcmu(samples)
    packets = [pcmu[at : at + ptime_samples] for at in range(0, len(pcmu), ptime_samples)]
    burst = BURST * 160 // ptime_samples
    began = engine.stats()["slots"]
    for first in range(0, len(packets), burst):
        for i, payload in enumerate(packets[first : first + burst], first):
            if i not in drop:
                peer.send(leg, Packet(0, i, ptime_samples * i, 1, payload))
        # as fast as time goes, which a busy machine decides
        due = began + (first + burst) * ptime_samples // SLOT_SAMPLES - AHEAD_SLOTS
        bench.until(lambda due=due: engine.stats()["slots"] >= due)
        if done := [event for event in engine.drain() if isinstance(event, RecordingDone)]:
            return done[0]
    engine.stop_recording(recording)
    return bench.next(RecordingDone)


@pytest.mark.parametrize(
    "signal",
    [
        pytest.param(BUSY, id="busy"),
        pytest.param(CONGESTION, id="congestion"),
        pytest.param(UNOBTAINABLE, id="unobtainable"),
        pytest.param(DIAL_TONE, id="dial tone"),
        pytest.param(SPECIAL_INFORMATION, id="special information"),
    ],
)
def test_a_signal_alone_is_no_message_and_ends_it(bench, engine, tmp_path, signal):
    done = leave(bench, engine, tmp_path / "m.wav", signal)
    assert (done.reason, done.spoken, done.seconds) == ("tone", False, 0.0)


@pytest.mark.parametrize("frequency_hz", [430, 450, 470])
def test_a_signal_after_the_message_is_cut_off(bench, engine, tmp_path, frequency_hz):
    busy = np.tile(sine(frequency_hz, 0.35, 0.35), 8)
    done = leave(bench, engine, tmp_path / "m.wav", np.concatenate([speech(1.5), pause(0.2), busy]), min_seconds=1.0)
    assert (done.reason, done.spoken) == ("tone", True)
    assert done.seconds == pytest.approx(1.75, abs=0.12)
    samples = wav.read_mono(tmp_path / "m.wav")
    assert np.abs(samples[-800:]).max() < 1000, "the tone is not in it"


@pytest.mark.parametrize("ptime_samples", [80, 240, 480])
def test_packets_may_be_of_any_length(bench, engine, tmp_path, ptime_samples):
    done = leave(bench, engine, tmp_path / "m.wav", BUSY, ptime_samples=ptime_samples)
    assert (done.reason, done.spoken) == ("tone", False)


def test_a_telephone_that_suppresses_silence_sends_no_pauses(bench, engine, tmp_path):
    silent = {i for i in range(len(BUSY) // 160) if not BUSY[160 * i : 160 * i + 160].any()}
    done = leave(bench, engine, tmp_path / "m.wav", BUSY, drop=silent)
    assert (done.reason, done.spoken) == ("tone", False)


def test_ringing_is_silence_to_a_message(bench, engine, tmp_path):
    ringing = np.concatenate([sine(450, 1.0), pause(1.5)])
    done = leave(bench, engine, tmp_path / "m.wav", np.concatenate([speech(0.5), ringing]), silence_seconds=1.5)
    assert (done.reason, done.spoken) == ("silence", True)
    assert done.seconds == pytest.approx(0.55, abs=0.12)


def test_a_signal_that_has_begun_is_cut_off_whatever_ends_the_message(bench, engine, tmp_path):
    done = leave(bench, engine, tmp_path / "m.wav", np.concatenate([speech(0.5), pause(0.1), BUSY[: 2 * 5600]]))
    assert (done.reason, done.spoken) == ("stopped", True)
    assert done.seconds == pytest.approx(0.65, abs=0.12)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(speech(2.5), id="speech"),
        pytest.param(np.tile(np.concatenate([speech(0.35), pause(0.35)]), 4), id="speech in the cadence of busy"),
        pytest.param(np.tile(sine(700, 0.35, 0.35), 4), id="another frequency"),
        pytest.param(np.concatenate([sine(450, 0.2, 0.2), speech(0.2)] * 4), id="tones between words"),
        pytest.param(np.concatenate([sine(450, s, 0.2) for s in (0.1, 0.4, 0.15, 0.6, 0.1)]), id="a tune"),
    ],
)
def test_what_is_no_signal_does_not_end_a_message(bench, engine, tmp_path, said):
    assert leave(bench, engine, tmp_path / "m.wav", said).reason == "stopped"


@pytest.mark.parametrize(("seconds", "spoken"), [(0.2, False), (0.9, False), (1.2, True)])
@pytest.mark.parametrize("silence_seconds", [0.5, None])
def test_what_is_shorter_than_the_shortest_message_is_none(bench, engine, tmp_path, seconds, spoken, silence_seconds):
    said = np.concatenate([pause(0.2), speech(seconds), pause(0.7)])
    done = leave(bench, engine, tmp_path / "m.wav", said, min_seconds=1.0, silence_seconds=silence_seconds)
    assert done.spoken == spoken
    assert done.reason == ("stopped" if silence_seconds is None else "silence")
