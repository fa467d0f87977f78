# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The media engine's Python side; documented in ``_engine.pyi``.

Python's part is to check arguments, hand commands to the engine thread (``_loop.pxd``), free what it throws
away and turn notices into events. All audio is moved by the ``cdef inline`` functions of the .pxd files beside.
"""

import os
from collections import deque
from pathlib import Path

from interpreter.rtp import addresses, g711_tables
from interpreter.rtp.errors import EngineClosed, NoCapacity, UnknownAudio, UnknownLeg, UnknownMix
from interpreter.rtp.events import DigitReceived, DigitsSent, Latched, MediaTimeout, MixPlayDone, PlayDone, RecordingPaused, RecordingResumed
from interpreter.rtp.ports import make_room_for
from interpreter.rtp.recorder import Recorder

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.math cimport log10
from libc.stdint cimport int16_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memset
from posix.unistd cimport close as close_fd, read as read_fd, write as write_fd

from interpreter.rtp._commands cimport obey_all
from interpreter.rtp._loop cimport run
from interpreter.rtp._memory cimport (
    free_media, free_recording, give_back_pages, new_audio, new_bus, new_media, new_mix, new_play, new_recording, new_voice,
)
from interpreter.rtp._mix cimport dissolve
from interpreter.rtp._receive cimport stream_lost
from interpreter.rtp._record cimport end_recording, frames_to_take, pack_frames, take_frames
from interpreter.rtp._system cimport (
    EFD_CLOEXEC, EFD_NONBLOCK, EPOLL_CLOEXEC, epoll_create1, eventfd, exchange_pointer, load_acquire, now_ns,
    pthread_create, pthread_join, pthread_t, store_release, usleep,
)
from interpreter.rtp._types cimport (
    COMMAND_CAPACITY, FLAG_IDLE_SILENCE, FLAG_INBAND, FLAG_LATCH, FLAG_SEND, GARBAGE_LEG, LATCH_NONE,
    NOTE_DIGIT, NOTE_DIGITS_SENT, NOTE_INBAND_DIGIT, NOTE_MIX_PLAY_DONE, NOTE_PLAY_DONE, NOTE_RECORDING,
    NOTE_RECORDING_PAUSED, NOTE_RECORDING_RESUMED, NOTE_TIMEOUT, OP_BRIDGE, OP_CLOSE, OP_CLOSE_MIX, OP_DIGITS, OP_DROP_AUDIO,
    OP_GIVE_BUS, OP_GIVE_VOICE, OP_JOIN, OP_MEDIA, OP_OPEN, OP_PLAY, OP_PLAY_MIX, OP_RECORD, OP_RECORD_PAUSE,
    OP_RECORD_RESUME, OP_RECORD_STOP, OP_ROLE, OP_STOP, OP_STOP_MIX, OP_TIMEOUT,
    OP_TIMEOUT_PAUSE, OP_UNBRIDGE, PCMA,
    PCMU, REASON_STOPPED, ROLE_LISTENS, ROLE_SPEAKS, ROLE_WHISPERS, Audio, Bus, Command, Garbage, Leg, Media, Mix, Notice,
    Play, Recording, Voice, release_play,
)

cdef enum:
    MAX_LEGS = 65535
    INDEX_BITS = 16
    QUEUED_DIGITS = 32
    ALL_DIGITS = 16
    ROLE_TALKS = ROLE_SPEAKS | ROLE_LISTENS

DIGITS = "0123456789*#ABCD"
LAWS = {"PCMU": PCMU, "PCMA": PCMA}
STATIC_PAYLOAD_TYPES = {"PCMU": 0, "PCMA": 8}
SCHEDULING = ("normal", "nice", "fifo")
RECORDING_ENDS = ("key", "silence", "limit", "stopped", "hangup", "error", "tone")
MAX_AUDIO_SAMPLES = 8000 * 3600
MAX_TONE_S = 5.0


cdef class _Ring:
    """Owns a C recording; the engine thread has it from ``OP_RECORD`` until it sets ``ended``."""

    cdef Recording *r
    cdef bint mono
    cdef const uint8_t *encoded
    cdef object codes

    def __cinit__(self, uint32_t channels, bint mono=False, codes=None):
        """channels: of the ring, mono: one in the file. codes: of a sample's upper 14 bits, where it is not linear."""
        self.r = new_recording(channels)
        if self.r == NULL:
            raise MemoryError
        self.mono = mono or channels == 1
        self.codes = codes
        self.encoded = NULL if codes is None else <const uint8_t *>PyBytes_AS_STRING(codes)

    def __dealloc__(self):
        if self.r != NULL:
            free_recording(self.r)

    def take(self):
        cdef int64_t count = frames_to_take(self.r)
        data = PyBytes_FromStringAndSize(NULL, count * 2 * self.r.channels)
        take_frames(self.r, PyBytes_AS_STRING(data), count)
        if self.encoded == NULL and self.mono == (self.r.channels == 1):
            return data
        size = count * (1 if self.mono else self.r.channels) * (2 if self.encoded == NULL else 1)
        packed = PyBytes_FromStringAndSize(NULL, size)
        pack_frames(PyBytes_AS_STRING(packed), <const int16_t *>PyBytes_AS_STRING(data), count, self.r.channels, self.mono,
                    self.encoded)
        return packed

    def ended(self):
        cdef uint64_t ended = load_acquire(&self.r.ended)
        if not ended:
            return None
        return RECORDING_ENDS[ended - 1], self.r.length, bool(self.r.spoken)


