"""Run one scenario against one program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from interpreter.calls.session import CallSession
from interpreter.machine.effects import Target
from interpreter.machine.facts import facts_of
from interpreter.machine.machine import NO_FLOWS, Machine
from interpreter.machine.program import Program
from interpreter.simulation.carrying import CARRYING
from interpreter.simulation.crowd import Crowd
from interpreter.simulation.outcome import Outcome, compare
from interpreter.simulation.prompts import Durations
from interpreter.simulation.scenario import Scenario, Texts
from interpreter.simulation.together import run_together
from interpreter.simulation.virtual_call import VirtualCall


@dataclass(frozen=True, slots=True)
class Result:
    """How a scenario went. seconds: virtual length; failures: what differs from its expectation, both languages.

    others: of the scenario's other callers, in their order.
    """

    scenario: Scenario
    outcome: Outcome
    seconds: float
    transcript: tuple[str, ...]
    failures: tuple[Texts, ...]
    others: tuple[Result, ...] = ()

    @property
    def passed(self) -> bool:
        """Also the others."""
        return not self.failures and all(other.passed for other in self.others)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Of all callers."""
        return (self.outcome, *(other.outcome for other in self.others))

    @property
    def path(self) -> tuple[str, ...]:
        """The nodes as an expectation writes them: ``node:exit``."""
        return tuple(str(visit) for visit in self.outcome.path)


def run_scenario(
    program: Program,
    scenario: Scenario,
    *,
    seconds: Mapping[str, float] | None = None,
    seed: int = 0,
    flows: Mapping[str, Program] = NO_FLOWS,
) -> Result:
    """Let the scripted call happen in virtual time and compare it with what was expected.

    seconds: measured lengths of prompts by key; the scenario's own ``durations`` come first, others are estimated.
    seed: for what the flow leaves to chance. flows: those that it may call (see ``Machine``).
    Raises nothing for whatever a flow does: a call that never ends is a failure.
    """
    if not scenario.others and not scenario.groups:
        call = _virtual_call(program, scenario, seconds, seed, flows)
        call.run()
        return _result(scenario, call)
    crowd = Crowd(scenario.at, scenario.people.get("extension", {}), scenario.groups, seed)
    calls = [
        (caller, _virtual_call(program, caller, seconds, seed + index, flows, crowd, str(index)))
        for index, caller in enumerate((scenario, *scenario.others))
    ]
    run_together([(caller.at - scenario.at, call) for caller, call in calls], crowd)
    first, *others = (_result(caller, call) for caller, call in calls)
    return replace(first, others=tuple(others))


def _virtual_call(
    program: Program,
    scenario: Scenario,
    seconds: Mapping[str, float] | None,
    seed: int,
    flows: Mapping[str, Program],
    crowd: Crowd | None = None,
    name: str = "",
) -> VirtualCall:
    facts = facts_of(
        f"simulated{name}", caller=scenario.caller, called=scenario.called, timezone=scenario.timezone,
        days=scenario.days, switch=scenario.switch,
    )  # fmt: skip
    own = scenario.caller in scenario.people.get("extension", {})
    caller = Target("extension" if own else "number", scenario.caller)
    session = CallSession(Machine(program, facts, seed, flows), caller)
    return VirtualCall(session, scenario, Durations(scenario.durations, seconds), CARRYING, crowd, name)


def _result(scenario: Scenario, call: VirtualCall) -> Result:
    outcome = call.outcome()
    failures = [*_unended(call), *compare(scenario.expect, outcome)]
    return Result(scenario, outcome, call.seconds, tuple(call.ladder.lines), tuple(failures))


def _unended(call: VirtualCall) -> list[Texts]:
    """Why the call stood still, or where the caller waited in vain."""
    if call.waits_for is not None:
        prompt = call.waits_for
        return [{"zh-CN": f"一直没有播完 {prompt}", "en": f"{prompt} was never heard to its end"}]
    if call.ended_by:
        return []
    place = call.way.path[-1].node if call.way.path else "-"
    return [
        {
            "zh-CN": f"通话停在 {place}，一直没有结束（给分机写上 talk，或让来电者 hangup）",
            "en": f"the call stays at {place} and never ends (give the extension a `talk`, or let the caller hang up)",
        }
    ]
