"""RTP packets as bytes (RFC 3550 section 5.1)."""

from libc.stdint cimport int16_t, int32_t, uint8_t, uint16_t, uint32_t

cdef enum:
    RTP_HEADER = 12
    COMFORT_NOISE = 13              # RFC 3389

ctypedef struct Packet:
    uint8_t payload_type
    uint8_t marker
    uint16_t seq
    uint32_t timestamp
    uint32_t ssrc
    const uint8_t *payload
    uint32_t size


cdef inline uint16_t get16(const uint8_t *p) noexcept nogil:
    return <uint16_t>((p[0] << 8) | p[1])


cdef inline uint32_t get32(const uint8_t *p) noexcept nogil:
    return (<uint32_t>get16(p) << 16) | get16(p + 2)


cdef inline void put16(uint8_t *p, uint16_t value) noexcept nogil:
    p[0] = <uint8_t>(value >> 8)
    p[1] = <uint8_t>value


cdef inline void put32(uint8_t *p, uint32_t value) noexcept nogil:
    put16(p, <uint16_t>(value >> 16))
    put16(p + 2, <uint16_t>value)


cdef inline bint parse_rtp(const uint8_t *data, ssize_t size, Packet *packet) noexcept nogil:
    """Read the header; False for whatever is not RTP version 2 with a payload inside the datagram."""
    cdef ssize_t start = RTP_HEADER
    if size < RTP_HEADER or (data[0] >> 6) != 2:
        return False
    start += 4 * (data[0] & 15)
    if data[0] & 0x10:                              # header extension, section 5.3.1
        if start + 4 > size:
            return False
        start += 4 + 4 * <ssize_t>get16(data + start + 2)
    if start >= size:
        return False
    if data[0] & 0x20:                              # padding: the last byte counts itself
        if data[size - 1] == 0 or data[size - 1] >= size - start:
            return False
        size -= data[size - 1]
    packet.marker = data[1] >> 7
    packet.payload_type = data[1] & 0x7F
    packet.seq = get16(data + 2)
    packet.timestamp = get32(data + 4)
    packet.ssrc = get32(data + 8)
    packet.payload = data + start
    packet.size = <uint32_t>(size - start)
    return True


cdef inline void put_header(
    uint8_t *out, uint8_t payload_type, uint8_t marker, uint16_t seq, uint32_t timestamp, uint32_t ssrc
) noexcept nogil:
    out[0] = 0x80
    out[1] = <uint8_t>((marker << 7) | payload_type)
    put16(out + 2, seq)
    put32(out + 4, timestamp)
    put32(out + 8, ssrc)


cdef inline int32_t later32(uint32_t a, uint32_t b) noexcept nogil:
    """How much later ``a`` is than ``b``, modulo 2**32."""
    return <int32_t>(a - b)


cdef inline int16_t later16(uint16_t a, uint16_t b) noexcept nogil:
    return <int16_t>(<uint16_t>(a - b))
