"""When a leg has its turn. A packet time of 20 ms has four slots; a leg keeps the phase that it was given.

Waking up is dear on a machine that sleeps (some 20 us), so few legs share few slots and empty slots are slept through.
"""

from libc.stdint cimport int32_t, uint8_t, uint32_t, uint64_t

from interpreter.rtp._types cimport DUE_SLOTS, PHASES, Leg, Media

cdef enum:
    PHASE_FILL = 256                # legs served in one go (about 1 ms) before the next phase is used


cdef inline uint8_t pick_phase(Media *m) noexcept nogil:
    """The first phase with room; when all are full the one with the fewest legs."""
    cdef uint32_t phase, best = 0
    for phase in range(<uint32_t>PHASES):
        if m.phase_load[phase] < PHASE_FILL:
            return <uint8_t>phase
        if m.phase_load[phase] < m.phase_load[best]:
            best = phase
    return <uint8_t>best


cdef inline void plan(Media *m, Leg *leg, uint32_t slot) noexcept nogil:
    m.due[leg.index] = slot
    m.due_legs[slot & (DUE_SLOTS - 1)] += 1


cdef inline void unplan(Media *m, Leg *leg) noexcept nogil:
    m.due_legs[m.due[leg.index] & (DUE_SLOTS - 1)] -= 1


cdef inline void plan_first(Media *m, Leg *leg) noexcept nogil:
    """The present slot or the first one after it that is of the leg's phase."""
    cdef uint32_t slot = <uint32_t>m.slot
    plan(m, leg, slot + ((leg.phase - slot) & (PHASES - 1)))


cdef inline void plan_next(Media *m, Leg *leg) noexcept nogil:
    unplan(m, leg)
    plan(m, leg, m.due[leg.index] + leg.period)


cdef inline uint32_t slots_to_next(Media *m) noexcept nogil:
    """How many slots on there is something to do: a leg's turn, or at the latest the commands that came meanwhile."""
    cdef uint32_t step
    if m.bridged or m.recording_count:
        return 1
    for step in range(1, <uint32_t>PHASES):
        if m.due_legs[(<uint32_t>m.slot + step) & (DUE_SLOTS - 1)]:
            return step
    return PHASES


cdef inline void skip_slots(Media *m, uint64_t count) noexcept nogil:
    """Leave slots out: every leg's next turn moves to its first one that is still to come."""
    cdef uint32_t i, behind, slot
    cdef Leg *leg
    m.skipped_slots += count
    m.slot += count
    slot = <uint32_t>m.slot
    for i in range(m.high):
        leg = &m.legs[i]
        if not leg.open:
            continue
        leg.stale = 1
        if <int32_t>(m.due[i] - slot) < 0:
            behind = (slot - m.due[i]) % leg.period
            unplan(m, leg)
            plan(m, leg, slot + (leg.period - behind if behind else 0))
