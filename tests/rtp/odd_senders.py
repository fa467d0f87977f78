"""Telephone-events (RFC 4733) as they come from telephones and gateways, and the keys that were pressed."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace

from support.rtp_reference import DIGITS, Packet

SSRC = 77


def event(digit: str, seq: int, timestamp: int, duration: int, *, end: bool = False, marker: bool = False) -> Packet:
    payload = struct.pack("!BBH", DIGITS.index(digit), 0x80 * end | 10, duration)
    return Packet(101, seq & 0xFFFF, timestamp & 0xFFFFFFFF, SSRC, payload, marker)


def press(
    digit: str,
    seq: int,
    timestamp: int,
    *,
    updates: int = 3,
    unit: int = 160,
    moves: int = 0,
    end_moves: int = 0,
    ends: int = 3,
    all_marked: bool = False,
    unmarked: bool = False,
) -> list[Packet]:
    """A press as telephones send it: ``updates`` packets, then ``ends``, one every 20 ms.

    unit: timestamp units of 20 ms. moves, end_moves: by how much the timestamp wrongly advances with each packet, and
    with each end after the first.
    """
    packets = [
        event(digit, seq + i, timestamp + moves * i, unit * (i + 1), marker=(i == 0 or all_marked) and not unmarked)
        for i in range(updates)
    ]
    for i in range(ends):
        moved = timestamp + moves * (updates + i) + end_moves * i
        packets.append(event(digit, seq + updates + i, moved, unit * (updates + 1), end=True, marker=all_marked))
    return packets


def held(
    digit: str, seq: int, timestamp: int, packets: int, *, segment: int = 0xFFFF, marked: bool = False
) -> list[Packet]:
    """A key that is held: when the duration is full, the next segment begins where it ends (section 2.5.1.3)."""
    result, start, duration = [], timestamp, 0
    for i in range(packets):
        duration += 160
        fresh = i == 0
        if duration > segment:
            start, duration, fresh = start + segment, 160, marked
        result.append(event(digit, seq + i, start, duration, marker=fresh))
    return result + [event(digit, seq + packets + i, start, duration, end=True) for i in range(3)]


def audio(seq: int, ssrc: int = SSRC) -> Packet:
    return Packet(0, seq & 0xFFFF, 160 * seq & 0xFFFFFFFF, ssrc, b"\x55" * 160)


def of_stream(packets: Iterable[Packet], ssrc: int) -> list[Packet]:
    return [replace(packet, ssrc=ssrc) for packet in packets]


def mingle(events: list[Packet], sounds: list[Packet]) -> list[Packet]:
    """Audio goes on under the key: one packet of each in turn."""
    return [packet for pair in zip(events, sounds, strict=True) for packet in pair]


def without(packets: list[Packet], *lost: int) -> list[Packet]:
    return [packet for i, packet in enumerate(packets) if i not in lost]


@dataclass(frozen=True)
class Sender:
    """What one of them sends, in the order in which it comes, and what was pressed."""

    name: str
    packets: list[Packet]
    digits: str


_HELD = held("7", 0, 1000, 600)
_THREES = press("3", 7, 50) + press("3", 13, 2050)
_SOUNDS = [audio(i) for i in range(5000, 5012)]

SENDERS = [
    # by the book, and what the net does to that
    Sender("complete", press("5", 0, 1000), "5"),
    Sender("marker lost", press("5", 0, 1000)[1:], "5"),
    Sender("only the last end came", press("5", 0, 1000)[-1:], "5"),
    Sender("backwards", press("5", 0, 1000)[::-1], "5"),
    Sender("each twice", [p for p in press("5", 0, 1000) for _ in range(2)], "5"),
    Sender("the same key twice", press("1", 0, 1000) + press("1", 6, 2000), "11"),
    Sender("twice, ends and marker lost", press("1", 0, 1000)[:2] + press("1", 6, 2000)[2:], "11"),
    Sender("twice, all but the last ends lost", press("1", 0, 1000)[-1:] + press("1", 6, 2000)[-1:], "11"),
    Sender("twice and short, only ends came",
           press("1", 0, 0, updates=1)[1:] + press("1", 4, 640, updates=1)[2:], "11"),
    Sender("other keys, ends lost", press("1", 0, 1000)[:3] + press("2", 6, 2000)[:3] + press("3", 12, 3000), "123"),
    Sender("old packets come late", press("1", 0, 1000) + press("2", 6, 2000) + press("1", 0, 1000), "12"),
    Sender("sequence wraps", press("9", 65533, 0xFFFFFF00), "9"),
    Sender("timestamp wraps", press("9", 10, 0xFFFFFF00) + press("9", 16, 0x300), "99"),
    Sender("no digits", [Packet(101, 0, 0, SSRC, bytes([16, 0, 0, 1])), Packet(101, 1, 0, SSRC, b"\1")], ""),
    # held keys
    Sender("held for 12 s", _HELD, "7"),
    Sender("held, the turn of the segment lost", without(_HELD, *range(395, 425)), "7"),
    Sender("held, segments that end early", held("7", 0, 1000, 600, segment=400 * 160), "7"),
    Sender("held, each segment is marked", held("7", 0, 1000, 600, marked=True), "7"),
    Sender("held, all ends lost, then the same key", _HELD[:-3] + press("7", 610, 100_000), "77"),
    Sender("held, begun again and again by its begin alone", [event("7", i, 1000, 160) for i in range(50)], "7"),
    # timestamps that move within a press
    Sender("moves with each packet", press("4", 0, 1000, moves=160) + press("4", 10, 4000, moves=160), "44"),
    Sender("moves with each packet, some lost",
           without(press("4", 0, 1000, updates=20, moves=160), 3, 7, 8, 9, 10, 21), "4"),
    Sender("moves with each packet, no marks", press("4", 0, 1000, moves=160, unmarked=True), "4"),
    Sender("moves with each packet, all marked", press("4", 0, 1000, moves=160, all_marked=True)[:-2], "4"),
    Sender("moves with the last ends", press("8", 0, 1000, end_moves=160) + press("8", 9, 3400, end_moves=160), "88"),
    Sender("one packet a press, ends move", press("8", 0, 1000, updates=0, end_moves=160), "8"),
    Sender("moves back with the last ends", press("8", 0, 1000, end_moves=-160), "8"),
    # timestamps that begin anew or stand still
    Sender("the same for each key", press("1", 0, 0) + press("2", 6, 0) + press("1", 12, 0), "121"),
    Sender("the same for the same key", press("1", 0, 0) + press("1", 6, 0) + press("1", 12, 0)[1:], "111"),
    Sender("the same for the same key, ends lost", press("1", 0, 0)[:3] + press("1", 6, 0), "11"),
    Sender("one more for each press", press("1", 0, 0) + press("1", 6, 1) + press("1", 12, 2), "111"),
    Sender("begins anew", press("1", 10, 9000) + press("1", 16, 0) + press("2", 22, 0), "112"),
    Sender("begins anew by far", press("1", 10, 0x70000000) + press("1", 16, 0) + press("1", 22, 900), "111"),
    Sender("number and timestamp begin anew",
           press("1", 400, 64_000) + press("1", 0, 160) + press("1", 6, 2000), "111"),
    # another stream
    Sender("another stream, the same timestamps", press("1", 0, 0) + of_stream(press("1", 0, 0), 78), "11"),
    Sender("the stream changes while a key is held",
           press("6", 0, 0, updates=10)[:8] + of_stream(press("6", 900, 70_000, updates=20)[9:], 78), "6"),
    Sender("keys are a stream of their own", mingle(_THREES, of_stream(_SOUNDS, 78)), "33"),
    Sender("keys have numbers of their own", mingle(_THREES, _SOUNDS), "33"),
    Sender("audio goes on under the key",
           mingle(press("3", 0, 50), [audio(i) for i in range(6)])[:2] + press("3", 1, 50)[1:], "3"),
    # another clock under the number that was agreed on
    Sender("16 kHz", press("2", 0, 0, unit=320) + press("2", 6, 2600, unit=320), "22"),
    Sender("48 kHz, ends move", press("2", 0, 0, unit=960, end_moves=960) + press("2", 6, 9000, unit=960), "22"),
    # marks
    Sender("all marked", press("2", 0, 0, all_marked=True) + press("2", 6, 1800, all_marked=True), "22"),
    Sender("none marked", press("2", 0, 0, unmarked=True) + press("2", 6, 1800, unmarked=True), "22"),
]  # fmt: skip


def shaken(rng: random.Random, packets: list[Packet]) -> list[Packet]:
    """Some lost, some doubled, neighbours swapped."""
    result = [p for p in packets for _ in range(rng.choice([0, 1, 1, 1, 1, 2]))]
    for i in range(len(result) - 1):
        if rng.random() < 0.1:
            result[i], result[i + 1] = result[i + 1], result[i]
    return result
