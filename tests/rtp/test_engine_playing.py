from __future__ import annotations

import random
from itertools import chain

import pytest

from interpreter.rtp.errors import EngineClosed, UnknownAudio
from interpreter.rtp.events import DigitsSent, PlayDone
from support import rtp_reference as reference

pytestmark = pytest.mark.e2e

SILENCE = b"\xff" * 160


@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
@pytest.mark.parametrize("ptime", [10, 20, 30, 60])
def test_audios_are_played_without_a_gap(bench, engine, voice, codec, ptime):
    parts = [voice[:777], voice[777:778], voice[778:2000]]
    peer = bench.peer()
    leg = bench.leg(peer, codec, ptime=ptime)
    payload_type = {"PCMU": 0, "PCMA": 8}[codec]
    sent = parts if codec == "PCMU" else [bytes(b ^ 0x80 for b in part) for part in parts]
    frames = reference.frames(sent, payload_type=payload_type, n_samples=8 * ptime)
    engine.play(leg, [bench.load(part) for part in parts], token=42)
    packets = peer.collect(len(frames))
    assert packets == list(reference.packetise(frames, packets[0]))
    assert packets[0].payload_type == payload_type
    assert bench.next(PlayDone) == PlayDone(leg, 42)


def test_a_play_asked_for_at_once_follows_without_a_gap(bench, engine, voice):
    peer = bench.peer()
    leg = bench.leg(peer)
    engine.play(leg, [bench.load(voice[:320])], token=1)
    bench.next(PlayDone)
    engine.play(leg, [bench.load(voice[:160])], token=2)
    bench.next(PlayDone)
    packets = peer.collect(3)
    assert [p.seq - packets[0].seq & 0xFFFF for p in packets] == [0, 1, 2]
    assert packets[2].marker


def test_a_pause_between_two_plays_shows_in_the_timestamps(bench, engine, voice):
    """Else the far end's jitter buffer takes the second for late audio of the first."""
    slots, samples_per_slot = 40, 40
    peer = bench.peer()
    leg = bench.leg(peer)
    audio = bench.load(voice[:160])
    engine.play(leg, [audio], token=1)
    bench.next(PlayDone)
    bench.obeyed(slots)
    engine.play(leg, [audio], token=2)
    first, second = peer.collect(2)
    assert (second.timestamp - first.timestamp) & 0xFFFFFFFF >= slots * samples_per_slot


def test_a_loop_goes_on_until_stopped_and_then_is_silent(bench, engine, voice):
    peer = bench.peer()
    leg = bench.leg(peer, idle_silence=True)
    engine.play(leg, [bench.load(voice[:160])], loop=True, token=1)
    heard = [p.payload for p in peer.collect(5)]
    assert heard.count(voice[:160]) >= 4  # an idle frame may come first
    engine.stop(leg)
    packets = [peer.receive()]
    while packets[-1].payload != SILENCE:
        packets.append(peer.receive())
    assert len(packets) <= 3
    packets += peer.collect(3)
    assert {p.payload for p in packets[-3:]} == {SILENCE}
    assert [p.timestamp for p in packets] == [
        (packets[0].timestamp + 160 * i) & 0xFFFFFFFF for i in range(len(packets))
    ]
    assert not any(isinstance(e, PlayDone) for e in engine.drain())


def test_only_the_last_of_several_plays_is_reported(bench, engine, voice):
    leg = bench.leg(bench.peer())
    short = bench.load(voice[:160])
    for token in range(50):
        engine.play(leg, [short], token=token)
    engine.stop(leg)
    engine.play(leg, [short], token=-5)
    assert bench.next(PlayDone) == PlayDone(leg, -5)
    assert engine.drain() == []


def test_an_audio_unloaded_while_it_plays_is_played_to_the_end(bench, engine, voice):
    peer = bench.peer()
    leg = bench.leg(peer)
    audio = bench.load(voice[:1600])
    engine.play(leg, [audio, audio])
    engine.unload(audio)
    assert b"".join(p.payload for p in peer.collect(20)) == voice[:1600] * 2
    with pytest.raises(UnknownAudio):
        engine.play(leg, [audio])


def test_on_hold_nothing_is_sent_but_the_prompt_runs_off(bench, engine, voice):
    peer = bench.peer()
    leg = bench.leg(peer, send=False, idle_silence=True)
    engine.play(leg, [bench.load(voice[:800])], token=3)
    assert bench.next(PlayDone) == PlayDone(leg, 3)
    assert engine.leg_stats(leg)["packets_out"] == 0
    engine.set_media(leg, *peer.address, codec="PCMU", telephone_event=101)
    assert peer.receive().payload == SILENCE


