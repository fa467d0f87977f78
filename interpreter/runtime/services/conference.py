"""Conferences on the line: a mix of the engine for each, in which the callers' legs are while they take part.

What becomes of whom ``calls.conference`` decides. A fault with one member sends that one back to his flow's error exit,
a fault of the conference all of them; no other call notices.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from interpreter.calls.conference import (
    Conference,
    Connect,
    Dismiss,
    MemberId,
    Output,
    Rules,
    Said,
    Say,
    SayToAll,
    Wait,
)
from interpreter.machine.effects import Data
from interpreter.rtp._engine import Engine
from interpreter.rtp.events import AudioId
from interpreter.runtime.questions import Answer, Asker, Service
from interpreter.runtime.settings import RuntimeSettings

TONES: Final[Mapping[Said, str]] = {"joined": "joined", "left": "left"}
"""What is no prompt of the flow's: signals, by their names in ``resources.system_tones``."""

log = logging.getLogger("zongji.call")


class Seat:
    """One who takes part: his leg for as long as his question is open, and what he hears of the conference itself."""

    __slots__ = ("_audio", "_call", "_music", "_tones", "answer", "waits")

    def __init__(self, call: Asker, data: Mapping[str, Any]) -> None:
        self._call = call
        self._audio: Mapping[str, Sequence[str]] = data["says"]
        self._tones: bool = data["tones"]
        self._music: bool = data["music"]
        self.waits = False
        self.answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    def audio(self, said: Said) -> list[AudioId]:
        call = self._call
        if said in TONES:
            return [call.board.tone(TONES[said], call)] if self._tones else []
        table = call.flow.audio if call.flow is not None else {}
        return [table[key] for key in self._audio.get(said, ()) if key in table]

    def connect(self, mix: int, speaks: bool) -> None:
        if self.waits:
            self.waits = False
            self._call.led.player.stop()
        self._call.led.media.join(mix, speaks=speaks)

    def wait(self, said: Sequence[Said]) -> None:
        self.waits = True
        self._call.led.media.leave()
        self._play([audio for part in said for audio in self.audio(part)])

    def say(self, said: Said) -> None:
        self._play(self.audio(said))

    def go(self) -> None:
        """Give the leg back."""
        self._call.led.player.stop()
        self._call.led.media.leave()

    def end(self, why: str) -> None:
        if not self.answer.done():
            self.answer.set_result((why, {}))

    def _play(self, audio: list[AudioId]) -> None:
        self._call.led.player.play(audio, False, self._played)

    def _played(self) -> None:
        if self.waits and self._music:
            call = self._call
            call.led.player.play([call.board.music(call)], True, _never)


def _never() -> None:
    """A loop has no end."""


