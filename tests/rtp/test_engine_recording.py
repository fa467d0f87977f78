from __future__ import annotations

import os
import threading

import numpy as np
import pytest

from interpreter.rtp import wav
from interpreter.rtp.errors import UnknownLeg
from interpreter.rtp.events import DigitReceived, RecordingDone
from interpreter.rtp.g711 import decode_pcma, decode_pcmu
from support.rtp_reference import Packet

pytestmark = pytest.mark.e2e

QUIET = b"\xff" * 160
HASH_KEY = Packet(101, 500, 80_000, 1, b"\x0b\x8a\x03\x20", marker=True)


def say(peer, leg, payloads, *, start=0, ssrc=1, payload_type=0):
    for i, payload in enumerate(payloads, start):
        peer.send(leg, Packet(payload_type, i, 160 * i, ssrc, payload))


def test_a_message_ends_by_its_key_and_holds_what_was_said(bench, engine, tmp_path, loud):
    peer = bench.peer()
    leg = bench.leg(peer)
    path = tmp_path / "message.wav"
    recording = engine.record_message(leg, path, max_seconds=60, stop_keys="#*")
    bench.obeyed(8)
    say(peer, leg, [loud] * 10)
    bench.taken(leg, 10)
    peer.send(leg, Packet(101, 400, 70_000, 1, b"\x05\x8a\x03\x20"))  # 5 is no stop key
    peer.send(leg, HASH_KEY)
    events = bench.events(lambda es: any(isinstance(e, RecordingDone) for e in es))
    assert [e.digit for e in events if isinstance(e, DigitReceived)] == ["5", "#"]
    done = events[-1]
    samples = wav.read_mono(path)
    assert done == RecordingDone(recording, leg, str(path), "key", len(samples) / 8000, True)
    spoken = np.flatnonzero(samples)
    heard = samples[spoken[0] : spoken[-1] + 1]
    assert heard.tolist() == decode_pcmu(loud * 10).tolist()[: len(heard)]


def test_a_message_ends_by_silence_and_is_cut_half_a_second_after_the_last_sound(bench, engine, tmp_path, loud):
    peer = bench.peer()
    leg = bench.leg(peer)
    engine.record_message(leg, tmp_path / "m.wav", max_seconds=60, silence_seconds=0.7)
    bench.obeyed(8)
    say(peer, leg, [loud] * 8 + [QUIET] * 4)
    done = bench.next(RecordingDone)
    samples = wav.read_mono(tmp_path / "m.wav")
    assert (done.reason, done.spoken, done.seconds) == ("silence", True, len(samples) / 8000)
    assert len(samples) - np.flatnonzero(samples)[-1] - 1 == 4000


def test_a_message_in_which_nothing_was_said_is_known(bench, engine, tmp_path, loud):
    peer = bench.peer()
    leg = bench.leg(peer)
    engine.record_message(leg, tmp_path / "m.wav", max_seconds=60, silence_seconds=0.3)
    bench.obeyed(8)
    say(peer, leg, [QUIET] * 3 + [loud] + [QUIET] * 3)  # a click is not speech
    done = bench.next(RecordingDone)
    assert (done.reason, done.spoken, done.seconds) == ("silence", False, 0.0)
    assert wav.read(tmp_path / "m.wav").seconds == 0.0


def test_a_message_ends_at_its_limit(bench, engine, tmp_path):
    leg = bench.leg(bench.peer())
    engine.record_message(leg, tmp_path / "m.wav", max_seconds=0.3)
    done = bench.next(RecordingDone)
    assert (done.reason, done.spoken, done.seconds) == ("limit", False, 0.3)
    assert wav.read(tmp_path / "m.wav").seconds == 0.3


def test_loss_and_reordering_keep_their_place_in_time(bench, engine, tmp_path):
    peer = bench.peer()
    leg = bench.leg(peer)
    recording = engine.record_message(leg, tmp_path / "m.wav", max_seconds=60)
    bench.obeyed(8)
    for i in (0, 1, 3, 2, 5):  # 4 is lost
        peer.send(leg, Packet(0, i, 160 * i, 1, bytes([0x10 + i]) * 160))
    bench.taken(leg, 5)
    bench.obeyed(24)
    engine.stop_recording(recording)
    assert bench.next(RecordingDone).reason == "stopped"
    samples = wav.read_mono(tmp_path / "m.wav")
    begin = np.flatnonzero(samples)[0]
    expected = [b"".join(bytes([0x10 + i]) * 160 for i in range(4)), bytes([0x15]) * 160]
    assert samples[begin : begin + 640].tolist() == decode_pcmu(expected[0]).tolist()
    assert not samples[begin + 640 : begin + 800].any()
    assert samples[begin + 800 : begin + 960].tolist() == decode_pcmu(expected[1]).tolist()


