"""Who is in which mix, and what that means for each leg.

A mix of two who speak and listen to each other is *direct*: its packets are relayed as they come (``_relay.pxd``).
As soon as there is a third, a role, or something played to all, it is mixed (``_bus.pxd``), and direct again after that.
Python sees to it that a mix has its bus and each speaker its voice before that, for nothing is allocated here.
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t

from interpreter.rtp._bus cimport TUNE_TAIL, begin_voice, mix_now
from interpreter.rtp._receive cimport read_stale
from interpreter.rtp._record cimport end_recording
from interpreter.rtp._system cimport EPOLL_CTL_ADD, EPOLL_CTL_DEL, epoll_set
from interpreter.rtp._types cimport (
    GARBAGE_BLOCK, REASON_HANGUP, ROLE_LISTENS, ROLE_SPEAKS, ROLE_WHISPERS, Leg, Media, Mix, Recording, Voice, end_play,
    release_play, throw_away,
)

cdef enum:
    ROLE_TALKS = ROLE_SPEAKS | ROLE_LISTENS


cdef inline void watch(Media *m, Leg *leg) noexcept nogil:
    """Look after the leg between the slots too, as those that are relayed are."""
    if not leg.watched and epoll_set(m.epoll_fd, EPOLL_CTL_ADD, leg.fd, leg.index) == 0:
        leg.watched = 1
        m.bridged += 1


cdef inline void unwatch(Media *m, Leg *leg) noexcept nogil:
    if leg.watched:
        epoll_set(m.epoll_fd, EPOLL_CTL_DEL, leg.fd, 0)
        leg.watched = 0
        m.bridged -= 1


# -- direct or mixed ---------------------------------------------------------------------------------------------


cdef inline bint can_be_direct(Media *m, Mix *mix) noexcept nogil:
    cdef Leg *first
    cdef Leg *second
    if mix.count != 2 or mix.play != NULL or (mix.tune_end and mix.at < mix.tune_end + TUNE_TAIL):
        return False
    first = &m.legs[mix.members - 1]
    second = &m.legs[first.next_member - 1]
    if first.role != ROLE_TALKS or second.role != ROLE_TALKS:
        return False
    # each has a channel of the recording for itself
    return mix.recording == NULL or mix.left == first.index + 1 or mix.left == second.index + 1


cdef inline void record_member(Mix *mix, Leg *leg) noexcept nogil:
    """Where packets are relayed each leg writes its own channel; else the mix writes both."""
    cdef Recording *r = mix.recording
    if r == NULL:
        return
    if not mix.direct:
        if leg.recording == r:
            leg.recording = NULL
    elif leg.recording == NULL:
        leg.recording = r
        leg.channel = 0 if mix.left == leg.index + 1 else 1
        r.anchored[leg.channel] = 0


cdef inline void relay_to(Media *m, Leg *leg, Leg *partner) noexcept nogil:
    leg.partner = partner.index + 1
    leg.starved = 0
    watch(m, leg)


cdef inline void relay_no_more(Media *m, Leg *leg) noexcept nogil:
    leg.partner = 0
    leg.relaying = 0
    leg.in_digits.listener = 0      # who is connected later gets nothing of a key that is held by then
    leg.on_air = 0                  # what it hears now has its own pace: a new talk-spurt
    leg.silent_ticks = 0
    unwatch(m, leg)


cdef inline void settle(Media *m, Mix *mix) noexcept nogil:
    """Look whether packets are to be relayed or voices mixed, and begin that."""
    cdef bint direct = can_be_direct(m, mix)
    cdef uint32_t number = mix.members
    cdef Leg *leg
    mix.unsettled = mix.play == NULL and mix.tune_end and mix.at < mix.tune_end + TUNE_TAIL
    if direct and not mix.direct:
        mix.direct = 1
        mix.tune_end = 0
        leg = &m.legs[mix.members - 1]
        relay_to(m, leg, &m.legs[leg.next_member - 1])
        relay_to(m, &m.legs[leg.next_member - 1], leg)
    elif mix.direct and not direct:
        mix.direct = 0
        mix.at = mix_now(m)
        mix.spoken = 0
    else:
        direct = mix.direct
    while number:
        leg = &m.legs[number - 1]
        if not direct and leg.partner:
            relay_no_more(m, leg)
            if leg.voice != NULL:
                begin_voice(leg.voice)
        record_member(mix, leg)
        number = leg.next_member


# -- members -----------------------------------------------------------------------------------------------------


cdef inline void add_to_voices(Media *m, Mix *mix, Leg *leg) noexcept nogil:
    if leg.role & (ROLE_SPEAKS | ROLE_WHISPERS):
        leg.next_voice = mix.voices
        mix.voices = leg.index + 1
    if leg.role & ROLE_WHISPERS:
        mix.whisperers += 1


cdef inline void take_from_voices(Media *m, Mix *mix, Leg *leg) noexcept nogil:
    cdef uint32_t *link = &mix.voices
    if leg.role & ROLE_WHISPERS:
        mix.whisperers -= 1
    while link[0]:
        if link[0] == leg.index + 1:
            link[0] = leg.next_voice
            break
        link = &m.legs[link[0] - 1].next_voice
    leg.next_voice = 0


cdef inline void take_role(Media *m, Leg *leg, uint8_t role, uint32_t whispers_to) noexcept nogil:
    cdef Mix *mix = leg.mix
    cdef bint was_heard = leg.role & (ROLE_SPEAKS | ROLE_WHISPERS)
    if mix == NULL:
        return
    take_from_voices(m, mix, leg)
    leg.role = role
    leg.whispers_to = whispers_to
    add_to_voices(m, mix, leg)
    if leg.voice != NULL and not was_heard:
        begin_voice(leg.voice)
    settle(m, mix)


cdef inline void insert_member(Media *m, Mix *mix, Leg *leg, uint8_t role, uint32_t whispers_to) noexcept nogil:
    """Add at the end: who was there first stays first."""
    cdef uint32_t last = mix.members
    leg.mix = mix
    leg.role = role
    leg.whispers_to = whispers_to
    leg.next_member = 0
    leg.last_member = 0
    leg.on_air = 0
    leg.silent_ticks = 0
    if last:                        # the first one's ``last_member`` is the end of the chain
        last = m.legs[mix.members - 1].last_member
        m.legs[last - 1].next_member = leg.index + 1
        leg.last_member = last
        m.legs[mix.members - 1].last_member = leg.index + 1
    else:
        mix.members = leg.index + 1
        leg.last_member = leg.index + 1
    mix.count += 1
    if mix.recording != NULL and not mix.left_known:
        mix.left = leg.index + 1
        mix.left_known = 1
    if leg.voice != NULL:
        begin_voice(leg.voice)
    add_to_voices(m, mix, leg)


cdef inline void remove_member(Media *m, Mix *mix, Leg *leg) noexcept nogil:
    cdef uint32_t following = leg.next_member, before = leg.last_member, end, number = mix.members
    cdef Leg *other
    take_from_voices(m, mix, leg)
    if mix.members == leg.index + 1:
        end = before
        mix.members = following
        if following:
            m.legs[following - 1].last_member = end
    else:
        m.legs[before - 1].next_member = following
        m.legs[(following if following else mix.members) - 1].last_member = before
    mix.count -= 1
    if mix.whisperers:              # its place may be taken by a stranger
        while number:
            other = &m.legs[number - 1]
            if other.whispers_to == leg.index + 1:
                other.whispers_to = 0
            number = other.next_member
    if mix.left == leg.index + 1:
        mix.left = 0
    if mix.recording != NULL and leg.recording == mix.recording:
        leg.recording = NULL
    relay_no_more(m, leg)
    leg.mix = NULL
    leg.next_member = leg.last_member = leg.whispers_to = 0
    leg.role = 0
    if leg.voice != NULL:
        throw_away(m, &leg.voice.garbage, GARBAGE_BLOCK)
        leg.voice = NULL


cdef inline void dissolve(Media *m, Mix *mix) noexcept nogil:
    """Everybody out, and away with it."""
    while mix.members:
        remove_member(m, mix, &m.legs[mix.members - 1])
    if mix.play != NULL:
        release_play(m, mix.play)
        mix.play = NULL
    if mix.recording != NULL:
        end_recording(m, mix.recording, REASON_HANGUP)
    if mix.bus != NULL:
        throw_away(m, &mix.bus.garbage, GARBAGE_BLOCK)
    throw_away(m, &mix.garbage, GARBAGE_BLOCK)


cdef inline void leave_mix(Media *m, Leg *leg) noexcept nogil:
    cdef Mix *mix = leg.mix
    if mix == NULL:
        return
    remove_member(m, mix, leg)
    if mix.pair and mix.count < 2:
        dissolve(m, mix)
    else:
        settle(m, mix)


cdef inline void join_mix(Media *m, Leg *leg, Mix *mix, uint8_t role, uint32_t whispers_to) noexcept nogil:
    """Come from wherever it was. What it said before, waiting in its socket, is not heard."""
    cdef Voice *voice = leg.voice
    leg.voice = NULL                # given for the mix that is joined
    leave_mix(m, leg)
    leg.voice = voice
    read_stale(m, leg)
    insert_member(m, mix, leg, role, whispers_to)
    settle(m, mix)


cdef inline void bridge(Media *m, Leg *leg, Leg *partner, Mix *mix) noexcept nogil:
    leave_mix(m, leg)
    leave_mix(m, partner)
    end_play(m, leg)
    end_play(m, partner)
    read_stale(m, leg)                  # what waits was said before they were connected
    read_stale(m, partner)
    mix.pair = 1
    insert_member(m, mix, leg, ROLE_TALKS, 0)
    insert_member(m, mix, partner, ROLE_TALKS, 0)
    settle(m, mix)
