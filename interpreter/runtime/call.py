"""One call on the real line: carries a session's outputs out by its legs and files, and feeds back what happens.

No task and no coroutine per call: SIP events, engine events and timers are plain callbacks, each of which ends in
``feed``. An exception anywhere in a call ends that call, with an incident in the log, and no other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from typing import Protocol

from interpreter.calls.inputs import Input, LegFailed, LegHungUp, LegInput
from interpreter.calls.outputs import (
    Bridge,
    CancelLeg,
    HangUpLeg,
    InviteLeg,
    Output,
    StartRingback,
    StopRingback,
    Unbridge,
)
from interpreter.calls.session import CallSession
from interpreter.machine.effects import (
    Answer,
    Ask,
    CancelTimer,
    EarlyMedia,
    ExitTaken,
    Finished,
    Hangup,
    InputMissed,
    NodeEntered,
    Play,
    RecordMessage,
    StartTimer,
    StopMessage,
    StopPlay,
    Target,
    Tell,
    Unask,
)
from interpreter.machine.events import CallerHungUp, CallStarted, Digit, Fault, MessageRecorded, PlayDone, TimerFired
from interpreter.machine.facts import Facts
from interpreter.machine.program import NodeInfo
from interpreter.rtp._engine import Engine
from interpreter.rtp.errors import MediaError
from interpreter.rtp.events import AudioId, MediaTimeout
from interpreter.rtp.events import DigitReceived as MediaDigit
from interpreter.rtp.events import Event as MediaEvent
from interpreter.rtp.events import PlayDone as MediaPlayDone
from interpreter.runtime.books.journal import Line
from interpreter.runtime.caller import CallerHost, CallerLeg
from interpreter.runtime.directory import LoadedVersion
from interpreter.runtime.keys import Keys, Way
from interpreter.runtime.limiter import Limiter, Party
from interpreter.runtime.media import Media
from interpreter.runtime.questions import Questions, Services
from interpreter.runtime.recording import CallFiles, RecordingHost
from interpreter.runtime.settings import RuntimeSettings
from interpreter.runtime.target import TargetLeg
from interpreter.runtime.timers import Timers
from interpreter.sdp import NotAcceptable, SdpError
from interpreter.sip.core import MAX_FORWARDS
from interpreter.sip.events import AckReceived, CallCancelled, CallEnded, Probed, ReinviteReceived, SipEvent
from interpreter.sip.events import DigitReceived as SipDigit

NO_NODE = NodeInfo("", "")

FILE_PATIENCE_SECONDS = 5.0
"""How long a caller who has hung up waits for the end of the message that was recorded."""

log = logging.getLogger("zongji.call")


class Board(CallerHost, RecordingHost, Protocol):
    """What a call needs of the switchboard."""

    engine: Engine
    journal: Callable[[Line], None]
    limiter: Limiter
    services: Services
    settings: RuntimeSettings

    def tone(self, name: str, version: LoadedVersion | None) -> AudioId: ...

    def target_leg(
        self, call: Call, leg: int, target: Target, feed: Callable[[LegInput], None]
    ) -> TargetLeg | LegFailed: ...

    def moved(self, call: Call) -> None: ...
    def ended(self, call: Call, cause: str, by: str) -> None: ...


class Call:
    """A caller and whatever hangs on it, from the accepted INVITE until everything of it has ended.

    facts: what the flow knows; telephones and trunks are shown its numbers, too. caller, called: E.164, for the record.
    ended_by: who a finished flow says it was. offset: seconds by which the flow's clock is ahead of the true one.
    max_forwards: for its outward INVITEs. party: who it is for the limits; parties: whose calls in hand it is one of.
    """

    __slots__ = (
        "_board", "_broken", "_ended_by", "_epoch", "_files", "_finished", "_hangup", "_inbox", "_keys", "_leaving",
        "_leg", "_loop", "_override", "_questions", "_ringing_back", "_running", "_session", "_steps", "_targets",
        "_timers", "_version", "called", "caller", "display", "facts", "id", "max_forwards", "node", "number", "offset",
        "parties", "party", "started_at", "tenant_id",
    )  # fmt: skip

    def __init__(
        self,
        board: Board,
        leg: CallerLeg,
        session: CallSession,
        *,
        facts: Facts,
        tenant_id: str,
        caller: str,
        display: str,
        called: str,
        number: str,
        version: LoadedVersion | None,
        started_at: float,
        offset: float,
        ended_by: Callable[[Finished], str],
    ) -> None:
        self._board = board
        self._loop = board.loop
        self._leg = leg
        self._session = session
        self._version = version
        self.id = facts.call_id
        self.facts = facts
        self.tenant_id = tenant_id
        self.caller, self.display, self.called, self.number = caller, display, called, number
        self.started_at = started_at
        self.offset = offset
        self._ended_by = ended_by
        self._epoch = started_at - board.loop.time()
        self.node: str | None = None
        self.party = Party(tenant_id, "call", self.id)
        self.parties: list[Party] = []
        self._steps = 0
        self.max_forwards = MAX_FORWARDS
        self._broken = False
        self._finished = False
        self._leaving = False
        self._hangup: Hangup | None = None
        self._override: tuple[str, str] | None = None
        self._inbox: list[Input] = []  # rarely two at a time; an empty deque has 700 bytes
        self._keys = Keys()
        self._running = False
        self._timers = Timers(board.loop, self._timer_fired)
        self._targets: dict[int, TargetLeg] | None = None
        self._ringing_back = False
        self._files: CallFiles | None = None
        self._questions: Questions | None = None

    # what the switchboard asks

    @property
    def flow(self) -> LoadedVersion | None:
        return self._version

    @property
    def media(self) -> Media:
        """The caller's audio."""
        return self._leg.media

    @property
    def answered(self) -> bool:
        return self._leg.answered

    @property
    def true_time(self) -> float:
        """UNIX seconds by the machine's clock, never going backwards within the call."""
        return self._epoch + self._loop.time()

    @property
    def node_info(self) -> NodeInfo:
        program = self._version.program if self._version else None
        return NO_NODE if program is None or self.node is None else program.nodes.get(self.node, NO_NODE)

    def start(self) -> None:
        """Let the call begin."""
        self.feed(CallStarted())

    def end(self, cause: str, by: str) -> None:
        """Hang up for reasons outside of the flow: ``operator``, ``media_timeout``, ``no_ack``, ``shutdown`` …"""
        if not self._finished and not self._leaving:
            self._override = (cause, by)
            self._caller_gone()

    # what happens

    def feed(self, event: Input) -> None:
        """Hand an input to the session and do what it says; inputs that come up meanwhile wait in line."""
        self._inbox.append(event)
        if self._running or self._broken:
            return
        self._running = True
        try:
            while self._inbox:
                for output in self._session.handle(self._inbox.pop(0), self.true_time + self.offset):
                    _ACTIONS[type(output)](self, output)
        except Exception:
            self.break_off()
        finally:
            self._running = False
        self._board.flush()

    def break_off(self) -> None:
        """Called with an exception at hand, a fault of ours: this call ends, the others do not notice."""
        log.exception("call %s: incident, the call is ended", self.id)
        self._broken = True
        self._inbox.clear()
        self._override = ("error", "system")
        self._hangup = Hangup("error")
        targets, self._targets = self._targets or {}, None
        try:
            with ExitStack() as last:
                last.callback(self._finish, "error", "system")
                for leg in targets.values():
                    last.callback(leg.hang_up)
        except Exception:
            log.exception("call %s: another incident while it is ended", self.id)

    def on_sip(self, event: SipEvent) -> None:
        match event:
            case CallEnded(cause=cause):
                if cause != "bye":
                    log.info("call %s: the caller's side is gone (%s)", self.id, cause)
                self._leg.gone()
                if cause != "bye":
                    self.end("no_ack" if cause == "ack_timeout" else "media_timeout", "system")
                self._peer_gone()
            case CallCancelled():
                self._peer_gone()
            case AckReceived(sdp=sdp, knows_tag=knows_tag):
                self._acknowledged(sdp)
                if knows_tag:
                    self.media.confirm()
            case ReinviteReceived():
                self._leg.reinvited(event)
            case Probed() if not self._leg.is_there(event):
                log.info("call %s: neither a packet nor an answer comes from the caller any more", self.id)
                self.end("media_timeout", "system")
            case SipDigit(digit=digit):
                self._digit(digit, "info")
            case _:
                pass

    def on_media(self, event: MediaEvent) -> None:
        if isinstance(event, MediaPlayDone):
            self._leg.player.ended(event.token)
        elif isinstance(event, MediaDigit):
            self._digit(event.digit, "tone" if event.inband else "event")
        elif isinstance(event, MediaTimeout):
            self._leg.ask_whether_there()

    def _digit(self, digit: str, way: Way) -> None:
        if self._finished or not self._board.limiter.takes_key(self.party):
            return
        counts = self._keys.take(digit, way, self._loop.time())
        if self._keys.way == "info":
            self.media.ignore_tones()
        if not counts:
            return
        self.note({"e": "digit", "d": digit})
        if self._files is not None and self._files.takes_message:
            if way == "info":  # the engine hears only what comes by RTP
                self._files.digit(digit)
        else:
            self.feed(Digit(digit))

    def _peer_gone(self) -> None:
        self._leg.gone()
        if not self._finished:
            self._caller_gone()

    def _caller_gone(self) -> None:
        """The caller hung up, or has to: a message that is being recorded is closed first."""
        if self._leaving:
            return
        self._leaving = True
        if self._files is not None and self._files.takes_message:
            self._files.stop_message(tell=True)  # goes on in _message_done
            self._loop.call_later(FILE_PATIENCE_SECONDS, self._file_overdue)
        else:
            self.feed(CallerHungUp())

    def _file_overdue(self) -> None:
        """A disk that stands still keeps nobody in the books; the record's last line waits for the file."""
        if not self._finished and self._files is not None:
            log.error("call %s: its message is not written yet, the caller leaves", self.id)
            self._files.stop_message(tell=False)
            self._message_done(MessageRecorded(0.0, "hangup"))

    def _message_done(self, event: MessageRecorded | Fault) -> None:
        if self._leaving:
            event = MessageRecorded(event.seconds if isinstance(event, MessageRecorded) else 0.0, "hangup")
        self.feed(event)
        if self._leaving:
            self.feed(CallerHungUp())

    def _acknowledged(self, sdp: bytes | None) -> None:
        """The caller's ACK, with the answer to our offer where its INVITE had none."""
        try:
            if sdp is not None:
                self.media.accept(sdp)
            elif not self.media.agreed:
                raise NotAcceptable("the ACK brings none")
        except (SdpError, NotAcceptable) as error:
            log.info("call %s: no usable answer to our offer: %s", self.id, error)
            self.end("error", "system")

    def note(self, line: dict[str, object]) -> None:
        """Write a line of this call into the journal."""
        line["c"] = self.id
        line["t"] = self._epoch + self._loop.time()
        self._board.journal(line)

    # what the session wants: one method per output

    def _node_entered(self, output: NodeEntered) -> None:
        self.node = output.node
        info = self.node_info
        self.note({"e": "node", "n": output.node, "k": info.type, "l": info.label, **self._where(output.flow)})
        self._board.moved(self)
        self._steps += 1
        if self._steps == self._board.settings.limits.max_call_steps:
            log.warning("call %s: ended at its step %d", self.id, self._steps)
            self.end("too_many_steps", "system")

    def _input_missed(self, output: InputMissed) -> None:
        self.note({"e": "missed", "n": output.node, "w": output.why, **self._where(output.flow)})

    def _exit_taken(self, output: ExitTaken) -> None:
        self.note({"e": "exit", "n": output.node, "x": output.exit, "l": output.label, **self._where(output.flow)})

    def _where(self, flow: str) -> dict[str, object]:
        """What a line says of the flow: nothing where it is the call's own."""
        return {} if self._version is None or flow == self._version.flow_id else {"f": flow}

    def _answer(self, output: Answer) -> None:
        if self.answered or self._leaving:
            return
        self._leg.answer(self._unkept)
        self.note({"e": "answered"})

    def _unkept(self) -> None:
        log.error("call %s: the journal cannot have it, it is ended", self.id)
        self.end("error", "system")

    def _early_media(self, output: EarlyMedia) -> None:
        if not self._leaving:
            self._leg.early_media()

    def _play(self, output: Play) -> None:
        self._ringing_back = False
        table = self._version.audio if self._version else {}
        try:
            audio = [table[key] for key in output.prompts]
        except KeyError as error:
            log.error("call %s: no audio for prompt %s", self.id, error.args[0])
            self._inbox.append(Fault("prompt_missing", str(error.args[0])))
            return
        self._play_audio(audio, output.loop, self._played)

    def _played(self) -> None:
        self.feed(PlayDone())

    def _play_audio(self, audio: list[AudioId], loop: bool, done: Callable[[], None]) -> None:
        if not self.media.started:
            self._early_media(EarlyMedia())
        try:
            self._leg.player.play(audio, loop, done)
        except MediaError as error:
            log.error("call %s: cannot play: %s", self.id, error)
            self._inbox.append(Fault("media", str(error)))

    def _stop_play(self, output: object) -> None:
        self._leg.player.stop()

    def _timer_fired(self, name: str) -> None:
        self.feed(TimerFired(name))

    def _record_message(self, output: RecordMessage) -> None:
        files = self._own_files()
        files.prepare_message(output)
        if output.beep:
            beep = self._board.tone("beep", self._version)
            self._play_audio([beep], loop=False, done=self._begin_message)
        else:
            self._begin_message()

    def _begin_message(self) -> None:
        try:
            self._own_files().start_message(self.media.id)
        except MediaError as error:
            log.error("call %s: a message cannot be recorded: %s", self.id, error)
            self.feed(Fault("recording", str(error)))

    def _stop_message(self, output: StopMessage) -> None:
        if self._files is not None:
            self._files.stop_message(tell=False)

    def _own_files(self) -> CallFiles:
        if self._files is None:
            board = self._board
            self._files = CallFiles(self.id, board.engine, board, self.note, self._message_done, self._files_quiet)
        return self._files

    def _invite_leg(self, output: InviteLeg) -> None:
        if self._targets is None:
            self._targets = {}
        target = self._board.target_leg(self, output.leg, output.target, self._leg_input)
        if isinstance(target, LegFailed):
            self._inbox.append(target)
            return
        self._targets[output.leg] = target
        self.note({"e": "ring", "leg": output.leg, "target": output.target.value})
        target.ring()

    def _leg_input(self, event: LegInput) -> None:
        if isinstance(event, (LegFailed, LegHungUp)) and self._targets is not None:
            self._targets.pop(event.leg, None)
        self.feed(event)

    def _cancel_leg(self, output: CancelLeg) -> None:
        leg = self._target(output.leg)
        if leg is not None:
            leg.cancel()

    def _hang_up_leg(self, output: HangUpLeg) -> None:
        leg = self._target(output.leg)
        if leg is not None:
            assert self._targets is not None
            del self._targets[output.leg]
            leg.hang_up()

    def _target(self, number: int) -> TargetLeg | None:
        return None if self._targets is None else self._targets.get(number)

    def _bridge(self, output: Bridge) -> None:
        leg = self._target(output.leg)
        partner = leg.media if leg is not None else None
        if leg is None or partner is None:
            return  # it hung up in the same instant; LegHungUp is on its way
        self._ringing_back = False
        self._stop_play(output)
        self._board.engine.bridge(self.media.id, partner.id)
        self._keys.partner, leg.keys.partner = leg, self._leg
        if output.record:
            self._own_files().start_talk(self.media.id, partner.id)
        self.note({"e": "connected", "leg": output.leg, "who": leg.who})

    def _unbridge(self, output: Unbridge) -> None:
        self._keys.partner = None
        if self._files is not None:
            self._files.stop_talk()
        if not self.media.closed:
            self._board.engine.unbridge(self.media.id)

    def _asking(self) -> Questions:
        if self._questions is None:
            self._questions = Questions(self, self._board.services, self.feed)
        return self._questions

    def _start_ringback(self, output: StartRingback) -> None:
        if not self._leg.hears:
            self._leg.ring()
            return
        self._ringing_back = True
        self._play_audio([self._board.tone("ringback", self._version)], loop=True, done=lambda: None)

    def _stop_ringback(self, output: StopRingback) -> None:
        if self._ringing_back:
            self._ringing_back = False
            self._stop_play(output)

    def _hang_up(self, output: Hangup) -> None:
        self._hangup = output

    def _finished_output(self, output: Finished) -> None:
        if output.reason == "error":
            log.error("call %s: the flow ended by a fault: %s", self.id, output.code)
        default = "error" if output.reason == "error" else "normal"
        cause = self._hangup.cause if self._hangup is not None else default
        self._finish(cause, self._ended_by(output))

    # the end

    def _finish(self, cause: str, by: str) -> None:
        if self._finished:
            return
        self._finished = True
        if self._override is not None:
            cause, by = self._override
        self._override = (cause, by)
        self._timers.cancel_all()
        if self._questions is not None:
            self._questions.end()
        with ExitStack() as last:  # from the bottom up; each is done whatever the others raise
            last.callback(self._end_without_files)
            last.callback(self._board.ended, self, cause, by)
            last.callback(self._leg.part, cause, after_prompt=self._hangup is not None and not self._leaving)
            if self._files is not None:
                last.callback(self._files.stop_talk)
                last.callback(self._files.stop_message, tell=False)

    def _end_without_files(self) -> None:
        if self._files is None or self._files.open == 0:
            self._files_quiet()

    def _files_quiet(self) -> None:
        """All files are closed: when the call has ended too, its last line can be written."""
        if self._finished and self._override is not None:
            cause, by = self._override
            self.note({"e": "end", "cause": cause, "by": by})


_ACTIONS: dict[type[Output], Callable[..., None]] = {
    NodeEntered: Call._node_entered,
    InputMissed: Call._input_missed,
    ExitTaken: Call._exit_taken,
    Answer: Call._answer,
    EarlyMedia: Call._early_media,
    Play: Call._play,
    StopPlay: Call._stop_play,
    StartTimer: lambda call, output: call._timers.start(output),
    CancelTimer: lambda call, output: call._timers.cancel(output),
    RecordMessage: Call._record_message,
    StopMessage: Call._stop_message,
    Ask: lambda call, output: call._asking().ask(output),
    Unask: lambda call, output: call._asking().take_back(output),
    Tell: lambda call, output: call._asking().tell(output),
    InviteLeg: Call._invite_leg,
    CancelLeg: Call._cancel_leg,
    HangUpLeg: Call._hang_up_leg,
    Bridge: Call._bridge,
    Unbridge: Call._unbridge,
    StartRingback: Call._start_ringback,
    StopRingback: Call._stop_ringback,
    Hangup: Call._hang_up,
    Finished: Call._finished_output,
}
