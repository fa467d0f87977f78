"""What comes in: where from (latching), what it is, and who gets it."""

from libc.errno cimport errno
from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint32_t

from interpreter.rtp._bus cimport hear_voice
from interpreter.rtp._digits cimport MAX_MISORDER, PRESS_LATE, PRESS_NEW, PRESS_NONE, hear_event, hear_tones
from interpreter.rtp._record cimport digit_for_recording, record_audio
from interpreter.rtp._relay cimport relay
from interpreter.rtp._system cimport ECONNREFUSED, connect_to, disconnect, receive_from, sockaddr_in
from interpreter.rtp._types cimport (
    BUFFER_BYTES, FLAG_INBAND, FLAG_LATCH, LATCH_FINAL, LATCH_NONE, LATCH_REOPENED, LATCH_TOLD, LATCH_TRIAL, MAX_AUDIO_BYTES,
    MAX_PACKET_BYTES, NOTE_DIGIT, NOTE_INBAND_DIGIT, NOTE_LATCHED, PCMA, PCMU, QUIET_TICKS, DigitReceiver, Leg, Media, tell,
)
from interpreter.rtp._wire cimport COMFORT_NOISE, Packet, later16, parse_rtp

cdef enum:
    TRIAL_NS = 1_000_000_000
    REOPEN_NS = 2_000_000_000
    MAX_FORWARD = 3000              # how far a stream may have gone on while its address changed
    EAGER_TICKS = 64
    DRAIN_LIMIT = 64                # packets read of one leg at once


cdef inline bint same_address(const sockaddr_in *a, const sockaddr_in *b) noexcept nogil:
    return a.sin_port == b.sin_port and a.sin_addr.s_addr == b.sin_addr.s_addr


cdef inline void tell_latched(Media *m, Leg *leg) noexcept nogil:
    cdef int64_t address = <int64_t>leg.remote.sin_addr.s_addr << 16 | leg.remote.sin_port
    tell(m, NOTE_LATCHED, leg.id, 1 if same_address(&leg.remote, &leg.told_address) else 0, address)


cdef inline void make_final(Media *m, Leg *leg, const sockaddr_in *address) noexcept nogil:
    """Connect the socket: from now on the kernel drops what others send."""
    cdef bint news = leg.latch != LATCH_TRIAL or not same_address(&leg.remote, address)
    leg.remote = address[0]
    if connect_to(leg.fd, address) == 0:
        leg.latch = LATCH_FINAL
    if news:
        tell_latched(m, leg)


cdef inline bint fits_stream(Leg *leg, const Packet *packet) noexcept nogil:
    """Whether this continues the stream we know: only its sender can tell the SSRC and the number."""
    return leg.heard and packet.ssrc == leg.in_ssrc and 0 < later16(packet.seq, leg.max_seq) < MAX_FORWARD


cdef inline bint may_be_theirs(Leg *leg, const sockaddr_in *source, const Packet *packet) noexcept nogil:
    """Whether an unknown source may be the peer behind NAT, and not somebody who tries ports."""
    return (leg.latch_host == 0 or source.sin_addr.s_addr == leg.latch_host
            or source.sin_addr.s_addr == leg.told_address.sin_addr.s_addr or fits_stream(leg, packet))


cdef inline bint accept_source(Media *m, Leg *leg, const sockaddr_in *source, const Packet *packet) noexcept nogil:
    """Decide on a valid packet's sender, and learn from it; False: a stranger."""
    cdef bint told = same_address(source, &leg.told_address)
    if leg.latch == LATCH_NONE:
        return may_be_theirs(leg, source, packet)
    if leg.latch == LATCH_FINAL:
        return same_address(source, &leg.remote)
    if told:
        make_final(m, leg, source)
        return True
    if not leg.flags & FLAG_LATCH:
        return False
    if leg.latch == LATCH_TOLD:
        if not may_be_theirs(leg, source, packet):
            return False
        leg.latch = LATCH_TRIAL
        leg.trial_end = m.now + TRIAL_NS
        leg.remote = source[0]
        tell_latched(m, leg)
        return True
    if leg.latch == LATCH_REOPENED:
        if not same_address(source, &leg.remote) and not fits_stream(leg, packet):
            return False
        make_final(m, leg, source)
        return True
    return same_address(source, &leg.remote)


