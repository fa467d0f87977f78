"""From one leg to the other: the packet as it came, under our own header.

Sequence numbers and timestamps are the sender's plus a constant, so that loss, order and pauses stay visible to the
receiver's jitter buffer. The constants are set anew (``rebase``) so that the stream goes on without a break
whenever the source begins, restarts or jumps, or when something else was played to the receiver in between.
"""

from libc.stdint cimport int32_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memcpy

from interpreter.rtp._send cimport clock_timestamp, own_timestamp, send_datagram
from interpreter.rtp._types cimport FLAG_SEND, LATCH_NONE, Leg, Media
from interpreter.rtp._wire cimport RTP_HEADER, Packet, later16, later32, put_header

cdef enum:
    MAX_DROPOUT = 3000              # RFC 3550 appendix A.1
    MAX_DRIFT_TS = 16_000           # 2 s away from our clock: the source jumped


cdef inline bint may_relay(Leg *to) noexcept nogil:
    return (to.told and to.flags & FLAG_SEND and to.latch != LATCH_NONE
            and to.play == NULL and to.out_digits.count == 0)


cdef inline bint must_rebase(Media *m, Leg *leg, Leg *to, const Packet *packet) noexcept nogil:
    if not leg.relaying or leg.relay_ssrc != packet.ssrc or leg.relay_epoch != to.own_epoch:
        return True
    cdef int32_t step = later16(packet.seq + leg.relay_seq_shift, to.seq)
    if step > MAX_DROPOUT or step < -MAX_DROPOUT:
        return True
    cdef int32_t drift = later32(packet.timestamp + leg.relay_ts_shift, clock_timestamp(m, to))
    return drift > MAX_DRIFT_TS or drift < -MAX_DRIFT_TS


cdef inline uint16_t _follow(uint16_t first, uint16_t seq) noexcept nogil:
    """Keep the first number within half the number space of the newest."""
    return seq - MAX_DROPOUT if later16(seq, first) > MAX_DROPOUT else first


cdef inline void relay(Media *m, Leg *leg, const Packet *packet, uint8_t payload_type, bint convert) noexcept nogil:
    """Send what ``leg`` sent to its partner; convert: to the other G.711 law."""
    cdef Leg *to = &m.legs[leg.partner - 1]
    cdef uint8_t marker = packet.marker
    cdef uint16_t seq
    cdef uint32_t timestamp, i
    cdef const uint8_t *table
    if not may_relay(to):
        leg.relaying = 0
        return
    if must_rebase(m, leg, to, packet):
        leg.relaying = 1
        leg.relay_ssrc = packet.ssrc
        leg.relay_epoch = to.own_epoch
        leg.relay_first = packet.seq
        leg.relay_seq_shift = to.seq - packet.seq
        leg.relay_ts_shift = own_timestamp(m, to) - packet.timestamp
        marker = 1
    elif later16(packet.seq, leg.relay_first) < 0:
        return                      # from before the rebase: its number is taken
    seq = packet.seq + leg.relay_seq_shift
    timestamp = packet.timestamp + leg.relay_ts_shift
    put_header(m.out, payload_type, marker, seq, timestamp, to.ssrc)
    if convert:
        table = m.other_law[1 - to.law]
        for i in range(packet.size):
            m.out[RTP_HEADER + i] = table[packet.payload[i]]
    else:
        memcpy(m.out + RTP_HEADER, packet.payload, packet.size)
    send_datagram(to, m.out, RTP_HEADER + packet.size)
    if later16(seq, to.seq) >= 0:
        to.seq = seq + 1
        leg.relay_first = _follow(leg.relay_first, packet.seq)
    if later32(timestamp + packet.size, to.ts_min) > 0:
        to.ts_min = timestamp + packet.size
    to.on_air = 1
