"""Legs from which nothing comes: not asked at each packet time, but watched together by one epoll.

A muted, holding or silence-suppressing phone would cost a system call per packet time only to learn that it says
nothing. Its socket is handed to ``quiet_fd`` instead; what comes at last is taken in the next slot and the
leg is read by itself again. Watching those that talk would be dearer than reading them.
"""

from interpreter.rtp._system cimport EPOLL_CTL_ADD, EPOLL_CTL_DEL, epoll_set
from interpreter.rtp._types cimport Leg, Media

cdef enum:
    QUIET_TICKS = 50                # packet times without a packet: one second at 20 ms


cdef inline void rouse(Media *m, Leg *leg) noexcept nogil:
    """Read the leg at each packet time from now on."""
    leg.silent_ticks = 0
    if leg.quiet:
        epoll_set(m.quiet_fd, EPOLL_CTL_DEL, leg.fd, 0)
        leg.quiet = 0
        m.quiet -= 1


cdef inline void rest(Media *m, Leg *leg) noexcept nogil:
    """Nothing came in this packet time; after enough of them the leg is quiet."""
    leg.silent_ticks += 1
    if leg.silent_ticks >= QUIET_TICKS:
        leg.silent_ticks = 0
        if epoll_set(m.quiet_fd, EPOLL_CTL_ADD, leg.fd, leg.index) == 0:
            leg.quiet = 1
            m.quiet += 1
