"""Legs from which nothing comes: asked all together, by one system call a slot.

A muted, holding or silence-suppressing phone would cost a ``recv`` per packet time only to learn that it says
nothing; ``poll`` learns that of many legs for a third of it. Watching them by epoll would be no gain: the kernel then
looks through the watchers of a socket at each packet that is sent.
"""

from libc.stdint cimport uint32_t

from interpreter.rtp._system cimport POLLIN, poll
from interpreter.rtp._types cimport POLL_BATCH, QUIET_TICKS, Leg, Media


cdef inline void ask(Media *m, uint32_t count) noexcept nogil:
    """Those for whom something has come are read again at each of their turns, beginning with this one."""
    cdef uint32_t i
    if not count or poll(m.asked, count, 0) <= 0:
        return
    for i in range(count):
        if m.asked[i].revents:
            m.legs[m.asked_legs[i]].silent_ticks = 0


cdef inline void hear_quiet(Media *m) noexcept nogil:
    """Ask for the quiet legs whose turn comes in this slot."""
    cdef uint32_t i, count = 0, slot = <uint32_t>m.slot
    cdef Leg *leg
    for i in range(m.high):
        if m.due[i] != slot:
            continue
        leg = &m.legs[i]
        if leg.open and leg.silent_ticks == QUIET_TICKS:
            m.asked[count].fd = leg.fd
            m.asked[count].events = POLLIN
            m.asked_legs[count] = i
            count += 1
            if count == POLL_BATCH:
                ask(m, count)
                count = 0
    ask(m, count)
