"""Recordings, as the engine thread sees them: a ring of samples on a common time line, never a file.

A frame's place in the file follows from the RTP timestamps, anchored to our clock with the first packet, so that
loss and reordering cost nothing else. Frames older than HOLD_FRAMES are sealed: the writer thread takes them
and leaves zeros behind; nothing is written there any more. The writer frees a recording once ``ended`` is set.
"""

from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

from interpreter.rtp._system cimport load_acquire, store_release
from interpreter.rtp._tones cimport LISTEN_BLOCK, SOUND_VOICE, follow_tones, sound_of, without_tones
from interpreter.rtp._types cimport (
    MIX_FRAMES, NOTE_RECORDING, NOTE_RECORDING_PAUSED, NOTE_RECORDING_RESUMED, REASON_KEY, REASON_LIMIT, REASON_SILENCE, REASON_TONE, ROLE_SPEAKS, SLOT_SAMPLES,
    VOICE_FRAMES, Leg, Media, Mix, Recording, tell,
)
from interpreter.rtp._wire cimport later32

cdef enum:
    RING_FRAMES = 32768             # 4 s: how long a disk may stall
    HOLD_FRAMES = 1600              # 200 ms: how late a packet may be
    KEPT_SILENCE = 4000             # half a second after the last sound
    LOUD_FRAMES = 320               # 40 ms in a row make a sound, less is a click
    MARK_FRAMES = 1600              # 200 ms of tone where something was left out
    MARK_LEVEL = 3000               # -21 dBFS


cdef inline int64_t frame_now(Media *m, Recording *r) noexcept nogil:
    return r.paused_at if r.paused else (<int64_t>m.slot - r.start_slot) * SLOT_SAMPLES


cdef inline void pause_recording(Media *m, Recording *r) noexcept nogil:
    """Write nothing until it is resumed. What comes late of before is not written either: better that than a secret."""
    if r.paused:
        return
    r.paused_at = frame_now(m, r)
    r.paused_slot = <int64_t>m.slot
    r.paused = 1
    tell(m, NOTE_RECORDING_PAUSED, r.id, 0, r.paused_at)


cdef inline void mark_gap(Media *m, Recording *r) noexcept nogil:
    """Write a tone of 2 kHz where the pause was."""
    cdef uint32_t i, k, at
    cdef int16_t sample
    if <uint64_t>r.paused_at + MARK_FRAMES > load_acquire(&r.taken) + RING_FRAMES:
        m.recording_overruns += MARK_FRAMES
        return
    for i in range(<uint32_t>MARK_FRAMES):
        at = <uint32_t>(r.paused_at + i) & (RING_FRAMES - 1)
        sample = <int16_t>((i & 1) * (MARK_LEVEL if i & 2 else -MARK_LEVEL))
        for k in range(r.channels):
            r.ring[at * r.channels + k] = sample


cdef inline void resume_recording(Media *m, Recording *r) noexcept nogil:
    """Go on behind the tone, which stands for the pause however long that was."""
    cdef int64_t paused = <int64_t>m.slot - r.paused_slot
    mark_gap(m, r)
    r.paused = 0
    r.floor = r.paused_at + MARK_FRAMES
    r.start_slot = <int64_t>m.slot - r.floor // SLOT_SAMPLES
    r.anchored[0] = r.anchored[1] = 0
    tell(m, NOTE_RECORDING_RESUMED, r.id, <uint32_t>paused, r.paused_at)


cdef inline void detach_recording(Media *m, Recording *r) noexcept nogil:
    cdef uint32_t i, number
    for i in range(2):
        if r.legs[i] and m.legs[r.legs[i] - 1].recording == r:
            m.legs[r.legs[i] - 1].recording = NULL
    if r.mix != NULL:
        number = r.mix.members
        while number:
            if m.legs[number - 1].recording == r:
                m.legs[number - 1].recording = NULL
            number = m.legs[number - 1].next_member
        r.mix.recording = NULL
        r.mix.unsettled = 1             # two on one channel may be relayed again
        r.mix = NULL
    for i in range(m.recording_count):
        if m.recordings[i] == r:
            m.recording_count -= 1
            m.recordings[i] = m.recordings[m.recording_count]
            break


