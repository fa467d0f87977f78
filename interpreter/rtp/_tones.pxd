"""Signals of the network in a message: they are no speech, and some of them say that the caller is gone.

Chinese call progress tones are one frequency, 450 Hz, in cadences (GF 002-9002): busy 0.35 s on and off, congestion
0.7 s, unobtainable three short and one long, ringing 1 s in 5 s, dial tone without end. Special information tones
are 950, 1400 and 1800 Hz, 0.33 s each (ITU-T E.180). Equal tones in a row with nothing but silence between are a
cadence; speech has neither one frequency nor equal parts.
"""

from libc.stdint cimport int16_t, int64_t, uint8_t, uint32_t

from interpreter.rtp._types cimport Tones

cdef enum:
    SOUND_NONE, SOUND_VOICE, SOUND_450, SOUND_950, SOUND_1400, SOUND_1800

cdef enum:
    LISTEN_BLOCK = 160              # 20 ms: bins of 50 Hz
    SPEECH_FRAMES = 320             # of other sound in a row: no signal
    BEAT_FRAMES = 480               # 60 ms: the shortest tone of a cadence
    GAP_FRAMES = 480                # without a packet: silence of a telephone that suppresses it
    SIT_FRAMES = 800                # 100 ms of each of its three
    ENDLESS_FRAMES = 20000          # 2.5 s of one tone: a dial tone
    BEATS = 3                       # equal tones make a cadence


cdef inline float share(const int16_t *samples, uint32_t size, const float *coefficients, uint32_t count) noexcept nogil:
    """Goertzel: power of these frequencies, so that a pure tone has ``energy * size / 2``."""
    cdef float s0, s1, s2, total = 0
    cdef uint32_t i, k
    for k in range(count):
        s1 = 0
        s2 = 0
        for i in range(size):
            s0 = coefficients[k] * s1 - s2 + samples[i]
            s2 = s1
            s1 = s0
        total += s1 * s1 + s2 * s2 - coefficients[k] * s1 * s2
    return total


cdef inline uint8_t sound_of(const int16_t *samples, uint32_t size, double power, double voice_power) noexcept nogil:
    """What up to LISTEN_BLOCK samples of this mean square are; a tone has 85 % of its energy in its bin and the next two."""
    cdef float[12] k
    cdef uint32_t tone, first = 0, count = 3
    cdef float pure = <float>(0.85 * power * size * size / 2)
    if power < voice_power:
        return SOUND_NONE
    # 2 cos(2 pi f / 8000): 400 450 500, 900 950 1000, 1350 1400 1450, 1750 1800 1850 Hz
    k[0] = 1.9021130; k[1] = 1.8763827; k[2] = 1.8477591
    k[3] = 1.5208119; k[4] = 1.4686450; k[5] = 1.4142136
    k[6] = 0.9772425; k[7] = 0.9079810; k[8] = 0.8373195
    k[9] = 0.3901806; k[10] = 0.3128689; k[11] = 0.2350748
    if size < LISTEN_BLOCK:         # bins are wider then, and overlap
        first = 1
        count = 1
    for tone in range(4):
        if share(samples, size, &k[3 * tone + first], count) >= pure:
            return <uint8_t>(SOUND_450 + tone)
    return SOUND_VOICE


cdef inline void forget_tones(Tones *t) noexcept nogil:
    t.start = -1
    t.on = 0
    t.last_on = 0
    t.beats = 0
    t.sit = 0


cdef inline void begin_tones(Tones *t) noexcept nogil:
    forget_tones(t)
    t.other = 0
    t.at = 0
    t.known = 0


cdef inline void end_tone(Tones *t) noexcept nogil:
    """A tone is over, by silence or by another one: count its beat, or the part of a special information tone."""
    cdef uint32_t longer = max(t.on, t.last_on), shorter = min(t.on, t.last_on)
    if t.kind == SOUND_450:
        t.sit = 0
        if t.on >= BEAT_FRAMES:
            t.beats = t.beats + 1 if longer - shorter <= longer // 5 + LISTEN_BLOCK else 1
            t.last_on = t.on
    elif t.on >= SIT_FRAMES and t.kind == SOUND_950 + t.sit:
        t.sit += 1
    t.on = 0


cdef inline void follow_tones(Tones *t, uint8_t sound, int64_t frame, uint32_t size) noexcept nogil:
    """Note one block that stands at ``frame``; ``known`` is set where a signal is known for what it is."""
    if frame < t.at:                # late
        return
    if frame - t.at > GAP_FRAMES and t.on:
        end_tone(t)
    t.at = frame + size
    if sound == SOUND_VOICE:        # a block at the edge of a tone is one frequency no more
        t.other += size
        if t.other >= SPEECH_FRAMES:
            forget_tones(t)
        return
    if t.on and sound != t.kind:
        end_tone(t)
    if sound != SOUND_NONE:
        if t.start < 0:
            t.start = max(0, frame - (t.other if t.other < SPEECH_FRAMES else 0))
        t.kind = sound
        t.on += size
    t.other = 0
    if (t.beats >= BEATS or (t.kind == SOUND_450 and t.on >= ENDLESS_FRAMES)
            or (t.sit == 2 and t.kind == SOUND_1800 and t.on >= SIT_FRAMES)):
        t.known = 1


cdef inline int64_t without_tones(Tones *t, int64_t length, int64_t voice_end) noexcept nogil:
    """Where a message ends that is followed by signals alone."""
    if t.start >= voice_end and (t.known or t.beats or t.on >= BEAT_FRAMES):
        return min(length, t.start)
    return length
