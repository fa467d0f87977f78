"""``zongji bench simulate [--seconds S]``: whole calls a second through ``CallSession``, one process on one core.

Two kinds of call through flows of twelve nodes, all of them visited by every call, from ``CallStarted`` to
``Finished`` in virtual time. In both the caller hears a welcome, chooses in a menu, types an order number, gives a
mark and hears goodbye; in between ``simulate_message.json`` takes a message and ``simulate_transfer.json`` rings an
extension, which answers, talks and hangs up.

Prints one line for each kind of call, the figure first; at least 50,000 is what we want of either:

    94000 calls/s  message: 12 nodes, 10 inputs a call, 10.6 us of CPU a call, 282000 calls

What is counted: making the call's ``Facts`` and its session, every input handed in, every output looked at, the
deadlines of what was started (prompts, timers, rings, talks, messages) and the check that the call came to its end
with nothing left open. The driver is a thin one: it makes no transcript, and compares nothing but the end. The time
is this process's CPU time, so that a neighbour on the core does not count as ours, but a neighbour still takes cache
and clock from us: measure some times, pinned (``taskset -c 1``), and give best and median.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from interpreter.calls.inputs import Input, LegAnswered, LegHungUp, LegRinging
from interpreter.calls.outputs import Connect, EndTalk, InviteLeg, Output, StartRingback, StopRingback
from interpreter.calls.session import CallSession
from interpreter.compiler import compile_flow
from interpreter.machine.effects import (
    Answer,
    CancelTimer,
    ExitTaken,
    Finished,
    Hangup,
    InputMissed,
    NodeEntered,
    Play,
    RecordMessage,
    StartTimer,
    StopPlay,
)
from interpreter.machine.events import CallStarted, Digit, MessageRecorded, PlayDone, TimerFired
from interpreter.machine.facts import Facts
from interpreter.machine.machine import Machine
from interpreter.machine.program import Program

FLOWS = ("message", "transfer")
BEGAN_AT = 1_795_140_000.0  # 2026-11-20 10:00 in Shanghai
PROMPT_SECONDS = 3.0
RING_SECONDS, ANSWER_SECONDS, TALK_SECONDS, MESSAGE_SECONDS = 0.1, 2.0, 30.0, 12.0
THINK_SECONDS, KEY_SECONDS = 1.0, 0.2
"""The caller presses a first key so long after a prompt begins, and further ones so long after each other."""

CALLS_A_SECOND, CALLS_AN_HOUR = 50, 180_000
"""The calls begin one after the other in virtual time, as on a busy line, over and over in the same hour."""

BATCH = 500
"""Calls between two looks at the clock."""

NEVER = float("inf")
STARTED: Input = CallStarted()

Acts = tuple[Input, "Acts | None"]
"""What comes from the caller's side next, and then."""

HEARS: Acts = (PlayDone(), None)
PRESSES: Mapping[str, Acts] = {
    "file:menu.wav": (Digit("1"), None),
    "file:order.wav": (Digit("7"), (Digit("#"), None)),
    "file:survey.wav": (Digit("1"), None),
}
"""Prompts that the caller answers, barging in; all others are heard to their end."""

RINGS, ANSWERS = LegRinging(1), LegAnswered(1)

OTHERS_DO: Mapping[type[Output], tuple[float, Input]] = {
    InviteLeg: (RING_SECONDS, RINGS),  # the flow dials once, one target
    Connect: (TALK_SECONDS, LegHungUp(1)),
    RecordMessage: (MESSAGE_SECONDS, MessageRecorded(MESSAGE_SECONDS, "key")),
}
"""What the telephone or the recorder does upon an output, and after how long."""

MOST_INPUTS = range(1, 30)
"""A call that has not ended by then hangs."""

RUNS_OUT = {name: TimerFired(name) for name in ("input", "dial:ring")}

NOTHING_FOLLOWS: frozenset[type[Output]] = frozenset(
    (NodeEntered, InputMissed, ExitTaken, Answer, StartRingback, StopRingback, EndTalk, Hangup)
)
"""Outputs upon which the caller, the telephone and the recorder have nothing to do."""