cdef inline void end_recording(Media *m, Recording *r, uint32_t reason) noexcept nogil:
    cdef int64_t length = frame_now(m, r)
    if r.max_frames and length > r.max_frames:
        length = r.max_frames
    r.spoken = r.spoken and r.voice_end - r.voice_start >= r.min_frames
    if reason == REASON_SILENCE or reason == REASON_TONE:
        length = min(length, r.voice_end + KEPT_SILENCE) if r.spoken else 0
    length = without_tones(&r.tones, length, r.voice_end)
    detach_recording(m, r)
    r.length = length
    tell(m, NOTE_RECORDING, 0, 0, r.id)
    store_release(&r.ended, 1 + reason)     # from here on it is the writer's


cdef inline void judge_sound(Recording *r, bint loud, int64_t frame, uint32_t size) noexcept nogil:
    """Note whether this is a sound: one above the threshold, long enough, and no signal of the network."""
    if not loud:
        r.loud_frames = 0
        return
    r.loud_frames += size
    if r.loud_frames >= LOUD_FRAMES:
        if not r.spoken:
            r.voice_start = max(0, frame + size - r.loud_frames)
        r.spoken = 1
        if frame + size > r.voice_end:
            r.voice_end = frame + size


cdef inline int64_t place(
    Recording *r, uint32_t channel, uint32_t timestamp, uint32_t size, int64_t now, bint newest
) noexcept nogil:
    """Where a packet's first sample stands in the file; -1: too late."""
    cdef int64_t frame, first = max(<int64_t>r.sealed, r.floor)
    if r.anchored[channel]:
        frame = r.anchor_frame[channel] + later32(timestamp, r.anchor_ts[channel])
        if first <= frame <= now + HOLD_FRAMES:
            return frame
        if not newest:
            return -1
    # a first packet, a new stream or one that drifted away: it was said just before it came
    r.anchored[channel] = 1
    r.anchor_ts[channel] = timestamp
    r.anchor_frame[channel] = max(now - size, first)
    return r.anchor_frame[channel]


cdef inline int64_t decode_into(
    int16_t *out, uint32_t stride, const int16_t *linear, const uint8_t *data, uint32_t size
) noexcept nogil:
    """Expand G.711 bytes to every ``stride``-th sample; the sum of the samples' squares."""
    cdef int64_t power = 0
    cdef int32_t sample
    cdef uint32_t i
    for i in range(size):
        sample = linear[data[i]]
        out[i * stride] = <int16_t>sample
        power += sample * sample
    return power


cdef inline void listen(Recording *r, const int16_t *linear, const uint8_t *data, uint32_t size, int64_t frame) noexcept nogil:
    """Judge a packet of a message, in blocks that are short enough for a cadence."""
    cdef int16_t[LISTEN_BLOCK] block
    cdef uint32_t at = 0, n
    cdef uint8_t sound
    cdef int64_t power
    while at < size:
        n = min(<uint32_t>LISTEN_BLOCK, size - at)
        power = decode_into(block, 1, linear, data + at, n)
        sound = sound_of(block, n, <double>power / n, r.voice_power)
        follow_tones(&r.tones, sound, frame + at, n)
        judge_sound(r, sound == SOUND_VOICE, frame + at, n)
        at += n


cdef inline void record_audio(
    Media *m, Leg *leg, uint8_t law, uint32_t timestamp, const uint8_t *data, uint32_t size, bint newest
) noexcept nogil:
    """Write a received packet's samples into the ring of the leg's recording."""
    cdef Recording *r = leg.recording
    cdef int64_t frame = place(r, leg.channel, timestamp, size, frame_now(m, r), newest), power
    cdef uint64_t room = load_acquire(&r.taken) + RING_FRAMES
    cdef uint32_t at = <uint32_t>frame & (RING_FRAMES - 1), part = size
    if frame < 0 or r.paused:
        return
    if <uint64_t>frame + size > room:
        m.recording_overruns += size
        return
    if part > RING_FRAMES - at:
        part = RING_FRAMES - at
    power = decode_into(r.ring + at * r.channels + leg.channel, r.channels, m.linear[law], data, part)
    power += decode_into(r.ring + leg.channel, r.channels, m.linear[law], data + part, size - part)
    if r.channels == 1:
        listen(r, m.linear[law], data, size, frame)
    else:
        judge_sound(r, <double>power / size >= r.voice_power, frame, size)


