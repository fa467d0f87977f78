"""The recording of a talk: its members come and go, the file goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from interpreter.rtp import wav
from interpreter.rtp.events import RecordingDone, RecordingPaused, RecordingResumed
from interpreter.rtp.g711 import decode_pcmu, encode_pcmu
from interpreter.rtp.wav_writer import header_bytes, make_whole
from support.patience import PATIENCE_SECONDS
from support.rtp_reference import Packet

pytestmark = pytest.mark.e2e

A, B, C, D = (bytes([code]) * 800 for code in (0x20, 0x3A, 0x2C, 0x31))
"""What each of four says: 100 ms of one value, which tells who it was."""

LEVELS = {name: int(decode_pcmu(code[:1])[0]) for name, code in zip("abcd", (A, B, C, D), strict=True)}


class Speaker:
    def __init__(self, bench) -> None:
        self.bench, self.peer = bench, bench.peer()
        self.leg = bench.leg(self.peer)
        self.sent = 0

    def say(self, codes: bytes) -> None:
        for at in range(0, len(codes), 160):
            self.peer.send(self.leg, Packet(0, self.sent, 160 * self.sent, self.leg & 0xFFFF, codes[at : at + 160]))
            self.sent += 1
        self.bench.taken(self.leg, self.sent)
        self.bench.obeyed(60)  # until the present is where the last of it stands


@pytest.fixture
def people(bench):
    return {name: Speaker(bench) for name in "abcd"}


def talk(bench, people, names: str) -> int:
    mix = bench.engine.open_mix()
    for name in names:
        bench.engine.join(mix, people[name].leg)
    bench.obeyed()
    return mix


def finish(bench, recording: int) -> tuple[RecordingDone, wav.Wave]:
    bench.engine.stop_recording(recording)
    done = bench.next(RecordingDone)
    return done, wav.read(done.path)


def values(samples: np.ndarray) -> list[int]:
    """The values that stand in it for 50 ms at least, in their order; silence left out."""
    loud = samples[samples != 0]
    runs = np.split(loud, np.flatnonzero(np.diff(loud)) + 1)
    return [int(run[0]) for run in runs if len(run) >= 400]


def test_a_talk_of_two_has_each_on_a_channel(bench, engine, people, tmp_path):
    mix = talk(bench, people, "ab")
    recording = engine.record_mix(mix, tmp_path / "t.wav")
    bench.obeyed()
    people["a"].say(A)
    people["b"].say(B)
    done, wave = finish(bench, recording)
    assert (done.mix, done.leg, done.reason, done.seconds, done.spoken) == (mix, 0, "stopped", wave.seconds, True)
    for channel, said in ((0, A), (1, B)):
        samples = wave.samples[:, channel]
        assert samples[samples != 0].tolist() == decode_pcmu(said).tolist()


def test_a_bridge_is_recorded_by_its_mix_and_ends_with_it(bench, engine, people, tmp_path):
    engine.bridge(people["a"].leg, people["b"].leg)
    mix = engine.mix_of(people["a"].leg)
    engine.record_mix(mix, tmp_path / "t.wav")
    bench.obeyed()
    people["a"].say(A)
    engine.close_leg(people["b"].leg)
    done = bench.next(RecordingDone)
    assert (done.mix, done.reason) == (mix, "hangup")
    assert values(wav.read(done.path).samples[:, 0]) == [LEVELS["a"]]


def test_members_come_and_go_and_the_file_goes_on(bench, engine, people, tmp_path):
    """A talks to B, C is added, B leaves, D comes, A leaves: A stands on the left, all others on the right."""
    mix = talk(bench, people, "ab")
    recording = engine.record_mix(mix, tmp_path / "t.wav")
    bench.obeyed()
    people["a"].say(A)
    people["b"].say(B)
    engine.join(mix, people["c"].leg)
    bench.obeyed()
    people["c"].say(C)
    people["a"].say(A)
    engine.leave(people["b"].leg)
    bench.obeyed()
    people["c"].say(C)
    people["b"].say(B)  # not in the talk any more
    engine.join(mix, people["d"].leg)
    engine.close_leg(people["a"].leg)
    bench.obeyed()
    people["d"].say(D)
    people["c"].say(C)
    _, wave = finish(bench, recording)
    left, right = wave.samples[:, 0], wave.samples[:, 1]
    assert (values(left), np.count_nonzero(left)) == ([LEVELS["a"]], 2 * len(A))
    assert values(right) == [LEVELS[name] for name in "bcdc"]
    assert np.count_nonzero(right) == 5 * len(B)


def test_who_comes_first_into_an_empty_talk_is_on_the_left(bench, engine, people, tmp_path):
    mix = engine.open_mix()
    recording = engine.record_mix(mix, tmp_path / "t.wav")
    for name in "ba":
        engine.join(mix, people[name].leg)
    bench.obeyed()
    people["a"].say(A)
    people["b"].say(B)
    _, wave = finish(bench, recording)
    assert values(wave.samples[:, 0]) == [LEVELS["b"]]
    assert values(wave.samples[:, 1]) == [LEVELS["a"]]


def test_who_speaks_together_is_added_up_and_a_whisper_left_out(bench, engine, people, tmp_path):
    mix = talk(bench, people, "abcd")
    engine.set_role(people["d"].leg, whispers_to=people["a"].leg)
    recording = engine.record_mix(mix, tmp_path / "t.wav")
    bench.obeyed()
    for name, codes in zip("bc", (B, C), strict=True):
        for i in range(5):
            people[name].peer.send(people[name].leg, Packet(0, i, 160 * i, 5, codes[:160]))
        people[name].sent = 5
    people["d"].say(D)
    for name in "bc":
        bench.taken(people[name].leg, 5)
    bench.obeyed(60)
    _, wave = finish(bench, recording)
    assert wave.samples[:, 1].sum() == 800 * (LEVELS["b"] + LEVELS["c"])
    assert set(np.unique(wave.samples[:, 1])) <= {0, LEVELS["b"], LEVELS["c"], LEVELS["b"] + LEVELS["c"]}
    assert not wave.samples[:, 0].any()


@pytest.mark.parametrize("names", ["ab", "abc"])
@pytest.mark.parametrize("channels", [1, 2])
def test_mu_law_takes_half_the_bytes(bench, engine, people, tmp_path, names, channels):
    mix = talk(bench, people, names)
    recording = engine.record_mix(mix, tmp_path / "t.wav", channels=channels, encoding="pcmu")
    bench.obeyed()
    people["a"].say(A)
    people["b"].say(B)
    done, wave = finish(bench, recording)
    frames = round(done.seconds * 8000)
    assert os.stat(done.path).st_size == header_bytes("pcmu") + frames * channels
    if channels == 1:
        assert values(wave.samples[:, 0]) == [LEVELS["a"], LEVELS["b"]]
    else:
        assert values(wave.samples[:, 0]) == [LEVELS["a"]]
        assert values(wave.samples[:, 1]) == [LEVELS["b"]]
    assert encode_pcmu(wave.samples[:, 0].copy()).strip(b"\xff")[:800] == A


@pytest.mark.parametrize("names", ["ab", "abc"])
def test_a_pause_is_left_out_and_marked(bench, engine, people, tmp_path, names):
    """A card's number is not to be kept; where it was, a short tone is."""
    mix = talk(bench, people, names)
    recording = engine.record_mix(mix, tmp_path / "t.wav")
    bench.obeyed()
    people["a"].say(A)
    engine.pause_recording(recording)
    engine.pause_recording(recording)
    paused = bench.next(RecordingPaused)
    people["b"].say(B)
    people["a"].say(A)
    engine.resume_recording(recording)
    resumed = bench.next(RecordingResumed)
    engine.resume_recording(recording)
    people["b"].say(B)
    done, wave = finish(bench, recording)
    assert (paused.recording, resumed.recording) == (recording, recording)
    assert paused.seconds == resumed.seconds
    assert resumed.paused >= 0.2
    at = round(paused.seconds * 8000)
    tone, rest = wave.samples[at : at + 1600], wave.samples[at + 1600 :]
    assert tone[:4].tolist() == [[0, 0], [-3000, -3000], [0, 0], [3000, 3000]]
    assert np.abs(tone).max() == 3000
    assert values(wave.samples[:at, 0]) == [LEVELS["a"]]
    assert not wave.samples[:at, 1].any(), "said in the pause"
    assert not rest[:, 0].any(), "said in the pause"
    assert values(rest[:, 1]) == [LEVELS["b"]]
    assert done.seconds == len(wave.samples) / 8000


