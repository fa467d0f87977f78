"""Scenarios dialled for real: the robot plays caller and extensions, then the call's record is judged.

The judge is the simulator's own ``compare``, so a scenario that passes there and here went the same way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from interpreter.control.client import ControlClient, ControlError, RuntimeUnreachable
from interpreter.flow.calendar import is_workday
from interpreter.rtp import g711, tones, wav
from interpreter.simulation import Scenario, ScenarioError, load_scenario
from interpreter.simulation.outcome import Outcome, Visit, compare
from interpreter.simulation.prompts import matches
from interpreter.simulation.scenario import BusyTone, CallerStep, HangUp, Heard, Press, Say, Wait
from numbering.plan import at_home, normalise_or_keep
from numbering.subscriber import subscriber_number
from store import Query, Store, open_store
from store.models import Number
from store.records import NumberEntry
from zongji.ring import probe
from zongji.ring.accounts import read_secrets
from zongji.ring.errors import CannotRing
from zongji.ring.extensions import registered_people
from zongji.ring.listening import Listener, Sound
from zongji.ring.phone import Account, RobotCall, RobotPhone
from zongji.settings import load_settings
from zongji.words import say

LONGEST_CALL_SECONDS = 180.0
LONGEST_PROMPT_SECONDS = 90.0
ANSWER_SECONDS = 20.0
RECORD_SECONDS = 15.0
DIGIT_SPACING_SECONDS = 0.3

Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """Which server is dialled, its data folder for clock, prompts and records, and the file of SIP passwords."""

    number: str
    host: str
    port: int
    data: Path
    accounts: Path


def ring_scenarios(
    paths: list[Path], number: str, host: str, port: int, data: Path, locale: str,
    tell: Callable[[str], None] = print, accounts: Path | None = None,
) -> int:
    """Dial each scenario in turn; 0 if all went as expected, 1 if not, 2 if one cannot be read or dialled.

    accounts: the file of SIP passwords, by default the demo tenant's in the data folder.
    """
    line = Line(number, host, port, data, accounts or data / "demo.json")
    failed = False
    for path in paths:
        try:
            scenario = load_scenario(path)
            differences = dial(scenario, line)
        except (ScenarioError, CannotRing) as error:
            tell(error.message(locale))
            return 2
        failed = failed or bool(differences)
        for difference in differences:
            tell(say("ring.failed", locale, name=path.stem, why=difference[locale]))
        if not differences:
            tell(say("ring.passed", locale, name=path.stem))
    return 1 if failed else 0


def dial(scenario: Scenario, line: Line) -> list[Any]:
    """Make the scenario's call on a running server and say what differs from what it expects. Raises CannotRing."""
    if scenario.others:
        raise CannotRing("ring.others")
    settings = load_settings({"data": str(line.data)})
    if settings.missing_database is not None:
        raise CannotRing("data.missing", file=settings.missing_database)
    people = scenario.people.get("extension", {})
    secrets = read_secrets(line.accounts, (number for number, person in people.items() if person.state != "offline"))
    store = open_store(settings.database_url)
    try:
        bound = find_number(store, line.number)
        _same_days_and_switch(scenario, store, bound.number)
        audio = PromptAudio(store, bound, line.data)
        began = time.time()
        with _clock_at(scenario.at - began, line), registered_people(people, secrets, line.host, line.port):
            _call(scenario, line, audio)
        return compare(scenario.expect, _outcome(store, bound.number.tenant_id, scenario.caller, began))
    finally:
        store.close()


def _same_days_and_switch(scenario: Scenario, store: Store, number: Number) -> None:
    """Raises CannotRing where the server's switch or days are not those of the scenario."""
    if number.switch != scenario.switch:
        raise CannotRing("ring.switch", number=number.text, wanted=scenario.switch, found=number.switch)
    table = store.days.read(number.tenant_id).table
    today = datetime.fromtimestamp(scenario.at, ZoneInfo(scenario.timezone)).toordinal()
    for day in (today, *scenario.days):
        if is_workday(day, table) != is_workday(day, scenario.days):
            raise CannotRing("ring.day", day=date.fromordinal(day))


@contextmanager
def _clock_at(offset_seconds: float, line: Line) -> Iterator[None]:
    """The server's clock moved as long as the context lasts. Raises CannotRing where nobody may, or nobody is there."""
    try:
        control = ControlClient(line.data / "control.sock")
    except RuntimeUnreachable:
        raise CannotRing("ring.not_running", data=line.data) from None
    with control:
        try:
            control.call("clock", {"offset_seconds": offset_seconds})
        except ControlError as error:
            if error.code != "not_allowed":
                raise
            raise CannotRing("ring.no_qa", data=line.data) from None
        except RuntimeUnreachable:
            raise CannotRing("ring.not_running", data=line.data) from None
        try:
            if not probe.answers(line.host, line.port):
                raise CannotRing("ring.nobody", address=f"{line.host}:{line.port}")
            yield
        finally:
            with suppress(RuntimeUnreachable):  # it has ended, and its clock with it
                control.call("clock", {"offset_seconds": 0.0})


