"""What the engine thread keeps, and the two rings that join it to Python.

Who may touch what: a ``Leg``, ``Play`` or ``Audio`` belongs to the engine thread from the command that hands it over
until the thread throws it on the ``garbage`` stack; Python frees it from there. Counters are read by Python while they
change, which is harmless for aligned words. A ``Recording``'s ring is written by the engine thread and emptied by the
writer thread, see ``_record.pxd``.
"""

from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from interpreter.rtp._system cimport (
    epoll_event, load_acquire, pollfd, sockaddr_in, store_release, swap_pointer,
)

cdef enum:
    SLOT_NS = 5_000_000
    LATE_WINDOW_NS = 10_000_000_000
    SLOT_SAMPLES = 40
    PHASES = 4                      # slots in 20 ms
    DUE_SLOTS = 16                  # a power of two above the longest packet time in slots
    STALL_NS = 100_000_000          # later than this: skip instead of sending a burst
    BUFFER_BYTES = 2048
    MAX_PACKET_BYTES = 1500
    MAX_AUDIO_BYTES = 960           # 120 ms
    MAX_DIGITS = 64                 # twice what Python lets through, which may look a slot too early
    EPOLL_BATCH = 256
    POLL_BATCH = 256
    QUIET_TICKS = 50                # packet times without a packet: one second at 20 ms
    COMMAND_CAPACITY = 8192         # a power of two
    MIX_FRAMES = 2048               # of a bus; a power of two
    VOICE_FRAMES = 4096             # of a voice; a power of two
    MAX_FRAME_SAMPLES = 480         # 60 ms

cdef enum:
    PCMU = 0
    PCMA = 1

cdef enum:
    OP_OPEN, OP_CLOSE, OP_MEDIA, OP_TIMEOUT, OP_PLAY, OP_STOP, OP_DIGITS, OP_BRIDGE, OP_UNBRIDGE
    OP_RECORD, OP_RECORD_STOP, OP_DROP_AUDIO
    OP_RECORD_PAUSE, OP_RECORD_RESUME, OP_TIMEOUT_PAUSE
    OP_JOIN, OP_ROLE, OP_CLOSE_MIX, OP_GIVE_BUS, OP_GIVE_VOICE, OP_PLAY_MIX, OP_STOP_MIX

cdef enum:
    FLAG_SEND = 1
    FLAG_LATCH = 2
    FLAG_IDLE_SILENCE = 4
    FLAG_INBAND = 8

cdef enum:
    ROLE_SPEAKS = 1
    ROLE_LISTENS = 2
    ROLE_WHISPERS = 4               # heard by one member alone

cdef enum:
    NOTE_PLAY_DONE, NOTE_DIGIT, NOTE_INBAND_DIGIT, NOTE_DIGITS_SENT, NOTE_TIMEOUT, NOTE_LATCHED, NOTE_RECORDING
    NOTE_MIX_PLAY_DONE, NOTE_RECORDING_PAUSED, NOTE_RECORDING_RESUMED

cdef enum:
    GARBAGE_BLOCK, GARBAGE_LEG      # to be freed; a leg's place to be given back

cdef enum:
    LATCH_NONE          # no address yet, or on hold: nothing is sent
    LATCH_TOLD          # sending to the SDP's address, nothing heard yet
    LATCH_TRIAL         # heard somebody else first
    LATCH_FINAL         # socket connected
    LATCH_REOPENED      # was final, then silent: open again for the same stream

cdef enum:
    REASON_KEY, REASON_SILENCE, REASON_LIMIT, REASON_STOPPED, REASON_HANGUP, REASON_ERROR, REASON_TONE

ctypedef struct Garbage:
    Garbage *next
    uint32_t kind

ctypedef struct Audio:
    Garbage garbage                 # first, so that a Garbage pointer is an Audio pointer
    uint8_t *data[2]                # by Law; one block, freed with the struct
    uint32_t length                 # samples = bytes
    uint32_t uses                   # plays that hold it
    uint8_t doomed                  # unloaded: goes with its last use