def test_a_recording_that_ends_in_its_pause_ends_where_that_began(bench, engine, people, tmp_path):
    mix = talk(bench, people, "ab")
    recording = engine.record_mix(mix, tmp_path / "t.wav")
    bench.obeyed()
    people["a"].say(A)
    engine.pause_recording(recording)
    paused = bench.next(RecordingPaused)
    people["a"].say(A)
    done, wave = finish(bench, recording)
    assert done.seconds == wave.seconds == paused.seconds
    assert values(wave.samples[:, 0]) == [LEVELS["a"]]


def test_a_second_recording_of_a_talk_ends_the_first(bench, engine, people, tmp_path):
    mix = talk(bench, people, "ab")
    first = engine.record_mix(mix, tmp_path / "1.wav")
    second = engine.record_mix(mix, tmp_path / "2.wav")
    done = bench.next(RecordingDone)
    assert (done.recording, done.reason) == (first, "stopped")
    people["b"].say(B)
    _, wave = finish(bench, second)
    assert values(wave.samples[:, 1]) == [LEVELS["b"]]


def test_a_message_of_a_member_leaves_the_talks_recording_alone(bench, engine, people, tmp_path):
    mix = talk(bench, people, "abc")
    recording = engine.record_mix(mix, tmp_path / "talk.wav")
    message = engine.record_message(people["b"].leg, tmp_path / "m.wav", max_seconds=60)
    bench.obeyed()
    people["b"].say(B)
    engine.stop_recording(message)
    assert values(wav.read(bench.next(RecordingDone).path).samples[:, 0]) == [LEVELS["b"]]
    people["a"].say(A)
    _, wave = finish(bench, recording)
    assert values(wave.samples[:, 1]) == [LEVELS["b"]]
    assert values(wave.samples[:, 0]) == [LEVELS["a"]]