cdef class _Mix:
    """What Python knows of a mix. ``c`` is the engine thread's, which throws it away when the mix ends."""

    cdef Mix *c
    cdef object number, members     # members: role by index
    cdef uint32_t serial            # of the last play() or stop()
    cdef bint pair, furnished, plays, recorded

    def __cinit__(self, number, pair):
        self.c = new_mix()
        if self.c == NULL:
            raise MemoryError
        self.c.id = number
        self.number = number
        self.pair = pair
        self.members = {}

    cdef bint is_mixed(self):
        """Whether members can be anything but two who talk, or one who waits."""
        return self.plays or self.recorded or len(self.members) > 2 or any(role != ROLE_TALKS for role in self.members.values())


cdef class Engine:
    cdef Media *_m
    cdef pthread_t _thread
    cdef bint _running
    cdef int64_t *_ids              # live id of each index, 0: none
    cdef uint32_t *_serials         # of each index' last play() or stop()
    cdef uint8_t *_telephone_events
    cdef object _ports, _pairs, _free, _indices, _generation, _audios, _next_audio, _next_recording, _done, _recorder
    cdef object _mixes, _next_mix, _mix_by_index, _voices
    cdef double _recording_interval
    cdef uint32_t _legs

    def __cinit__(self, *_, max_legs=4096, event_capacity=16384, **__):
        if not 1 <= max_legs <= MAX_LEGS:
            raise ValueError(f"max_legs {max_legs}: want 1..{MAX_LEGS}")
        if not 1 <= event_capacity <= 1 << 24:
            raise ValueError(f"event_capacity {event_capacity}: want 1..{1 << 24}")
        capacity = 1 << (event_capacity - 1).bit_length()
        self._ids = <int64_t *>calloc(max_legs, sizeof(int64_t))
        self._serials = <uint32_t *>calloc(max_legs, sizeof(uint32_t))
        self._telephone_events = <uint8_t *>calloc(max_legs, 1)
        self._m = new_media(max_legs, capacity)
        if self._m == NULL or self._ids == NULL or self._serials == NULL or self._telephone_events == NULL:
            raise MemoryError

    def __init__(
        self, ports, *, max_legs=4096, realtime_priority=0, event_capacity=16384, recording_interval=0.25
    ):
        if self._running:
            raise EngineClosed("an engine is initialised once")
        if not 0 <= realtime_priority <= 99:
            raise ValueError(f"realtime_priority {realtime_priority}: want 0..99")
        self._ports = ports
        self._pairs = [None] * max_legs
        self._indices = list(range(max_legs))   # once: numbers made late would hold a busy time's memory
        self._free = self._indices[::-1]
        self._generation = 0
        self._audios = {}
        self._next_audio = 1
        self._next_recording = 1
        self._mixes = {}
        self._next_mix = 1
        self._mix_by_index = {}
        self._voices = set()            # indices of legs that were given one
        self._done = deque()
        self._recorder = None
        self._recording_interval = recording_interval
        self._fill_tables()
        make_room_for(max_legs)
        self._start(realtime_priority)

    cdef _fill_tables(self):
        cdef int i
        for i in range(256):
            self._m.linear[PCMU][i] = g711_tables.PCMU_TO_LINEAR[i]
            self._m.linear[PCMA][i] = g711_tables.PCMA_TO_LINEAR[i]
            self._m.other_law[PCMU][i] = g711_tables.PCMU_TO_PCMA[i]
            self._m.other_law[PCMA][i] = g711_tables.PCMA_TO_PCMU[i]
        encoded = _encoded()
        for i in range(16384):
            self._m.encoded[PCMU][i] = encoded[0][i]
            self._m.encoded[PCMA][i] = encoded[1][i]

    cdef _start(self, int realtime_priority):
        cdef Media *m = self._m
        m.realtime_priority = realtime_priority
        m.event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)
        m.epoll_fd = epoll_create1(EPOLL_CLOEXEC)
        if m.event_fd < 0 or m.epoll_fd < 0:
            raise OSError("no descriptor for the engine's eventfd or epoll")
        error = pthread_create(&self._thread, NULL, run, m)
        if error:
            raise OSError(error, "engine thread: " + os.strerror(error))
        self._running = True
        with nogil:
            while not load_acquire(&m.scheduling):
                usleep(100)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if not self._running:
            return
        cdef Media *m = self._m
        self._stop_thread()
        obey_all(m)                 # the thread is gone: its work is ours now
        while m.recording_count:
            end_recording(m, m.recordings[0], REASON_STOPPED)
        if self._recorder is not None:
            self._recorder.close()
        for mix in self._mixes.values():
            dissolve(m, (<_Mix>mix).c)
        self._mixes.clear()
        for index in range(m.max_legs):
            if m.legs[index].play != NULL:
                release_play(m, m.legs[index].play)
                m.legs[index].play = NULL
            if m.legs[index].voice != NULL:
                free(m.legs[index].voice)
                m.legs[index].voice = NULL
            if self._ids[index]:
                self._ids[index] = 0
                self._give_back(index)
        self._collect()
        for audio in self._audios.values():
            free(<Audio *><size_t>audio)
        self._audios.clear()
        self._legs = 0

    cdef _stop_thread(self):
        cdef Media *m = self._m
        self._running = False
        store_release(&m.stopping, 1)
        cdef pthread_t thread = self._thread
        with nogil:
            pthread_join(thread, NULL)

    def __dealloc__(self):
        cdef Media *m = self._m
        if self._running:           # never closed: sockets close themselves, memory of plays goes with the process
            self._stop_thread()
        if m != NULL:
            if m.event_fd >= 0:
                close_fd(m.event_fd)
            if m.epoll_fd >= 0:
                close_fd(m.epoll_fd)
            free_media(m)
        free(self._ids)
        free(self._serials)
        free(self._telephone_events)

    @property
    def scheduling(self):
        return SCHEDULING[self._m.scheduling - 1]

    @property
    def thread_id(self):
        return self._m.thread

    @property
    def turn_age(self):
        return max(0, now_ns() - self._m.now) / 1e9

    @property
    def recorder_alive(self):
        return self._recorder is None or self._recorder.alive

    def revive_recorder(self):
        if self._recorder is not None:
            self._recorder.revive()

    def fileno(self):
        return self._m.event_fd

    def stats(self):
        cdef Media *m = self._m
        late = max(m.late_before, m.late_max)
        return {
            "legs": self._legs,
            "audios": len(self._audios),
            "recordings": m.recording_count,
            "slots": m.slot,
            "skipped_slots": m.skipped_slots,
            "late_max": late / 1e9,
            "events_lost": m.events_lost,
            "recording_overruns": m.recording_overruns,
        }

    def give_back_memory(self):
        cdef Media *m = self._m
        cdef uint32_t index, first = 0
        if not self._running:
            return
        for index in range(m.max_legs):
            if self._pairs[index] is not None:
                give_back_pages(&m.legs[first], &m.legs[index])
                first = index + 1
        give_back_pages(&m.legs[first], &m.legs[m.max_legs])
        if load_acquire(&m.commands_out) == m.commands_in:     # and none can come while we hold the GIL
            give_back_pages(m.commands, &m.commands[COMMAND_CAPACITY])

    # -- events --------------------------------------------------------------------------------------------------

    def drain(self):
        cdef Media *m = self._m
        cdef uint64_t scratch
        cdef Notice *notice
        read_fd(m.event_fd, &scratch, 8)
        self._collect()
        events = []
        cdef uint64_t last = load_acquire(&m.notices_in)
        while m.notices_out != last:
            notice = &m.notices[m.notices_out & (m.notice_capacity - 1)]
            event = self._event(notice)
            if event is not None:
                events.append(event)
            store_release(&m.notices_out, m.notices_out + 1)
        while self._done:
            events.append(self._done.popleft())
        return events

    cdef _event(self, Notice *n):
        cdef uint32_t index = <uint32_t>(n.leg & ((1 << INDEX_BITS) - 1))
        cdef _Mix mix
        if n.kind == NOTE_MIX_PLAY_DONE:
            mix = self._mixes.get(n.leg)
            return MixPlayDone(n.leg, n.value) if mix is not None and n.serial == mix.serial else None
        if n.kind == NOTE_RECORDING:
            if self._recorder is not None:
                self._recorder.wake()
            return None
        if n.kind == NOTE_RECORDING_PAUSED:
            return RecordingPaused(n.leg, n.value / 8000.0)
        if n.kind == NOTE_RECORDING_RESUMED:
            return RecordingResumed(n.leg, n.value / 8000.0, n.serial * 0.005)
        if self._ids[index] != n.leg:
            return None
        if n.kind == NOTE_PLAY_DONE:
            return PlayDone(n.leg, n.value) if n.serial == self._serials[index] else None
        if n.kind == NOTE_DIGIT:
            return DigitReceived(n.leg, DIGITS[n.value])
        if n.kind == NOTE_INBAND_DIGIT:
            return DigitReceived(n.leg, DIGITS[n.value], True)
        if n.kind == NOTE_DIGITS_SENT:
            return DigitsSent(n.leg)
        if n.kind == NOTE_TIMEOUT:
            return MediaTimeout(n.leg, n.value / 1e9)
        host, port = addresses.unpack(<uint32_t>(n.value >> 16), <uint16_t>n.value)
        return Latched(n.leg, host, port, n.serial == 1)

    cdef _collect(self):
        """Free what the engine thread has thrown away."""
        cdef Garbage *item = <Garbage *>exchange_pointer(&self._m.garbage, NULL)
        cdef Garbage *following
        while item != NULL:
            following = item.next
            if item.kind == GARBAGE_LEG:
                self._give_back((<Leg *>item).index)
            else:
                free(item)
            item = following

    cdef _give_back(self, uint32_t index):
        pair = self._pairs[index]
        self._pairs[index] = None
        pair.close()
        self._ports.release(pair.port)
        self._free.append(self._indices[index])

    def _recording_done(self, event):
        cdef uint64_t one = 1
        self._done.append(event)
        write_fd(self._m.event_fd, &one, 8)

    # -- commands ------------------------------------------------------------------------------------------------

    cdef int _push(self, Command *command) except -1:
        """Hand a command over. The ring is full only when the engine thread stands still: then wait for it."""
        cdef Media *m = self._m
        while m.commands_in - load_acquire(&m.commands_out) >= COMMAND_CAPACITY:
            with nogil:
                usleep(1000)
            if not self._running:
                raise EngineClosed("the engine was closed")
        m.commands[m.commands_in & (COMMAND_CAPACITY - 1)] = command[0]
        store_release(&m.commands_in, m.commands_in + 1)
        return 0

    cdef int _tell(self, uint32_t op, uint32_t leg, void *item, int64_t a, int64_t b, uint32_t count=0) except -1:
        cdef Command command
        memset(&command, 0, sizeof(command))
        command.op = op
        command.leg = leg
        command.item = item
        command.a = a
        command.b = b
        command.count = count
        return self._push(&command)

    cdef uint32_t _index(self, leg) except? 0xFFFFFFFF:
        self._check_running()
        if not 0 < leg < 1 << 62:
            raise UnknownLeg(leg)
        cdef int64_t number = leg
        cdef uint32_t index = <uint32_t>(number & ((1 << INDEX_BITS) - 1))
        if index >= self._m.max_legs or self._ids[index] != number:
            raise UnknownLeg(leg)
        return index

    cdef int _check_running(self) except -1:
        if not self._running:
            raise EngineClosed("the engine was closed")
        return 0

    # -- audios --------------------------------------------------------------------------------------------------

    def load(self, const uint8_t[::1] pcmu, const uint8_t[::1] pcma):
        cdef size_t n = pcmu.shape[0]
        self._check_running()
        if pcma.shape[0] != pcmu.shape[0] or not 0 < n <= MAX_AUDIO_SAMPLES:
            raise ValueError(
                f"audio of {n} PCMU and {pcma.shape[0]} PCMA bytes: want equal lengths, 1..{MAX_AUDIO_SAMPLES}")
        cdef Audio *audio = new_audio(&pcmu[0], &pcma[0], <uint32_t>n)
        if audio == NULL:
            raise MemoryError
        number = self._next_audio
        self._next_audio += 1
        self._audios[number] = <size_t>audio
        return number

    def unload(self, audio):
        self._check_running()
        cdef size_t address = self._audio(audio)
        del self._audios[audio]
        self._tell(OP_DROP_AUDIO, 0, <void *>address, 0, 0)

    cdef _audio(self, audio):
        address = self._audios.get(audio)
        if address is None:
            raise UnknownAudio(audio)
        return address

    # -- legs ----------------------------------------------------------------------------------------------------

    def open_leg(self):
        self._check_running()
        self._collect()
        if not self._free:
            raise NoCapacity(f"all {self._m.max_legs} legs are in use")
        pair = self._ports.acquire()
        cdef uint32_t index = self._free.pop()
        cdef Leg *leg = &self._m.legs[index]
        self._generation += 1
        self._pairs[index] = pair
        self._ids[index] = (<int64_t>self._generation << INDEX_BITS) | index
        self._serials[index] = 0
        self._telephone_events[index] = 255
        memset(leg, 0, sizeof(Leg))
        leg.index = index
        leg.ticks = <uint8_t>index          # so that not all look twice at the same tick
        leg.id = self._ids[index]
        leg.fd = pair.rtp.fileno()
        leg.rtcp_fd = pair.rtcp.fileno()
        leg.period = 4
        leg.telephone_event = 255
        leg.heard_event = 255
        random = os.urandom(10)
        leg.ssrc = int.from_bytes(random[:4], "little")
        leg.ts_base = leg.ts_min = int.from_bytes(random[4:8], "little")
        leg.seq = int.from_bytes(random[8:], "little")
        leg.ts_min = leg.ts_base + <uint32_t>self._m.slot * 40
        self._legs += 1
        self._tell(OP_OPEN, index, NULL, 0, 0)
        return self._ids[index]

    def close_leg(self, leg):
        cdef uint32_t index = self._index(leg)
        self._forget_member(index)
        self._ids[index] = 0
        self._legs -= 1
        self._tell(OP_CLOSE, index, NULL, 0, 0)

    def local_port(self, leg):
        return self._pairs[self._index(leg)].port

    def set_media(
        self, leg, host, port, *, codec, payload_type=None, telephone_event=None, receive_telephone_event=None,
        ptime=20, send=True, latch=True, latch_host=None, idle_silence=True, inband_dtmf=False
    ):
        cdef uint32_t index = self._index(leg)
        if codec not in LAWS:
            raise ValueError(f"codec {codec!r}: want PCMU or PCMA")
        if payload_type is None:
            payload_type = STATIC_PAYLOAD_TYPES[codec]
        if telephone_event is None:
            telephone_event = 255
        elif not 0 <= telephone_event <= 127:
            raise ValueError(f"telephone_event {telephone_event}: want 0..127")
        if not 0 <= payload_type <= 127 or payload_type == telephone_event:
            raise ValueError(f"payload_type {payload_type}: want 0..127, other than telephone_event's")
        if receive_telephone_event is None:
            receive_telephone_event = telephone_event
        elif not 0 <= receive_telephone_event <= 127 or telephone_event == 255:
            raise ValueError(f"receive_telephone_event {receive_telephone_event}: want 0..127 beside telephone_event")
        address = addresses.pack(host, port)
        latch_from = 0 if latch_host is None else addresses.pack(latch_host, 0) >> 16
        flags = ((FLAG_SEND if send else 0) | (FLAG_LATCH if latch else 0)
                 | (FLAG_IDLE_SILENCE if idle_silence else 0) | (FLAG_INBAND if inband_dtmf else 0))
        period = 2 * min(6, max(1, (ptime + 5) // 10))
        packed = flags | LAWS[codec] << 8 | payload_type << 16 | telephone_event << 24 | period << 32
        packed |= receive_telephone_event << 40
        self._telephone_events[index] = telephone_event
        self._tell(OP_MEDIA, index, NULL, packed, address, latch_from)

    def report_hosts(self, leg):
        return self._pairs[self._index(leg)].report_hosts()

    def set_timeout(self, leg, seconds):
        cdef uint32_t index = self._index(leg)
        if seconds is not None and not 0 < seconds < 1e6:
            raise ValueError(f"timeout of {seconds} s: want more than 0, or None")
        self._tell(OP_TIMEOUT, index, NULL, 0 if seconds is None else <int64_t>(seconds * 1e9), 0)

    def pause_timeout(self, leg):
        self._tell(OP_TIMEOUT_PAUSE, self._index(leg), NULL, 1, 0)

    def resume_timeout(self, leg):
        self._tell(OP_TIMEOUT_PAUSE, self._index(leg), NULL, 0, 0)

    def leg_stats(self, leg):
        cdef Leg *x = &self._m.legs[self._index(leg)]
        heard = x.packets_in > 0
        return {
            "packets_in": x.packets_in,
            "bytes_in": x.bytes_in,
            "packets_out": x.packets_out,
            "bytes_out": x.bytes_out,
            "lost": max(0, x.lost_before + stream_lost(x)),
            "jitter_ts": x.jitter,
            "bad": x.bad,
            "strangers": x.strangers,
            "discarded": x.discarded,
            "refused": x.refused,
            "send_errors": x.send_errors,
            "last_packet_age": max(0, now_ns() - x.last_packet) / 1e9 if heard else None,
            "remote": None if x.latch == LATCH_NONE else addresses.unpack(x.remote.sin_addr.s_addr, x.remote.sin_port),
            "latched": heard and x.latch != LATCH_NONE,
            "ssrc": x.ssrc,
        }

    # -- playing -------------------------------------------------------------------------------------------------

    def play(self, leg, audios, *, loop=False, int64_t token=0):
        cdef uint32_t index = self._index(leg)
        cdef Play *play = self._new_play(audios, loop, token)
        self._serials[index] += 1
        play.serial = self._serials[index]
        self._tell(OP_PLAY, index, play, 0, 0)

    cdef Play *_new_play(self, audios, bint loop, int64_t token) except NULL:
        cdef size_t address
        wanted = [self._audio(audio) for audio in audios]
        if not wanted:
            raise ValueError("play() of no audio")
        cdef Play *play = new_play(len(wanted))
        if play == NULL:
            raise MemoryError
        for i, number in enumerate(wanted):
            address = number
            play.audios[<uint32_t>i] = <Audio *>address
        play.loop = loop
        play.token = token
        return play

    def stop(self, leg):
        cdef uint32_t index = self._index(leg)
        self._serials[index] += 1
        self._tell(OP_STOP, index, NULL, 0, 0)

    def send_digits(self, leg, digits, *, tone_s=0.1, gap_s=0.1):
        cdef Command command
        cdef uint32_t index = self._index(leg), i
        if not digits or any(digit not in DIGITS for digit in digits):
            raise ValueError(f"digits {digits!r}: want 0-9 * # A-D")
        if not 0.02 <= tone_s <= MAX_TONE_S or not 0 <= gap_s <= MAX_TONE_S:
            raise ValueError(f"tone of {tone_s} s, gap of {gap_s} s: want 0.02..{MAX_TONE_S} and 0..{MAX_TONE_S}")
        if self._telephone_events[index] == 255:
            raise ValueError("no telephone-event was agreed on for this leg")
        if self._m.legs[index].out_digits.count + len(digits) > QUEUED_DIGITS:
            raise NoCapacity(f"more than {QUEUED_DIGITS} digits queued")
        memset(&command, 0, sizeof(command))
        command.op = OP_DIGITS
        command.leg = index
        command.a = <int64_t>(tone_s * 8000) << 32 | <int64_t>(gap_s * 8000)
        command.count = len(digits)
        for i in range(command.count):
            command.digits[i] = DIGITS.index(digits[i])
        self._push(&command)

    # -- two legs ------------------------------------------------------------------------------------------------

    def bridge(self, leg, partner):
        cdef uint32_t index = self._index(leg), other = self._index(partner)
        if index == other:
            raise ValueError("a leg cannot be bridged with itself")
        self._serials[index] += 1
        self._serials[other] += 1
        cdef _Mix mix = self._new_mix(True)
        self._forget_member(index)
        self._forget_member(other)
        for number in (index, other):
            mix.members[number] = ROLE_TALKS
            self._mix_by_index[number] = mix
        self._tell(OP_BRIDGE, index, mix.c, other, 0)

    def unbridge(self, leg):
        self.leave(leg)

    # -- mixes ---------------------------------------------------------------------------------------------------

    def open_mix(self):
        self._check_running()
        return self._new_mix(False).number

    cdef _Mix _new_mix(self, bint pair):
        cdef _Mix mix = _Mix(self._next_mix, pair)
        mix.c.at = <int64_t>self._m.slot * 40
        mix.c.pair = pair
        self._next_mix += 1
        self._mixes[mix.number] = mix
        return mix

    def close_mix(self, mix):
        cdef _Mix known = self._mix(mix)
        del self._mixes[mix]
        for index in known.members:
            del self._mix_by_index[index]
            self._voices.discard(index)
        self._tell(OP_CLOSE_MIX, 0, known.c, 0, 0)

    def mix_of(self, leg):
        cdef _Mix mix = self._mix_by_index.get(self._index(leg))
        return None if mix is None else mix.number

    cdef _Mix _mix(self, mix):
        self._check_running()
        known = self._mixes.get(mix)
        if known is None:
            raise UnknownMix(mix)
        return known

    def join(self, mix, leg, *, speaks=True, listens=True, whispers_to=None):
        cdef _Mix known = self._mix(mix)
        cdef uint32_t index = self._index(leg)
        if index in known.members:
            self.set_role(leg, speaks=speaks, listens=listens, whispers_to=whispers_to)
            return
        role, target = self._role(known, index, speaks, listens, whispers_to)
        self._forget_member(index)
        known.members[index] = role
        self._mix_by_index[index] = known
        self._furnish(known)
        self._tell(OP_JOIN, index, known.c, role, target)

    def set_role(self, leg, *, speaks=True, listens=True, whispers_to=None):
        cdef uint32_t index = self._index(leg)
        cdef _Mix mix = self._mix_by_index.get(index)
        if mix is None:
            raise ValueError("the leg is in no mix")
        role, target = self._role(mix, index, speaks, listens, whispers_to)
        mix.members[index] = role
        self._furnish(mix)
        self._tell(OP_ROLE, index, NULL, role, target)

    cdef _role(self, _Mix mix, uint32_t index, speaks, listens, whispers_to):
        """The role, and index + 1 of whom the member whispers to."""
        role = ROLE_LISTENS if listens else 0
        if whispers_to is None:
            return role | (ROLE_SPEAKS if speaks else 0), 0
        cdef uint32_t target = self._index(whispers_to)
        if target == index or target not in mix.members:
            raise ValueError("whispers_to: want another member of the mix")
        return role | ROLE_WHISPERS, target + 1

    def leave(self, leg):
        cdef uint32_t index = self._index(leg)
        self._forget_member(index)
        self._tell(OP_UNBRIDGE, index, NULL, 0, 0)

    cdef _forget_member(self, uint32_t index):
        """Keep the books of a leg that leaves its mix; a bridge goes with it."""
        cdef _Mix mix = self._mix_by_index.pop(index, None)
        if mix is None:
            return
        self._voices.discard(index)
        del mix.members[index]
        if mix.pair and len(mix.members) < 2:
            del self._mixes[mix.number]
            for other in mix.members:
                del self._mix_by_index[other]
                self._voices.discard(other)

    cdef _furnish(self, _Mix mix):
        """Give a mix what mixing needs, and each who may be heard in it a voice: the engine thread allocates nothing."""
        cdef Bus *bus
        cdef Voice *voice
        if not mix.furnished:
            if not mix.is_mixed():
                return
            bus = new_bus()
            if bus == NULL:
                raise MemoryError
            mix.furnished = True
            self._tell(OP_GIVE_BUS, 0, mix.c, <int64_t><size_t>bus, 0)
        for index, role in mix.members.items():
            if index not in self._voices and role & (ROLE_SPEAKS | ROLE_WHISPERS):
                voice = new_voice()
                if voice == NULL:
                    raise MemoryError
                self._voices.add(index)
                self._tell(OP_GIVE_VOICE, index, voice, 0, 0)

    def play_to_mix(self, mix, audios, *, loop=False, int64_t token=0):
        cdef _Mix known = self._mix(mix)
        cdef Play *play = self._new_play(audios, loop, token)
        known.plays = True
        self._furnish(known)
        known.serial += 1
        play.serial = known.serial
        self._tell(OP_PLAY_MIX, 0, known.c, <int64_t><size_t>play, 0)

    def stop_mix(self, mix):
        cdef _Mix known = self._mix(mix)
        known.serial += 1
        self._tell(OP_STOP_MIX, 0, known.c, 0, 0)

    def levels(self, mix):
        cdef _Mix known = self._mix(mix)
        cdef Voice *voice
        cdef uint32_t index
        levels = {}
        for number in known.members:
            index = number
            voice = self._m.legs[index].voice       # thrown away meanwhile it is still there: we free it
            if voice != NULL and not known.c.direct:
                levels[self._ids[index]] = _decibels(voice.power)
        return levels

    # -- recording -----------------------------------------------------------------------------------------------

    def record_call(self, leg, partner, path):
        cdef uint32_t index = self._index(leg), other = self._index(partner)
        if index == other:
            raise ValueError("a call's recording needs two legs")
        cdef _Ring ring = _Ring(2)
        ring.r.legs[0] = index + 1
        ring.r.legs[1] = other + 1
        ring.r.voice_power = _power(-42.0)
        return self._record(leg, path, ring)

    def record_message(
        self, leg, path, *, max_seconds, min_seconds=0.0, silence_seconds=None, stop_keys="", silence_db=-42.0
    ):
        cdef uint32_t index = self._index(leg)
        if not 0 < max_seconds <= 86400 or (silence_seconds is not None and not 0 < silence_seconds <= 86400):
            raise ValueError(f"max_seconds {max_seconds}, silence_seconds {silence_seconds}: want more than 0")
        if not 0 <= min_seconds <= max_seconds:
            raise ValueError(f"min_seconds {min_seconds}: want 0 to {max_seconds}")
        if any(key not in DIGITS for key in stop_keys):
            raise ValueError(f"stop_keys {stop_keys!r}: want 0-9 * # A-D")
        cdef _Ring ring = _Ring(1)
        ring.r.legs[0] = index + 1
        ring.r.max_frames = max(1, <int64_t>(max_seconds * 8000))
        if silence_seconds is not None:
            ring.r.silence_frames = max(1, <int64_t>(silence_seconds * 8000))
        ring.r.min_frames = <int64_t>(min_seconds * 8000)
        ring.r.voice_power = _power(silence_db)
        for key in stop_keys:
            ring.r.stop_keys |= 1 << <int>DIGITS.index(key)
        return self._record(leg, path, ring)

    def record_mix(self, mix, path, *, channels=2, encoding="linear"):
        cdef _Mix known = self._mix(mix)
        if channels not in (1, 2) or encoding not in ("linear", "pcmu"):
            raise ValueError(f"channels {channels!r}, encoding {encoding!r}: want 1 or 2, linear or pcmu")
        cdef _Ring ring = _Ring(2, channels == 1, _encoded()[PCMU] if encoding == "pcmu" else None)
        known.recorded = True
        self._furnish(known)
        ring.r.mix = known.c
        ring.r.voice_power = _power(-42.0)
        return self._record(0, path, ring, mix)

    cdef _record(self, leg, path, _Ring ring, mix=0):
        if self._recorder is None:
            self._recorder = Recorder(self._recording_interval, self._recording_done, self._stop_quietly)
        number = self._next_recording
        self._next_recording += 1
        ring.r.id = number
        self._recorder.add(
            number, leg, ring, Path(path), 1 if ring.mono else 2, "linear" if ring.encoded == NULL else "pcmu", mix)
        self._tell(OP_RECORD, 0, ring.r, 0, 0)
        return number

    def pause_recording(self, recording):
        self._check_running()
        self._tell(OP_RECORD_PAUSE, 0, NULL, recording, 0)

    def resume_recording(self, recording):
        self._check_running()
        self._tell(OP_RECORD_RESUME, 0, NULL, recording, 0)

    def stop_recording(self, recording):
        self._check_running()
        self._tell(OP_RECORD_STOP, 0, NULL, recording, 0)

    def _stop_quietly(self, recording):
        """For the recorder's thread, which may find the engine just closed."""
        if self._running:
            self._tell(OP_RECORD_STOP, 0, NULL, recording, 0)


def _encoded():
    """All G.711 codes by a sample's upper 14 bits, PCMU and PCMA; made once, for they take 15 ms."""
    if not _ENCODED:
        samples = [(i - 16384 if i >= 8192 else i) << 2 for i in range(16384)]
        _ENCODED.append(bytes(map(g711_tables.pcmu_of, samples)))
        _ENCODED.append(bytes(map(g711_tables.pcma_of, samples)))
    return _ENCODED


_ENCODED = []


def _decibels(double power):
    """Level of a mean square below full scale, -96 at least."""
    return max(-96.0, 10 * log10(power / 32768.0 ** 2)) if power > 0 else -96.0


cdef double _power(double db):
    """Mean square of a signal that lies ``db`` below full scale."""
    return 32768.0 ** 2 * 10 ** (db / 10)