ctypedef struct Play:
    Garbage garbage
    Audio **audios
    uint32_t count
    uint32_t index                  # which audio, and where in it
    uint32_t offset
    uint32_t serial
    int64_t token
    uint8_t loop

ctypedef struct Tones:
    int64_t at                      # frame after the last block
    int64_t start                   # since then nothing but tones and silence; -1: no tone
    uint32_t on                     # frames that the present tone lasts
    uint32_t last_on                # that the one before lasted
    uint32_t other                  # frames of other sound in a row
    uint8_t kind                    # of the present or last tone
    uint8_t beats                   # equal tones in a row
    uint8_t sit                     # parts heard of a special information tone
    uint8_t known                   # it is a signal

ctypedef struct Mix

ctypedef struct Recording:
    int16_t *ring                   # RING_FRAMES frames of `channels` samples, 0 where nothing came
    uint32_t channels
    uint32_t id
    uint32_t legs[2]                # index + 1, 0: none
    Mix *mix                        # whose talk this is, NULL: of legs
    int64_t start_slot              # at which frame 0 would have been, had there been no pause
    uint8_t paused
    int64_t paused_at               # the frame at which it stands still
    int64_t paused_slot
    int64_t floor                   # frames before it were said before the last pause, or mark it
    uint64_t sealed                 # engine -> writer: frames before it do not change any more
    uint64_t taken                  # writer -> engine: frames before it may be overwritten
    uint64_t ended                  # engine -> writer, last of all: 1 + RecordingReason
    int64_t length                  # frames of the finished file, valid with `ended`
    int64_t max_frames              # 0: no limit
    int64_t silence_frames          # 0: no stop by silence
    int64_t min_frames              # from the first sound to the last: shorter is no message
    int64_t voice_start             # frame of the first sound
    int64_t voice_end               # frame after the last sound
    Tones tones                     # in a message
    double voice_power              # mean square above which a frame is a sound
    uint32_t loud_frames            # in a row
    uint32_t stop_keys              # bit n: event n ends it
    uint8_t spoken
    uint8_t anchored[2]             # by channel: where the RTP timestamps stand in the file
    uint32_t anchor_ts[2]
    int64_t anchor_frame[2]

ctypedef struct DigitSender:
    uint8_t events[MAX_DIGITS]
    uint32_t count
    uint32_t tone_samples
    uint32_t gap_samples
    uint32_t duration               # of the running event, so far
    uint32_t timestamp
    uint32_t gap_left
    uint8_t running
    uint8_t ends_sent

ctypedef struct DigitReceiver:      # the press that was heard last
    uint8_t valid
    uint8_t event
    uint8_t ended
    uint8_t restarted               # another stream has begun since: its numbers cannot be compared
    uint32_t listener               # index + 1 of whom it was passed on to from its begin, 0: nobody
    uint16_t seq
    uint16_t duration
    uint32_t timestamp

ctypedef struct InbandDetector:
    int16_t samples[205]
    uint32_t count
    uint8_t candidate               # event + 1
    uint8_t hits
    uint8_t reported

ctypedef struct Voice:              # what one member says, on the time line of all mixes: frame = slot * SLOT_SAMPLES
    Garbage garbage
    int16_t ring[VOICE_FRAMES]      # 0 where nothing came
    uint8_t anchored                # where its RTP timestamps stand
    uint32_t anchor_ts
    int64_t anchor_frame
    int64_t end                     # frame after the last that came
    int64_t said                    # frame after the last that was mixed with something in it
    int64_t lead                    # how far ahead of the present a packet is put that comes in time
    int64_t least_ahead             # that one was, of ``judged`` packets
    uint32_t judged
    double power                    # mean square, over some 0.2 s

ctypedef struct Bus:                # what is needed where members are really mixed
    Garbage garbage
    int32_t total[MIX_FRAMES]       # of all that speak, and of what is played to all
    uint8_t tune[2][MIX_FRAMES]     # what is played to all, by Law
    uint8_t shared[2][MAX_FRAME_SAMPLES]    # by Law: the last frame for all who hear the same
    uint64_t shared_slot[2]
    uint32_t shared_size[2]