@pytest.mark.parametrize("arguments", [{"channels": 3}, {"encoding": "mp3"}])
def test_what_cannot_be_is_refused(engine, tmp_path, arguments):
    with pytest.raises(ValueError, match="want"):
        engine.record_mix(engine.open_mix(), tmp_path / "t.wav", **arguments)


KILLED = """
    import sys, time
    from interpreter.rtp._engine import Engine
    from interpreter.rtp.ports import PortPool
    first, last, path, encoding = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
    with Engine(PortPool("127.0.0.1", first, last), max_legs=4, recording_interval=0.02) as engine:
        mix = engine.open_mix()
        tone = bytes([0x20]) * 8000
        engine.record_mix(mix, path, encoding=encoding)
        engine.play_to_mix(mix, [engine.load(tone, tone)], loop=True)
        print("on", flush=True)
        time.sleep(600)
"""


@pytest.mark.parametrize("encoding", ["linear", "pcmu"])
def test_after_a_kill_the_recording_is_there_and_whole(bench, tmp_path, encoding):
    path = tmp_path / "t.wav"
    first = bench.engine.local_port(bench.leg(bench.peer())) // 100 * 100
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(first), str(first + 98), str(path), encoding]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        bench.until(lambda: path.exists() and path.stat().st_size > 8000)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE_SECONDS)
    seconds = wav.read(path).seconds
    assert seconds <= make_whole(path) <= seconds + 1.0
    samples = wav.read(path).samples
    assert set(np.unique(samples[:, 1])) <= {0, LEVELS["a"]}
    assert samples[:, 1].any()
