"""The engine's rules in plain Python, one packet at a time: what the tests hold the C thread against.

Sans-IO: packets, addresses and times (seconds) in, decisions out. Slow, and used by nothing else.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from interpreter.rtp.g711_tables import SILENCE_PCMA, SILENCE_PCMU

DIGITS = "0123456789*#ABCD"
END_PACKETS = 3
VOLUME = 10

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Packet:
    """An RTP packet (RFC 3550 section 5.1) without CSRC list, extension and padding."""

    payload_type: int
    seq: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False

    def to_bytes(self) -> bytes:
        second = self.marker << 7 | self.payload_type
        return struct.pack("!BBHII", 0x80, second, self.seq, self.timestamp, self.ssrc) + self.payload


def parse(data: bytes) -> Packet | None:
    """None for whatever is not RTP version 2 with a payload inside the datagram."""
    if len(data) < 12 or data[0] >> 6 != 2:
        return None
    start = 12 + 4 * (data[0] & 15)
    if data[0] & 0x10:
        if start + 4 > len(data):
            return None
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
    end = len(data)
    if start >= end:
        return None
    if data[0] & 0x20:
        if not 0 < data[-1] < end - start:
            return None
        end -= data[-1]
    _, second, seq, timestamp, ssrc = struct.unpack_from("!BBHII", data)
    return Packet(second & 0x7F, seq, timestamp, ssrc, data[start:end], bool(second >> 7))


def later(a: int, b: int, bits: int) -> int:
    """How much later ``a`` is than ``b``, modulo 2**bits, negative when earlier."""
    half = 1 << (bits - 1)
    return ((a - b + half) & ((1 << bits) - 1)) - half


# -- sending -----------------------------------------------------------------------------------------------------


def frames(audios: Sequence[bytes], *, payload_type: int, n_samples: int = 160) -> list[bytes]:
    """The payloads of a play: the audios joined without a gap, the last one filled up with silence."""
    audio = b"".join(audios)
    silence = SILENCE_PCMA if payload_type == 8 else SILENCE_PCMU
    # the padding goes out even if there is nothing to pad: PlayDone comes with the last full frame then
    return [audio[at : at + n_samples].ljust(n_samples, bytes([silence])) for at in range(0, len(audio), n_samples)]


def packetise(payloads: Sequence[bytes], first: Packet) -> Iterator[Packet]:
    """Number and stamp the frames of one talk-spurt, going on from ``first``."""
    packet = replace(first, marker=True)
    for payload in payloads:
        packet = replace(packet, payload=payload)
        yield packet
        packet = replace(
            packet,
            seq=(packet.seq + 1) & 0xFFFF,
            timestamp=(packet.timestamp + len(payload)) & 0xFFFFFFFF,
            marker=False,
        )


def digit_payloads(digit: str, *, tone_samples: int, n_samples: int = 160) -> list[bytes]:
    """The telephone-event payloads of one digit (RFC 4733 section 2.5.1): growing, then three ends."""
    event, payloads, duration = DIGITS.index(digit), [], n_samples
    while duration < tone_samples:
        payloads.append(struct.pack("!BBH", event, VOLUME, duration))
        duration += n_samples
    return payloads + [struct.pack("!BBH", event, 0x80 | VOLUME, duration)] * END_PACKETS


# -- hearing digits ----------------------------------------------------------------------------------------------


class DigitReceiver:
    """Tells each digit once, at the first packet of it that comes (RFC 4733)."""

    def __init__(self) -> None:
        self._last: Packet | None = None
        self._event = -1
        self._duration = 0
        self._ended = False

    def hear(self, packet: Packet) -> str | None:
        """The digit if this telephone-event packet begins one."""
        if len(packet.payload) < 4 or packet.payload[0] > 15:
            return None
        event, flags, duration = struct.unpack_from("!BBH", packet.payload)
        same = False
        if self._last is not None:
            step = later(packet.timestamp, self._last.timestamp, 32)
            if -80_000 < step < 0:
                return None
            same = step == 0 or self._continues(packet, event, duration, step)
        ended = bool(flags >> 7)
        if not same:
            self._ended = ended
        elif self._last is None or packet.timestamp != self._last.timestamp or self._not_before(packet):
            self._ended = self._ended or ended
        self._last, self._event, self._duration = packet, event, duration
        return None if same else DIGITS[event]

    def _not_before(self, packet: Packet) -> bool:
        return self._last is None or later(packet.seq, self._last.seq, 16) >= 0

    def _continues(self, packet: Packet, event: int, duration: int, step: int) -> bool:
        """A long press' next segment, or a sender that advances the timestamp within an event."""
        if event != self._event or self._ended or packet.marker or self._last is None:
            return False
        grows = duration > self._duration and 0 < later(packet.seq, self._last.seq, 16) <= 3
        return step == 0xFFFF or (step > 0 and grows)