class Hall:
    """One conference with its mix, open for as long as somebody is in it."""

    def __init__(self, engine: Engine, rules: Rules) -> None:
        self._engine = engine
        self._mix = engine.open_mix()
        self._conference = Conference(rules)
        self._seats: dict[MemberId, Seat] = {}
        self._todo: deque[Output] = deque()

    @property
    def empty(self) -> bool:
        return not self._seats

    def close(self) -> None:
        """Nobody is there any more."""
        self._engine.close_mix(self._mix)

    def come(self, name: MemberId, seat: Seat, chairman: bool) -> None:
        self._seats[name] = seat
        self._decide(lambda outputs: self._conference.come(name, chairman, outputs))

    def pressed(self, name: MemberId, key: str) -> None:
        self._decide(lambda outputs: self._conference.pressed(name, key, outputs))

    def leave(self, name: MemberId) -> None:
        """A member's flow goes on, or his call is over: his leg is left alone from now on."""
        seat = self._seats.pop(name, None)
        if seat is not None:
            self._part(seat, "left")
            self._decide(lambda outputs: self._conference.leave(name, outputs))

    def break_up(self) -> None:
        """Give everybody back as after a fault."""
        seats, self._seats = self._seats, {}
        self._todo.clear()
        for seat in seats.values():
            self._part(seat, "error")

    # inside

    def _decide(self, what: Callable[[list[Output]], None]) -> None:
        outputs: list[Output] = []
        what(outputs)
        self._todo += outputs
        while self._todo:
            self._carry_out(self._todo.popleft())

    def _carry_out(self, output: Output) -> None:
        if isinstance(output, SayToAll):
            self._say_to_all(output.said)
            return
        seat = self._seats.get(output.member)
        if seat is None:  # sent back for a fault meanwhile
            return
        try:
            self._do(seat, output)
        except Exception:
            log.exception("call %s: incident, the conference goes on without it", output.member)
            self._lose(output.member)

    def _do(self, seat: Seat, output: Connect | Wait | Say | Dismiss) -> None:
        match output:
            case Connect(_, speaks):
                seat.connect(self._mix, speaks)
            case Wait(_, said):
                seat.wait(said)
            case Say(_, said):
                seat.say(said)
            case Dismiss(name, why):
                del self._seats[name]
                self._part(seat, why)

    def _say_to_all(self, said: Said) -> None:
        """By the settings of whoever has been there longest."""
        audio = next((seat.audio(said) for seat in self._seats.values()), [])
        if audio:
            self._engine.play_to_mix(self._mix, audio)

    def _lose(self, name: MemberId) -> None:
        """Send one back for a fault of his own."""
        self._part(self._seats.pop(name), "error")
        outputs: list[Output] = []
        self._conference.leave(name, outputs)
        self._todo += outputs

    def _part(self, seat: Seat, why: str) -> None:
        try:
            seat.go()
        except Exception:
            log.exception("a leg did not leave its conference as it should")
        finally:
            seat.end(why)


HallKey = tuple[str, str]
"""A tenant and a conference's name."""


class Conferences(Service):
    """All conferences of a runtime. Whoever opens one decides its rules.

    Asked with ``room``, ``chairman``, ``limit``, ``waits``, ``ends`` (see ``Rules``), ``tones`` and ``music`` (whether
    there are any), ``says`` (what is said -> prompt keys). Answers when the member is sent away: a ``Parting``, or
    ``error``. Told of the member's keys.
    """

    seconds = None

    def __init__(self, settings: RuntimeSettings) -> None:
        super().__init__(settings)
        self._halls: dict[HallKey, Hall] = {}
        self._where: dict[MemberId, HallKey] = {}

    async def ask(self, call: Asker, data: Data) -> Answer:
        given: Mapping[str, Any] = data
        seat = Seat(call, given)
        key = call.tenant_id, given["room"]
        self._where[call.id] = key
        self._in(key, lambda: self._hall(key, call, given).come(call.id, seat, given["chairman"]))
        if key not in self._halls:  # it has nobody, for there was a fault, or he was not let in
            seat.end("error")
        try:
            return await seat.answer
        finally:
            self._where.pop(call.id, None)

    async def tell(self, call: Asker, data: Data) -> None:
        key = self._where.get(call.id)
        if key is not None:
            self._in(key, lambda: self._halls[key].pressed(call.id, str(data["key"])))

    def taken_back(self, call: Asker) -> None:
        key = self._where.pop(call.id, None)
        if key is not None:
            self._in(key, lambda: self._halls[key].leave(call.id))

    def _hall(self, key: HallKey, call: Asker, given: Mapping[str, Any]) -> Hall:
        hall = self._halls.get(key)
        if hall is None:
            rules = Rules(given["limit"], given["waits"], given["ends"])
            hall = self._halls[key] = Hall(call.board.engine, rules)
        return hall

    def _in(self, key: HallKey, act: Callable[[], None]) -> None:
        """Do something in a conference; after a fault there it is over for all, and so it is when nobody is left."""
        try:
            act()
        except Exception:
            log.exception("conference %s: incident, all leave it", key[1])
            if key in self._halls:
                self._halls[key].break_up()
        hall = self._halls.get(key)
        if hall is not None and hall.empty:
            del self._halls[key]
            hall.close()
