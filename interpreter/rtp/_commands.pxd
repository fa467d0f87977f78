"""What Python tells the engine thread to do; each command runs in that thread, between two slots."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memset

from interpreter.rtp._alive cimport watch_silence
from interpreter.rtp._bus cimport advance_mix, begin_voice, last_said
from interpreter.rtp._mix cimport bridge, dissolve, join_mix, leave_mix, settle, take_role
from interpreter.rtp._receive cimport make_final, same_address
from interpreter.rtp._record cimport end_recording, find_recording, pause_recording, resume_recording
from interpreter.rtp._schedule cimport pick_phase, plan_first, unplan
from interpreter.rtp._system cimport disconnect, load_acquire, set_address, sockaddr_in, store_release
from interpreter.rtp._types cimport (
    COMMAND_CAPACITY, FLAG_LATCH, GARBAGE_BLOCK, GARBAGE_LEG, LATCH_NONE, LATCH_TOLD, MAX_DIGITS, OP_BRIDGE, OP_CLOSE,
    OP_CLOSE_MIX, OP_DIGITS, OP_DROP_AUDIO, OP_GIVE_BUS, OP_GIVE_VOICE, OP_JOIN, OP_MEDIA, OP_OPEN, OP_PLAY, OP_PLAY_MIX,
    OP_RECORD, OP_RECORD_PAUSE, OP_RECORD_RESUME, OP_RECORD_STOP, OP_ROLE, OP_STOP, OP_STOP_MIX, OP_TIMEOUT,
    OP_TIMEOUT_PAUSE, OP_UNBRIDGE, REASON_HANGUP, REASON_STOPPED,
    SLOT_SAMPLES, Audio, Bus, Command, Leg, Media, Mix, Play, Recording, Voice, end_play, release_play, throw_away,
)


cdef inline void open_leg(Media *m, Leg *leg) noexcept nogil:
    """Serve the leg from now on."""
    leg.phase = pick_phase(m)
    m.phase_load[leg.phase] += 1
    leg.stale = 1
    leg.open = 1
    plan_first(m, leg)
    if leg.index >= m.high:
        m.high = leg.index + 1


cdef inline void close_leg(Media *m, Leg *leg) noexcept nogil:
    leave_mix(m, leg)
    if leg.voice != NULL:
        throw_away(m, &leg.voice.garbage, GARBAGE_BLOCK)
        leg.voice = NULL
    end_play(m, leg)
    if leg.recording != NULL:
        end_recording(m, leg.recording, REASON_HANGUP)
    m.phase_load[leg.phase] -= 1
    unplan(m, leg)
    leg.open = 0
    throw_away(m, &leg.garbage, GARBAGE_LEG)


cdef inline void learn_address(Leg *leg, uint32_t host, uint16_t port, bint was_told) noexcept nogil:
    """Take the SDP's address; the same one as before keeps what was learnt since."""
    cdef sockaddr_in told
    memset(&told, 0, sizeof(told))
    set_address(&told, host, port)
    if was_told and leg.latch != LATCH_NONE and same_address(&told, &leg.told_address):
        return
    if was_told:
        disconnect(leg.fd)
    leg.told_address = leg.remote = told
    leg.latch = LATCH_TOLD if host and port else LATCH_NONE
    leg.stale = 1


cdef inline void set_media(Media *m, Leg *leg, int64_t packed, int64_t address, uint32_t latch_host) noexcept nogil:
    """packed: flags, law, payload type, telephone-event, period, heard event, a byte each; address: host << 16 | port."""
    cdef bint was_told = leg.told
    leg.flags = <uint8_t>packed
    leg.law = <uint8_t>(packed >> 8)
    leg.payload_type = <uint8_t>(packed >> 16)
    leg.telephone_event = <uint8_t>(packed >> 24)
    leg.period = <uint8_t>(packed >> 32)
    leg.heard_event = <uint8_t>(packed >> 40)
    leg.told = 1
    leg.latch_host = latch_host
    learn_address(leg, <uint32_t>(address >> 16), <uint16_t>address, was_told)
    if not leg.flags & FLAG_LATCH and leg.latch == LATCH_TOLD:
        make_final(m, leg, &leg.told_address)
    if leg.telephone_event == 255:
        leg.out_digits.count = 0
        leg.out_digits.running = 0


cdef inline void hold_audios(Play *play) noexcept nogil:
    cdef uint32_t i
    for i in range(play.count):
        play.audios[i].uses += 1


cdef inline void start_play(Media *m, Leg *leg, Play *play) noexcept nogil:
    hold_audios(play)
    if not leg.open:
        release_play(m, play)
        return
    end_play(m, leg)
    leg.play = play
    leg.fresh_play = 1


cdef inline void end_mix_play(Media *m, Mix *mix) noexcept nogil:
    if mix.play != NULL:
        release_play(m, mix.play)
        mix.play = NULL


cdef inline void start_mix_play(Media *m, Mix *mix, Play *play) noexcept nogil:
    hold_audios(play)
    end_mix_play(m, mix)
    mix.play = play
    settle(m, mix)


cdef inline void give_bus(Media *m, Mix *mix, Bus *bus) noexcept nogil:
    mix.bus = bus
    mix.at = <int64_t>m.slot * SLOT_SAMPLES


cdef inline void give_voice(Media *m, Leg *leg, Voice *voice) noexcept nogil:
    if leg.voice == NULL and leg.open:
        leg.voice = voice
        begin_voice(voice)
    else:
        throw_away(m, &voice.garbage, GARBAGE_BLOCK)


