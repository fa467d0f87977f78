"""The media engine: one C thread without the GIL sends, receives, relays and records all RTP.

Timing. The thread wakes every 5 ms by absolute deadlines; each leg is served once per packet time (20 ms unless
``set_media(ptime=...)``), legs being spread over the slots. Legs of a talk of two are read every 2.5 ms. More
than 100 ms late (a stopped machine) the engine skips: RTP timestamps advance, nothing is sent in a burst, stale
received packets are thrown away.

Calls. Every method may be called from any thread that holds the GIL; none blocks. A command takes effect in the order
given, at the next slot (5 ms). Answers come as events: ``fileno()`` becomes readable, ``drain()`` returns them.

A typical caller leg::

    engine = Engine(PortPool("127.0.0.1"), realtime_priority=10)
    welcome = engine.load(pcmu, pcma)
    leg = engine.open_leg()                                     # now engine.local_port(leg) goes into the SDP
    engine.set_media(leg, "127.0.0.1", 4000, codec="PCMU", telephone_event=101)
    engine.play(leg, [welcome], token=7)                        # ... PlayDone(leg, 7)
    engine.bridge(leg, other)                                   # ... engine.close_leg(leg)

Legs that hear each other are a *mix*. Two who talk are one (``bridge``): their packets are relayed as they come, and
nothing is decoded but where the G.711 laws differ. With a third, with roles, or while something is played to all,
voices are added up, each member hearing all but itself, some 40 ms later than relayed; and relayed again after that.
What all who are not just speaking hear is made once for them: hundreds who hear one music cost their packets alone.

IPv4 only. RTCP is not sent, and of what comes only its being there is looked at: a sign of life.
"""

from collections.abc import Sequence
from os import PathLike
from typing import Literal, TypedDict

from interpreter.rtp.events import AudioId, Event, LegId, MixId, RecordingId
from interpreter.rtp.ports import PortPool
from interpreter.rtp.wav_writer import Encoding

Codec = Literal["PCMU", "PCMA"]

class LegStats(TypedDict):
    """Counters of one leg since ``open_leg``; ages in seconds, None = never."""

    packets_in: int
    """Valid RTP packets of the peer, telephone-events included."""
    bytes_in: int
    """Their payload bytes."""
    packets_out: int
    bytes_out: int
    lost: int
    """Expected minus received by sequence numbers (RFC 3550 section 6.4.1), never below 0."""
    jitter_ts: float
    """Interarrival jitter in timestamp units of 1/8000 s (RFC 3550 section 6.4.1), read at 5 or 20 ms steps."""
    bad: int
    """Malformed or oversized packets, and payload types never agreed on."""
    strangers: int
    """Packets from addresses that are not the peer."""
    discarded: int
    """Packets thrown away unread because they were stale (after a stall)."""
    refused: int
    """ICMP port unreachable (ECONNREFUSED) seen while sending or receiving."""
    send_errors: int
    """Other failures to send (network unreachable, buffers full)."""
    last_packet_age: float | None
    remote: tuple[str, int] | None
    """Where we send: the latched address, before that the one of the SDP, None without ``set_media``."""
    latched: bool
    """Whether ``remote`` was confirmed by a received packet."""
    ssrc: int
    """Ours."""

class EngineStats(TypedDict):
    """Counters of the whole engine."""

    legs: int
    audios: int
    """Loaded and not given back; those that play on after that do not count."""
    recordings: int
    slots: int
    """5 ms slots worked off."""
    skipped_slots: int
    """Slots left out because the thread was more than 100 ms late."""
    late_max: float
    """Worst lateness of a slot's start within the last 10 to 20 s, seconds."""
    events_lost: int
    """Events that found the event ring full."""
    recording_overruns: int
    """Samples lost because a recording's file was not written in time."""