cdef inline void tend_latch(Media *m, Leg *leg) noexcept nogil:
    if leg.latch == LATCH_TRIAL and m.now >= leg.trial_end:
        make_final(m, leg, &leg.remote)
    elif (leg.latch == LATCH_FINAL and leg.flags & FLAG_LATCH and leg.heard
            and m.now - leg.last_packet > REOPEN_NS and disconnect(leg.fd) == 0):
        leg.latch = LATCH_REOPENED


cdef inline int64_t stream_lost(const Leg *leg) noexcept nogil:
    """Expected minus received of the present stream (RFC 3550 appendix A.3)."""
    return <int64_t>leg.seq_cycles + leg.max_seq - leg.first_seq + 1 - leg.received if leg.heard else 0


cdef inline void begin_stream(Leg *leg, const Packet *packet) noexcept nogil:
    leg.lost_before += stream_lost(leg)
    leg.heard = 1
    leg.in_ssrc = packet.ssrc
    leg.first_seq = packet.seq
    leg.max_seq = packet.seq
    leg.seq_cycles = 0
    leg.received = 0
    leg.has_transit = 0
    leg.in_digits.restarted = 1     # a key may be held meanwhile


cdef inline void measure_jitter(Media *m, Leg *leg, const Packet *packet) noexcept nogil:
    """RFC 3550 section 6.4.1, in timestamp units: 8 per millisecond."""
    cdef uint32_t transit = <uint32_t>(m.now // 125_000) - packet.timestamp
    cdef int32_t difference = <int32_t>(transit - leg.transit)
    if leg.has_transit:
        leg.jitter += ((difference if difference >= 0 else -difference) - leg.jitter) / 16
    leg.transit = transit
    leg.has_transit = 1


cdef inline bint count_packet(Media *m, Leg *leg, const Packet *packet) noexcept nogil:
    """Keep the books; True if the packet is the newest of its stream."""
    cdef int16_t step
    if not leg.heard or packet.ssrc != leg.in_ssrc:
        begin_stream(leg, packet)
    step = later16(packet.seq, leg.max_seq)
    if step > MAX_FORWARD or step < -MAX_MISORDER:
        begin_stream(leg, packet)               # restarted under the same SSRC
        step = 0
    if step > 0:
        if packet.seq < leg.max_seq:
            leg.seq_cycles += 0x10000
        leg.max_seq = packet.seq
    leg.received += 1
    leg.packets_in += 1
    leg.bytes_in += packet.size
    leg.last_packet = m.now
    leg.timed_out = 0
    return step > 0 or leg.received == 1


cdef inline int law_of(const Leg *leg, uint8_t payload_type) noexcept nogil:
    """The law of a payload type, -1: not audio that we know."""
    if payload_type == leg.payload_type:
        return leg.law
    if payload_type == 0:
        return PCMU
    return PCMA if payload_type == 8 else -1


cdef inline void take_event(Media *m, Leg *leg, const Packet *packet) noexcept nogil:
    cdef DigitReceiver *d = &leg.in_digits
    cdef int press = hear_event(d, packet)
    leg.eager = EAGER_TICKS         # its others come beside the audio, and the ends all at once
    if press == PRESS_NEW:
        d.listener = leg.partner    # who is connected later gets nothing of a key that is held by then
        tell(m, NOTE_DIGIT, leg.id, 0, d.event)
        digit_for_recording(m, leg, d.event)
    if not leg.partner or press == PRESS_LATE or (press != PRESS_NONE and d.listener != leg.partner):
        return
    if m.legs[leg.partner - 1].telephone_event != 255:
        relay(m, leg, packet, m.legs[leg.partner - 1].telephone_event, False)


cdef inline void take_audio(Media *m, Leg *leg, const Packet *packet, uint8_t law, bint newest) noexcept nogil:
    cdef int event
    cdef Leg *to
    measure_jitter(m, leg, packet)
    if leg.stale:
        leg.discarded += 1
        return
    if leg.recording != NULL:
        record_audio(m, leg, law, packet.timestamp, packet.payload, packet.size, newest)
    if leg.partner:
        to = &m.legs[leg.partner - 1]
        relay(m, leg, packet, to.payload_type, law != to.law)
    elif leg.voice != NULL and leg.mix != NULL:
        hear_voice(m, leg, law, packet, newest)
    if leg.flags & FLAG_INBAND and newest:
        event = hear_tones(&leg.inband, m.linear[law], packet.payload, packet.size)
        if event >= 0:
            tell(m, NOTE_INBAND_DIGIT, leg.id, 0, event)
            digit_for_recording(m, leg, event)


cdef inline void take_packet(Media *m, Leg *leg, ssize_t size, const sockaddr_in *source) noexcept nogil:
    cdef Packet packet
    cdef int law
    cdef bint newest, event
    if size > MAX_PACKET_BYTES or not parse_rtp(m.buffer, size, &packet):
        leg.bad += 1
        return
    law = law_of(leg, packet.payload_type)
    # a payload type has seven bits: 255 equals none
    event = packet.payload_type == leg.telephone_event or packet.payload_type == leg.heard_event
    if packet.size > MAX_AUDIO_BYTES or (law < 0 and not event and packet.payload_type != COMFORT_NOISE):
        leg.bad += 1
        return
    if not accept_source(m, leg, source, &packet):
        leg.strangers += 1
        return
    newest = count_packet(m, leg, &packet)
    if event:
        take_event(m, leg, &packet)
    elif law >= 0:
        take_audio(m, leg, &packet, <uint8_t>law, newest)


cdef inline bint read_one(Media *m, Leg *leg) noexcept nogil:
    """Take one datagram off the socket; False when none waits."""
    cdef sockaddr_in source
    cdef ssize_t size = receive_from(leg.fd, m.buffer, BUFFER_BYTES, &source)
    if size >= 0:
        take_packet(m, leg, size, &source)
        return True
    if errno == ECONNREFUSED:       # ICMP answer to what we sent: the far port is closed
        leg.refused += 1
        return True
    return False


cdef inline int read_all(Media *m, Leg *leg) noexcept nogil:
    """Read until nothing waits; how many that were."""
    cdef int count
    for count in range(DRAIN_LIMIT):
        if not read_one(m, leg):
            return count
    return DRAIN_LIMIT


cdef inline void read_stale(Media *m, Leg *leg) noexcept nogil:
    """Empty the socket of what came too long ago: digits count, audio does not."""
    leg.stale = 1
    read_all(m, leg)
    leg.stale = 0


cdef inline void read_tick(Media *m, Leg *leg) noexcept nogil:
    """One packet per packet time; each 16th time look for a second.

    A far clock that is faster than ours would otherwise pile packets up, and so would a shorter packet time: who is
    found to have more, or presses a key, is read until empty for a while.
    """
    leg.ticks += 1
    if leg.silent_ticks == QUIET_TICKS:
        return                      # hear_quiet has asked for it
    if leg.eager:
        leg.eager -= 1
        if read_all(m, leg) > 1:
            leg.eager = EAGER_TICKS
    elif not read_one(m, leg):
        leg.silent_ticks += 1
    else:
        leg.silent_ticks = 0
        if leg.eager == 0 and leg.ticks & 15 == 0 and read_one(m, leg):
            leg.eager = EAGER_TICKS
        if leg.eager:
            read_all(m, leg)


cdef inline void read_voice(Media *m, Leg *leg) noexcept nogil:
    """All that has come of a member that is mixed: waiting in the socket it would only be later."""
    leg.ticks += 1
    if leg.silent_ticks == QUIET_TICKS:
        return                      # hear_quiet has asked for it
    if read_all(m, leg):
        leg.silent_ticks = 0
    else:
        leg.silent_ticks += 1
