"""One call on the real line: hands what happens to its session, and has done what the session says.

No task and no coroutine per call: SIP events, engine events and timers are plain callbacks, each of which ends in
``feed``. An exception anywhere in a call ends that call, with an incident in the log, and no other. What the session's
outputs mean stands in ``carrying``, a file for each family.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from interpreter.calls.exchange import LegName
from interpreter.calls.given import Given, given_of
from interpreter.calls.inputs import (
    Input,
    LegAnswered,
    LegDigit,
    LegDiverted,
    LegEarlyMedia,
    LegFailed,
    LegHeld,
    LegHungUp,
    LegReason,
    LegRinging,
    RingPlan,
    TalkStopped,
    TransferAsked,
)
from interpreter.calls.outputs import Output
from interpreter.calls.plan import Reached
from interpreter.calls.queue import Group, Members
from interpreter.calls.session import SECRET_KEY, CallSession
from interpreter.machine.effects import ExitTaken, Hangup, InputMissed, NodeEntered, Target
from interpreter.machine.events import (
    CallerHungUp,
    CallStarted,
    Digit,
    Fault,
    MessageRecorded,
    PlayDone,
    TimerFired,
    Told,
)
from interpreter.machine.facts import Facts
from interpreter.rtp._engine import Engine
from interpreter.rtp.events import AudioId
from interpreter.runtime.books.journal import Line
from interpreter.runtime.call_facts import CallFacts
from interpreter.runtime.directory import LoadedVersion
from interpreter.runtime.doing import Deed, do_all
from interpreter.runtime.endings import Endings
from interpreter.runtime.errands import Errands
from interpreter.runtime.exchanges import Exchanges
from interpreter.runtime.legs.fork import Fork
from interpreter.runtime.legs.keys import Way
from interpreter.runtime.legs.leg import LeftCause, Leg, LegHost
from interpreter.runtime.legs.talking import Talking
from interpreter.runtime.limiter import Party
from interpreter.runtime.questions import Asker, Questions, Services
from interpreter.runtime.recording import CallFiles
from interpreter.runtime.settings import RuntimeSettings
from interpreter.runtime.timers import Timers
from interpreter.sip.events import CallHandle

LED = 0
"""The leg that the session leads: of whoever began the call."""

FILE_PATIENCE_SECONDS = 5.0
"""How long a caller who has hung up waits for the end of the message that was recorded."""

_KEYS = frozenset({Digit, LegDigit})

_WAY = frozenset({NodeEntered, InputMissed, ExitTaken})

_CAUSES: dict[LeftCause, str] = {"no_ack": "no_ack", "lost": "media_timeout", "error": "error"}
"""What the record says where the led leg left, and not by itself."""

log = logging.getLogger("zongji.call")


class Board(LegHost, Protocol):
    """What a call needs of the switchboard.

    carrying: how to do what a session says, by the type of its output. hear: see ``books.writer.Writer.hear``.
    """

    engine: Engine
    journal: Callable[[Line], None]
    hear: Callable[[str, float, Input, Sequence[Output]], None]
    services: Services
    settings: RuntimeSettings
    carrying: Mapping[type[Output], Callable[..., None]]
    exchanges: Exchanges
    errands: Errands
    calls: dict[str, Call]

    def tone(self, name: str, call: Asker) -> AudioId:
        """Of the call's version, else ours; words of ours in its language. Raises KeyError."""

    def music(self, call: Asker) -> AudioId:
        """What is heard on hold: of the call's version, else the tenant's, else ours."""

    def replaced_by_partner(self, call: Call, leg: Leg, other: CallHandle | None) -> bool:
        """Carry out an attended transfer to whoever the telephone's other call is with; False where that cannot be."""

    def fork(self, call: Call, number: int, target: Target) -> Fork | LegReason: ...
    def ring_plan(self, tenant_id: str, target: Target) -> RingPlan | None:
        """What is rung in place of a target that wants it so (``calls.forwarding``); None for all others."""

    def redirected(self, tenant_id: str, target: Target, users: Sequence[str]) -> RingPlan:
        """The same for an extension whose telephone answered by a 3xx to these user parts."""

    def reached_by(self, tenant_id: str, extension: str, dialled: str) -> Reached:
        """Whom a telephone of ours reaches by dialling so (``calls.plan``)."""

    def lead_on(self, call: Call, leg: Leg, number: str) -> None:
        """Let a leg of the call begin another, in the flow that answers a number of ours."""

    def answers(self, tenant_id: str, number: str) -> bool:
        """Whether a flow of the tenant's answers its number now."""

    def group(self, tenant_id: str, name: str) -> Group | None: ...
    def members(self, tenant_id: str) -> Members: ...
    def moved(self, call: Call) -> None: ...
    def ended(self, call: Call, cause: str, by: str) -> None: ...