def find_number(store: Store, number: str) -> NumberEntry:
    """The number that is dialled, of whichever tenant; raises CannotRing where no flow is bound to it."""
    wanted = normalise_or_keep(number)
    for tenant in store.tenants.all():
        for page in count(1):
            entries = store.numbers.page(tenant.id, Query(page=page, size=200)).items
            for entry in entries:
                if entry.number.digits == wanted and entry.release is not None:
                    return entry
            if len(entries) < 200:
                break
    raise CannotRing("ring.not_bound", number=number)


def _call(scenario: Scenario, line: Line, audio: PromptAudio) -> None:
    with RobotPhone(Account(line.host, line.port, scenario.caller)) as phone:
        call = phone.call(at_home(line.number))
        if call.wait(ANSWER_SECONDS, "answered"):
            listener = Listener()
            for step in scenario.steps:
                if call.ended:
                    break
                _perform(step, call, listener, audio)
            call.wait(LONGEST_CALL_SECONDS)
            call.hang_up()


def _perform(step: CallerStep, call: RobotCall, listener: Listener, audio: PromptAudio) -> None:
    match step:
        case Wait(seconds):
            call.wait(seconds)
        case Press(digits):
            for digit in digits:
                call.press(digit)
                call.wait(DIGIT_SPACING_SECONDS - 0.24)
        case Say(seconds):
            call.say(audio.speech(seconds))
            call.wait(seconds)
        case BusyTone(seconds):
            call.say(np.resize(g711.decode_pcmu(tones.busy().pcmu), int(seconds * 8000)))
            call.wait(seconds)
        case Heard(prompt):
            _listen_for(audio.named(prompt), call, listener)
        case HangUp():
            call.hang_up()


def _listen_for(prompts: list[Sound], call: RobotCall, listener: Listener) -> None:
    deadline = time.monotonic() + LONGEST_PROMPT_SECONDS
    while time.monotonic() < deadline and not call.ended:
        heard = call.heard()
        if any(listener.heard_end_of(prompt, heard) for prompt in prompts):
            return
        call.wait(0.15)


class PromptAudio:
    """The audio of the prompts of the flow version that the dialled number is bound to."""

    def __init__(self, store: Store, bound: NumberEntry, data: Path) -> None:
        self._data = data
        assert bound.flow_id is not None
        assert bound.version is not None
        self._table = dict(store.flows.version(bound.number.tenant_id, bound.flow_id, bound.version).prompts)

    def named(self, prompt: str) -> list[Sound]:
        """All prompts that the scenario may mean by this name; the beep is the runtime's own."""
        if prompt == "beep":
            return [g711.decode_pcmu(tones.beep().pcmu)]
        return [self._read(sha) for key, sha in self._table.items() if matches(key, prompt)]

    def speech(self, seconds: float) -> Sound:
        """The flow's longest prompt, over and over for so long, as something spoken."""
        longest = max((self._read(sha) for sha in self._table.values()), key=len)
        return np.resize(longest, int(seconds * 8000))

    def _read(self, sha: str) -> Sound:
        return wav.read_mono(self._data / "audio" / sha[:2] / f"{sha}.wav")


def _outcome(store: Store, tenant_id: str, caller: str, since: float) -> Outcome:
    """How the newest call of ``caller`` since then went, from its record."""
    deadline = time.monotonic() + RECORD_SECONDS
    recorded = normalise_or_keep(subscriber_number(caller))
    while True:
        page = store.calls.page(tenant_id, Query(size=20, sort="-started_at"))
        found = [call for call in page.items if call.caller == recorded and call.started_at.timestamp() >= since - 1]
        if found:
            break
        if time.monotonic() > deadline:
            return Outcome((), "", "")
        time.sleep(0.2)
    call = store.calls.get(tenant_id, found[0].id)
    left = [
        message for message in store.voicemails.page(tenant_id, Query(size=50)).items if message.call_id == call.id
    ]
    visits = tuple(Visit(
            step["node"], step["exit"], step["at"], step.get("no_input", 0), step.get("no_match", 0)
        )
        for step in call.steps)
    boxes = tuple(message.box for message in sorted(left, key=lambda message: message.recorded_at))
    return Outcome(visits, call.ended_by, call.cause, call.answered_by or "", None, boxes)
