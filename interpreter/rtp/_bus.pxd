"""Mixing: what members say is put on a time line, added up, and heard by each without itself.

The time line is that of the slots, one for all mixes: frame = slot * SLOT_SAMPLES. What comes from a member is put
``lead`` ahead of the present, by its RTP timestamps, so that jitter is made up for; at its own turn each listener gets
the frames that have gone by since its turn before. A mix is added up when the first of them asks, and what several
hear alike (all but who is just speaking) is encoded once for them.
"""

from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint32_t
from libc.string cimport memcpy, memset

from interpreter.rtp._record cimport record_mixed
from interpreter.rtp._send cimport PCMA_SILENCE, PCMU_SILENCE, fill_from_play, own_timestamp, send_own, silence_frame
from interpreter.rtp._types cimport (
    MAX_FRAME_SAMPLES, MIX_FRAMES, NOTE_MIX_PLAY_DONE, PCMA, PCMU, ROLE_LISTENS, ROLE_SPEAKS, ROLE_WHISPERS,
    SLOT_SAMPLES, VOICE_FRAMES, Bus, Leg, Media, Mix, Play, Voice, release_play, tell,
)
from interpreter.rtp._wire cimport RTP_HEADER, Packet, later32

cdef enum:
    LEAD = 240                      # 30 ms ahead: so much later than the one before a packet may come
    MORE_LEAD = 160                 # after one that came too late
    MOST_LEAD = 960
    MOST_AHEAD = 1600               # further on in time than this: the sender's clock jumped, or the net stood still
    KEPT_FRAMES = 1024              # of a voice, behind the present: longer than any listener's frame
    JUDGED_PACKETS = 128            # after which it is seen whether a voice may come nearer
    QUIET_POWER = 10_000            # mean square of 100: where some samples are not missed
    BLOCK_FRAMES = 160
    BEHIND_FRAMES = 960             # further behind: nobody listened, or the machine stood still
    TUNE_TAIL = 2 * MAX_FRAME_SAMPLES   # until everybody has heard the end of what was played


cdef inline int64_t mix_now(Media *m) noexcept nogil:
    return <int64_t>m.slot * SLOT_SAMPLES


# -- what a member says ------------------------------------------------------------------------------------------


cdef inline void begin_voice(Voice *voice) noexcept nogil:
    """Forget what was said; the next packet stands anew on the time line."""
    memset(voice.ring, 0, sizeof(voice.ring))
    voice.anchored = 0
    voice.said = 0
    voice.end = 0
    voice.lead = LEAD
    voice.judged = 0
    voice.power = 0


cdef inline void anchor(Voice *voice, uint32_t timestamp, int64_t frame) noexcept nogil:
    """Let this packet stand here, and the others by it. What stands there already is older: the newest counts."""
    cdef int64_t i
    for i in range(frame, voice.end):
        voice.ring[i & (VOICE_FRAMES - 1)] = 0
    if voice.end > frame:
        voice.end = frame
    voice.anchored = 1
    voice.anchor_ts = timestamp
    voice.anchor_frame = frame
    voice.judged = 0


cdef inline int64_t place_voice(Voice *voice, uint32_t timestamp, int64_t at, int64_t now, bint newest) noexcept nogil:
    """Frame of a packet's first sample; -1: too late."""
    cdef int64_t frame
    if voice.anchored:
        frame = voice.anchor_frame + later32(timestamp, voice.anchor_ts)
        if at <= frame <= now + MOST_AHEAD:
            return frame
        if not newest:
            return -1
        if frame < at and voice.lead < MOST_LEAD and at - frame < MOST_AHEAD:
            voice.lead += MORE_LEAD
    anchor(voice, timestamp, max(now, at) + voice.lead)
    return voice.anchor_frame


cdef inline void come_nearer(Voice *voice, int64_t ahead, int64_t power) noexcept nogil:
    """A clock faster than ours, or one late packet long ago, keeps a voice further ahead than it need be."""
    if voice.judged == 0 or ahead < voice.least_ahead:
        voice.least_ahead = ahead
    voice.judged += 1
    if voice.judged < JUDGED_PACKETS:
        return
    if voice.least_ahead > voice.lead + BLOCK_FRAMES:
        if power > QUIET_POWER:
            return
        voice.anchor_frame -= voice.least_ahead - voice.lead
    elif voice.lead > LEAD:
        voice.lead -= MORE_LEAD // 2
    voice.judged = 0


