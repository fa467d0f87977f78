"""The engine thread: commands in, one slot of 5 ms after the other, events out. Nothing here takes the GIL."""

from libc.stdint cimport int64_t, uint32_t, uint64_t
from posix.unistd cimport write

from interpreter.rtp._alive cimport tend_timeout
from interpreter.rtp._bus cimport advance_mix
from interpreter.rtp._commands cimport obey_all
from interpreter.rtp._frame cimport send_frame
from interpreter.rtp._mix cimport settle
from interpreter.rtp._quiet cimport hear_quiet
from interpreter.rtp._receive cimport read_one, read_stale, read_tick, read_voice, tend_latch
from interpreter.rtp._record cimport tend_recordings
from interpreter.rtp._schedule cimport plan_next, skip_slots, slots_to_next
from interpreter.rtp._system cimport (
    epoll_wait, load_acquire, now_ns, raise_thread_priority, sleep_until, store_release, thread_id,
)
from interpreter.rtp._types cimport (
    EPOLL_BATCH, FLAG_SEND, LATCH_NONE, SLOT_NS, STALL_NS, Leg, Media, note_late,
)

cdef enum:
    RELAY_STEP_NS = SLOT_NS // 2    # how often bridged legs are looked after
    RELAY_ROUNDS = 64               # times EPOLL_BATCH packets at once, then the slot's own work has its turn


cdef inline void serve(Media *m, Leg *leg) noexcept nogil:
    """A leg's turn, once per packet time."""
    if not leg.told:
        return
    if leg.stale:
        read_stale(m, leg)
    elif not leg.watched:
        if leg.voice != NULL:
            read_voice(m, leg)
        else:
            read_tick(m, leg)
    tend_latch(m, leg)
    tend_timeout(m, leg)
    send_frame(m, leg, leg.flags & FLAG_SEND and leg.latch != LATCH_NONE)
    if leg.mix != NULL and leg.mix.unsettled:
        settle(m, leg.mix)


cdef inline void serve_slot(Media *m) noexcept nogil:
    cdef uint32_t i, slot = <uint32_t>m.slot
    for i in range(m.high):
        if m.due[i] == slot and m.legs[i].open:
            plan_next(m, &m.legs[i])
            serve(m, &m.legs[i])


cdef inline void mix_recorded(Media *m) noexcept nogil:
    """A recording has all that is said, whether anybody listens or not."""
    cdef uint32_t i
    for i in range(m.recording_count):
        if m.recordings[i].mix != NULL and not m.recordings[i].mix.direct:
            advance_mix(m, m.recordings[i].mix)


cdef inline void notify(Media *m) noexcept nogil:
    """Make the eventfd readable if there is news; it can only fail when it is readable already."""
    cdef uint64_t one = 1
    if m.noticed:
        m.noticed = 0
        write(m.event_fd, &one, 8)


cdef inline void relay_ready(Media *m) noexcept nogil:
    """Pass on what has come for bridged legs. One packet each: who has more is reported ready again."""
    cdef int count = EPOLL_BATCH, i, rounds
    for rounds in range(RELAY_ROUNDS):
        count = epoll_wait(m.epoll_fd, m.ready, EPOLL_BATCH, 0)
        for i in range(count):
            read_one(m, &m.legs[m.ready[i].data.u64])
        if count < EPOLL_BATCH:
            break


cdef inline void wait_for_slot(Media *m, int64_t deadline) noexcept nogil:
    """Sleep until the slot begins; bridged legs are looked after meanwhile.

    Looking each RELAY_STEP_NS costs a third less than being woken by each packet, for 1.2 ms of delay on average.
    """
    cdef int64_t step = deadline - SLOT_NS + RELAY_STEP_NS
    while m.bridged and step <= deadline:
        sleep_until(step)
        m.now = now_ns()
        relay_ready(m)
        notify(m)
        step += RELAY_STEP_NS
    sleep_until(deadline)


cdef inline void *run(void *media) noexcept nogil:
    cdef Media *m = <Media *>media
    cdef int64_t deadline, late, skipped
    cdef uint32_t step
    m.thread = thread_id()
    store_release(&m.scheduling, 1 + raise_thread_priority(m.realtime_priority))
    deadline = now_ns() + SLOT_NS
    while not load_acquire(&m.stopping):
        wait_for_slot(m, deadline)
        m.now = now_ns()
        late = m.now - deadline
        note_late(m, late)
        if late > STALL_NS:
            skipped = late // SLOT_NS
            skip_slots(m, skipped)
            deadline += skipped * SLOT_NS
        obey_all(m)
        hear_quiet(m)
        serve_slot(m)
        mix_recorded(m)
        tend_recordings(m)
        notify(m)
        step = slots_to_next(m)
        m.slot += step
        deadline += step * SLOT_NS
    return NULL
