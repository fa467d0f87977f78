from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from interpreter.rtp import g711_tables
from interpreter.rtp.events import DigitReceived, PlayDone
from support import rtp_reference as reference
from support.rtp_reference import Packet

pytestmark = pytest.mark.e2e


@pytest.fixture
def pair(bench):
    """Two bridged legs, both latched: (peer a, leg a, peer b, leg b)."""

    def connect(codec_a="PCMU", codec_b="PCMU", **more_b):
        a, b = bench.peer(), bench.peer()
        leg_a, leg_b = bench.leg(a, codec_a), bench.leg(b, codec_b, **more_b)
        bench.engine.bridge(leg_a, leg_b)
        bench.obeyed()
        return a, leg_a, b, leg_b

    return connect


def talk(seq: int, ssrc: int = 1, payload_type: int = 0, payload: bytes | None = None) -> Packet:
    return Packet(payload_type, seq & 0xFFFF, 160 * seq & 0xFFFFFFFF, ssrc, payload or bytes([seq & 0xFF]) * 160)


def exchange(source, leg, sink, packet):
    source.send(leg, packet)
    return sink.receive()


def test_both_sides_hear_each_other_under_our_own_header(pair, engine):
    a, leg_a, b, leg_b = pair()
    there = [exchange(a, leg_a, b, talk(i)) for i in range(5)]
    back = [exchange(b, leg_b, a, talk(i, ssrc=2)) for i in range(5)]
    for packets, leg in ((there, leg_b), (back, leg_a)):
        assert [p.payload for p in packets] == [talk(i).payload for i in range(5)]
        assert {p.ssrc for p in packets} == {engine.leg_stats(leg)["ssrc"]}
        assert packets == list(reference.packetise([p.payload for p in packets], packets[0]))


@pytest.mark.parametrize(
    ("codec_a", "codec_b", "table"),
    [("PCMU", "PCMA", g711_tables.PCMU_TO_PCMA), ("PCMA", "PCMU", g711_tables.PCMA_TO_PCMU)],
)
def test_laws_are_converted_where_the_legs_differ(pair, codec_a, codec_b, table):
    a, leg_a, b, _ = pair(codec_a, codec_b)
    types = {"PCMU": 0, "PCMA": 8}
    payload = bytes(range(256))
    packet = exchange(a, leg_a, b, talk(1, payload_type=types[codec_a], payload=payload))
    assert (packet.payload_type, packet.payload) == (types[codec_b], payload.translate(table))


def test_a_peer_that_sends_the_other_law_is_converted_too(pair):
    a, leg_a, b, _ = pair("PCMU", "PCMU")
    payload = bytes(range(256))
    packet = exchange(a, leg_a, b, talk(1, payload_type=8, payload=payload))
    assert (packet.payload_type, packet.payload) == (0, payload.translate(g711_tables.PCMA_TO_PCMU))


def test_telephone_events_get_the_partners_payload_type_and_are_told(pair, bench):
    a, leg_a, b, leg_b = pair(telephone_event=96)
    event = Packet(101, 1, 160, 1, b"\x05\x0a\x00\xa0", marker=True)
    packet = exchange(a, leg_a, b, event)
    assert (packet.payload_type, packet.payload, packet.marker) == (96, event.payload, True)
    assert bench.next(DigitReceived) == DigitReceived(leg_a, "5")
    exchange(b, leg_b, a, replace(event, payload_type=96, payload=b"\x06\x0a\x00\xa0"))
    assert bench.next(DigitReceived) == DigitReceived(leg_b, "6")


def test_telephone_events_do_not_reach_a_partner_without_them(pair, bench):
    a, leg_a, b, _ = pair(telephone_event=None)
    a.send(leg_a, Packet(101, 1, 160, 1, b"\x05\x0a\x00\xa0"))
    assert exchange(a, leg_a, b, talk(2)).payload == talk(2).payload


@pytest.mark.parametrize("seed", range(5))
def test_loss_reordering_and_restarts_come_out_as_the_reference_says(pair, engine, seed):
    rng = random.Random(seed)
    a, leg_a, b, _ = pair()
    relay = None
    ssrc, seq = 1, rng.choice([0, 65500, 30000])
    for _ in range(60):
        draw = rng.random()
        if draw < 0.06:
            ssrc, seq = ssrc + 1, rng.randrange(65536)
        elif draw < 0.10:
            seq += 7000  # restarted under the same SSRC
        seq += rng.choice([1, 1, 1, 1, 2, 5, -1, 3])
        packet = talk(seq, ssrc)
        if relay is None:
            got = exchange(a, leg_a, b, packet)
            relay = reference.Relay(got.ssrc, got.seq, got.timestamp)
            assert relay.forward(packet, 0) == got
            continue
        expected = relay.forward(packet, 0)
        if expected is None:
            a.send(leg_a, packet)
            continue
        got = exchange(a, leg_a, b, packet)
        # where the reference begins anew the engine takes its timestamp from the clock
        assert replace(got, timestamp=0) == replace(expected, timestamp=0)