cdef inline void hear_voice(Media *m, Leg *leg, uint8_t law, const Packet *packet, bint newest) noexcept nogil:
    """Put a received packet on the time line."""
    cdef Voice *voice = leg.voice
    cdef int64_t now = mix_now(m), frame = place_voice(voice, packet.timestamp, leg.mix.at, now, newest), power = 0
    cdef int32_t sample
    cdef uint32_t i
    if frame < 0:
        return
    for i in range(packet.size):
        sample = m.linear[law][packet.payload[i]]
        voice.ring[(frame + i) & (VOICE_FRAMES - 1)] = <int16_t>sample
        power += sample * sample
    if frame + packet.size > voice.end:
        voice.end = frame + packet.size
    if newest:
        come_nearer(voice, frame - now, power // packet.size)


# -- adding up ---------------------------------------------------------------------------------------------------


cdef inline void add_voice(Mix *mix, Leg *leg, int64_t at, uint32_t size) noexcept nogil:
    """Take one member's next frames; what nobody can hear any more is wiped for what comes round."""
    cdef Voice *voice = leg.voice
    cdef Bus *bus = mix.bus
    cdef int64_t power = 0
    cdef int32_t sample
    cdef uint32_t i
    cdef bint aloud = leg.role & ROLE_SPEAKS
    if voice.end > at:
        for i in range(size):
            sample = voice.ring[(at + i) & (VOICE_FRAMES - 1)]
            power += sample * sample
            if aloud:
                bus.total[(at + i) & (MIX_FRAMES - 1)] += sample
        if power:
            voice.said = at + size
            if aloud:
                mix.spoken = at + size
    voice.power += (<double>power / size - voice.power) * size / (8 * BLOCK_FRAMES + size)
    for i in range(size):
        voice.ring[(at - KEPT_FRAMES + i) & (VOICE_FRAMES - 1)] = 0


cdef inline void end_tune(Media *m, Mix *mix) noexcept nogil:
    if mix.play != NULL:
        release_play(m, mix.play)
        mix.play = NULL
        mix.unsettled = 1


cdef inline void add_tune(Media *m, Mix *mix, int64_t at, uint32_t size) noexcept nogil:
    """Take the next frames of what is played to all, in both laws; at its end the rest is silence."""
    cdef Play *play = mix.play
    cdef uint8_t[BLOCK_FRAMES] pcmu
    cdef uint8_t[BLOCK_FRAMES] pcma
    cdef uint32_t index = play.index, offset = play.offset, i, j
    cdef bint finished = fill_from_play(play, PCMU, pcmu, size)
    play.index = index
    play.offset = offset
    fill_from_play(play, PCMA, pcma, size)
    if mix.tune_end != at:
        mix.tune_from = at
    mix.tune_end = at + size
    for i in range(size):
        j = <uint32_t>(at + i) & (MIX_FRAMES - 1)
        mix.bus.tune[PCMU][j] = pcmu[i]
        mix.bus.tune[PCMA][j] = pcma[i]
        mix.bus.total[j] += m.linear[PCMU][pcmu[i]]
    if finished:
        tell(m, NOTE_MIX_PLAY_DONE, mix.id, play.serial, play.token)
        end_tune(m, mix)


cdef inline void add_block(Media *m, Mix *mix, int64_t at, uint32_t size) noexcept nogil:
    cdef uint32_t i, number = mix.voices
    cdef Leg *leg
    for i in range(size):
        mix.bus.total[(at + i) & (MIX_FRAMES - 1)] = 0
    while number:
        leg = &m.legs[number - 1]
        if leg.voice != NULL:
            add_voice(mix, leg, at, size)
        number = leg.next_voice
    if mix.play != NULL:
        add_tune(m, mix, at, size)
    if mix.recording != NULL:
        leg = &m.legs[mix.left - 1] if mix.left else NULL
        record_mixed(m, mix, leg, at, size)


cdef inline int64_t last_said(Media *m, Mix *mix) noexcept nogil:
    """Frame after the last that has come of anybody."""
    cdef uint32_t number = mix.voices
    cdef int64_t last = 0
    while number:
        if m.legs[number - 1].voice != NULL:
            last = max(last, m.legs[number - 1].voice.end)
        number = m.legs[number - 1].next_voice
    return last


cdef inline void forget_voices(Media *m, Mix *mix) noexcept nogil:
    cdef uint32_t number = mix.voices
    while number:
        if m.legs[number - 1].voice != NULL:
            begin_voice(m.legs[number - 1].voice)
        number = m.legs[number - 1].next_voice


cdef inline void advance_mix(Media *m, Mix *mix) noexcept nogil:
    """Add up what has gone by since the last time."""
    cdef int64_t now = mix_now(m)
    cdef uint32_t size
    if mix.direct or mix.bus == NULL:
        mix.at = now
        return
    if now - mix.at > BEHIND_FRAMES:
        forget_voices(m, mix)
        mix.at = now - BLOCK_FRAMES
    while mix.at < now:
        size = <uint32_t>min(now - mix.at, <int64_t>BLOCK_FRAMES)
        add_block(m, mix, mix.at, size)
        mix.at += size


# -- what a member hears -----------------------------------------------------------------------------------------


cdef inline int16_t clipped(int32_t sample) noexcept nogil:
    return <int16_t>(32767 if sample > 32767 else -32768 if sample < -32768 else sample)


cdef inline void encode_total(
    Media *m, Mix *mix, Leg *leg, bint own, int64_t at, uint8_t *out, uint32_t size
) noexcept nogil:
    """Encode frames for ``leg``. own: something of it is in the total, or somebody whispers to it."""
    cdef int32_t[MAX_FRAME_SAMPLES] heard
    cdef const uint8_t *encoded = m.encoded[leg.law]
    cdef uint32_t i, number
    cdef Leg *other
    for i in range(size):
        heard[i] = mix.bus.total[(at + i) & (MIX_FRAMES - 1)]
    if own:
        if leg.voice != NULL and leg.role & ROLE_SPEAKS:
            for i in range(size):
                heard[i] -= leg.voice.ring[(at + i) & (VOICE_FRAMES - 1)]
        number = mix.voices if mix.whisperers else 0
        while number:
            other = &m.legs[number - 1]
            number = other.next_voice
            if other.role & ROLE_WHISPERS and other.whispers_to == leg.index + 1 and other.voice != NULL:
                for i in range(size):
                    heard[i] += other.voice.ring[(at + i) & (VOICE_FRAMES - 1)]
    for i in range(size):
        out[i] = encoded[<uint32_t>(clipped(heard[i]) >> 2) & 0x3FFF]


cdef inline bint hears_alone(Media *m, Mix *mix, Leg *leg, int64_t at) noexcept nogil:
    """Whether what it hears since ``at`` is not what the others hear: it spoke itself, or was whispered to."""
    cdef uint32_t number = mix.voices if mix.whisperers else 0
    cdef Leg *other
    if leg.voice != NULL and leg.role & ROLE_SPEAKS and leg.voice.said > at:
        return True
    while number:
        other = &m.legs[number - 1]
        number = other.next_voice
        if (other.role & ROLE_WHISPERS and other.whispers_to == leg.index + 1
                and other.voice != NULL and other.voice.said > at):
            return True
    return False


cdef inline void share_frame(Media *m, Mix *mix, Leg *leg, int64_t at, uint8_t *out, uint32_t size) noexcept nogil:
    """The frame of all who do not hear alone: made for the first who asks in this slot."""
    cdef Bus *bus = mix.bus
    cdef uint8_t law = leg.law
    cdef uint32_t i
    if bus.shared_slot[law] != m.slot or bus.shared_size[law] != size:
        if at >= mix.spoken and at >= mix.tune_from and at + size <= mix.tune_end:
            for i in range(size):       # nobody speaks: the very bytes that are played
                bus.shared[law][i] = bus.tune[law][(at + i) & (MIX_FRAMES - 1)]
        else:
            encode_total(m, mix, leg, False, at, bus.shared[law], size)
        bus.shared_slot[law] = m.slot
        bus.shared_size[law] = size
    memcpy(out, bus.shared[law], size)


cdef inline bint hears_nothing(Mix *mix, Leg *leg, int64_t at) noexcept nogil:
    return (mix.bus == NULL or not leg.role & ROLE_LISTENS
            or (at >= mix.spoken and at >= mix.tune_end and not mix.whisperers))


cdef inline void mix_frame(Media *m, Leg *leg) noexcept nogil:
    """What the leg hears of its mix; silence where that is nothing, so that it always gets a packet."""
    cdef Mix *mix = leg.mix
    cdef uint32_t size = leg.period * SLOT_SAMPLES, timestamp
    cdef int64_t at = mix_now(m) - size
    cdef uint8_t *out = m.out + RTP_HEADER
    advance_mix(m, mix)
    if hears_nothing(mix, leg, at):
        silence_frame(m, leg)
        return
    if hears_alone(m, mix, leg, at):
        encode_total(m, mix, leg, True, at, out, size)
    else:
        share_frame(m, mix, leg, at, out, size)
    timestamp = own_timestamp(m, leg)
    send_own(m, leg, leg.payload_type, not leg.on_air, timestamp, size)
    leg.ts_min = timestamp + size
    leg.on_air = 1