def test_a_call_is_recorded_in_stereo_caller_left(bench, engine, tmp_path):
    a, b = bench.peer(), bench.peer()
    leg_a, leg_b = bench.leg(a, "PCMU"), bench.leg(b, "PCMA")
    engine.bridge(leg_a, leg_b)
    recording = engine.record_call(leg_a, leg_b, tmp_path / "call.wav")
    bench.obeyed(8)
    said_a, said_b = bytes([0x20]) * 800, bytes([0x3A]) * 800
    say(a, leg_a, [said_a[:160]] * 5)
    say(b, leg_b, [said_b[:160]] * 5, payload_type=8, ssrc=2)
    bench.taken(leg_a, 5)
    bench.taken(leg_b, 5)
    bench.obeyed(24)
    engine.stop_recording(recording)
    done = bench.next(RecordingDone)
    wave = wav.read(tmp_path / "call.wav")
    assert (done.leg, done.reason, wave.channels, wave.seconds) == (leg_a, "stopped", 2, done.seconds)
    for channel, said in ((0, decode_pcmu(said_a)), (1, decode_pcma(said_b))):
        samples = wave.samples[:, channel]
        assert samples[samples != 0].tolist() == said.tolist()
    begins = [np.flatnonzero(wave.samples[:, channel])[0] for channel in (0, 1)]
    assert abs(begins[0] - begins[1]) <= 1600


def test_a_running_recordings_file_is_readable(bench, engine, tmp_path, loud):
    peer = bench.peer()
    leg = bench.leg(peer)
    path = tmp_path / "m.wav"
    engine.record_message(leg, path, max_seconds=60)
    bench.obeyed(8)
    say(peer, leg, [loud] * 10)
    bench.until(lambda: path.exists() and path.stat().st_size > 44)
    bench.until(lambda: wav.read_mono(path).any())


def test_hanging_up_ends_the_recording(bench, engine, tmp_path, loud):
    peer = bench.peer()
    leg = bench.leg(peer)
    recording = engine.record_message(leg, tmp_path / "m.wav", max_seconds=60)
    bench.obeyed(8)
    say(peer, leg, [loud] * 5)
    bench.taken(leg, 5)
    engine.close_leg(leg)
    done = bench.next(RecordingDone)
    assert (done.recording, done.leg, done.reason, done.spoken) == (recording, leg, "hangup", True)


def test_closing_the_engine_completes_the_files(bench, engine, tmp_path, loud):
    peer = bench.peer()
    leg = bench.leg(peer)
    engine.record_message(leg, tmp_path / "m.wav", max_seconds=60)
    bench.obeyed(8)
    say(peer, leg, [loud] * 5)
    bench.taken(leg, 5)
    bench.obeyed(24)
    engine.close()
    (done,) = (e for e in engine.drain() if isinstance(e, RecordingDone))
    assert done.reason == "stopped"
    assert np.count_nonzero(wav.read_mono(tmp_path / "m.wav")) == 800


def test_a_second_recording_of_a_leg_ends_the_first(bench, engine, tmp_path):
    leg = bench.leg(bench.peer())
    first = engine.record_message(leg, tmp_path / "1.wav", max_seconds=60)
    second = engine.record_message(leg, tmp_path / "2.wav", max_seconds=60)
    assert bench.next(RecordingDone).recording == first
    engine.stop_recording(second)
    engine.stop_recording(second)
    assert bench.next(RecordingDone).recording == second


def test_a_file_that_cannot_be_made_ends_the_recording_with_its_reason(bench, engine, tmp_path):
    leg = bench.leg(bench.peer())
    path = tmp_path / "m.wav"
    path.write_text("somebody else's")
    recording = engine.record_message(leg, path, max_seconds=60)
    done = bench.next(RecordingDone)
    assert (done.recording, done.reason, done.seconds, done.path) == (recording, "error", 0.0, str(path))
    assert "File exists" in done.detail
    assert path.read_text() == "somebody else's"
    assert engine.stats()["recordings"] == 0


def test_a_missing_folder_is_made(bench, engine, tmp_path):
    recording = engine.record_message(bench.leg(bench.peer()), tmp_path / "2026-12-31" / "m.wav", max_seconds=60)
    engine.stop_recording(recording)
    assert bench.next(RecordingDone).reason == "stopped"
    assert wav.read(tmp_path / "2026-12-31" / "m.wav").channels == 1


def test_files_are_made_where_nobody_waits_for_the_disk(bench, engine, tmp_path, monkeypatch):
    opened = {}
    real = os.open

    def watched(path, *args, **kwargs):
        opened[os.fspath(path)] = threading.current_thread()
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", watched)
    path = tmp_path / "m.wav"
    engine.stop_recording(engine.record_message(bench.leg(bench.peer()), path, max_seconds=60))
    bench.next(RecordingDone)
    assert opened[str(path)] is not threading.current_thread()


def test_a_full_disk_ends_the_recording_with_its_reason(bench, engine, tmp_path, monkeypatch):
    leg = bench.leg(bench.peer())
    path = tmp_path / "m.wav"
    writes = os.pwrite

    def pwrite(fd, data, offset):
        if offset:
            raise OSError(28, "No space left on device")
        return writes(fd, data, offset)

    monkeypatch.setattr(os, "pwrite", pwrite)
    engine.record_message(leg, path, max_seconds=60)
    done = bench.next(RecordingDone)
    assert (done.reason, done.seconds) == ("error", 0.0)
    assert "No space left" in done.detail


def test_a_closed_leg_is_not_recorded(bench, engine, tmp_path):
    leg = bench.leg(bench.peer())
    engine.close_leg(leg)
    with pytest.raises(UnknownLeg):
        engine.record_message(leg, tmp_path / "m.wav", max_seconds=1)
    assert list(tmp_path.iterdir()) == []