def test_sequence_and_time_go_on_from_prompt_to_talk_and_back(pair, bench, engine, voice):
    a, leg_a, b, leg_b = pair()
    audio = bench.load(voice[:480])
    heard = []
    for turn in range(3):
        engine.play(leg_b, [audio], token=turn)
        assert bench.next(PlayDone) == PlayDone(leg_b, turn)
        heard += b.collect(3)
        heard += [exchange(a, leg_a, b, talk(10 * turn + i)) for i in range(3)]
    assert [p.seq - heard[0].seq & 0xFFFF for p in heard] == list(range(18))
    steps = [reference.later(y.timestamp, x.timestamp, 32) for x, y in pairwise(heard)]
    assert min(steps) >= 160
    assert len({p.ssrc for p in heard}) == 1
    assert [i for i, p in enumerate(heard) if p.marker] == list(range(0, 18, 3))


def test_a_prompt_is_heard_instead_of_the_partner(pair, bench, engine, voice):
    a, leg_a, b, leg_b = pair()
    engine.play(leg_b, [bench.load(voice[:160])], loop=True)
    b.receive()
    a.send(leg_a, talk(1))
    bench.taken(leg_a, 1)
    assert {p.payload for p in b.collect(3)} == {voice[:160]}


def test_after_unbridge_and_close_nothing_is_passed_on(pair, bench, engine):
    a, leg_a, b, leg_b = pair()
    exchange(a, leg_a, b, talk(1))
    engine.unbridge(leg_b)
    engine.unbridge(leg_a)
    bench.obeyed()
    a.send(leg_a, talk(2))
    bench.taken(leg_a, 2)
    engine.bridge(leg_a, leg_b)
    bench.obeyed()
    assert exchange(a, leg_a, b, talk(3)).payload == talk(3).payload
    engine.close_leg(leg_b)
    bench.obeyed()
    a.send(leg_a, talk(4))
    bench.taken(leg_a, 4)
    assert b.waiting() == []


def test_a_third_leg_takes_the_place_of_the_second(pair, bench, engine):
    a, leg_a, b, leg_b = pair()
    c = bench.peer()
    leg_c = bench.leg(c)
    exchange(a, leg_a, b, talk(1))
    engine.bridge(leg_c, leg_a)
    bench.obeyed()
    assert exchange(a, leg_a, c, talk(2)).payload == talk(2).payload
    assert exchange(c, leg_c, a, talk(1, ssrc=3)).payload == talk(1).payload
    b.send(leg_b, talk(1, ssrc=2))
    bench.taken(leg_b, 1)
    assert a.waiting() == b.waiting() == []


def test_a_bridge_outlives_a_re_invite(pair, bench, engine):
    a, leg_a, b, _ = pair()
    exchange(a, leg_a, b, talk(1))
    moved = bench.peer()
    engine.set_media(leg_a, *moved.address, codec="PCMA", telephone_event=101)
    bench.obeyed(8)
    packet = exchange(moved, leg_a, b, talk(1, ssrc=9, payload_type=8, payload=bytes(range(256))))
    assert packet.payload == bytes(range(256)).translate(g711_tables.PCMA_TO_PCMU)


def test_other_packet_times_are_passed_on_as_they_are(pair):
    a, leg_a, b, _ = pair()
    packets = [exchange(a, leg_a, b, Packet(0, i, 480 * i, 1, bytes([i]) * 480)) for i in range(4)]
    assert packets == list(reference.packetise([p.payload for p in packets], packets[0]))


def test_a_leg_is_not_bridged_with_itself(bench, engine):
    leg = bench.leg(bench.peer())
    with pytest.raises(ValueError, match="itself"):
        engine.bridge(leg, leg)


def test_padding_is_no_audio(pair):
    """RFC 3550 section 5.1: the last byte counts the padding, itself included."""
    a, leg_a, b, _ = pair()
    packet = talk(1)
    data = bytearray(packet.to_bytes() + bytes([0, 0, 0, 4]))
    data[0] |= 0x20
    a.send(leg_a, bytes(data))
    assert b.receive().payload == packet.payload


def test_a_talk_begins_with_nothing_that_was_said_before_it(bench, engine):
    a, b = bench.peer(), bench.peer()
    leg_a, leg_b = bench.leg(a), bench.leg(b)
    a.send(leg_a, talk(0))
    b.send(leg_b, talk(0))
    bench.taken(leg_a, 1)
    bench.taken(leg_b, 1)
    for i in range(1, 13):  # the engine takes one in 20 ms: most of them wait in the socket
        a.send(leg_a, talk(i, payload=b"\x11" * 160))
    engine.bridge(leg_a, leg_b)
    bench.taken(leg_a, 13)
    now = talk(13, payload=b"\x22" * 160)
    a.send(leg_a, now)
    assert b.receive().payload == now.payload