cdef inline int16_t within(int32_t sample) noexcept nogil:
    return <int16_t>(32767 if sample > 32767 else -32768 if sample < -32768 else sample)


cdef inline void record_mixed(Media *m, Mix *mix, Leg *first, int64_t at, uint32_t size) noexcept nogil:
    """Write what was just mixed: ``first`` (NULL: has left) to the left, all the others and the tunes to the right."""
    cdef Recording *r = mix.recording
    cdef int64_t frame = at - r.start_slot * SLOT_SAMPLES, power = 0
    cdef int32_t total, own
    cdef uint32_t i, j
    if frame < max(<int64_t>r.sealed, r.floor) or r.paused:
        return
    if <uint64_t>frame + size > load_acquire(&r.taken) + RING_FRAMES:
        m.recording_overruns += size
        return
    if first != NULL and (first.voice == NULL or not first.role & ROLE_SPEAKS):
        first = NULL
    for i in range(size):
        total = mix.bus.total[(at + i) & (MIX_FRAMES - 1)]
        own = first.voice.ring[(at + i) & (VOICE_FRAMES - 1)] if first != NULL else 0
        j = <uint32_t>(frame + i) & (RING_FRAMES - 1)
        r.ring[2 * j] = <int16_t>own
        r.ring[2 * j + 1] = within(total - own)
        power += total * <int64_t>total
    judge_sound(r, <double>power / size >= r.voice_power, frame, size)


cdef inline void tend_recordings(Media *m) noexcept nogil:
    """Seal what is old enough, and end what is over."""
    cdef uint32_t i = 0
    cdef Recording *r
    cdef int64_t now
    while i < m.recording_count:
        r = m.recordings[i]
        now = frame_now(m, r)
        if now > HOLD_FRAMES:
            store_release(&r.sealed, <uint64_t>(now - HOLD_FRAMES))
        if r.max_frames and now >= r.max_frames:
            end_recording(m, r, REASON_LIMIT)
        elif r.tones.known:
            end_recording(m, r, REASON_TONE)
        elif r.silence_frames and now - r.voice_end >= r.silence_frames:
            end_recording(m, r, REASON_SILENCE)
        else:
            i += 1


cdef inline Recording *find_recording(Media *m, uint32_t recording) noexcept nogil:
    cdef uint32_t i
    for i in range(m.recording_count):
        if m.recordings[i].id == recording:
            return m.recordings[i]
    return NULL


cdef inline void digit_for_recording(Media *m, Leg *leg, uint32_t event) noexcept nogil:
    if leg.recording != NULL and (leg.recording.stop_keys >> event) & 1:
        end_recording(m, leg.recording, REASON_KEY)


cdef inline int64_t frames_to_take(Recording *r) noexcept nogil:
    """How many frames have become final since ``take_frames``. For the writer thread, as the next one is."""
    cdef int64_t end = r.length if load_acquire(&r.ended) else <int64_t>load_acquire(&r.sealed)
    return max(0, end - <int64_t>r.taken)


cdef inline void take_frames(Recording *r, char *out, int64_t count) noexcept nogil:
    """Move the next frames out of the ring and leave silence behind."""
    cdef int64_t at, part, frame_bytes = 2 * r.channels
    cdef int64_t start = <int64_t>r.taken, end = <int64_t>r.taken + count
    while start < end:
        at = start & (RING_FRAMES - 1)
        part = min(end - start, RING_FRAMES - at)
        memcpy(out, &r.ring[at * r.channels], part * frame_bytes)
        memset(&r.ring[at * r.channels], 0, part * frame_bytes)
        out += part * frame_bytes
        start += part
    store_release(&r.taken, <uint64_t>end)


cdef inline void pack_frames(
    char *out, const int16_t *frames, int64_t count, uint32_t channels, bint mono, const uint8_t *encoded
) noexcept nogil:
    """Bring frames as the ring has them to the file's form. encoded: codes by a sample's upper 14 bits, NULL: linear."""
    cdef int64_t i, size = count * channels
    cdef int16_t sample
    if mono and channels == 2:
        size = count
    for i in range(size):
        sample = within(<int32_t>frames[2 * i] + frames[2 * i + 1]) if mono and channels == 2 else frames[i]
        if encoded != NULL:
            (<uint8_t *>out)[i] = encoded[<uint32_t>(sample >> 2) & 0x3FFF]
        else:
            (<int16_t *>out)[i] = sample
