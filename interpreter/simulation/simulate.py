"""Run one scenario against one program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from interpreter.calls.session import CallSession
from interpreter.machine.effects import Target
from interpreter.machine.facts import facts_of
from interpreter.machine.machine import NO_FLOWS, Machine
from interpreter.machine.program import Program
from interpreter.simulation.outcome import Outcome, compare
from interpreter.simulation.prompts import Durations
from interpreter.simulation.scenario import Scenario, Texts
from interpreter.simulation.virtual_call import VirtualCall


@dataclass(frozen=True, slots=True)
class Result:
    """How a scenario went. seconds: virtual length; failures: what differs from its expectation, both languages."""

    scenario: Scenario
    outcome: Outcome
    seconds: float
    transcript: tuple[str, ...]
    failures: tuple[Texts, ...]

    @property
    def passed(self) -> bool:
        return not self.failures

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
    facts = facts_of(
        "simulated", caller=scenario.caller, called=scenario.called, timezone=scenario.timezone,
        days=scenario.days, switch=scenario.switch,
    )  # fmt: skip
    own = scenario.caller in scenario.people.get("extension", {})
    caller = Target("extension" if own else "number", scenario.caller)
    session = CallSession(Machine(program, facts, seed, flows), caller)
    call = VirtualCall(session, scenario, Durations(scenario.durations, seconds))
    call.run()
    outcome = call.outcome()
    failures = [*_unended(call), *compare(scenario.expect, outcome)]
    return Result(scenario, outcome, call.seconds, tuple(call.transcript), tuple(failures))


def _unended(call: VirtualCall) -> list[Texts]:
    """Why the call stood still, or where the caller waited in vain."""
    if call.waits_for is not None:
        prompt = call.waits_for
        return [{"zh-CN": f"一直没有播完 {prompt}", "en": f"{prompt} was never heard to its end"}]
    if call.ended_by:
        return []
    place = call.path[-1].node if call.path else "-"
    return [
        {
            "zh-CN": f"通话停在 {place}，一直没有结束（给分机写上 talk，或让来电者 hangup）",
            "en": f"the call stays at {place} and never ends (give the extension a `talk`, or let the caller hang up)",
        }
    ]