def test_a_play_before_the_address_is_known_waits(bench, engine, voice):
    peer = bench.peer()
    leg = engine.open_leg()
    engine.play(leg, [bench.load(voice[:320])])
    engine.set_media(leg, *peer.address, codec="PCMU")
    assert b"".join(p.payload for p in peer.collect(2)) == voice[:320]


def test_idle_silence_is_a_flag(bench, engine):
    quiet, talking = bench.peer(), bench.peer()
    bench.leg(quiet, idle_silence=False)
    bench.leg(talking, "PCMA", idle_silence=True)
    packets = talking.collect(4)
    assert {p.payload for p in packets} == {b"\xd5" * 160}
    assert [p.marker for p in packets] == [True, False, False, False]
    assert quiet.waiting() == []


def test_digits_are_sent_as_telephone_events(bench, engine, voice):
    peer = bench.peer()
    leg = bench.leg(peer)
    engine.send_digits(leg, "5#D", tone_s=0.08, gap_s=0.04)
    expected = [reference.digit_payloads(d, tone_samples=640) for d in "5#D"]
    packets = peer.collect(sum(map(len, expected)))
    assert [p.payload for p in packets] == list(chain(*expected))
    assert {p.payload_type for p in packets} == {101}
    assert [p.marker for p in packets] == [i == 0 for e in expected for i in range(len(e))]
    assert len({p.timestamp for p in packets}) == 3
    assert [p.seq - packets[0].seq & 0xFFFF for p in packets] == list(range(len(packets)))
    assert bench.next(DigitsSent) == DigitsSent(leg)
    hear = reference.DigitReceiver()
    assert [d for p in packets if (d := hear.hear(p))] == ["5", "#", "D"]


def test_audio_pauses_while_digits_are_sent(bench, engine, voice):
    peer = bench.peer()
    leg = bench.leg(peer)
    engine.play(leg, [bench.load(voice[:1600])])
    peer.collect(2)
    engine.send_digits(leg, "1", gap_s=0.0)
    packets = peer.collect(8 + 7)
    assert b"".join(p.payload for p in packets if p.payload_type == 0) == voice[320:1600]


@pytest.mark.parametrize("digits", ["", "x", "12a", "１"])
def test_what_is_no_digit_cannot_be_sent(bench, engine, digits):
    leg = bench.leg(bench.peer())
    with pytest.raises(ValueError, match="digits"):
        engine.send_digits(leg, digits)


def test_digits_need_an_agreed_payload_type(bench, engine):
    leg = bench.leg(bench.peer(), telephone_event=None)
    with pytest.raises(ValueError, match="agreed"):
        engine.send_digits(leg, "1")


@pytest.mark.parametrize(
    ("pcmu", "pcma"), [pytest.param(b"", b"", id="empty"), pytest.param(b"ab", b"a", id="unequal lengths")]
)
def test_odd_audios_are_refused(engine, pcmu, pcma):
    with pytest.raises(ValueError, match="audio"):
        engine.load(pcmu, pcma)


def test_a_closed_port_is_counted_and_survived(bench, engine, voice):
    peer = bench.peer()
    leg = bench.leg(peer, latch=False, idle_silence=True)
    peer.receive()
    peer.close()
    bench.until(lambda: engine.leg_stats(leg)["refused"] > 2)
    engine.play(leg, [bench.load(voice[:160])], token=1)
    assert bench.next(PlayDone) == PlayDone(leg, 1)


def test_a_closed_engine_says_so(engine):
    leg = engine.open_leg()
    engine.close()
    engine.close()
    with pytest.raises(EngineClosed):
        engine.stop(leg)
    with pytest.raises(EngineClosed):
        engine.open_leg()
    assert engine.drain() == []


def test_many_random_plays_and_stops_leave_nothing_behind(bench, engine, voice):
    rng = random.Random(5)
    peer = bench.peer()
    legs = [bench.leg(peer) for _ in range(50)]
    for _ in range(3000):
        leg = rng.choice(legs)
        if rng.random() < 0.6:
            audio = bench.load(voice[: rng.randrange(1, 2000)])
            engine.play(leg, [audio] * rng.randrange(1, 5), loop=rng.random() < 0.3, token=1)
            engine.unload(audio)
        else:
            engine.stop(leg)
    for leg in legs:
        engine.play(leg, [bench.load(voice[:100])], token=9)
    done = bench.events(lambda es: sum(isinstance(e, PlayDone) and e.token == 9 for e in es) == 50)
    assert {e.leg for e in done if isinstance(e, PlayDone) and e.token == 9} == set(legs)