cdef inline void queue_digits(Leg *leg, const uint8_t *events, uint32_t count, int64_t tone_gap) noexcept nogil:
    cdef uint32_t i
    for i in range(count):
        if leg.out_digits.count < MAX_DIGITS:
            leg.out_digits.events[leg.out_digits.count] = events[i]
            leg.out_digits.count += 1
    leg.out_digits.tone_samples = <uint32_t>(tone_gap >> 32)
    leg.out_digits.gap_samples = <uint32_t>tone_gap


cdef inline void record_mix(Media *m, Mix *mix, Recording *r) noexcept nogil:
    """The first member, or whoever will be that, stays on the left, whoever comes and goes."""
    if mix.recording != NULL:
        end_recording(m, mix.recording, REASON_STOPPED)
    mix.recording = r
    mix.left = mix.members
    mix.left_known = mix.members != 0
    settle(m, mix)


cdef inline void start_recording(Media *m, Recording *r) noexcept nogil:
    cdef uint32_t i
    cdef Leg *leg
    for i in range(2):
        leg = &m.legs[r.legs[i] - 1] if r.legs[i] else NULL
        if leg != NULL and leg.recording != NULL and leg.recording.mix == NULL:
            end_recording(m, leg.recording, REASON_STOPPED)
    r.start_slot = <int64_t>m.slot
    m.recordings[m.recording_count] = r
    m.recording_count += 1
    for i in range(2):
        if r.legs[i]:
            leg = &m.legs[r.legs[i] - 1]
            leg.recording = r
            leg.channel = i
            leg.stale = leg.mix == NULL         # what waits in the socket was said before
    if r.mix != NULL:
        record_mix(m, r.mix, r)


cdef inline void stop_recording(Media *m, uint32_t recording) noexcept nogil:
    cdef Recording *r = find_recording(m, recording)
    if r != NULL:
        end_recording(m, r, REASON_STOPPED)


cdef inline void hold_recording(Media *m, uint32_t recording, bint pause) noexcept nogil:
    """Pause it or resume it, at this moment: what a mix has not added up yet belongs before that."""
    cdef Recording *r = find_recording(m, recording)
    if r == NULL:
        return
    if r.mix != NULL:
        advance_mix(m, r.mix)
    if pause:
        pause_recording(m, r)
    elif r.paused:
        resume_recording(m, r)
        if r.mix != NULL:               # said in the pause is also what waits on the time line
            r.floor = max(r.floor, last_said(m, r.mix) - r.start_slot * SLOT_SAMPLES)


cdef inline void drop_audio(Media *m, Audio *audio) noexcept nogil:
    audio.doomed = 1
    if audio.uses == 0:
        throw_away(m, &audio.garbage, GARBAGE_BLOCK)


cdef inline void obey_for_mix(Media *m, Command *c) noexcept nogil:
    cdef Leg *leg = &m.legs[c.leg]
    if c.op == OP_JOIN:
        join_mix(m, leg, <Mix *>c.item, <uint8_t>c.a, <uint32_t>c.b)
    elif c.op == OP_ROLE:
        take_role(m, leg, <uint8_t>c.a, <uint32_t>c.b)
    elif c.op == OP_GIVE_BUS:
        give_bus(m, <Mix *>c.item, <Bus *><size_t>c.a)
    elif c.op == OP_GIVE_VOICE:
        give_voice(m, leg, <Voice *>c.item)
    elif c.op == OP_PLAY_MIX:
        start_mix_play(m, <Mix *>c.item, <Play *><size_t>c.a)
    elif c.op == OP_STOP_MIX:
        end_mix_play(m, <Mix *>c.item)
        settle(m, <Mix *>c.item)
    elif c.op == OP_CLOSE_MIX:
        dissolve(m, <Mix *>c.item)


cdef inline void obey(Media *m, Command *c) noexcept nogil:
    cdef Leg *leg = &m.legs[c.leg]
    if c.op == OP_OPEN:
        open_leg(m, leg)
    elif c.op == OP_CLOSE:
        close_leg(m, leg)
    elif c.op == OP_MEDIA:
        set_media(m, leg, c.a, c.b, c.count)
    elif c.op == OP_TIMEOUT:
        watch_silence(m, leg, c.a)
    elif c.op == OP_TIMEOUT_PAUSE:
        leg.timeout_paused = <uint8_t>c.a
        watch_silence(m, leg, leg.timeout)
    elif c.op == OP_PLAY:
        start_play(m, leg, <Play *>c.item)
    elif c.op == OP_STOP:
        end_play(m, leg)
    elif c.op == OP_DIGITS:
        queue_digits(leg, c.digits, c.count, c.a)
    elif c.op == OP_BRIDGE:
        bridge(m, leg, &m.legs[c.a], <Mix *>c.item)
    elif c.op == OP_UNBRIDGE:
        leave_mix(m, leg)
    elif c.op == OP_RECORD:
        start_recording(m, <Recording *>c.item)
    elif c.op == OP_RECORD_STOP:
        stop_recording(m, <uint32_t>c.a)
    elif c.op == OP_RECORD_PAUSE or c.op == OP_RECORD_RESUME:
        hold_recording(m, <uint32_t>c.a, c.op == OP_RECORD_PAUSE)
    elif c.op == OP_DROP_AUDIO:
        drop_audio(m, <Audio *>c.item)
    else:
        obey_for_mix(m, c)


cdef inline void obey_all(Media *m) noexcept nogil:
    cdef uint64_t last = load_acquire(&m.commands_in)
    while m.commands_out != last:
        obey(m, &m.commands[m.commands_out & (COMMAND_CAPACITY - 1)])
        store_release(&m.commands_out, m.commands_out + 1)
