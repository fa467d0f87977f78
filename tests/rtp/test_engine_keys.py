"""Keys that come as telephone-events (RFC 4733)."""

from __future__ import annotations

import random

import pytest
from rtp.odd_senders import SENDERS, audio, event, press, shaken

from interpreter.rtp.events import DigitReceived
from support import rtp_reference as reference
from support.rtp_reference import DIGITS, Packet

pytestmark = pytest.mark.e2e

BATCH = 12  # packets: a socket holds 20


def heard_by_engine(bench, packets: list[Packet]) -> str:
    peer = bench.peer()
    leg = bench.leg(peer)
    for sent, packet in enumerate(packets, 1):
        peer.send(leg, packet)
        if sent % BATCH == 0:
            bench.taken(leg, sent)
    bench.taken(leg, len(packets))
    return "".join(e.digit for e in bench.engine.drain() if isinstance(e, DigitReceived))


def heard_by_reference(packets: list[Packet]) -> str:
    receiver = reference.DigitReceiver()
    digits = ""
    for packet in packets:
        if packet.payload_type == 101:
            digits += receiver.hear(packet) or ""
        else:
            receiver.pass_by(packet)
    return digits


@pytest.mark.parametrize("sender", [pytest.param(sender, id=sender.name) for sender in SENDERS])
def test_each_press_is_one_digit(bench, sender):
    assert heard_by_reference(sender.packets) == sender.digits
    assert heard_by_engine(bench, sender.packets) == sender.digits


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_net_does_to_odd_senders_the_engine_hears_as_the_reference_does(bench, seed):
    rng = random.Random(seed)
    packets = [packet for sender in rng.sample(SENDERS, 6) for packet in shaken(rng, sender.packets[:60])]
    assert heard_by_engine(bench, packets) == heard_by_reference(packets)


@pytest.mark.parametrize("seed", range(4))
def test_random_telephone_events_are_heard_as_the_reference_hears_them(bench, engine, seed):
    rng = random.Random(seed)
    peer = bench.peer()
    leg = bench.leg(peer)
    receiver = reference.DigitReceiver()
    expected, heard, sent = [], [], 0
    for batch in range(8):
        packets = [p for i in range(2) for p in press(rng.choice(DIGITS), sent + 6 * i, 1000 * (2 * batch + i))]
        packets = [p for p in packets if rng.random() < 0.7]
        if rng.random() < 0.5:
            rng.shuffle(packets)
        for packet in packets:
            peer.send(leg, packet)
            expected += [receiver.hear(packet)]
        sent += len(packets)
        bench.taken(leg, sent)
        heard += [e.digit for e in engine.drain() if isinstance(e, DigitReceived)]
    assert heard == [d for d in expected if d]


def test_keys_that_come_fast_beside_speech_are_all_heard(bench):
    """A telephone that dials by itself sends more packets than one in 20 ms, and a socket holds but 20 of them."""
    peer = bench.peer()
    leg = bench.leg(peer)
    for n in range(20):  # read at the pace of speech from now on
        peer.send(leg, audio(n))
        bench.taken(leg, n + 1)
    packets = [packet for n, key in enumerate("123456789") for packet in press(key, 20 + 6 * n, 4000 + 1000 * n)]
    for sent in range(0, len(packets), 18):
        for packet in packets[sent : sent + 18]:
            peer.send(leg, packet)
        bench.taken(leg, 20 + sent + 1)
    bench.taken(leg, 20 + len(packets))
    assert "".join(e.digit for e in bench.engine.drain() if isinstance(e, DigitReceived)) == "123456789"


@pytest.mark.parametrize("payload_type", [96, 101])
def test_keys_come_under_our_own_number_or_the_answered_one(bench, engine, payload_type):
    """We offered 101 and the answer said 96: the peer ought to send 101, yet some send what they said."""
    peer = bench.peer()
    leg = bench.leg(peer, telephone_event=96, receive_telephone_event=101)
    for p in press("5", 0, 1000):
        peer.send(leg, Packet(payload_type, p.seq, p.timestamp, p.ssrc, p.payload, p.marker))
    bench.next(DigitReceived)
    engine.send_digits(leg, "7")
    assert {packet.payload_type for packet in peer.collect(3)} == {96}


def test_a_number_to_receive_keys_needs_one_to_send_them(bench, engine):
    leg = bench.leg(bench.peer())
    with pytest.raises(ValueError, match="receive_telephone_event"):
        engine.set_media(leg, "127.0.0.1", 4000, codec="PCMU", receive_telephone_event=101)


def test_a_key_held_while_legs_are_connected_is_not_passed_on(bench, engine):
    """The caller holds the key of the menu while whom it chose answers: that telephone must not hear it."""
    a, b = bench.peer(), bench.peer()
    leg_a, leg_b = bench.leg(a), bench.leg(b)
    held, pressed = press("1", 0, 0, updates=6), press("2", 20, 4000)
    for packet in held[:3]:
        a.send(leg_a, packet)
    assert bench.next(DigitReceived) == DigitReceived(leg_a, "1")
    engine.bridge(leg_a, leg_b)
    bench.obeyed()
    for packet in [*held[3:], audio(9), *pressed]:
        a.send(leg_a, packet)
    heard = b.collect(1 + len(pressed))
    assert [p.payload for p in heard] == [audio(9).payload, *(p.payload for p in pressed)]
    assert [e.digit for e in bench.events(lambda es: bool(es)) if isinstance(e, DigitReceived)] == ["2"]


def test_a_key_held_from_one_talk_into_the_next_stays_in_the_first(bench, engine):
    a, b, c = bench.peer(), bench.peer(), bench.peer()
    leg_a, leg_b, leg_c = (bench.leg(peer) for peer in (a, b, c))
    engine.bridge(leg_a, leg_b)
    bench.obeyed()
    held = press("#", 0, 0, updates=6)
    for packet in held[:3]:
        a.send(leg_a, packet)
        assert b.receive().payload == packet.payload
    engine.bridge(leg_a, leg_c)
    bench.obeyed()
    for packet in [*held[3:], audio(9)]:
        a.send(leg_a, packet)
    assert c.receive().payload == audio(9).payload
    assert b.waiting() == []


def test_events_that_are_no_digits_are_passed_on(bench, engine):
    """A hook flash (event 16) is between the two telephones."""
    a, b = bench.peer(), bench.peer()
    leg_a, leg_b = bench.leg(a), bench.leg(b)
    engine.bridge(leg_a, leg_b)
    bench.obeyed()
    flash = Packet(101, 1, 160, 77, bytes([16, 10, 0, 160]))
    a.send(leg_a, flash)
    assert b.receive().payload == flash.payload
    a.send(leg_a, event("3", 2, 900, 160))
    assert bench.next(DigitReceived) == DigitReceived(leg_a, "3")
