#!/usr/bin/env python3
"""Make the small media files of the benchmarks, the same bytes every time.

    make_media.py DIR

writes into DIR, all 8 kHz mono:
  menu3.{wav,ulaw,alaw}    3 s prompt
  one1.{wav,ulaw,alaw}     1 s prompt
  long30.{wav,ulaw,alaw}  30 s prompt
  tone4.ulaw               4 s, what a caller streams (rtp_stream)
  dtmf1.pcap               the digit 1 by RFC 4733, payload type 101, 160 ms
                           (play_pcap_audio): an update each 20 ms, three ends
The sound is a syllable-like beat of three harmonics with pauses: cheap to make,
neither silence nor a constant, so that nothing is suppressed as silence.
"""
import math
import os
import random
import struct
import sys

RATE = 8000


def speechish(seconds, seed):
    rnd = random.Random(seed)
    out = []
    while len(out) < seconds * RATE:
        length = rnd.randint(900, 2200)
        pitch = rnd.uniform(110, 240)
        parts = [(k * pitch, rnd.uniform(0.2, 1.0) / k) for k in (1, 3, 7)]
        total = sum(a for _, a in parts)
        for n in range(length):
            envelope = math.sin(math.pi * n / length)
            t = n / RATE
            v = sum(a * math.sin(2 * math.pi * f * t) for f, a in parts) / total
            out.append(int(11000 * envelope * v))
        out.extend([0] * rnd.randint(100, 700))
    return out[: seconds * RATE]


def to_ulaw(s):
    bias, clip = 0x84, 32635
    sign = 0x80 if s < 0 else 0
    s = min(abs(s), clip) + bias
    exp = 7
    mask = 0x4000
    while exp > 0 and not s & mask:
        exp -= 1
        mask >>= 1
    return ~(sign | exp << 4 | (s >> (exp + 3)) & 0x0F) & 0xFF


def to_alaw(s):
    sign = 0x80
    if s < 0:
        sign, s = 0, -s - 1
    s = min(s, 32635)
    if s >= 256:
        exp = s.bit_length() - 8
        v = exp << 4 | (s >> (exp + 3)) & 0x0F
    else:
        v = s >> 4
    return (v | sign) ^ 0x55


def wav(samples):
    data = struct.pack(f"<{len(samples)}h", *samples)
    return (b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt "
            + struct.pack("<IHHIIHH", 16, 1, 1, RATE, RATE * 2, 2, 16)
            + b"data" + struct.pack("<I", len(data)) + data)


def dtmf_pcap(digit, ms=160, pt=101):
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    steps = [(t, False) for t in range(0, ms, 20)] + [(ms + k, True) for k in range(3)]
    for seq, (at, end) in enumerate(steps):
        duration = ms * 8 if end else (at + 20) * 8
        event = struct.pack("!BBH", digit, 0x80 * end | 10, duration)
        rtp = struct.pack("!BBHII", 0x80, 0x80 * (seq == 0) | pt, 1000 + seq, 16000, 0x1F2E3D4C) + event
        udp = struct.pack("!HHHH", 6000, 6000, 8 + len(rtp), 0) + rtp
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), seq, 0, 64, 17, 0,
                         b"\x7f\0\0\1", b"\x7f\0\0\1") + udp
        frame = b"\0" * 12 + b"\x08\0" + ip
        out.append(struct.pack("<IIII", 1, at * 1000, len(frame), len(frame)) + frame)
    return b"".join(out)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    where = sys.argv[1]
    os.makedirs(where, exist_ok=True)

    def put(name, data):
        with open(os.path.join(where, name), "wb") as f:
            f.write(data)

    for name, seconds, seed in (("menu3", 3, 1), ("one1", 1, 2), ("long30", 30, 3)):
        s = speechish(seconds, seed)
        put(name + ".wav", wav(s))
        put(name + ".ulaw", bytes(map(to_ulaw, s)))
        put(name + ".alaw", bytes(map(to_alaw, s)))
    put("tone4.ulaw", bytes(map(to_ulaw, speechish(4, 4))))
    put("dtmf1.pcap", dtmf_pcap(1))


main()
