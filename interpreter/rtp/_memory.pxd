"""What Python allocates for the engine thread and frees after it: malloc's lock is not for that thread.

Each ``new_`` gives NULL where memory is short, and everything else zeroed.
"""

from libc.stdint cimport int16_t, uint8_t, uint32_t, uint64_t, uintptr_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy
from posix.mman cimport MADV_DONTNEED, madvise
from posix.unistd cimport _SC_PAGESIZE, sysconf

from interpreter.rtp._record cimport RING_FRAMES
from interpreter.rtp._tones cimport begin_tones
from interpreter.rtp._types cimport (
    COMMAND_CAPACITY, PCMA, PCMU, Audio, Bus, Command, Leg, Media, Mix, Notice, Play, Recording, Voice,
)


cdef inline Media *new_media(uint32_t max_legs, uint64_t notice_capacity) noexcept:
    """Everything of an engine but its thread and descriptors. notice_capacity: a power of two."""
    cdef Media *m = <Media *>calloc(1, sizeof(Media))
    if m == NULL:
        return NULL
    m.event_fd = m.epoll_fd = -1
    m.max_legs = max_legs
    m.notice_capacity = notice_capacity
    m.slot = 1
    m.legs = <Leg *>calloc(max_legs, sizeof(Leg))
    m.due = <uint32_t *>calloc(max_legs, sizeof(uint32_t))
    m.recordings = <Recording **>calloc(max_legs, sizeof(void *))
    m.commands = <Command *>calloc(COMMAND_CAPACITY, sizeof(Command))
    m.notices = <Notice *>calloc(notice_capacity, sizeof(Notice))
    if m.legs == NULL or m.due == NULL or m.recordings == NULL or m.commands == NULL or m.notices == NULL:
        free_media(m)
        return NULL
    return m


cdef inline void free_media(Media *m) noexcept:
    free(m.legs)
    free(m.due)
    free(m.recordings)
    free(m.commands)
    free(m.notices)
    free(m)


cdef inline Audio *new_audio(const uint8_t *pcmu, const uint8_t *pcma, uint32_t length) noexcept:
    """A copy of both, in one block that ``free`` frees."""
    cdef Audio *audio = <Audio *>calloc(1, sizeof(Audio) + 2 * <size_t>length)
    if audio == NULL:
        return NULL
    audio.length = length
    audio.data[PCMU] = <uint8_t *>audio + sizeof(Audio)
    audio.data[PCMA] = audio.data[PCMU] + length
    memcpy(audio.data[PCMU], pcmu, length)
    memcpy(audio.data[PCMA], pcma, length)
    return audio


cdef inline Play *new_play(uint32_t count) noexcept:
    """Room for ``count`` audios, in one block that ``free`` frees."""
    cdef Play *play = <Play *>calloc(1, sizeof(Play) + count * sizeof(void *))
    if play == NULL:
        return NULL
    play.audios = <Audio **>(<uint8_t *>play + sizeof(Play))
    play.count = count
    return play


cdef inline Mix *new_mix() noexcept:
    return <Mix *>calloc(1, sizeof(Mix))


cdef inline Bus *new_bus() noexcept:
    return <Bus *>calloc(1, sizeof(Bus))


cdef inline Voice *new_voice() noexcept:
    return <Voice *>calloc(1, sizeof(Voice))


cdef inline Recording *new_recording(uint32_t channels) noexcept:
    cdef Recording *r = <Recording *>calloc(1, sizeof(Recording))
    if r == NULL:
        return NULL
    r.channels = channels
    begin_tones(&r.tones)
    r.ring = <int16_t *>calloc(RING_FRAMES * channels, sizeof(int16_t))
    if r.ring == NULL:
        free(r)
        return NULL
    return r


cdef inline void free_recording(Recording *r) noexcept:
    free(r.ring)
    free(r)


cdef inline void give_back_pages(void *start, void *end) noexcept:
    """Hand the whole pages of [start, end) to the system; they read as zeros when they are next used."""
    cdef uintptr_t page = <uintptr_t>sysconf(_SC_PAGESIZE)
    cdef uintptr_t first = (<uintptr_t>start + page - 1) // page * page
    cdef uintptr_t last = <uintptr_t>end // page * page
    if first < last:
        madvise(<void *>first, last - first, MADV_DONTNEED)
