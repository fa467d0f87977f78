"""More than two who hear each other: what each hears, held against the reference sample by sample."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from interpreter.rtp.errors import UnknownLeg, UnknownMix
from interpreter.rtp.events import DigitReceived, MixPlayDone, PlayDone
from interpreter.rtp.g711 import decode_pcma, decode_pcmu, encode_pcma, encode_pcmu
from support import rtp_reference as reference
from support.rtp_reference import Packet, Said

pytestmark = pytest.mark.e2e

TYPES = {"PCMU": 0, "PCMA": 8}
ENCODE = {"PCMU": encode_pcmu, "PCMA": encode_pcma}
DECODE = {0: decode_pcmu, 8: decode_pcma}
BURST = 8  # packets that one sends at once: they stand on the time line one after the other
SILENCE = b"\xff" * 160


class Member:
    """A telephone in a mix."""

    def __init__(self, bench, codec: str, **settings: object) -> None:
        self.peer = bench.peer()
        self.codec = codec
        self.samples = 8 * int(settings.get("ptime", 20))  # of a packet that it gets
        self.leg = bench.leg(self.peer, codec, **settings)
        self._seq = 0

    def say(self, codes: bytes) -> None:
        for at in range(0, len(codes), 160):
            packet = Packet(TYPES[self.codec], self._seq, 160 * self._seq, self.leg & 0xFFFFFFFF, codes[at : at + 160])
            self.peer.send(self.leg, packet)
            self._seq += 1

    def hear(self, packets: int) -> bytes:
        """The payloads of the next so many times 20 ms, in packets that follow one another without a gap."""
        heard = self.peer.collect(packets * 160 // self.samples)
        steps = {(y.seq - x.seq & 0xFFFF, y.timestamp - x.timestamp & 0xFFFFFFFF) for x, y in pairwise(heard)}
        assert steps == {(1, self.samples)}
        assert {packet.payload_type for packet in heard} == {TYPES[self.codec]}
        return b"".join(packet.payload for packet in heard)

    def linear(self, codes: bytes) -> np.ndarray:
        return DECODE[TYPES[self.codec]](codes).astype(np.int64)


def words(rng: random.Random, codec: str, peak: int = 12_000) -> bytes:
    """BURST packets of noise, which is like no other; none of the samples is 0."""
    noise = np.random.default_rng(rng.randrange(1 << 30)).integers(300, peak, 160 * BURST)
    signs = np.random.default_rng(rng.randrange(1 << 30)).choice([-1, 1], 160 * BURST)
    return ENCODE[codec]((noise * signs).astype(np.int16))


def place_of(said: np.ndarray, heard: np.ndarray) -> int:
    """Where it begins in what is heard."""
    return int(np.argmax(np.correlate(heard.astype(float), said.astype(float), "valid")))


def held_against_reference(
    members: dict[str, Member], said: dict[str, bytes], roles: dict[str, dict], packets: int = 40
) -> None:
    """Each member must hear what the reference says, whatever places on the time line the words got."""
    for name, member in members.items():
        heard = member.hear(packets)
        linear = member.linear(heard)
        sayings = {}
        for other, codes in said.items():
            role = roles.get(other, {})
            samples = members[other].linear(codes)
            saying = Said(0, samples.tolist(), role.get("speaks", True), role.get("whispers_to"))
            reaches = saying.reaches(other, name) and roles.get(name, {}).get("listens", True)
            sayings[other] = replace(saying, at=place_of(samples, linear) if reaches else len(linear))
        expected = reference.mixed(sayings, name, len(linear))
        assert heard == ENCODE[member.codec](np.array(expected, np.int16)), f"what {name} heard"


def gather(bench, mix: int, codecs: list[str], **settings: object) -> dict[str, Member]:
    members = {f"m{i}": Member(bench, codec, **settings) for i, codec in enumerate(codecs)}
    for member in members.values():
        bench.engine.join(mix, member.leg)
    bench.obeyed()
    return members


def begin_together(members: dict[str, Member]) -> None:
    """Throw away what they got while the mix was made."""
    for member in members.values():
        member.peer.receive()
    for member in members.values():
        member.peer.waiting()


@pytest.mark.parametrize("seed", range(6))
def test_each_hears_the_sum_of_the_others(bench, engine, seed):
    rng = random.Random(seed)
    mix = engine.open_mix()
    members = gather(bench, mix, rng.choices(["PCMU", "PCMA"], k=rng.randrange(3, 7)))
    begin_together(members)
    peak = rng.choice([2000, 20_000])  # the louder ones are clipped
    said = {name: words(rng, member.codec, peak) for name, member in members.items()}
    for name, codes in said.items():
        members[name].say(codes)
    held_against_reference(members, said, {})


def test_each_gets_packets_as_long_as_it_wants_them(bench, engine):
    mix = engine.open_mix()
    members = {f"m{ptime}": Member(bench, codec, ptime=ptime) for ptime, codec in (
        (10, "PCMU"), (20, "PCMA"), (30, "PCMU"), (60, "PCMA"),
    )}  # fmt: skip
    for member in members.values():
        engine.join(mix, member.leg)
    bench.obeyed()
    begin_together(members)
    rng = random.Random(12)
    said = {name: words(rng, member.codec) for name, member in members.items()}
    for name, codes in said.items():
        members[name].say(codes)
    held_against_reference(members, said, {}, packets=48)


@pytest.mark.parametrize("seed", range(4))
def test_who_is_muted_whispers_or_only_speaks_is_heard_by_whom_he_may(bench, engine, seed):
    rng = random.Random(seed)
    mix = engine.open_mix()
    members = gather(bench, mix, rng.choices(["PCMU", "PCMA"], k=5))
    roles = {"m1": {"speaks": False}, "m2": {"whispers_to": "m0"}, "m3": {"listens": False}}
    for name, role in roles.items():
        to = role.get("whispers_to")
        more = {"whispers_to": members[to].leg} if to else role
        engine.set_role(members[name].leg, **more)
    bench.obeyed()
    begin_together(members)
    said = {name: words(rng, member.codec) for name, member in members.items()}
    for name, codes in said.items():
        members[name].say(codes)
    held_against_reference(members, said, roles)


def test_thirty_two_hear_one_and_he_hears_silence(bench, engine):
    mix = engine.open_mix()
    members = gather(bench, mix, ["PCMU", "PCMA"] * 16)
    begin_together(members)
    said = {"m5": words(random.Random(5), "PCMA")}
    members["m5"].say(said["m5"])
    held_against_reference(members, said, {})


def test_a_third_joins_a_talk_of_two_and_leaves_it_again(bench, engine):
    a, b, c = (Member(bench, codec) for codec in ("PCMU", "PCMU", "PCMA"))
    engine.bridge(a.leg, b.leg)
    bench.obeyed()
    every_code = bytes(range(256))[96:]  # 0x7F, a second zero, is kept where nothing is mixed
    a.say(every_code)
    first = b.peer.receive()
    assert first.payload == every_code
    mix = engine.mix_of(a.leg)
    engine.join(mix, c.leg)
    bench.obeyed()
    assert b.peer.receive().marker, "what is mixed has its own pace"
    begin_together({"b": b, "c": c, "a": a})
    rng = random.Random(1)
    said = {name: words(rng, member.codec) for name, member in (("a", a), ("b", b), ("c", c))}
    for name, codes in said.items():
        {"a": a, "b": b, "c": c}[name].say(codes)
    held_against_reference({"a": a, "b": b, "c": c}, said, {})
    engine.leave(c.leg)
    bench.obeyed()
    rest = b.peer.waiting()
    a.say(every_code)
    last = b.peer.receive()
    assert (last.payload, last.marker) == (every_code, True)
    assert last.ssrc == first.ssrc
    assert not rest or last.seq == rest[-1].seq + 1 & 0xFFFF
    bench.until(lambda: not c.peer.waiting())
    engine.leave(a.leg)
    bench.obeyed()
    assert engine.mix_of(b.leg) is None, "a bridge goes with its last but one"
    with pytest.raises(UnknownMix):
        engine.join(mix, c.leg)


def test_a_bridge_can_be_closed_by_its_mix(bench, engine):
    a, b = Member(bench, "PCMU"), Member(bench, "PCMU")
    engine.bridge(a.leg, b.leg)
    bench.obeyed()
    engine.close_mix(engine.mix_of(a.leg))
    bench.obeyed()
    a.say(b"\x20" * 160)
    bench.taken(a.leg, 1)
    bench.obeyed()
    assert (engine.mix_of(a.leg), engine.mix_of(b.leg)) == (None, None)
    assert b.peer.waiting() == []


def test_who_leaves_or_hangs_up_is_missed_by_nobody(bench, engine):
    mix = engine.open_mix()
    members = gather(bench, mix, ["PCMU"] * 5)
    engine.leave(members.pop("m0").leg)
    engine.close_leg(members.pop("m3").leg)
    members["m1"].peer.send(members["m1"].leg, random.Random(3).randbytes(300))
    bench.obeyed()
    begin_together(members)
    rng = random.Random(9)
    said = {name: words(rng, "PCMU") for name in members}
    for name, codes in said.items():
        members[name].say(codes)
    held_against_reference(members, said, {})
    engine.close_mix(mix)
    bench.obeyed()
    for member in members.values():
        assert engine.mix_of(member.leg) is None
    with pytest.raises(UnknownMix):
        engine.close_mix(mix)


def test_a_member_hears_its_prompt_instead_and_then_the_others_again(bench, engine, voice):
    mix = engine.open_mix()
    members = gather(bench, mix, ["PCMU"] * 3)
    prompt = bench.load(voice[:1600])
    begin_together(members)
    engine.play(members["m0"].leg, [prompt], token=4)
    assert bench.next(PlayDone) == PlayDone(members["m0"].leg, 4)
    begin = members["m0"].peer.waiting()
    assert b"".join(p.payload for p in begin if p.payload != SILENCE) == voice[:1600]
    begin_together(members)
    said = {"m1": words(random.Random(2), "PCMU")}
    members["m1"].say(said["m1"])
    held_against_reference(members, said, {})


def test_what_is_played_to_all_is_heard_by_all_as_it_is_and_told_once(bench, engine, voice):
    mix = engine.open_mix()
    members = gather(bench, mix, ["PCMU", "PCMA", "PCMU"])
    begin_together(members)
    engine.play_to_mix(mix, [bench.load(voice[:1000]), bench.load(voice[1000:1200])], token=3)
    assert bench.next(MixPlayDone) == MixPlayDone(mix, 3)
    for member in members.values():
        silence = b"\xd5" if member.codec == "PCMA" else b"\xff"
        wanted = voice[:1200] if member.codec == "PCMU" else bytes(b ^ 0x80 for b in voice[:1200])
        heard = member.hear(20)
        assert heard.strip(silence) == wanted.strip(silence)
    assert not [e for e in engine.drain() if isinstance(e, MixPlayDone)]


def test_a_tone_and_words_are_added(bench, engine):
    mix = engine.open_mix()
    members = gather(bench, mix, ["PCMU", "PCMU", "PCMA"])
    tone = words(random.Random(8), "PCMU", 3000) * 2
    begin_together(members)
    engine.play_to_mix(mix, [engine.load(tone, tone)], loop=True)
    said = words(random.Random(7), "PCMA")
    members["m2"].say(said)
    heard = members["m0"].hear(40)
    linear = members["m0"].linear(heard)
    place = place_of(members["m2"].linear(said), linear)
    tune = Said(int(np.flatnonzero(linear)[0]), members["m0"].linear(tone * 5).tolist())
    expected = reference.mixed({"m2": Said(place, members["m2"].linear(said).tolist())}, "m0", len(linear), tune)
    assert heard == encode_pcmu(np.array(expected, np.int16))
    engine.stop_mix(mix)
    bench.until(lambda: [p.payload for p in members["m0"].peer.waiting()][-1:] == [SILENCE])


def test_who_waits_hears_the_music_where_the_others_are(bench, engine, voice):
    """500 in a queue hear one music: it is not begun for each of them."""
    mix = engine.open_mix()
    waiting = [Member(bench, "PCMU", idle_silence=True) for _ in range(3)]
    for member in waiting[:2]:
        engine.join(mix, member.leg, speaks=False)
    engine.play_to_mix(mix, [bench.load(voice)], loop=True)

    def place(member: Member) -> int:
        """Where in the music the newest packet is."""
        member.peer.waiting()
        payload = member.peer.receive().payload
        return (voice * 2).find(payload)

    bench.until(lambda: place(waiting[0]) > 2000)
    engine.join(mix, waiting[2].leg, speaks=False)
    bench.until(lambda: place(waiting[2]) >= 0)
    for _ in range(10):
        apart = (place(waiting[2]) - place(waiting[0])) % 8000
        assert apart <= 800 or apart >= 7840
    waiting[1].peer.waiting()
    assert waiting[1].hear(3) in voice * 3


def test_in_a_mix_there_is_always_something_to_send(bench, engine):
    mix = engine.open_mix()
    alone = Member(bench, "PCMU", idle_silence=False)
    engine.join(mix, alone.leg)
    assert alone.hear(5) == SILENCE * 5


def test_who_is_connected_to_somebody_silent_hears_silence_packets(bench, engine):
    """The other holds, and its telephone sends nothing: the line must not seem dead."""
    a, b = Member(bench, "PCMU", idle_silence=True), Member(bench, "PCMA", idle_silence=True)
    engine.bridge(a.leg, b.leg)
    bench.obeyed(8)
    a.peer.waiting()
    assert a.hear(10) == SILENCE * 10
    b.say(bytes([0x20]) * 160)
    packets = [a.peer.receive()]
    while packets[-1].payload == SILENCE:
        packets.append(a.peer.receive())
    assert packets[-1].marker
    assert {y.seq - x.seq & 0xFFFF for x, y in pairwise(packets)} <= {1}


def test_it_is_known_who_speaks(bench, engine):
    mix = engine.open_mix()
    members = gather(bench, mix, ["PCMU"] * 3)
    loud = words(random.Random(4), "PCMU", 20_000)

    def speaking() -> bool:
        members["m1"].say(loud)
        levels = engine.levels(mix)
        return levels[members["m1"].leg] > -20.0 and levels[members["m0"].leg] == levels[members["m2"].leg] == -96.0

    bench.until(speaking)
    bench.until(lambda: engine.levels(mix)[members["m1"].leg] < -40.0)
    assert set(engine.levels(mix)) == {member.leg for member in members.values()}


def test_keys_are_told_and_not_passed_on(bench, engine):
    mix = engine.open_mix()
    members = gather(bench, mix, ["PCMU"] * 3)
    members["m0"].peer.send(members["m0"].leg, Packet(101, 1, 0, 1, b"\x05\x8a\x03\x20", marker=True))
    assert bench.next(DigitReceived) == DigitReceived(members["m0"].leg, "5")
    assert members["m1"].hear(5) == SILENCE * 5


def test_a_leg_moves_from_mix_to_mix(bench, engine):
    first, second = engine.open_mix(), engine.open_mix()
    members = gather(bench, first, ["PCMU"] * 4)
    engine.join(second, members["m0"].leg)
    engine.join(second, members["m1"].leg, listens=False)
    bench.obeyed()
    assert (engine.mix_of(members["m0"].leg), engine.mix_of(members["m2"].leg)) == (second, first)
    moved = {name: members[name] for name in ("m0", "m1")}
    begin_together(moved)
    said = {"m1": words(random.Random(6), "PCMU")}
    members["m1"].say(said["m1"])
    members["m2"].say(words(random.Random(5), "PCMU"))
    held_against_reference(moved, said, {"m1": {"listens": False}})


def test_a_far_end_that_sends_too_late_is_heard_again(bench, engine):
    """Its first packets come early, those that follow 100 ms later than they ought to."""
    mix = engine.open_mix()
    members = gather(bench, mix, ["PCMU"] * 3)
    begin_together(members)
    early, late = words(random.Random(1), "PCMU")[:160], words(random.Random(2), "PCMU")
    members["m0"].say(early)
    assert early in members["m1"].hear(20)
    begin_together(members)
    members["m0"].say(late)
    heard = members["m2"].hear(40)
    assert late[160:] in heard


def test_after_a_stall_of_the_net_the_newest_words_are_heard(bench, engine):
    """More comes at once than is worth keeping: the older half gives way, and nothing is heard twice."""
    mix = engine.open_mix()
    members = gather(bench, mix, ["PCMU"] * 3)
    begin_together(members)
    rng = random.Random(11)
    first, second = words(rng, "PCMU"), words(rng, "PCMU")
    members["m0"].say(first + second)
    heard = members["m1"].hear(60)
    assert heard.strip(b"\xff").endswith(second[-480:])
    assert heard.count(second[-480:]) == 1
    assert len(heard.strip(b"\xff")) <= 1600 + 960


def test_mistakes_are_told(bench, engine):
    mix = engine.open_mix()
    leg, other = bench.leg(bench.peer()), bench.leg(bench.peer())
    engine.join(mix, leg)
    with pytest.raises(ValueError, match="another member"):
        engine.join(mix, other, whispers_to=other)
    with pytest.raises(ValueError, match="another member"):
        engine.set_role(leg, whispers_to=leg)
    with pytest.raises(ValueError, match="in no mix"):
        engine.set_role(other, speaks=False)
    with pytest.raises(ValueError, match="no audio"):
        engine.play_to_mix(mix, [])
    with pytest.raises(UnknownMix):
        engine.join(mix + 1, leg)
    with pytest.raises(UnknownLeg):
        engine.join(mix, 0)
    engine.leave(other)
    engine.leave(leg)
    engine.leave(leg)
    assert engine.mix_of(leg) is None
