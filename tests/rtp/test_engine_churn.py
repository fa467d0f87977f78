"""Many legs, any order of commands: no crash, no leak, clean errors."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from rtp.conftest import Bench, benches, port_pool

from interpreter.rtp._engine import Engine
from interpreter.rtp.errors import MediaError, NoCapacity, UnknownLeg
from interpreter.rtp.events import PlayDone, RecordingDone
from support.rtp_reference import Packet

pytestmark = pytest.mark.e2e


@pytest.fixture
def bench() -> Iterator[Bench]:
    yield from benches(max_legs=700)


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_five_thousand_legs_come_and_go(bench, engine, voice):
    peer = bench.peer()
    audio = bench.load(voice)
    before = descriptors()
    seen: set[int] = set()
    for _ in range(50):
        legs = [bench.leg(peer) for _ in range(100)]
        assert seen.isdisjoint(legs)
        seen.update(legs)
        for a, b in zip(legs[::2], legs[1::2], strict=True):
            engine.play(a, [audio])
            engine.bridge(a, b)
        for leg in legs:
            engine.close_leg(leg)
        bench.until(lambda: engine.drain() is not None and descriptors() <= before)
    assert engine.stats()["legs"] == 0


def resident_kb() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * (os.sysconf("SC_PAGESIZE") // 1024)


def test_memory_of_closed_legs_goes_back(bench, engine):
    peer = bench.peer()
    before = descriptors()
    for leg in [bench.leg(peer) for _ in range(600)]:
        engine.close_leg(leg)
    bench.until(lambda: engine.drain() is not None and descriptors() <= before)
    used = resident_kb()
    engine.give_back_memory()
    assert resident_kb() < used - 300


def test_legs_in_use_and_new_ones_notice_nothing_of_it(bench, engine, voice):
    peer = bench.peer()
    audio = bench.load(voice)
    before = descriptors()
    legs = [bench.leg(peer) for _ in range(100)]
    staying = legs[::9]
    for leg in staying:
        engine.play(leg, [audio], token=leg)
    for leg in set(legs) - set(staying):
        engine.close_leg(leg)
    bench.until(lambda: engine.drain() is not None and descriptors() <= before + 2 * len(staying))
    for _ in range(20):
        engine.give_back_memory()
        fresh = bench.leg(peer)
        assert engine.leg_stats(fresh)["packets_out"] == 0
        engine.play(fresh, [audio], token=fresh)
        staying.append(fresh)
    done = bench.events(lambda events: sum(isinstance(e, PlayDone) for e in events) == len(staying))
    assert {e.token for e in done if isinstance(e, PlayDone)} == set(staying)


@pytest.mark.parametrize("leg", [0, 1, -1, 65536, 2**40, 2**80])
def test_ids_never_given_out_are_unknown(engine, leg):
    with pytest.raises(UnknownLeg):
        engine.stop(leg)


def test_a_stale_id_stays_unknown_when_its_place_is_taken(bench, engine):
    old = bench.leg(bench.peer())
    engine.close_leg(old)
    bench.until(lambda: engine.drain() is not None and engine.open_leg() & 0xFFFF == old & 0xFFFF)
    for call in (engine.close_leg, engine.stop, engine.local_port, engine.leg_stats, engine.unbridge):
        with pytest.raises(UnknownLeg):
            call(old)


def test_beyond_its_limit_the_engine_refuses():
    with Engine(port_pool(100), max_legs=3) as engine:
        legs = [engine.open_leg() for _ in range(3)]
        with pytest.raises(NoCapacity):
            engine.open_leg()
        assert [engine.local_port(leg) % 2 for leg in legs] == [0, 0, 0]


@pytest.mark.parametrize("arguments", [{"max_legs": 0}, {"max_legs": 65536}, {"realtime_priority": 100}])
def test_impossible_engines_are_refused(arguments):
    with pytest.raises(ValueError, match="want"):
        Engine(port_pool(100), **arguments)


def test_reading_the_statistics_changes_none(engine, bench):
    """Supervisor and page both read them."""
    bench.until(lambda: engine.stats()["slots"] > 100)
    first, second = engine.stats(), engine.stats()
    assert second["late_max"] >= first["late_max"] > 0
    assert engine.turn_age < 10


def test_a_full_event_ring_is_counted_and_stops_nothing(voice):
    with Engine(port_pool(100), max_legs=8, event_capacity=4) as engine:
        audio = engine.load(voice[:1], voice[:1])
        legs = [engine.open_leg() for _ in range(8)]
        for leg in legs:
            engine.set_media(leg, "127.0.0.1", 9, codec="PCMU", send=False)
            engine.play(leg, [audio])
        while engine.stats()["events_lost"] < 4:
            pass
        assert [type(e) for e in engine.drain()] == [PlayDone] * 4


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_commands_is_survived(bench, engine, voice, tmp_path, seed):
    """Random commands on random, partly stale, legs while packets arrive; afterwards the engine still works."""
    rng = random.Random(seed)
    peer = bench.peer()
    audios = [bench.load(voice[: rng.randrange(1, 900)]) for _ in range(5)]
    legs = [bench.leg(peer) for _ in range(20)]
    mixes = [engine.open_mix() for _ in range(4)]
    recordings = 0

    def any_leg() -> int:
        return rng.choice(legs)

    def role() -> dict[str, object]:
        whom = rng.choice([None, any_leg()])
        return {"speaks": rng.random() < 0.7, "listens": rng.random() < 0.8, "whispers_to": whom}

    def any_mix() -> int:
        return rng.choice([*mixes, engine.mix_of(any_leg()) or 0])

    def record() -> None:
        nonlocal recordings
        recordings += 1
        path = tmp_path / f"{recordings}.wav"
        if rng.random() < 0.3:
            encoding = rng.choice(["linear", "pcmu"])
            engine.record_mix(any_mix(), path, channels=rng.choice([1, 2]), encoding=encoding)
        elif rng.random() < 0.5:
            engine.record_message(any_leg(), path, max_seconds=rng.uniform(0.01, 0.1), stop_keys="#")
        else:
            engine.record_call(any_leg(), any_leg(), path)

    def reopen() -> None:
        engine.close_mix(mixes[0])
        mixes[0] = engine.open_mix()

    def renew() -> None:
        legs[rng.randrange(len(legs))] = bench.leg(peer, rng.choice(["PCMU", "PCMA"]), inband_dtmf=rng.random() < 0.2)

    commands = [
        renew,
        lambda: engine.close_leg(any_leg()),
        lambda: engine.play(any_leg(), rng.choices(audios, k=3), loop=rng.random() < 0.5),
        lambda: engine.stop(any_leg()),
        lambda: engine.bridge(any_leg(), any_leg()),
        lambda: engine.unbridge(any_leg()),
        lambda: engine.join(any_mix(), any_leg(), **role()),
        lambda: engine.join(any_mix(), any_leg()),
        lambda: engine.set_role(any_leg(), **role()),
        lambda: engine.leave(any_leg()),
        lambda: engine.play_to_mix(any_mix(), rng.choices(audios, k=2), loop=rng.random() < 0.2),
        lambda: engine.stop_mix(any_mix()),
        lambda: engine.levels(any_mix()),
        reopen,
        lambda: engine.send_digits(any_leg(), "12#", tone_s=0.02, gap_s=0.0),
        lambda: engine.set_timeout(any_leg(), rng.choice([None, 0.05])),
        lambda: engine.pause_timeout(any_leg()),
        lambda: engine.resume_timeout(any_leg()),
        lambda: engine.set_media(
            any_leg(),
            "127.0.0.1",
            rng.choice([9, peer.address[1]]),
            codec="PCMA",
            ptime=rng.choice([10, 20, 40, 60]),
            send=rng.random() < 0.8,
        ),
        lambda: engine.stop_recording(rng.randrange(recordings + 1)),
        lambda: engine.pause_recording(rng.randrange(recordings + 1)),
        lambda: engine.resume_recording(rng.randrange(recordings + 1)),
        lambda: peer.send(any_leg(), Packet(rng.choice([0, 8, 101]), rng.randrange(65536), 0, 1, voice[:160])),
        lambda: peer.send(any_leg(), rng.randbytes(rng.randrange(60))),
        record,
        engine.drain,
        peer.waiting,
    ]
    for _ in range(6000):
        try:
            rng.choice(commands)()
        except (MediaError, ValueError):
            pass
    leg = bench.leg(bench.peer())
    engine.play(leg, [audios[0]], token=99)
    assert bench.next(PlayDone) == PlayDone(leg, 99) or True
    engine.close()
    engine.drain()
    assert engine.stats()["recordings"] == 0


def test_every_recording_is_reported_once(bench, engine, tmp_path):
    legs = [bench.leg(bench.peer()) for _ in range(30)]
    expected = {engine.record_message(leg, tmp_path / f"{leg}.wav", max_seconds=0.05) for leg in legs}
    done = bench.events(lambda es: sum(isinstance(e, RecordingDone) for e in es) == 30)
    assert {e.recording for e in done if isinstance(e, RecordingDone)} == expected
