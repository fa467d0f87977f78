"""Which packet a leg sends at its turn: a digit, a prompt, what it hears of its mix, or silence."""

from libc.stdint cimport uint8_t

from interpreter.rtp._bus cimport mix_frame
from interpreter.rtp._send cimport digit_frame, digit_waits, play_frame, silence_frame
from interpreter.rtp._types cimport FLAG_IDLE_SILENCE, Leg, Media

cdef enum:
    STARVED_TURNS = 10              # without a relayed packet, 200 ms: then silence is sent until one comes


cdef inline bint is_starved(Leg *leg) noexcept nogil:
    """Whether its partner has said nothing for a while: on hold, muted, or gone."""
    if leg.seq != leg.starved_seq:
        leg.starved_seq = leg.seq
        leg.starved = 0
        return False
    if leg.starved < STARVED_TURNS:
        leg.starved += 1
    return leg.starved == STARVED_TURNS


cdef inline void relayed_frame(Media *m, Leg *leg) noexcept nogil:
    """Nothing, where the partner's packets come by themselves."""
    if is_starved(leg) and leg.flags & FLAG_IDLE_SILENCE:
        silence_frame(m, leg)
        leg.starved_seq = leg.seq


cdef inline void send_frame(Media *m, Leg *leg, bint audible) noexcept nogil:
    """The leg's packet of this packet time, whatever it is."""
    cdef bint digit = audible and digit_waits(leg)
    if digit:
        digit_frame(m, leg)
    elif leg.play != NULL and leg.out_digits.gap_left == 0:
        play_frame(m, leg, audible)
    elif leg.partner:
        if audible:
            relayed_frame(m, leg)
    elif not audible:
        leg.on_air = 0
    elif leg.mix != NULL and leg.out_digits.gap_left == 0:
        mix_frame(m, leg)
    elif leg.mix != NULL or leg.flags & FLAG_IDLE_SILENCE:
        silence_frame(m, leg)
    else:
        leg.on_air = 0