class Call:
    """Some legs and the session that decides about them, until everything of it has ended.

    legs: by their number, None for one that has left or not come yet. forks: targets that are being rung, by the number
    of the leg that will come of them. endings: the words for its end, of whatever leads it. talking: the talk's audio.
    early: that of somebody who has not answered yet and is heard. secretive: a secret was typed; what comes of it may
    be written down no more than that.
    """

    __slots__ = (
        "_begun", "_broken", "_epoch", "_finished", "_heard", "_inbox", "_led_left", "_loop", "_override", "_running",
        "_session", "about", "board", "early", "endings", "files", "forks", "hangup", "leaving", "legs", "node",
        "party", "questions", "ringing_back", "secretive", "steps", "talking", "timers",
    )  # fmt: skip

    def __init__(self, board: Board, about: CallFacts, session: CallSession, endings: Endings) -> None:
        self.board = board
        self.about = about
        self._session = session
        self.endings = endings
        self._loop = board.loop
        self._epoch = about.started_at - board.loop.time()
        self.party = Party(about.tenant_id, "call", about.id)
        self.legs: list[Leg | None] = [None]
        self.forks: dict[int, Fork] | None = None
        self.files: CallFiles | None = None
        self.questions: Questions | None = None
        self.timers = Timers(board.loop, self._timer_fired)
        self.node: NodeEntered | None = None
        self.steps = 0
        self.ringing_back = False
        self.talking: Talking | None = None
        self.early: Talking | None = None
        self.hangup: Hangup | None = None
        self.leaving = False
        self._inbox: list[Input] = []  # rarely two at a time; an empty deque has 700 bytes
        self._heard = 0
        self.secretive = False
        self._running = False
        self._begun = False
        self._broken = False
        self._led_left = False
        self._finished = False
        self._override: tuple[str, str] | None = None

    # what it is

    @property
    def id(self) -> str:
        return self.about.facts.call_id

    @property
    def tenant_id(self) -> str:
        return self.about.tenant_id

    @property
    def facts(self) -> Facts:
        """What the flow knows."""
        return self.about.facts

    @property
    def given(self) -> Given:
        """What its session was made with; asked before anything has happened."""
        return given_of(self._session, self.facts, self.about.started_at, self.about.offset)

    @property
    def flow(self) -> LoadedVersion | None:
        return self.about.version

    @property
    def answered(self) -> bool:
        """Whether whoever began the call is connected."""
        leg = self.leg(LED)
        return leg is not None and leg.answered

    @property
    def true_time(self) -> float:
        """UNIX seconds by the machine's clock, never going backwards within the call."""
        return self._epoch + self._loop.time()

    # its legs

    @property
    def led(self) -> Leg:
        """The leg that the session leads. Raises LookupError while there is none."""
        leg = self.leg(LED)
        if leg is None:
            raise LookupError(f"call {self.id} leads nobody")
        return leg

    def leg(self, number: int) -> Leg | None:
        return self.legs[number] if number < len(self.legs) else None

    def join(self, leg: Leg) -> None:
        """Take a leg in."""
        self.legs += [None] * (leg.number + 1 - len(self.legs))
        self.legs[leg.number] = leg
        if leg.media.on_hold:
            self.held(leg, True)

    @property
    def talking_legs(self) -> tuple[int, ...]:
        """The legs of its talk, whether they hear each other now or wait."""
        return self._session.talking

    def give_away(self, number: int, to: str) -> None:
        """A leg goes into another call; ``left_without`` follows once it is there."""
        self.down(number, "handed_over", to)
        leg, self.legs[number] = self.legs[number], None
        if leg is not None and self.talking is not None:
            self.talking.give_away(leg)

    def take_in(self, leg: Leg, source: str) -> None:
        """A leg of another call comes in, as the next of this one."""
        leg.owner, leg.number = self, self._session.next_leg
        self.note({"e": "came", "leg": leg.number, "target": leg.who, "k": leg.target.kind, "from": source})
        self.join(leg)
        self.board.exchanges.talks(self.tenant_id, LegName(self.id, leg.number), leg.target)

    def left_without(self, number: int) -> None:
        """The session hears that a leg which was given away has left."""
        if number == LED:
            self._leave()
        else:
            self.feed(LegHungUp(number))

    # what happens

    def start(self) -> None:
        """Let the call begin."""
        self._begun = True
        self.feed(CallStarted())

    def feed(self, event: Input) -> None:
        """Hand an input to the session and do what it says; inputs that come up meanwhile wait in line."""
        self._inbox.append(event)
        if self._running or self._broken:
            return
        self._running = True
        carrying = self.board.carrying
        try:
            while self._inbox:
                for output in self._handle(self._inbox.pop(0)):
                    carrying[type(output)](self, output)
            if self._led_left:
                self._finish_with_the_talk()
        except Exception:
            self.break_off()
        finally:
            self._running = False
        self.board.flush()

    def _handle(self, event: Input) -> Sequence[Output]:
        """What the session says to an input; both are written down."""
        session, about, at = self._session, self.about, self._epoch + self._loop.time()
        written = session.written(event) if type(event) in _KEYS else event
        outputs = session.handle(event, at + about.offset)
        if not about.trial:
            self._heard += 1
            self.secretive = self.secretive or written is SECRET_KEY
            if self.secretive:  # the flow may read it out, and services may answer with it
                way = [output for output in outputs if type(output) in _WAY]
                self.board.hear(about.facts.call_id, at, _discreet(written), way)
            else:
                self.board.hear(about.facts.call_id, at, written, outputs)
        return outputs

    def pressed(self, leg: Leg, digit: str, way: Way) -> None:
        """A key of the led leg's is the flow's; another's means something to a talk, and to its partner."""
        if leg.number != LED:
            self.feed(LegDigit(leg.number, digit))
            return
        if self._led_left:
            return
        if self.files is not None and self.files.takes_message:
            self.note({"e": "digit", "d": SECRET_KEY.digit if self._session.secret else digit})
            if way == "info":  # the engine hears only what comes by RTP
                self.files.digit(digit)
        else:
            self.feed(Digit(digit))

    def left(self, leg: Leg, cause: LeftCause) -> None:
        self.down(leg.number, cause)
        if leg.number == LED:
            if cause in _CAUSES:
                self.end(_CAUSES[cause], "system")
            elif not self._led_left:
                self._leave()
        else:
            self.legs[leg.number] = None
            leg.hang_up()
            self.feed(LegHungUp(leg.number))

    def transfer_asked(self, leg: Leg, dialled: str, replaced: CallHandle | None) -> None:
        if not self.board.replaced_by_partner(self, leg, replaced):
            self.feed(TransferAsked(leg.number, dialled))

    def held(self, leg: Leg, held: bool) -> None:
        self.feed(LegHeld(leg.number, held))

    def rings(self, number: int) -> None:
        self.feed(LegRinging(number))

    def early_media(self, number: int, sounds: bool) -> None:
        self.feed(LegEarlyMedia(number, sounds))

    def answered_by(self, leg: Leg) -> None:
        self.note({"e": "up", "leg": leg.number, "via": leg.trunk, "codec": leg.media.codec})
        self._forget_fork(leg.number)
        self.join(leg)
        self.board.exchanges.talks(self.tenant_id, LegName(self.id, leg.number), leg.target)
        self.feed(LegAnswered(leg.number))

    def failed(self, number: int, reason: LegReason) -> None:
        self.down(number, reason)
        self._forget_fork(number)
        self.feed(LegFailed(number, reason))

    def redirected(self, number: int, target: Target, users: Sequence[str]) -> None:
        self.diverted(number, self.board.redirected(self.tenant_id, target, users))

    def diverted(self, number: int, plan: RingPlan) -> None:
        """Others are to be rung in place of a leg."""
        self.down(number, "diverted")
        self._forget_fork(number)
        self.feed(LegDiverted(number, plan))

    def down(self, number: int, why: str, to: str | None = None) -> None:
        """A leg has ended, or has gone into call ``to``."""
        line: dict[str, object] = {"e": "down", "leg": number, "w": why}
        if to is not None:
            line["to"] = to
        self.note(line)
        self.board.exchanges.gone(self.tenant_id, LegName(self.id, number))

    def _forget_fork(self, number: int) -> None:
        if self.forks is not None:
            self.forks.pop(number, None)

    def played(self) -> None:
        """What was played has come to its end."""
        self.feed(PlayDone())

    def message_done(self, event: MessageRecorded | Fault) -> None:
        """A message that was being recorded is closed."""
        if self.leaving:
            event = MessageRecorded(event.seconds if isinstance(event, MessageRecorded) else 0.0, "hangup")
        self.feed(event)
        if self.leaving:
            self.feed(CallerHungUp())

    def _timer_fired(self, name: str) -> None:
        self.feed(TimerFired(name))

    def note(self, line: dict[str, object]) -> None:
        """Write a line of this call into the journal."""
        if self.about.trial:
            return
        line["c"] = self.id
        line["t"] = self._epoch + self._loop.time()
        self.board.journal(line)

    # the end

    def end(self, cause: str, by: str) -> None:
        """Hang up for reasons outside of the flow: ``operator``, ``media_timeout``, ``no_ack``, ``shutdown`` …"""
        if self._led_left:
            self.feed(TalkStopped())
        elif not self._begun:
            self.finish(cause, by)
        elif not self.leaving:
            self._override = (cause, by)
            self._leave()

    def _leave(self) -> None:
        """The led leg hung up, or has to: a message that is being recorded is closed first."""
        if self.leaving:
            return
        self.leaving = True
        if self.files is not None and self.files.takes_message:
            self.files.stop_message(tell=True)  # goes on in message_done
            self._loop.call_later(FILE_PATIENCE_SECONDS, self._file_overdue)
        else:
            self.feed(CallerHungUp())

    def _file_overdue(self) -> None:
        """A disk that stands still keeps nobody in the books; the record's last line waits for the file."""
        if not self._led_left and self.files is not None:
            log.error("call %s: its message is not written yet, the caller leaves", self.id)
            self.files.stop_message(tell=False)
            self.message_done(MessageRecorded(0.0, "hangup"))

    def break_off(self) -> None:
        """Called with an exception at hand, a fault of ours: this call ends, the others do not notice."""
        log.exception("call %s: incident, the call is ended", self.id)
        self._broken = True
        self._inbox.clear()
        self._override = ("error", "system")
        self.hangup = Hangup("error")
        others: list[Fork | Leg] = [*(self.forks or {}).values(), *filter(None, self.legs[1:])]
        self.forks = None
        del self.legs[1:]
        parting: list[Deed] = []
        for other in reversed(others):
            parting += other.hang_up, partial(self.down, other.number, "error")
        try:
            do_all(*parting, partial(self.finish, "error", "system"), self._finish_with_the_talk)
        except Exception:
            log.exception("call %s: another incident while it is ended", self.id)

    def finish(self, cause: str, by: str) -> None:
        """Whatever leads the call is over: part from whoever is led. The call is over with him, unless those whom he
        has left talk on. What it was ended for from outside comes first.
        """
        if self._led_left:
            return
        self._led_left = True
        if self._override is not None:
            cause, by = self._override
        self._override = (cause, by)
        if self.questions is not None:
            self.questions.end()
        led = self.leg(LED)
        parting: list[Deed] = []
        if not self._begun and self.forks is not None:  # rung to be led
            parting += self.forks.pop(LED).hang_up, partial(self.down, LED, "cancelled")
        if self.files is not None:
            parting.append(partial(self.files.stop_message, tell=False))
        if led is not None:
            after_prompt = self.hangup is not None and not self.leaving
            parting.append(partial(led.end, self.endings.refusal(cause), after_prompt=after_prompt))
            if not self.leaving:
                parting.append(partial(self.down, LED, "released"))
        do_all(*parting, self._finish_with_the_talk)

    def _finish_with_the_talk(self) -> None:
        if self._finished or (not self._broken and self._session.talking):
            return
        assert self._override is not None
        self._finished = True
        self.timers.cancel_all()
        parting: list[Deed] = [] if self.files is None else [self.files.stop_talk]
        parting += [audio.end for audio in (self.early, self.talking) if audio is not None]
        do_all(*parting, partial(self.board.ended, self, *self._override), self._end_without_files)

    def _end_without_files(self) -> None:
        if self.files is None or self.files.open == 0:
            self.files_quiet()

    def files_quiet(self) -> None:
        """All files are closed: when the call has ended too, its last line can be written."""
        if self._finished and self._override is not None:
            cause, by = self._override
            self.note({"e": "end", "cause": cause, "by": by, "heard": self._heard})


def _discreet(event: Input) -> Input:
    """An input of a call in which a secret was typed, as it may be written down."""
    return Told(event.n, event.kind, {}) if isinstance(event, Told) else event
