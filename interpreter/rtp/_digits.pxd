"""Hearing digits: telephone-events (RFC 4733), and tones in the audio (ITU-T Q.23) where a leg wants that."""

from libc.stdint cimport int16_t, int32_t, uint8_t, uint16_t, uint32_t

from interpreter.rtp._types cimport DigitReceiver, InbandDetector
from interpreter.rtp._wire cimport Packet, get16, later16, later32

cdef enum:
    LAST_DIGIT_EVENT = 15           # 0-9 * # A-D
    MAX_MISORDER = 100              # packets: who is further back has begun anew (RFC 3550 appendix A.1)
    NEXT_PACKETS = 3                # of the same press, where no more than two are lost between
    PACKET_TS = 200                 # longest step of an end's timestamp per packet: 25 ms
    LONG_TS = 0x8000                # nobody presses twice within 4 s without one moment between: a segment
    SEGMENT_TS = 0xFFFF             # longest event of one segment, section 2.5.1.3
    TONE_BLOCK = 205                # 26 ms: bins of 39 Hz, the usual choice at 8 kHz

cdef enum:
    PRESS_NEW, PRESS_SAME, PRESS_LATE, PRESS_NONE


cdef inline bint repeats_end(DigitReceiver *d, int32_t gap, int32_t step, uint16_t duration) noexcept nogil:
    """Whether an end belongs to the press that has ended: no other can begin before that one's time is over."""
    if duration != d.duration:
        return False
    return 0 < step <= <int32_t>d.duration or (0 < gap <= NEXT_PACKETS and step <= PACKET_TS * gap)


cdef inline bint goes_on(DigitReceiver *d, int32_t gap, int32_t step, uint16_t duration, bint marker) noexcept nogil:
    """Whether an event under another timestamp is still the press that has not ended."""
    cdef int32_t grown = <int32_t>duration - d.duration
    if step > 0 and step == grown:                  # its timestamp wrongly moves on with its duration
        return True
    if step == SEGMENT_TS:                          # the next segment of a key that is held
        return True
    if marker:
        return False
    if step >= LONG_TS and 0 <= step - <int32_t>d.duration <= 4 * PACKET_TS * gap:
        return True                                 # likewise, of a sender that ends segments early
    return (grown >= 0 and 0 < gap <= NEXT_PACKETS) or (grown > 0 and d.restarted)


cdef inline int judge_press(
    DigitReceiver *d, const Packet *packet, uint8_t event, bint end, uint16_t duration
) noexcept nogil:
    """Whether this packet begins a press, belongs to the one we know, or to one before it."""
    cdef int32_t step, gap
    if not d.valid:
        return PRESS_NEW
    step = later32(packet.timestamp, d.timestamp)
    gap = 0 if d.restarted else later16(packet.seq, d.seq)
    if gap < -MAX_MISORDER:
        gap = 0
    if gap < 0 and (step < 0 or (step == 0 and event != d.event)):
        return PRESS_LATE
    if event != d.event:
        return PRESS_NEW
    if step == 0:                                   # as it ought to be, unless the sender's timestamp stands still
        if (d.ended or packet.marker) and not end and duration < d.duration and (gap > 0 or d.restarted):
            return PRESS_NEW
        return PRESS_SAME
    if d.ended:
        return PRESS_SAME if end and repeats_end(d, gap, step, duration) else PRESS_NEW
    return PRESS_SAME if goes_on(d, gap, step, duration, packet.marker) else PRESS_NEW


cdef inline int hear_event(DigitReceiver *d, const Packet *packet) noexcept nogil:
    """Follow a telephone-event; what it is to the press that ``d`` knows afterwards, PRESS_NONE: no digit at all.

    A press has one timestamp (section 2.2.1), so that repeated, late and lost packets change nothing: also the
    first packet seen may be its last. What senders make of that beyond the book is told from the sequence numbers,
    the durations and the marks together; ``tests/rtp/odd_senders.py`` has them all.
    """
    cdef uint8_t event, end
    cdef uint16_t duration
    cdef int press
    if packet.size < 4 or packet.payload[0] > LAST_DIGIT_EVENT:
        return PRESS_NONE
    event = packet.payload[0]
    end = packet.payload[1] >> 7
    duration = get16(packet.payload + 2)
    press = judge_press(d, packet, event, end, duration)
    if press == PRESS_LATE or (press == PRESS_SAME and not d.restarted and later16(packet.seq, d.seq) < 0):
        return press
    d.ended = end if press == PRESS_NEW else d.ended | end
    d.valid = 1
    d.restarted = 0
    d.event = event
    d.seq = packet.seq
    d.duration = duration
    d.timestamp = packet.timestamp
    return press


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
