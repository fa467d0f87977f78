"""What a leg sends by itself: prompts, digits (RFC 4733), silence. One packet per packet time."""

from libc.errno cimport errno
from libc.stdint cimport uint8_t, uint16_t, uint32_t
from libc.string cimport memcpy, memset

from interpreter.rtp._system cimport ECONNREFUSED, send_connected, send_to
from interpreter.rtp._types cimport (
    FLAG_IDLE_SILENCE, LATCH_FINAL, NOTE_DIGITS_SENT, NOTE_PLAY_DONE, SLOT_SAMPLES, DigitSender, Leg,
    Media, PCMA, Play, end_play, tell,
)
from interpreter.rtp._wire cimport RTP_HEADER, later32, put16, put_header

cdef enum:
    END_PACKETS = 3                 # RFC 4733 section 2.5.1.4
    VOLUME = 10                     # -10 dBm0
    PCMU_SILENCE = 0xFF
    PCMA_SILENCE = 0xD5


cdef inline void send_datagram(Leg *leg, const uint8_t *data, uint32_t size) noexcept nogil:
    cdef ssize_t sent = -1
    cdef int attempt
    for attempt in range(2):
        if leg.latch == LATCH_FINAL:
            sent = send_connected(leg.fd, data, size)
        else:
            sent = send_to(leg.fd, data, size, &leg.remote)
        if sent >= 0 or errno != ECONNREFUSED:
            break
        leg.refused += 1            # an earlier packet's ICMP answer; this one was not sent yet
    if sent < 0:
        if errno != ECONNREFUSED:
            leg.send_errors += 1
        return
    leg.packets_out += 1
    leg.bytes_out += size - RTP_HEADER


cdef inline uint32_t clock_timestamp(Media *m, Leg *leg) noexcept nogil:
    """Timestamp of the present slot: it follows the clock, so gaps and skipped slots show in it."""
    return leg.ts_base + <uint32_t>m.slot * SLOT_SAMPLES


cdef inline uint32_t own_timestamp(Media *m, Leg *leg) noexcept nogil:
    """``clock_timestamp``, but never before what was sent already: a relayed stream may run ahead of our clock."""
    cdef uint32_t timestamp = clock_timestamp(m, leg)
    if later32(timestamp, leg.ts_min) < 0:
        leg.ts_base += leg.ts_min - timestamp
        return leg.ts_min
    return timestamp


cdef inline void send_own(
    Media *m, Leg *leg, uint8_t payload_type, uint8_t marker, uint32_t timestamp, uint32_t size
) noexcept nogil:
    """Send ``size`` payload bytes standing in ``m.out`` behind the room for the header."""
    put_header(m.out, payload_type, marker, leg.seq, timestamp, leg.ssrc)
    leg.seq += 1
    leg.own_epoch += 1
    send_datagram(leg, m.out, RTP_HEADER + size)


cdef inline bint fill_from_play(Play *play, uint8_t law, uint8_t *out, uint32_t size) noexcept nogil:
    """Copy the next ``size`` samples, padded with silence at the very end; True when all is played."""
    cdef uint32_t done = 0, part
    while play.index < play.count:
        if done == size:
            return False
        part = play.audios[play.index].length - play.offset
        if part > size - done:
            part = size - done
        memcpy(out + done, play.audios[play.index].data[law] + play.offset, part)
        done += part
        play.offset += part
        if play.offset == play.audios[play.index].length:
            play.offset = 0
            play.index += 1
            if play.loop and play.index == play.count:
                play.index = 0
    memset(out + done, PCMA_SILENCE if law == PCMA else PCMU_SILENCE, size - done)
    return True


cdef inline void play_frame(Media *m, Leg *leg, bint audible) noexcept nogil:
    cdef uint32_t size = leg.period * SLOT_SAMPLES, timestamp
    cdef Play *play = leg.play
    cdef bint finished = fill_from_play(play, leg.law, m.out + RTP_HEADER, size)
    if audible:
        timestamp = own_timestamp(m, leg)
        send_own(m, leg, leg.payload_type, leg.fresh_play or not leg.on_air, timestamp, size)
        leg.ts_min = timestamp + size
        leg.on_air = 1
    leg.fresh_play = 0
    if finished:
        tell(m, NOTE_PLAY_DONE, leg.id, play.serial, play.token)
        end_play(m, leg)


cdef inline void silence_frame(Media *m, Leg *leg) noexcept nogil:
    cdef uint32_t size = leg.period * SLOT_SAMPLES, timestamp = own_timestamp(m, leg)
    memset(m.out + RTP_HEADER, PCMA_SILENCE if leg.law == PCMA else PCMU_SILENCE, size)
    send_own(m, leg, leg.payload_type, not leg.on_air, timestamp, size)
    leg.ts_min = timestamp + size
    leg.on_air = 1


cdef inline void finish_digit(Media *m, Leg *leg) noexcept nogil:
    cdef DigitSender *d = &leg.out_digits
    cdef uint32_t i
    d.running = 0
    d.gap_left = d.gap_samples
    d.count -= 1
    for i in range(d.count):
        d.events[i] = d.events[i + 1]
    if d.count == 0:
        tell(m, NOTE_DIGITS_SENT, leg.id, 0, 0)


cdef inline void digit_frame(Media *m, Leg *leg) noexcept nogil:
    """One telephone-event packet: updates with growing duration, then three ends with the final one."""
    cdef DigitSender *d = &leg.out_digits
    cdef uint8_t *payload = m.out + RTP_HEADER
    cdef uint8_t first = not d.running, end
    if first:
        d.running = 1
        d.ends_sent = 0
        d.duration = 0
        d.timestamp = own_timestamp(m, leg)
    if d.duration < d.tone_samples:
        d.duration += leg.period * SLOT_SAMPLES
    end = d.duration >= d.tone_samples
    payload[0] = d.events[0]
    payload[1] = (0x80 if end else 0) | VOLUME
    put16(payload + 2, <uint16_t>d.duration)
    send_own(m, leg, leg.telephone_event, first, d.timestamp, 4)
    leg.ts_min = d.timestamp + d.duration
    leg.on_air = 0                  # the audio after it is a new talk-spurt
    if end:
        d.ends_sent += 1
        if d.ends_sent == END_PACKETS:
            finish_digit(m, leg)


cdef inline bint digit_waits(Leg *leg) noexcept nogil:
    """Whether an event is due; between two of them the gap runs off."""
    cdef DigitSender *d = &leg.out_digits
    if d.gap_left > leg.period * SLOT_SAMPLES:
        d.gap_left -= leg.period * SLOT_SAMPLES
        return False
    d.gap_left = 0
    return d.count > 0