# -- relaying ----------------------------------------------------------------------------------------------------


class Relay:
    """Rewrites one source's packets into our stream: constant shifts, set anew where the source changes."""

    def __init__(self, ssrc: int, seq: int, timestamp: int) -> None:
        """seq, timestamp: of the first packet to send."""
        self._ssrc, self._seq, self._timestamp = ssrc, seq, timestamp
        self._source: int | None = None
        self._first = self._seq_shift = self._timestamp_shift = 0

    def forward(self, packet: Packet, payload_type: int) -> Packet | None:
        """The packet to send; None for one from before the present stream."""
        marker = packet.marker
        step = later(packet.seq + self._seq_shift, self._seq, 16)
        if self._source != packet.ssrc or abs(step) > 3000:
            self._source, self._first, marker = packet.ssrc, packet.seq, True
            self._seq_shift = self._seq - packet.seq
            self._timestamp_shift = self._timestamp - packet.timestamp
        elif later(packet.seq, self._first, 16) < 0:
            return None
        seq = (packet.seq + self._seq_shift) & 0xFFFF
        timestamp = (packet.timestamp + self._timestamp_shift) & 0xFFFFFFFF
        if later(seq, self._seq, 16) >= 0:
            self._seq = (seq + 1) & 0xFFFF
            self._first = packet.seq - 3000 if later(packet.seq, self._first, 16) > 3000 else self._first
        return Packet(payload_type, seq, timestamp, self._ssrc, packet.payload, marker)


# -- latching ----------------------------------------------------------------------------------------------------

TRIAL_S = 1.0
REOPEN_S = 2.0


class Latch:
    """Symmetric RTP: which source is believed, and where we send."""

    def __init__(self, told: Address, host: str | None = None) -> None:
        """host: where a peer may be behind NAT, beside the host told; None: anywhere."""
        self.remote = self._told = told
        self._host = host
        self._state = "told"
        self._trial_end = 0.0
        self._last: Packet | None = None
        self._last_time = 0.0

    def receive(self, source: Address, packet: Packet, now: float) -> bool:
        """Whether a valid packet is taken."""
        self._tend(now)
        if not self._accept(source, packet, now):
            return False
        if self._last is None or packet.ssrc != self._last.ssrc or later(packet.seq, self._last.seq, 16) > 0:
            self._last = packet
        self._last_time = now
        return True

    def _tend(self, now: float) -> None:
        if self._state == "trial" and now >= self._trial_end:
            self._state = "final"
        elif self._state == "final" and now - self._last_time > REOPEN_S:
            self._state = "reopened"

    def _accept(self, source: Address, packet: Packet, now: float) -> bool:
        if self._state == "final":
            return source == self.remote
        if source == self._told:
            self._state, self.remote = "final", source
            return True
        if self._state == "told":
            if self._host not in (None, source[0]) and source[0] != self._told[0]:
                return False
            self._state, self.remote, self._trial_end = "trial", source, now + TRIAL_S
            return True
        if self._state == "reopened" and (source == self.remote or self._fits(packet)):
            self._state, self.remote = "final", source
            return True
        return self._state == "trial" and source == self.remote

    def _fits(self, packet: Packet) -> bool:
        """Only the sender of the stream we know can tell its SSRC and next number."""
        last = self._last
        return last is not None and packet.ssrc == last.ssrc and 0 < later(packet.seq, last.seq, 16) < 3000