def run_call(program: Program, facts: Facts, seed: int, began_at: float = BEGAN_AT) -> tuple[bool, int]:
    """One whole call: whether it ended by the flow's own hangup with nothing left open, and inputs handed in.

    Three things can be due: what the caller does (hears a prompt to its end, or presses a key), the one timer of
    whatever waits, what the telephone or the recorder does. All in one function, since a call of a helper for each
    output would cost as much as a node.
    """
    session = CallSession(Machine(program, facts, seed))
    handle = session.handle
    now, ended = began_at, False
    caller_at = timer_at = others_at = NEVER
    acts: Acts | None = None
    timer = others = event = STARTED
    for inputs in MOST_INPUTS:
        for output in handle(event, now):
            if type(output) in NOTHING_FOLLOWS:
                continue
            if type(output) is Play:
                acts = PRESSES.get(output.prompts[-1], HEARS)
                caller_at = now + (PROMPT_SECONDS if acts is HEARS else THINK_SECONDS)
            elif type(output) is StopPlay:
                if acts is HEARS:
                    caller_at = NEVER
            elif type(output) in OTHERS_DO:
                seconds, others = OTHERS_DO[type(output)]
                others_at = now + seconds
            elif type(output) is StartTimer:
                timer_at, timer = now + output.seconds, RUNS_OUT[output.name]
            elif type(output) is CancelTimer:
                timer_at = NEVER
            elif type(output) is Finished:
                ended = output.reason == "hangup"
        if ended:
            return session.closed and caller_at == timer_at == others_at == NEVER, inputs
        if caller_at <= timer_at and caller_at <= others_at and acts:  # comparing is four times as fast as min()
            now = caller_at
            event, acts = acts
            caller_at = now + KEY_SECONDS if acts else NEVER
        elif timer_at < others_at:
            now, event, timer_at = timer_at, timer, NEVER
        else:
            now, event, others_at = others_at, others, NEVER
            if event is RINGS:
                others, others_at = ANSWERS, now + ANSWER_SECONDS
    return False, inputs


def load_program(flow: str) -> Program:
    file = Path(__file__).with_name(f"simulate_{flow}.json")
    return compile_flow(json.loads(file.read_text(encoding="utf-8")))


def measure(program: Program, seconds: float) -> tuple[int, int, float]:
    """(calls, inputs, seconds of this process's CPU) of as many calls as fit into the time.

    CPU time, so that another process on the core does not count as ours. Raises RuntimeError where a call does
    not end as it should: a fast wrong call is none.
    """
    calls = inputs = 0
    began = time.process_time()
    while (spent := time.process_time() - began) < seconds:
        for seed in range(calls, calls + BATCH):
            facts = Facts(f"{seed:012x}", "13800138000", "4001234567")
            began_at = BEGAN_AT + seed % CALLS_AN_HOUR / CALLS_A_SECOND
            ended, taken = run_call(program, facts, seed, began_at)
            if not ended:
                raise RuntimeError("a call of the measurement did not end by the flow's hangup")
            inputs += taken
        calls += BATCH
    return calls, inputs, spent


def run(seconds: float = 3.0) -> None:
    """Measure each flow and print a line; the first half second warms up.

    What was imported is hidden from the collector, as a server does after its start; the calls themselves are
    collected as ever.
    """
    for flow in FLOWS:
        program = load_program(flow)
        measure(program, min(0.5, seconds))
        gc.collect()
        gc.freeze()
        calls, inputs, spent = measure(program, seconds)
        nodes = len({step.node for step in program.operations})
        print(
            f"{calls / spent:.0f} calls/s  {flow}: {nodes} nodes, {inputs / calls:.0f} inputs a call, "
            f"{spent / calls * 1e6:.1f} us of CPU a call, {calls} calls"
        )


if __name__ == "__main__":
    run(float(sys.argv[1]) if len(sys.argv) > 1 else 3.0)
