"""Drives one ``CallSession`` through a scenario in virtual time, and writes down what passes.

The transcript reads like a ladder diagram: ``>`` what we do, ``<`` what comes in, ``=`` where the flow is.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import get_args

from interpreter.calls.ending import ended_by
from interpreter.calls.inputs import (
    Input,
    LegAnswered,
    LegCame,
    LegDigit,
    LegDiverted,
    LegEarlyMedia,
    LegFailed,
    LegHeld,
    LegHungUp,
    LegInput,
    LegRinging,
    Parked,
    TransferAsked,
)
from interpreter.calls.leg import FIRST_LEG
from interpreter.calls.outputs import (
    CancelLeg,
    Connect,
    EndTalk,
    HangUpLeg,
    InviteLeg,
    JoinCall,
    Output,
    Park,
    PassEarlyMedia,
    PlayTo,
    Resolve,
    SayPlace,
    StartRingback,
    StopEarlyMedia,
    StopPlayTo,
    StopRingback,
    TellTransfer,
    Unpark,
)
from interpreter.calls.plan import resolved
from interpreter.calls.session import CallSession
from interpreter.machine.effects import (
    Answer,
    Ask,
    CancelTimer,
    Data,
    EarlyMedia,
    ExitTaken,
    Finished,
    Hangup,
    InputMissed,
    Miss,
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
from interpreter.machine.events import CallerHungUp, CallStarted, Digit, MessageRecorded, PlayDone, TimerFired, Told
from interpreter.simulation.agenda import Agenda
from interpreter.simulation.company import Company
from interpreter.simulation.crowd import Crowd
from interpreter.simulation.office import Office
from interpreter.simulation.outcome import Outcome, Visit
from interpreter.simulation.people import Script, ScriptedPeople
from interpreter.simulation.prompts import BEEP, Durations
from interpreter.simulation.questions import Question, Services
from interpreter.simulation.recorder import Reason, Recorder
from interpreter.simulation.scenario import Reply, Scenario

MAX_SECONDS = 4 * 3600.0
MAX_INPUTS = 20_000
"""A call that is not over by then never will be."""


class VirtualCall:
    """One call from ``CallStarted`` until the session is closed, or nothing is due any more.

    crowd: what it shares with the scenario's other calls, which go on ``together``. name: its own there.
    """

    def __init__(
        self,
        session: CallSession,
        scenario: Scenario,
        durations: Durations,
        crowd: Crowd | None = None,
        name: str = "",
    ) -> None:
        self.transcript: list[str] = []
        self.path: list[Visit] = []
        self.heard: list[str] = []
        self.answered_by = ""
        self.ended_by = ""
        self.cause = ""
        self._session = session
        self._began_at = scenario.at
        self._caller_number = scenario.caller
        self._durations = durations
        self._agenda = Agenda()
        self._inbox: deque[Input] = deque()
        self._targets: dict[int, Target] = {}
        self._met: set[int] = set()
        self._connected: tuple[int, ...] = ()
        self._answered = False
        self._caller = Script(scenario.steps, self._agenda, self)
        self._company = Company(scenario)
        self._people = ScriptedPeople(scenario.people, self._agenda, self._inbox.append)
        self._crowd = crowd
        self._began = 0.0 if crowd is None else scenario.at - crowd.at
        self._office = Office(
            self._agenda,
            self._company.has_extension,
            self._people.extensions(),
            None if crowd is None else crowd.exchange,
            name,
            self._began,
        )
        if crowd is not None:
            crowd.doors[name] = self._let_in
        self._recorder = Recorder(self._agenda, self._message_over)
        self._services = Services(scenario.services, self, crowd)
        self._asked: dict[int, tuple[str, Question]] = {}
        self._name = name
        self._inputs = 0

    def run(self) -> None:
        """Let the call happen; returns when it is over, or can never be."""
        self.begin()
        while self.step():
            pass

    def begin(self, *, people_dial: bool = True) -> None:
        """people_dial: what extensions do by themselves happens in this call's time."""
        self._inbox.append(CallStarted())
        if people_dial:
            self._people.come(self._dialled)

    def step(self) -> bool:
        """Let one thing happen; False where the call is over, or can never be."""
        if self._inbox:
            self._inputs += 1
            self._handle(self._inbox.popleft())
            return self._inputs < MAX_INPUTS
        return not self._session.closed and self._agenda.step() and self._agenda.now <= MAX_SECONDS

    @property
    def due(self) -> float | None:
        """When something happens next, in seconds since the call began; None where nothing does."""
        if self._inbox:
            return self._agenda.now
        return None if self._session.closed else self._agenda.due

    def wait_until(self, seconds: float) -> None:
        """Nothing has happened here until then."""
        self._agenda.now = max(self._agenda.now, seconds)

    @property
    def seconds(self) -> float:
        """Virtual seconds since the call began."""
        return self._agenda.now

    @property
    def waits_for(self) -> str | None:
        """The prompt that the caller waited for in vain."""
        return self._caller.waits_for

    def outcome(self) -> Outcome:
        return Outcome(
            tuple(self.path),
            self.ended_by,
            self.cause,
            self.answered_by,
            tuple(self.heard),
            tuple(self._recorder.messages),
        )

    # What the caller does (people.Line)

    def press(self, digit: str) -> None:
        if self._recorder.busy:
            self._note("<", f"digit {digit}")
            if self._recorder.stops_at(digit):
                self._message_over("key")
            return
        self._inbox.append(Digit(digit))

    def speech(self, speaking: bool) -> None:
        self._note("<", "speaks" if speaking else "falls silent")
        self._recorder.speech(speaking)

    def signal(self, sounding: bool) -> None:
        self._note("<", "busy tone" if sounding else "tone ends")
        self._recorder.signal(sounding)

    def hang_up(self) -> None:
        if self._recorder.busy:
            self._message_over("hangup")
        self._inbox.append(CallerHungUp())

    # What a service does to the call (questions.Caller)

    def hear(self, prompts: Sequence[str]) -> None:
        if prompts:
            self._note(">", "hears " + " ".join(prompts))
        self._play_from(Play(tuple(prompts)), 0, None)

    def answer(self, kind: str, reply: Reply) -> None:
        last = max(n for n, (asked, _) in self._asked.items() if asked == kind)
        self._asked[last][1].answer(reply)

    # Inputs and outputs

    def _handle(self, event: Input) -> None:
        if self._session.finished and not isinstance(event, _LEG_INPUTS):
            return
        line = self._input_line(event)
        if line:
            self._note("<", line)
        if isinstance(event, _LEG_INPUTS):
            self._office.hears(event)
        if isinstance(event, Told):
            self._asked.pop(event.n, None)
        for output in self._session.handle(event, self._began_at + self._agenda.now):
            self._carry_out(output)

    def _carry_out(self, output: Output) -> None:
        _HANDLERS[type(output)](self, output)

    def _dialled(self, extension: str, number: str) -> None:
        """A telephone of the company's dials a code or a place."""
        self._note("<", f"extension:{extension} dials {number}")
        visit = self._office.dialled(extension, number)
        if visit is None:
            self._note(">", f"nothing for extension:{extension}")
            return
        doors = {} if self._crowd is None else self._crowd.doors
        doors.get(visit.call, self._let_in)(extension, visit)

    def _let_in(self, extension: str, visit: JoinCall) -> None:
        """An extension comes into this call."""
        if self._crowd is not None:
            self.wait_until(self._crowd.now - self._began)
        leg, who = self._session.next_leg, Target("extension", extension)
        self._targets[leg] = who
        self._people.came(leg, extension)
        self._inbox.append(LegCame(leg, who, visit.part, visit.other))

    def _note(self, direction: str, text: str) -> None:
        self.transcript.append(f"{self._agenda.now:.3f} {direction} {text}")

    def _who(self, leg: int) -> str:
        if leg == FIRST_LEG:
            return "caller"
        target = self._targets[leg]
        return f"{target.kind}:{target.value}" + (f"/{target.user}" if target.user else "")

    def _input_line(self, event: Input) -> str:
        match event:
            case CallStarted():
                return "call"
            case Digit(digit):
                return f"digit {digit}"
            case TimerFired(name):
                return f"timeout {name}"
            case MessageRecorded(seconds, reason):
                return f"message {seconds:.1f} s, {reason}"
            case Told(n, kind, data):
                return f"told {n} {kind} {_plain(data)}"
            case CallerHungUp():
                return "caller hangs up"
            case LegRinging(leg):
                return f"ringing {self._who(leg)}"
            case LegEarlyMedia(leg, sounds):
                return f"early media of {self._who(leg)}" + ("" if sounds else " ends")
            case LegAnswered(leg):
                return f"answered {self._who(leg)}"
            case LegFailed(leg, reason):
                return f"failed {self._who(leg)} {reason}"
            case LegHungUp(leg):
                return f"hung up {self._who(leg)}"
            case LegDigit(leg, digit):
                return f"digit {digit} of {self._who(leg)}"
            case LegHeld(leg, held):
                return f"{self._who(leg)} " + ("holds" if held else "is back")
            case LegCame(leg, _, part):
                return f"{self._who(leg)} {part}"
            case TransferAsked(leg, dialled):
                return f"{self._who(leg)} transfers to {dialled}"
            case _:
                return ""

    def _enter(self, effect: NodeEntered) -> None:
        visit = Visit(effect.node, None, self._agenda.now, flow=effect.flow)
        self._note("=", visit.place)
        self.path.append(visit)

    def _miss(self, effect: InputMissed) -> None:
        if self.path:
            self._note("=", f"{self.path[-1].place} {_MISSES[effect.why]}")
            self.path[-1] = self.path[-1].missed(effect.why)

    def _leave(self, effect: ExitTaken) -> None:
        left = Visit(effect.node, effect.exit, flow=effect.flow)
        self._note("=", f"{left}" + (f" ({effect.label})" if effect.label else ""))
        # the last, as a rule; but behind a node that calls a flow lies all of that flow
        for index in range(len(self.path) - 1, -1, -1):
            visit = self.path[index]
            if visit.place == left.place and visit.exit is None:
                self.path[index] = replace(visit, exit=effect.exit)
                return

    def _answer(self, _: Answer) -> None:
        if not self._answered:
            self._answered = True
            self._note(">", "answer")
            self._caller.start()

    def _early_media(self, _: EarlyMedia) -> None:
        self._note(">", "early media")
        self._caller.start()

    def _play(self, effect: Play) -> None:
        self._note(">", "play " + " ".join(effect.prompts) + (" (loop)" if effect.loop else ""))
        self._play_from(effect, 0, PlayDone())

    def _play_from(self, effect: Play, index: int, done: PlayDone | None) -> None:
        if index == len(effect.prompts):
            if effect.loop and effect.prompts:
                index = 0
            else:
                self._agenda.cancel("play")
                if done is not None:
                    self._inbox.append(done)
                return
        key = effect.prompts[index]
        self.heard.append(key)

        def ended() -> None:
            self._caller.prompt_ended(key)
            self._play_from(effect, index + 1, done)

        self._agenda.set("play", self._durations.seconds(key), ended)

    def _stop_play(self, _: StopPlay) -> None:
        if self._agenda.cancel("play"):
            self._note(">", "stop")

    def _start_timer(self, effect: StartTimer) -> None:
        fired = TimerFired(effect.name)
        self._agenda.set(f"timer:{effect.name}", effect.seconds, lambda: self._inbox.append(fired))

    def _cancel_timer(self, effect: CancelTimer) -> None:
        self._agenda.cancel(f"timer:{effect.name}")

    def _record(self, effect: RecordMessage) -> None:
        self._note(">", f"record message {effect.box}")
        self._recorder.order(effect)
        if not effect.beep:
            self._recorder.start()
            return
        self.heard.append(BEEP)
        self._agenda.set("beep", self._durations.seconds(BEEP), self._beeped)

    def _beeped(self) -> None:
        self._recorder.start()
        self._caller.prompt_ended(BEEP)

    def _message_over(self, reason: Reason) -> None:
        self._inbox.append(self._recorder.end(reason))

    def _stop_message(self, _: StopMessage) -> None:
        if self._recorder.busy:
            self._recorder.end("hangup")

    def _ask(self, effect: Ask) -> None:
        self._note(">", f"ask {effect.n} {effect.kind} {_plain(effect.data)}")
        n = effect.n

        def answer(reply: Reply) -> None:
            told = Told(n, reply.kind, reply.data)
            self._agenda.set(f"question:{n}", reply.after, lambda: self._inbox.append(told))

        question = Question(self._name, effect.data, answer)
        self._asked[n] = effect.kind, question
        self._services.of(effect.kind).put(question)

    def _unask(self, effect: Unask) -> None:
        self._note(">", f"unask {effect.n}")
        self._agenda.cancel(f"question:{effect.n}")
        kind, question = self._asked.pop(effect.n)
        self._services.of(kind).take_back(question)

    def _tell(self, effect: Tell) -> None:
        self._note(">", f"tell {effect.kind} {_plain(effect.data)}")
        self._services.of(effect.kind).tell(effect.data)

    def _hang_up(self, effect: Hangup) -> None:
        self._note(">", f"hang up {effect.cause}")
        self.cause = effect.cause

    def _finish(self, effect: Finished) -> None:
        self._note("=", " ".join(part for part in ("finished", effect.reason, effect.code) if part))
        self._caller.stop()
        self._agenda.cancel("play")
        self.ended_by = ended_by(effect)
        if effect.reason != "hangup":
            self.cause = "error" if effect.reason == "error" else "normal"

    def _invite(self, output: InviteLeg) -> None:
        self._targets[output.leg] = output.target
        plan = self._company.ring_plan(output.target)
        if plan is not None:
            self._note(">", f"divert {self._who(output.leg)}")
            self._inbox.append(LegDiverted(output.leg, plan))
            return
        busy = self._crowd is not None and self._crowd.in_a_call(output.target)
        self._office.sees(output)
        self._note(">", f"ring {self._who(output.leg)}")
        self._people.ring(output, busy=busy)

    def _cancel(self, output: CancelLeg) -> None:
        self._note(">", f"cancel {self._who(output.leg)}")
        self._people.forget(output.leg)
        self._inbox.append(LegFailed(output.leg, "no_answer"))  # the 487

    def _hang_up_leg(self, output: HangUpLeg) -> None:
        self._office.sees(output)
        self._note(">", f"hang up {self._who(output.leg)}")
        self._people.forget(output.leg)

    def _connect(self, output: Connect) -> None:
        who = " ".join(self._who(leg) for leg in output.legs if leg)
        if FIRST_LEG not in output.legs and output.legs:
            who += " without the caller"
        self._note(">", f"connect {who or 'nobody'}" + (" (recorded)" if output.record else ""))
        self._connected = output.legs
        for leg in output.legs:
            if leg and leg not in self._met:
                self._met.add(leg)
                self.answered_by = self._targets[leg].value
                self._people.answered(leg)

    def _end_talk(self, _: EndTalk) -> None:
        self._note(">", f"part {' '.join(self._who(leg) for leg in self._connected if leg) or 'all'}")
        self._connected = ()

    def _play_to(self, output: PlayTo) -> None:
        self._note(">", f"{output.what} for {self._who(output.leg)}")
        if output.what == "accept":
            self._people.listens(output.leg)

    def _stop_play_to(self, output: StopPlayTo) -> None:
        self._note(">", f"stop music for {self._who(output.leg)}")

    def _resolve(self, output: Resolve) -> None:
        self._note(">", f"{self._who(output.leg)} wants {output.dialled}")
        who = self._caller_number if output.leg == FIRST_LEG else self._targets[output.leg].value
        self._inbox.append(resolved(output.leg, self._company.reached_by(who, output.dialled)))

    def _park(self, output: Park) -> None:
        self._inbox.append(Parked(output.leg, self._office.park()))

    def _say_place(self, output: SayPlace) -> None:
        self._note(">", f"parked at {output.place}, {self._who(output.leg)} is told")

    def _unpark(self, output: Unpark) -> None:
        self._note(">", f"leaves place {output.place}")
        self._office.unpark(output.place)

    def _tell_transfer(self, output: TellTransfer) -> None:
        self._note(">", f"transfer of {self._who(output.leg)}: {output.status}")

    def _pass_early_media(self, output: PassEarlyMedia) -> None:
        self._note(">", f"early media of {self._who(output.leg)} for {self._who(output.to)}")

    def _stop_early_media(self, output: StopEarlyMedia) -> None:
        self._note(">", f"stop early media for {self._who(output.to)}")

    def _start_ringback(self, output: StartRingback) -> None:
        self._note(">", "ringback" + (f" for {self._who(output.leg)}" if output.leg else ""))

    def _stop_ringback(self, output: StopRingback) -> None:
        self._note(">", "stop ringback" + (f" for {self._who(output.leg)}" if output.leg else ""))


