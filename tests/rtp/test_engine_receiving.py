from __future__ import annotations

import random
import struct

import numpy as np
import pytest
from rtp.odd_senders import press

from interpreter.rtp.events import DigitReceived, Latched, MediaTimeout
from interpreter.rtp.g711 import encode_pcmu
from support import rtp_reference as reference
from support.rtp_reference import DIGITS, Packet

pytestmark = pytest.mark.e2e

AUDIO = b"\x55" * 160


def test_any_bytes_are_counted_and_ignored(bench, engine):
    rng = random.Random(1)
    peer = bench.peer()
    leg = bench.leg(peer)
    bad, total = 0, 0
    for _ in range(40):
        for _ in range(5):
            data = bytearray(rng.randbytes(rng.choice([0, 1, 11, 12, 13, 20, 60, 172, 1400, 1501, 2000])))
            if len(data) > 1 and rng.random() < 0.7:
                data[0] = 0x80 | rng.choice([0, 0, 0x10, 0x20, 0x2F, rng.randrange(64)])
                data[1] = rng.choice([0, 8, 101, 13, data[1]])
            packet = reference.parse(bytes(data))
            good = packet is not None and packet.payload_type in (0, 8, 13, 101) and len(packet.payload) <= 960
            bad += not good or len(data) > 1500
            total += 1
            peer.send(leg, bytes(data))
        bench.taken(leg, total)
    stats = engine.leg_stats(leg)
    assert (stats["bad"], stats["packets_in"]) == (bad, total - bad)


def test_loss_is_counted_over_wraps_and_restarts(bench, engine):
    peer = bench.peer()
    leg = bench.leg(peer)
    for seq in (65534, 65535, 1, 2, 5):  # 0, 3 and 4 are lost
        peer.send(leg, Packet(0, seq, 0, 1, AUDIO))
    for seq in (100, 102):  # another stream, 101 is lost
        peer.send(leg, Packet(0, seq, 0, 2, AUDIO))
    bench.taken(leg, 7)
    stats = engine.leg_stats(leg)
    assert (stats["packets_in"], stats["bytes_in"], stats["lost"]) == (7, 7 * 160, 4)


def test_silence_of_the_peer_is_told_once(bench, engine):
    peer = bench.peer()
    leg = bench.leg(peer)
    engine.set_timeout(leg, 0.1)
    assert bench.next(MediaTimeout) == MediaTimeout(leg, 0.1)
    bench.obeyed(20)
    assert not [e for e in engine.drain() if isinstance(e, MediaTimeout)], "it was told already"
    peer.send(leg, Packet(0, 0, 0, 1, AUDIO))
    assert bench.next(MediaTimeout) == MediaTimeout(leg, 0.1)
    engine.set_timeout(leg, None)
    peer.send(leg, Packet(0, 1, 0, 1, AUDIO))
    bench.taken(leg, 2)
    assert not [e for e in engine.drain() if isinstance(e, MediaTimeout)]


def told_silent(bench, *legs: int) -> list[int]:
    """The legs in the order in which their silence is told, until that of each of these is."""
    events = bench.events(lambda es: set(legs) <= {e.leg for e in es if isinstance(e, MediaTimeout)})
    return [e.leg for e in events if isinstance(e, MediaTimeout)]


RECEIVER_REPORT = struct.pack("!BBHI", 0x80, 201, 1, 5)


def test_reports_are_a_sign_of_life(bench, engine):
    """Who listens muted sends RTCP alone (RFC 3550 section 6): its silence is told a whole time-out later."""
    peer, stranger = bench.peer(), bench.peer("127.0.0.7")
    listener, dead, robbed, odd = (bench.leg(peer, latch_host=peer.address[0]) for _ in range(4))
    for sender, leg, data in (
        (peer, listener, RECEIVER_REPORT),
        (stranger, robbed, RECEIVER_REPORT),
        (peer, odd, b"\x80\xc0\0\0\0\0\0\0"),
    ):
        sender.report(leg, data)
    for leg in (listener, robbed, odd, dead):
        engine.set_timeout(leg, 0.3)
    assert told_silent(bench, listener, robbed, odd, dead)[-1] == listener


def test_silence_is_not_told_while_the_far_end_is_known_to_say_nothing(bench, engine):
    peer = bench.peer()
    muted, other = bench.leg(peer), bench.leg(peer)
    engine.set_timeout(muted, 0.1)
    engine.pause_timeout(muted)
    engine.set_timeout(muted, 0.1)
    engine.set_timeout(other, 0.2)
    assert told_silent(bench, other) == [other]
    engine.resume_timeout(muted)
    assert told_silent(bench, muted) == [muted]