class Engine:
    """See the module. Threads start at construction; call ``close()`` (or use ``with``) at the end."""

    def __init__(
        self,
        ports: PortPool,
        *,
        max_legs: int = 4096,
        realtime_priority: int = 0,
        event_capacity: int = 16384,
        recording_interval: float = 0.25,
    ) -> None:
        """Start the engine thread.

        max_legs: 1..65535; about 1 kB each, touched only when used (``NoCapacity`` beyond).
        realtime_priority: 1..99 asks for SCHED_FIFO; where refused (or 0) a per-thread nice of -15 is tried.
        recording_interval: seconds between two appends to the files of running recordings.
        """
    def __enter__(self) -> Engine: ...
    def __exit__(self, *_: object) -> None: ...
    def close(self) -> None:
        """Stop the threads, finish the recordings' files, close all sockets. Twice is fine."""
    @property
    def scheduling(self) -> Literal["fifo", "nice", "normal"]:
        """What the engine thread really got."""
    @property
    def thread_id(self) -> int:
        """Kernel thread id of the engine thread (for /proc/self/task/ID/schedstat)."""
    @property
    def turn_age(self) -> float:
        """Seconds since the engine thread began its last turn; 20 ms at most where it is well."""
    @property
    def recorder_alive(self) -> bool:
        """Whether the recorder's thread runs, if any recording ever needed it."""
    def revive_recorder(self) -> None:
        """Begin a new recorder's thread in place of one that has ended; recordings in progress go on."""
    def fileno(self) -> int:
        """An eventfd, readable when ``drain()`` has something. Give it to ``loop.add_reader``."""
    def drain(self) -> list[Event]:
        """All events since the last call, oldest first. Events of closed legs are left out, save RecordingDone."""
    def stats(self) -> EngineStats: ...
    def give_back_memory(self) -> None:
        """Hand the pages of closed legs and obeyed commands back to the system. Takes less than a millisecond."""

    # -- audios ----------------------------------------------------------------------------------------------

    def load(self, pcmu: bytes | bytearray | memoryview, pcma: bytes | bytearray | memoryview) -> AudioId:
        """Copy one audio into the engine's memory; both encodings at 8000 Hz, of equal length.

        Raises ValueError where the lengths differ or are 0. An id has one owner: share by keeping the id.
        """
    def unload(self, audio: AudioId) -> None:
        """Give an audio back. Legs that play it play on to the end; then its memory is freed. UnknownAudio if stale."""

    # -- legs ------------------------------------------------------------------------------------------------

    def open_leg(self) -> LegId:
        """Bind an RTP/RTCP port pair. Until ``set_media`` what arrives is dropped and nothing is sent.

        Raises NoCapacity (max_legs), NoPortFree, or OSError EMFILE when descriptors are short.
        """
    def close_leg(self, leg: LegId) -> None:
        """Free the leg at once: its play ends, it leaves its mix, its own recordings end with ``hangup``."""
    def local_port(self, leg: LegId) -> int:
        """The even RTP port; RTCP is one above."""
    def set_media(
        self,
        leg: LegId,
        host: str,
        port: int,
        *,
        codec: Codec,
        payload_type: int | None = None,
        telephone_event: int | None = None,
        receive_telephone_event: int | None = None,
        ptime: int = 20,
        send: bool = True,
        latch: bool = True,
        latch_host: str | None = None,
        idle_silence: bool = True,
        inband_dtmf: bool = False,
    ) -> None:
        """Say what the offer/answer exchange agreed on; again after a re-INVITE.

        host, port: the peer's address from its SDP (an IPv4 literal; ValueError else). Port 0 or host 0.0.0.0
            (old-style hold) = send nothing, receive from anywhere.
        payload_type: ours to send, default the static one (0 or 8). PCMU as 0 and PCMA as 8 are always understood.
        telephone_event: the RFC 4733 payload type to send, also understood, None: none was agreed on.
        receive_telephone_event: the one of our own offer, where the answer chose another (RFC 3264 section 6.1).
        ptime: milliseconds per packet we send; 10..60 in steps of 10, else the nearest.
        send: False while the peer holds us (``recvonly``/``inactive`` on our side): nothing at all is sent, playing
            goes on unheard.
        latch: symmetric RTP. The first valid packet tells the real address: that of the SDP always wins and is final;
            another is taken on trial for one second, in which the SDP's can still win, then is final. Final means the
            kernel drops all others. After two seconds without a packet a new source is taken only with the
            old SSRC and a sequence number that fits (NAT rebinding, not injection). False: only the SDP's
            address. A changed address in a later ``set_media`` starts anew; the same one keeps what was learnt.
        latch_host: an IPv4 literal; only from there and from the SDP's host a new source is latched to, and under
            old-style hold heard. None: from anywhere, as is needed behind a proxy that does not relay media.
        idle_silence: send silence while nothing plays, also where the other of two has said nothing for 200 ms (it
            holds), so that the line does not seem dead and NAT bindings and the peer's media timeouts stay quiet, at
            the price of a playing leg. False: send nothing then. In a mix that is not of two there is always a packet.
        inband_dtmf: look for DTMF tones in received audio too (costs CPU; for peers without telephone-event).
        """
    def report_hosts(self, leg: LegId) -> set[str]:
        """Hosts from which RTCP packets have come since the last call; of many packets the first are kept."""
    def set_timeout(self, leg: LegId, seconds: float | None) -> None:
        """Tell ``MediaTimeout`` once nothing valid came for that long, counted from now; None: never (default).

        A report (RTCP) from the far end's host is a sign of life too: who only listens need not send anything else.
        """
    def pause_timeout(self, leg: LegId) -> None:
        """Do not take silence for anything: the far end is muted, or holds. Also after a new ``set_timeout``."""
    def resume_timeout(self, leg: LegId) -> None:
        """Count again, from now."""
    def leg_stats(self, leg: LegId) -> LegStats: ...

    # -- playing ---------------------------------------------------------------------------------------------

    def play(self, leg: LegId, audios: Sequence[AudioId], *, loop: bool = False, token: int = 0) -> None:
        """Play audios sample-exactly one after the other; replaces what plays. Ends with ``PlayDone(leg, token)``.

        In a mix it is heard instead of the others, who come back at the end. Before ``set_media`` it
        waits. Raises UnknownAudio, ValueError for an empty list or a token outside 64 signed bits.
        """
    def stop(self, leg: LegId) -> None:
        """Stop what plays within one packet; no ``PlayDone`` follows. Nothing playing is fine."""
    def send_digits(self, leg: LegId, digits: str, *, tone_s: float = 0.1, gap_s: float = 0.1) -> None:
        """Queue RFC 4733 digits (``0-9 * # A-D``, 32 queued at most); audio pauses meanwhile. ``DigitsSent`` follows.

        Raises ValueError for other characters or where no telephone_event was agreed on, NoCapacity if the queue
        is full.
        """

    # -- mixes -----------------------------------------------------------------------------------------------

    def bridge(self, leg: LegId, partner: LegId) -> None:
        """Connect two legs: what either sends goes to the other under our own SSRC with unbroken sequence.

        They leave the mixes that they are in; the new one (``mix_of``) ends by itself with fewer than two members. PCMU
        and PCMA are converted where they differ; telephone-events get the partner's payload type and are reported as
        ``DigitReceived`` too, but the rest of a key that was held before is not passed on. Stops what plays on both.
        """
    def unbridge(self, leg: LegId) -> None:
        """The same as ``leave``."""
    def open_mix(self) -> MixId:
        """An empty mix, until ``close_mix``."""
    def close_mix(self, mix: MixId) -> None:
        """End it: its members are in no mix, nothing plays to them. Raises UnknownMix, as all that take a mix."""
    def mix_of(self, leg: LegId) -> MixId | None: ...
    def join(
        self, mix: MixId, leg: LegId, *, speaks: bool = True, listens: bool = True, whispers_to: LegId | None = None
    ) -> None:
        """Put a leg into a mix, out of another; one that is in it gets the role. It hears it from its next packet on.

        speaks: the others hear it. False: muted; its keys still come. listens: it hears the others, else silence.
        whispers_to: only this member hears it (ValueError where it is none), until that one leaves.
        What plays on the leg goes on. Keys are told and, where more than two are mixed, not passed on.
        """
    def set_role(
        self, leg: LegId, *, speaks: bool = True, listens: bool = True, whispers_to: LegId | None = None
    ) -> None:
        """As ``join`` of the mix that it is in; ValueError where it is in none."""
    def leave(self, leg: LegId) -> None:
        """Take a leg out of its mix; none is fine."""
    def play_to_mix(self, mix: MixId, audios: Sequence[AudioId], *, loop: bool = False, token: int = 0) -> None:
        """Play to all members, together with what they hear of each other; ends with ``MixPlayDone(mix, token)``.

        Replaces what plays. Who joins later hears it from where it is by then (music for all who wait). Raises as
        ``play``.
        """
    def stop_mix(self, mix: MixId) -> None:
        """Stop what plays to all; no ``MixPlayDone`` follows. Nothing playing is fine."""
    def levels(self, mix: MixId) -> dict[LegId, float]:
        """How loud each member is, in dB below full scale (RMS over some 0.2 s, -96 for silence): who speaks.

        Only of those who speak or whisper. Empty while two are relayed, for then nothing is decoded.
        """

    # -- recording -------------------------------------------------------------------------------------------

    def record_call(self, leg: LegId, partner: LegId, path: str | PathLike[str]) -> RecordingId:
        """Record both legs' received audio into a stereo WAV (left: ``leg``, the caller; right: ``partner``).

        8 kHz 16-bit, aligned in time from this moment on. Ends by ``stop_recording`` or when either leg closes, with
        ``RecordingDone``. The file is made, with its folder where that is missing, and grows every
        ``recording_interval``, in a thread of its own; it stays readable after a crash. Where it cannot be made (an
        existing file is an error too) or written, ``RecordingDone`` says ``error``.
        """
    def record_mix(
        self,
        mix: MixId,
        path: str | PathLike[str],
        *,
        channels: Literal[1, 2] = 2,
        encoding: Encoding = "linear",
    ) -> RecordingId:
        """Record what the members say to all, whoever comes and goes; otherwise as ``record_call``.

        channels: 2 = the first member (now, or who comes first into an empty mix) on the left, also when it has left;
        all others and what is played to all on the right. 1 = all together. Whispers are not recorded.
        encoding: ``pcmu`` takes half the bytes.
        Ends by ``stop_recording``, with the mix (``hangup``) or by another ``record_mix`` of it.
        """
    def record_message(
        self,
        leg: LegId,
        path: str | PathLike[str],
        *,
        max_seconds: float,
        min_seconds: float = 0.0,
        silence_seconds: float | None = None,
        stop_keys: str = "",
        silence_db: float = -42.0,
    ) -> RecordingId:
        """Record what the leg sends into a mono WAV until a key, silence, the limit, ``stop_recording`` or hang-up.

        Signals of the Chinese network (450 Hz in a cadence, special information tones) end it too.

        min_seconds: what lasts less, from the first sound to the last, is no message.
        silence_seconds: end after so much without a frame above ``silence_db`` (dB below full scale, RMS); counted
            from the start where nobody speaks. None: never.
        stop_keys: digits that end it; they still come as ``DigitReceived``, just before.
        """
    def stop_recording(self, recording: RecordingId) -> None:
        """End it; ``RecordingDone(reason="stopped")`` follows when the file is complete. Ended already is fine."""
    def pause_recording(self, recording: RecordingId) -> None:
        """Write nothing until it is resumed, and nothing of what was said meanwhile; ``RecordingPaused`` says where.

        A recording that is paused or has ended is fine.
        """
    def resume_recording(self, recording: RecordingId) -> None:
        """Go on, behind a short tone in place of the pause; ``RecordingResumed`` says where. Not paused is fine."""
