"""Hearing digits: telephone-events (RFC 4733), and tones in the audio (ITU-T Q.23) where a leg wants that."""

from libc.stdint cimport int16_t, int32_t, uint8_t, uint16_t, uint32_t

from interpreter.rtp._types cimport DigitReceiver, InbandDetector
from interpreter.rtp._wire cimport Packet, get16, later16, later32

cdef enum:
    LAST_DIGIT_EVENT = 15           # 0-9 * # A-D
    FORGET_TS = 80_000              # a timestamp 10 s back is a restarted sender, not a late packet
    SEGMENT_TS = 0xFFFF             # longest event of one segment, section 2.5.1.3
    TONE_BLOCK = 205                # 26 ms: bins of 39 Hz, the usual choice at 8 kHz


cdef inline int hear_event(DigitReceiver *d, const Packet *packet) noexcept nogil:
    """The event number if this packet begins a digit, else -1.

    An event is known by its timestamp, so that repeated, late and lost packets change nothing: also the first
    packet seen may be its last. The next segment of a very long press is the same digit, and so are the
    packets of senders that wrongly advance the timestamp within an event.
    """
    cdef uint8_t event, ended
    cdef uint16_t duration
    cdef int32_t step
    cdef bint same
    if packet.size < 4 or packet.payload[0] > LAST_DIGIT_EVENT:
        return -1
    event = packet.payload[0]
    ended = packet.payload[1] >> 7
    duration = get16(packet.payload + 2)
    same = False
    if d.valid:
        step = later32(packet.timestamp, d.timestamp)
        if -FORGET_TS < step < 0:
            return -1
        same = step == 0
        if not same and event == d.event and not d.ended and not packet.marker:
            same = step == SEGMENT_TS or (
                step > 0 and duration > d.duration and 0 < later16(packet.seq, d.seq) <= 3)
    if same and (step != 0 or later16(packet.seq, d.seq) >= 0):
        d.ended |= ended
    elif not same:
        d.ended = ended
    d.valid = 1
    d.event = event
    d.seq = packet.seq
    d.duration = duration
    d.timestamp = packet.timestamp
    return -1 if same else event


cdef inline float tone_power(const int16_t *samples, float coefficient) noexcept nogil:
    """Goertzel: power of one frequency over TONE_BLOCK samples; coefficient is 2 cos(2 pi f / 8000)."""
    cdef float s1 = 0, s2 = 0, s0
    cdef int i
    for i in range(TONE_BLOCK):
        s0 = coefficient * s1 - s2 + samples[i]
        s2 = s1
        s1 = s0
    return s1 * s1 + s2 * s2 - coefficient * s1 * s2


cdef inline int strongest(const float *powers) noexcept nogil:
    cdef int best = 0, i
    for i in range(1, 4):
        if powers[i] > powers[best]:
            best = i
    return best


cdef inline int classify_block(const int16_t *samples) noexcept nogil:
    """The event whose two tones make up this block, or -1."""
    cdef float *none = NULL
    cdef float[4] low_k, high_k
    cdef float[4] low, high
    cdef float energy = 0, pair
    cdef int i, row, column
    cdef const char *keys = b"\x01\x02\x03\x0c\x04\x05\x06\x0d\x07\x08\x09\x0e\x0a\x00\x0b\x0f"
    low_k[0] = 1.70773781; low_k[1] = 1.64528104; low_k[2] = 1.56868699; low_k[3] = 1.47820457   # 697 770 852 941
    high_k[0] = 1.16410402; high_k[1] = 0.99637021; high_k[2] = 0.79861839; high_k[3] = 0.56853271   # 1209 ... 1633
    for i in range(TONE_BLOCK):
        energy += <float>samples[i] * samples[i]
    if energy < 205.0 * 40000.0:    # RMS 200: about -41 dBm0
        return -1
    for i in range(4):
        low[i] = tone_power(samples, low_k[i])
        high[i] = tone_power(samples, high_k[i])
    row = strongest(low)
    column = strongest(high)
    pair = low[row] + high[column]
    # a pure pair of tones has all its energy in the two bins: power = energy * N / 2
    if pair < 0.7 * energy * TONE_BLOCK / 2:
        return -1
    if low[row] > 8 * high[column] or high[column] > 4 * low[row]:      # twist, ITU-T Q.24
        return -1
    return keys[4 * row + column]


cdef inline int hear_tones(InbandDetector *d, const int16_t *linear, const uint8_t *data, uint32_t size) noexcept nogil:
    """Feed received G.711 bytes; the event number when a tone pair stood for two blocks, else -1."""
    cdef uint32_t i
    cdef int event, found = -1
    for i in range(size):
        d.samples[d.count] = linear[data[i]]
        d.count += 1
        if d.count < TONE_BLOCK:
            continue
        d.count = 0
        event = classify_block(d.samples)
        if event + 1 != d.candidate:
            d.candidate = <uint8_t>(event + 1)
            d.hits = 1
        elif d.hits < 2:
            d.hits += 1
            if d.candidate != d.reported:
                d.reported = d.candidate
                if event >= 0:
                    found = event
    return found