def dual_tone(digit: str, seconds: float, level: float = 5000.0, twist_db: float = 0.0) -> np.ndarray:
    """twist_db: by how much the high tone is louder than the low one."""
    row, column = divmod("123A456B789C*0#D".index(digit), 4)
    time_s = np.arange(round(seconds * 8000)) / 8000
    low, high = (697, 770, 852, 941)[row], (1209, 1336, 1477, 1633)[column]
    louder = 10 ** (twist_db / 20)
    tones = np.sin(2 * np.pi * low * time_s) + louder * np.sin(2 * np.pi * high * time_s)
    return (level * tones / max(1.0, louder)).astype(np.int16)


def test_tones_in_the_audio_are_heard_where_wanted(bench, engine):
    peer = bench.peer()
    leg, deaf = bench.leg(peer, inband_dtmf=True), bench.leg(peer)
    noise = np.random.default_rng(3).normal(0, 3000, 8000).astype(np.int16)
    parts = [noise] + [np.concatenate([dual_tone(d, 0.12), np.zeros(800, np.int16)]) for d in DIGITS] + [noise]
    data = encode_pcmu(np.concatenate(parts))
    for i in range(len(data) // 160):
        packet = Packet(0, i, 160 * i, 9, data[160 * i : 160 * i + 160])
        peer.send(leg, packet)
        peer.send(deaf, packet)
        if i % 8 == 7:
            bench.taken(leg, i)
            bench.taken(deaf, i)
    bench.taken(leg, len(data) // 160)
    digits = [e for e in engine.drain() if isinstance(e, DigitReceived)]
    assert "".join(e.digit for e in digits) == DIGITS
    assert all(e.inband and e.leg == leg for e in digits)


@pytest.mark.parametrize(("twist_db", "heard"), [(-11, ""), (-8, "5"), (5, "5"), (8, "")])
def test_tones_of_unequal_level_are_keys_within_limits(bench, engine, twist_db, heard):
    """ITU-T Q.24: speech has such pairs too, seldom in balance."""
    peer = bench.peer()
    leg = bench.leg(peer, inband_dtmf=True)
    data = encode_pcmu(np.concatenate([np.zeros(160, np.int16), dual_tone("5", 0.12, 10_000, twist_db)]))
    for i in range(len(data) // 160):
        peer.send(leg, Packet(0, i, 160 * i, 9, data[160 * i : 160 * i + 160]))
        bench.taken(leg, i + 1)
    assert "".join(e.digit for e in engine.drain() if isinstance(e, DigitReceived)) == heard


# -- latching ----------------------------------------------------------------------------------------------------


def audio(seq: int, ssrc: int = 5) -> Packet:
    return Packet(0, seq, 160 * seq, ssrc, AUDIO)


def remote(engine, leg):
    return engine.leg_stats(leg)["remote"]


def test_the_address_of_the_sdp_is_final_at_once(bench, engine):
    told, other = bench.peer(), bench.peer()
    leg = bench.leg(told)
    told.send(leg, audio(1))
    assert bench.next(Latched) == Latched(leg, *told.address, True)
    other.send(leg, audio(2))
    told.send(leg, audio(3))
    bench.taken(leg, 2)
    stats = engine.leg_stats(leg)
    assert (stats["remote"], stats["packets_in"]) == (told.address, 2)


def test_behind_nat_the_first_source_is_taken_and_answered(bench, engine):
    told, real, thief = bench.peer(), bench.peer(), bench.peer()
    leg = bench.leg(told, idle_silence=True)
    real.send(leg, audio(1))
    assert bench.next(Latched) == Latched(leg, *real.address, False)
    real.receive()
    thief.send(leg, audio(2))
    bench.taken(leg, 2)
    assert engine.leg_stats(leg)["strangers"] == 1
    assert remote(engine, leg) == real.address


@pytest.mark.parametrize(
    ("sdp_host", "taken"), [("192.0.2.1", ["signals"]), ("127.0.0.3", ["signals", "named"]), ("0.0.0.0", ["signals"])]
)
def test_nobody_is_latched_to_but_who_signals_or_is_named(bench, engine, sdp_host, taken):
    """Somebody who tries all ports of a public server must not get a call's audio, nor press keys in it."""
    hosts = {"thief": "127.0.0.1", "signals": "127.0.0.2", "named": "127.0.0.3"}
    peers = {name: bench.peer(host) for name, host in hosts.items()}
    for name in taken:
        leg = engine.open_leg()
        engine.set_media(leg, sdp_host, 9, codec="PCMU", telephone_event=101, latch_host="127.0.0.2")
        for packet in press("4", 0, 0):
            peers["thief"].send(leg, packet)
        bench.until(lambda leg=leg: engine.leg_stats(leg)["strangers"] == 6)
        for packet in press("5", 0, 0):
            peers[name].send(leg, packet)
        assert bench.next(DigitReceived) == DigitReceived(leg, "5")
        latch = reference.Latch((sdp_host, 9), "127.0.0.2")
        assert not latch.receive(peers["thief"].address, audio(1), 0.0)
        assert sdp_host == "0.0.0.0" or latch.receive(peers[name].address, audio(1), 0.0)


def test_under_old_style_hold_the_known_stream_is_still_heard(bench, engine):
    """The media gateway of a carrier is neither who signals nor, now, named."""
    gateway = bench.peer("127.0.0.3")
    leg = engine.open_leg()
    engine.set_media(leg, *gateway.address, codec="PCMU", telephone_event=101, latch_host="127.0.0.2")
    gateway.send(leg, audio(1, ssrc=77))
    bench.next(Latched)
    engine.set_media(leg, "0.0.0.0", 9, codec="PCMU", telephone_event=101, latch_host="127.0.0.2")
    for packet in press("6", 2, 500):
        gateway.send(leg, packet)
    assert bench.next(DigitReceived) == DigitReceived(leg, "6")


def test_on_trial_the_address_of_the_sdp_still_wins(bench, engine):
    told, early = bench.peer(), bench.peer()
    leg = bench.leg(told)
    early.send(leg, audio(1))
    bench.next(Latched)
    told.send(leg, audio(1, ssrc=6))
    assert bench.next(Latched) == Latched(leg, *told.address, True)
    assert remote(engine, leg) == told.address


def test_without_latching_only_the_address_of_the_sdp_counts(bench, engine):
    told, other = bench.peer(), bench.peer()
    leg = bench.leg(told, latch=False)
    told.send(leg, audio(1))
    other.send(leg, audio(2))
    told.send(leg, audio(3))
    bench.taken(leg, 2)
    assert engine.leg_stats(leg)["packets_in"] == 2
    assert remote(engine, leg) == told.address


def test_a_new_address_by_re_invite_is_followed_and_the_same_one_changes_nothing(bench, engine):
    told, real, moved = bench.peer(), bench.peer(), bench.peer()
    leg = bench.leg(told)
    real.send(leg, audio(1))
    bench.next(Latched)
    engine.set_media(leg, *told.address, codec="PCMA", telephone_event=101)
    bench.until(lambda: real.waiting() != [])  # still answered there, now in the new codec
    engine.set_media(leg, *moved.address, codec="PCMA", telephone_event=101)
    assert moved.receive().payload_type == 8
    moved.send(leg, audio(1, ssrc=8))
    assert bench.next(Latched) == Latched(leg, *moved.address, True)


def test_after_silence_only_the_same_stream_may_come_from_elsewhere(bench, engine):
    """NAT rebinding: the binding changed, the phone did not."""
    told, thief, moved = bench.peer(), bench.peer(), bench.peer()
    leg = bench.leg(told)
    latch = reference.Latch(told.address)
    told.send(leg, audio(10))
    assert latch.receive(told.address, audio(10), 0.0)
    bench.next(Latched)
    bench.until(lambda: (engine.leg_stats(leg)["last_packet_age"] or 0) > 2.1)
    for peer, packet in ((thief, audio(11, ssrc=6)), (thief, audio(9)), (moved, audio(12)), (thief, audio(13))):
        peer.send(leg, packet)
        latch.receive(peer.address, packet, 2.1)
        if peer is thief and latch.remote == told.address:
            bench.until(lambda: engine.leg_stats(leg)["strangers"] > 0)
    assert bench.next(Latched) == Latched(leg, *moved.address, False)
    assert remote(engine, leg) == latch.remote == moved.address


def test_old_style_hold_sends_nothing_and_still_hears(bench, engine):
    peer = bench.peer()
    leg = engine.open_leg()
    engine.set_media(leg, "0.0.0.0", 9, codec="PCMU", telephone_event=101)
    for packet in press("3", 0, 0):
        peer.send(leg, packet)
    assert bench.next(DigitReceived) == DigitReceived(leg, "3")
    stats = engine.leg_stats(leg)
    assert (stats["packets_out"], stats["remote"]) == (0, None)
