"""Scenarios dialled for real: the robot plays caller and extensions, then the call's record is judged.

The judge is the simulator's own ``compare``, so a scenario that passes there and here went the same way.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from interpreter.rtp import g711, tones, wav
from interpreter.runtime.control_client import ControlClient
from interpreter.simulation import Scenario, ScenarioError, load_scenario
from interpreter.simulation.outcome import Outcome, Visit, compare
from interpreter.simulation.prompts import matches
from interpreter.simulation.scenario import CallerStep, HangUp, Heard, Press, Say, Wait
from store import Query, Store, open_store
from store.seed import DEMO_TENANT
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
    """Which server is dialled, and its data folder for clock, passwords, prompts and records."""

    number: str
    host: str
    port: int
    data: Path


def ring_scenarios(
    paths: list[Path], number: str, host: str, port: int, data: Path, locale: str,
    tell: Callable[[str], None] = print,
) -> int:
    """Dial each scenario in turn; 0 if all went as expected, 1 if not, 2 if one cannot be read."""
    line = Line(number, host, port, data)
    failed = False
    for path in paths:
        try:
            scenario = load_scenario(path)
        except ScenarioError as error:
            tell(error.message(locale))
            return 2
        differences = dial(scenario, line)
        failed = failed or bool(differences)
        for difference in differences:
            tell(say("ring.failed", locale, name=path.stem, why=difference[locale]))
        if not differences:
            tell(say("ring.passed", locale, name=path.stem))
    return 1 if failed else 0


def dial(scenario: Scenario, line: Line) -> list[Any]:
    """Make the scenario's call on a running server and say what differs from what it expects."""
    secrets = _secrets(line.data)
    began = time.time()
    with ControlClient(line.data / "control.sock") as control:
        control.call("clock", {"offset_seconds": scenario.at - began})
        try:
            with registered_people(scenario.people.get("extension", {}), secrets, line.host, line.port):
                _call(scenario, line)
        finally:
            control.call("clock", {"offset_seconds": 0.0})
    store = open_store(load_settings({"data": str(line.data)}).database_url)
    try:
        return compare(scenario.expect, _outcome(store, scenario.caller, began))
    finally:
        store.close()


def _secrets(data: Path) -> dict[str, str]:
    document = json.loads((data / "demo.json").read_text(encoding="utf-8"))
    return {number: extension["secret"] for number, extension in document["extensions"].items()}


def _call(scenario: Scenario, line: Line) -> None:
    audio = PromptAudio(line)
    with RobotPhone(Account(line.host, line.port, scenario.caller)) as phone:
        call = phone.call(line.number)
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

    def __init__(self, line: Line) -> None:
        self._data = line.data
        store = open_store(load_settings({"data": str(line.data)}).database_url)
        try:
            tenant = next(tenant for tenant in store.tenants.all() if tenant.name == DEMO_TENANT)
            bound = next(
                entry.number for entry in store.numbers.page(tenant.id, Query(size=200)).items
                if entry.number.text == line.number or entry.number.digits == line.number
            )
            assert bound.flow_id is not None
            assert bound.version is not None
            self._table = dict(store.flows.version(tenant.id, bound.flow_id, bound.version).prompts)
        finally:
            store.close()

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


def _outcome(store: Store, caller: str, since: float) -> Outcome:
    """How the newest call of ``caller`` since then went, from its record."""
    tenant = next(tenant for tenant in store.tenants.all() if tenant.name == DEMO_TENANT)
    deadline = time.monotonic() + RECORD_SECONDS
    while True:
        page = store.calls.page(tenant.id, Query(size=20, sort="-started_at"))
        found = [call for call in page.items if caller in call.caller and call.started_at.timestamp() >= since - 1]
        if found:
            break
        if time.monotonic() > deadline:
            return Outcome((), "", "")
        time.sleep(0.2)
    call = store.calls.get(tenant.id, found[0].id)
    left = [
        message for message in store.voicemails.page(tenant.id, Query(size=50)).items if message.call_id == call.id
    ]
    visits = tuple(Visit(step["node"], step["exit"], step["at"]) for step in call.steps)
    boxes = tuple(message.box for message in sorted(left, key=lambda message: message.recorded_at))
    return Outcome(visits, call.ended_by, call.cause, call.answered_by or "", None, boxes)