def _plain(data: Data) -> str:
    return json.dumps(data, ensure_ascii=False)


_MISSES: Mapping[Miss, str] = {"no_input": "no input", "no_match": "no match"}

_LEG_INPUTS = get_args(LegInput)

_HANDLERS: dict[type, Callable[..., None]] = {
    NodeEntered: VirtualCall._enter,
    InputMissed: VirtualCall._miss,
    ExitTaken: VirtualCall._leave,
    Answer: VirtualCall._answer,
    EarlyMedia: VirtualCall._early_media,
    Play: VirtualCall._play,
    StopPlay: VirtualCall._stop_play,
    StartTimer: VirtualCall._start_timer,
    CancelTimer: VirtualCall._cancel_timer,
    RecordMessage: VirtualCall._record,
    StopMessage: VirtualCall._stop_message,
    Ask: VirtualCall._ask,
    Unask: VirtualCall._unask,
    Tell: VirtualCall._tell,
    Hangup: VirtualCall._hang_up,
    Finished: VirtualCall._finish,
    InviteLeg: VirtualCall._invite,
    CancelLeg: VirtualCall._cancel,
    HangUpLeg: VirtualCall._hang_up_leg,
    Connect: VirtualCall._connect,
    EndTalk: VirtualCall._end_talk,
    PlayTo: VirtualCall._play_to,
    StopPlayTo: VirtualCall._stop_play_to,
    Resolve: VirtualCall._resolve,
    Park: VirtualCall._park,
    SayPlace: VirtualCall._say_place,
    Unpark: VirtualCall._unpark,
    TellTransfer: VirtualCall._tell_transfer,
    StartRingback: VirtualCall._start_ringback,
    StopRingback: VirtualCall._stop_ringback,
    PassEarlyMedia: VirtualCall._pass_early_media,
    StopEarlyMedia: VirtualCall._stop_early_media,
}