ctypedef struct Mix:
    Garbage garbage
    int64_t id                      # as Python knows it
    uint32_t count
    uint32_t members                # index + 1 of the first, the others follow by ``next_member``
    uint32_t voices                 # of those who speak or whisper, by ``next_voice``
    uint32_t whisperers
    uint8_t direct                  # two who hear each other: packets are relayed, nothing is mixed
    uint8_t pair                    # made by a bridge: goes with its last but one member
    uint8_t unsettled               # ``direct`` is to be looked at again
    Bus *bus
    int64_t at                      # frames before it are mixed
    int64_t spoken                  # frame after the last in which anybody's voice is
    int64_t tune_from
    int64_t tune_end                # frames in between have something in ``tune``
    Play *play
    Recording *recording
    uint32_t left                   # index + 1 of whom the recording has on the left, 0: nobody (any more)
    uint8_t left_known              # it is decided who that is

ctypedef struct Leg:
    Garbage garbage
    uint8_t open
    uint8_t told                    # set_media was called
    uint8_t flags                   # MediaFlag
    uint8_t law
    uint8_t payload_type
    uint8_t telephone_event         # to send, 255: none
    uint8_t heard_event             # the other number under which it comes, 255: none
    uint8_t latch
    uint8_t on_air                  # a packet went out at the last tick
    uint8_t fresh_play              # next frame begins a prompt
    uint8_t stale                   # what waits in the socket is old
    uint8_t timed_out
    uint8_t eager                   # ticks in which to read until nothing is left
    uint8_t ticks                   # served, modulo 256
    uint8_t silent_ticks            # in a row without a packet, up to QUIET_TICKS
    uint8_t phase
    uint8_t watched                 # by epoll_fd
    int fd
    uint32_t index
    uint32_t period                 # slots per packet
    int64_t id                      # as Python knows it
    uint32_t partner                # index + 1 of whom packets are relayed to, 0: nobody
    Play *play
    Recording *recording
    uint32_t channel                # in the recording

    # sending
    uint32_t ssrc
    uint16_t seq                    # next
    uint32_t ts_base                # timestamp at slot 0
    uint32_t ts_min                 # first timestamp not used yet
    uint32_t own_epoch              # counts up when something other than the partner was sent
    sockaddr_in told_address
    uint32_t latch_host             # beside the told one the only host that is latched to, 0: any
    sockaddr_in remote
    sockaddr_in trial
    int64_t trial_end
    uint64_t packets_out
    uint64_t bytes_out
    uint64_t refused
    uint64_t send_errors

    # receiving
    uint8_t heard                   # a stream is known
    uint32_t in_ssrc
    uint16_t first_seq
    uint32_t seq_cycles
    uint16_t max_seq
    uint32_t received               # of this stream
    int64_t lost_before             # in earlier streams
    int64_t last_packet
    int64_t timeout
    int64_t timeout_from
    uint8_t timeout_paused
    int rtcp_fd
    uint32_t transit
    uint8_t has_transit
    double jitter
    uint64_t packets_in
    uint64_t bytes_in
    uint64_t bad
    uint64_t strangers
    uint64_t discarded

    # relaying what this leg sends to its partner
    uint8_t relaying
    uint32_t relay_ssrc
    uint16_t relay_first
    uint16_t relay_seq_shift
    uint32_t relay_ts_shift
    uint32_t relay_epoch

    # in a mix
    Mix *mix
    Voice *voice
    uint32_t next_member            # index + 1, 0: none
    uint32_t last_member
    uint32_t next_voice
    uint32_t whispers_to
    uint8_t role
    uint8_t starved                 # turns in a row in which nothing was relayed to it
    uint16_t starved_seq            # ``seq`` as it then stood

    DigitSender out_digits
    DigitReceiver in_digits
    InbandDetector inband

