"""Silence of the far end, and what is none: reports (RTCP, RFC 3550 section 6) of who only listens."""

from libc.stdint cimport int64_t, uint8_t, uint32_t

from interpreter.rtp._system cimport receive_from, sockaddr_in
from interpreter.rtp._types cimport BUFFER_BYTES, NOTE_TIMEOUT, Leg, Media, tell

cdef enum:
    MAX_REPORTS = 16                # read at once; the kernel keeps one or two
    FIRST_REPORT = 200              # sender report; receiver reports and what may stand alone follow
    LAST_REPORT = 207


cdef inline bint is_theirs(const Leg *leg, uint32_t host) noexcept nogil:
    return host == leg.remote.sin_addr.s_addr or host == leg.told_address.sin_addr.s_addr or host == leg.latch_host


cdef inline bint is_report(const uint8_t *data, ssize_t size) noexcept nogil:
    return size >= 8 and data[0] >> 6 == 2 and FIRST_REPORT <= data[1] <= LAST_REPORT


cdef inline bint has_reported(Media *m, Leg *leg) noexcept nogil:
    """Whether a report of the far end has come since the last time. Looked at only where it has sent nothing else."""
    cdef sockaddr_in source
    cdef ssize_t size
    cdef bint found = False
    cdef int i
    for i in range(MAX_REPORTS):
        size = receive_from(leg.rtcp_fd, m.buffer, BUFFER_BYTES, &source)
        if size < 0:
            break
        if is_report(m.buffer, size) and is_theirs(leg, source.sin_addr.s_addr):
            found = True
    return found


cdef inline void watch_silence(Media *m, Leg *leg, int64_t timeout) noexcept nogil:
    """Begin to wait, from now; 0: not at all."""
    leg.timeout = timeout
    leg.timeout_from = m.now
    leg.timed_out = 0


cdef inline void tend_timeout(Media *m, Leg *leg) noexcept nogil:
    cdef int64_t since = leg.last_packet if leg.last_packet > leg.timeout_from else leg.timeout_from
    if not leg.timeout or leg.timed_out or leg.timeout_paused or m.now - since < leg.timeout:
        return
    if has_reported(m, leg):
        leg.timeout_from = m.now
        return
    leg.timed_out = 1
    tell(m, NOTE_TIMEOUT, leg.id, 0, leg.timeout)
