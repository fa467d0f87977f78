"""The engine's rules in plain Python, one packet at a time: what the tests hold the C thread against.

Sans-IO: packets, addresses and times (seconds) in, decisions out. Slow.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class _Event:
    """What a telephone-event packet says (RFC 4733 section 2.3)."""

    number: int
    end: bool
    duration: int
    seq: int
    timestamp: int
    marker: bool


class DigitReceiver:
    """Tells each press of a key once, at the first packet of it that comes (RFC 4733)."""

    MISORDER = 100

    def __init__(self) -> None:
        self._press: _Event | None = None
        self._ended = False
        self._stream: tuple[int, int] | None = None
        self._restarted = False

    def pass_by(self, packet: Packet) -> None:
        """Note where the stream stands; each packet of it counts, audio too."""
        if self._stream is not None:
            ssrc, newest = self._stream
            step = later(packet.seq, newest, 16)
            if packet.ssrc != ssrc or not -self.MISORDER <= step <= 3000:
                self._restarted = True
            elif step < 0:
                return
        self._stream = packet.ssrc, packet.seq

    def hear(self, packet: Packet) -> str | None:
        """The digit if this telephone-event packet begins one."""
        self.pass_by(packet)
        if len(packet.payload) < 4 or packet.payload[0] > 15:
            return None
        number, flags, duration = struct.unpack_from("!BBH", packet.payload)
        event = _Event(number, bool(flags >> 7), duration, packet.seq, packet.timestamp, packet.marker)
        verdict = self._judge(event)
        before = self._press
        late = before is not None and not self._restarted and later(event.seq, before.seq, 16) < 0
        if verdict == "late" or (verdict == "same" and late):
            return None
        self._ended = event.end or (verdict == "same" and self._ended)
        self._press, self._restarted = event, False
        return DIGITS[number] if verdict == "new" else None

    def _judge(self, event: _Event) -> str:
        press = self._press
        if press is None:
            return "new"
        step = later(event.timestamp, press.timestamp, 32)
        gap = 0 if self._restarted else later(event.seq, press.seq, 16)
        if gap < -self.MISORDER:
            gap = 0
        if gap < 0 and (step < 0 or (step == 0 and event.number != press.number)):
            return "late"
        if event.number != press.number:
            return "new"
        if step == 0:
            anew = (self._ended or event.marker) and not event.end and event.duration < press.duration
            return "new" if anew and (gap > 0 or self._restarted) else "same"
        if self._ended:
            return "same" if event.end and self._repeats_end(event, press, gap, step) else "new"
        return "same" if self._goes_on(event, press, gap, step) else "new"

    @staticmethod
    def _repeats_end(event: _Event, press: _Event, gap: int, step: int) -> bool:
        in_time = 0 < step <= press.duration
        follows = 0 < gap <= 3 and step <= 200 * gap
        return event.duration == press.duration and (in_time or follows)

    def _goes_on(self, event: _Event, press: _Event, gap: int, step: int) -> bool:
        """A long press' next segment, or a sender that moves the timestamp within an event."""
        grown = event.duration - press.duration
        if step == 0xFFFF or (step > 0 and step == grown):
            return True
        if event.marker:
            return False
        if step >= 0x8000 and 0 <= step - press.duration <= 800 * gap:
            return True
        return (grown >= 0 and 0 < gap <= 3) or (grown > 0 and self._restarted)


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


# -- mixing ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """What one member says: linear samples from frame ``at`` of the mix' time line on.

    whispers_to: the only one who hears it. None: everybody but itself does, where it ``speaks``.
    """

    at: int
    samples: Sequence[int]
    speaks: bool = True
    whispers_to: str | None = None

    def reaches(self, own: str, listener: str) -> bool:
        if self.whispers_to is not None:
            return self.whispers_to == listener
        return self.speaks and own != listener


def mixed(members: Mapping[str, Said], listener: str, length: int, tune: Said | None = None) -> list[int]:
    """``length`` linear samples as one of the members hears them: the sum of what reaches it, clipped to 16 bits.

    tune: what is played to all, as it comes out of PCMU. Where nobody speaks the engine sends the tune's own bytes,
    which differ from these samples' code in A-law alone.
    """
    heard = [0] * length
    for said in [said for name, said in members.items() if said.reaches(name, listener)] + ([tune] if tune else []):
        for i, sample in enumerate(said.samples, said.at):
            if 0 <= i < length:
                heard[i] += sample
    return [max(-32768, min(32767, sample)) for sample in heard]


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