ctypedef struct Command:
    uint32_t op
    uint32_t leg
    void *item
    int64_t a
    int64_t b
    uint32_t count
    uint8_t digits[32]

ctypedef struct Notice:
    uint32_t kind
    uint32_t serial
    int64_t leg
    int64_t value

ctypedef struct Media:
    Leg *legs
    uint32_t *due                   # low half of the slot at which a leg is served next, see _schedule.pxd
    uint32_t max_legs
    uint32_t high                   # legs at this index and above were never open
    uint32_t phase_load[PHASES]
    uint32_t due_legs[DUE_SLOTS]    # how many legs have their turn in a slot, by its low bits
    uint64_t slot
    int64_t now
    uint64_t stopping
    int realtime_priority
    uint64_t scheduling             # 1 + what raise_thread_priority said
    int thread
    int event_fd
    int epoll_fd
    uint32_t bridged                # legs watched by epoll_fd
    pollfd asked[POLL_BATCH]        # quiet legs of a slot, and which they are
    uint32_t asked_legs[POLL_BATCH]
    epoll_event ready[EPOLL_BATCH]

    Command *commands
    uint64_t commands_in            # written by Python
    uint64_t commands_out           # written by the thread
    Notice *notices
    uint64_t notice_capacity
    uint64_t notices_in
    uint64_t notices_out
    uint8_t noticed
    void *garbage

    Recording **recordings
    uint32_t recording_count

    int16_t linear[2][256]          # by Law
    uint8_t other_law[2][256]       # [PCMU]: PCMU to PCMA, and back
    uint8_t encoded[2][16384]       # by Law and by a sample's upper 14 bits
    uint8_t buffer[BUFFER_BYTES]
    uint8_t out[BUFFER_BYTES]

    uint64_t skipped_slots
    uint64_t events_lost
    uint64_t recording_overruns
    int64_t late_max                # in the present window, see note_late()
    int64_t late_before             # in the one before
    int64_t late_window


cdef inline void note_late(Media *m, int64_t late) noexcept nogil:
    """Keep the worst lateness of this window and of the one before: nobody has to reset it, so anybody may read it."""
    cdef int64_t window = m.now // LATE_WINDOW_NS
    if window != m.late_window:
        m.late_before = m.late_max if window == m.late_window + 1 else 0
        m.late_max = 0
        m.late_window = window
    if late > m.late_max:
        m.late_max = late


cdef inline void tell(Media *m, uint32_t kind, int64_t leg, uint32_t serial, int64_t value) noexcept nogil:
    """Put an event on the ring; a full ring is counted and never waits."""
    cdef uint64_t head = m.notices_in
    if head - load_acquire(&m.notices_out) >= m.notice_capacity:
        m.events_lost += 1
        return
    cdef Notice *notice = &m.notices[head & (m.notice_capacity - 1)]
    notice.kind = kind
    notice.serial = serial
    notice.leg = leg
    notice.value = value
    store_release(&m.notices_in, head + 1)
    m.noticed = 1


cdef inline void throw_away(Media *m, Garbage *item, uint32_t kind) noexcept nogil:
    """Give memory (or a leg's slot) back to Python, which alone may free: malloc's lock is not for this thread."""
    item.kind = kind
    while True:
        item.next = <Garbage *>m.garbage
        if swap_pointer(&m.garbage, item.next, item):
            break
    m.noticed = 1


cdef inline void release_play(Media *m, Play *play) noexcept nogil:
    cdef uint32_t i
    cdef Audio *audio
    for i in range(play.count):
        audio = play.audios[i]
        audio.uses -= 1
        if audio.doomed and audio.uses == 0:
            throw_away(m, &audio.garbage, GARBAGE_BLOCK)
    throw_away(m, &play.garbage, GARBAGE_BLOCK)


cdef inline void end_play(Media *m, Leg *leg) noexcept nogil:
    if leg.play != NULL:
        release_play(m, leg.play)
        leg.play = NULL
