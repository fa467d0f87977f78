"""``zongji bench simulate``: whole calls a second through ``CallSession``, in one process on one core.

Two flows of twelve nodes, all of them visited by every call, from ``CallStarted`` to ``Finished`` in virtual time. In
both the caller hears a welcome, chooses in a menu, types an order number, gives a mark and hears goodbye; in between
``simulate_message.json`` takes a message and ``simulate_transfer.json`` rings an extension, which answers, talks and
hangs up. The driver is a thin one: it looks at each output, keeps the deadlines of what it started and hands in
what is due next. It makes no transcript and compares nothing but the end, which is checked for every call.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path

from interpreter.calls.inputs import Input, LegAnswered, LegHungUp, LegRinging
from interpreter.calls.outputs import Bridge, InviteLeg, StartRingback
from interpreter.calls.session import CallSession
from interpreter.compiler import compile_flow
from interpreter.machine.effects import (
    CancelTimer,
    ExitTaken,
    Finished,
    NodeEntered,
    Play,
    RecordMessage,
    StartTimer,
    StopPlay,
)
from interpreter.machine.events import CallStarted, Digit, MessageRecorded, PlayDone, TimerFired
from interpreter.machine.facts import Facts
from interpreter.machine.program import Program

FLOWS = ("message", "transfer")
BEGAN_AT = 1_795_140_000.0  # 2026-11-20 10:00 in Shanghai
PROMPT_SECONDS = 3.0
RING_SECONDS, ANSWER_SECONDS, TALK_SECONDS, MESSAGE_SECONDS = 0.1, 2.0, 30.0, 12.0
THINK_SECONDS, KEY_SECONDS = 1.0, 0.2
"""The caller presses a first key so long after a prompt begins, and further ones so long after each other."""

BATCH = 500
"""Calls between two looks at the clock."""

NEVER = float("inf")
STARTED, PLAYED, RECORDED = CallStarted(), PlayDone(), MessageRecorded(MESSAGE_SECONDS, "key")
INPUT_TIMEOUT, RING_TIMEOUT = TimerFired("input"), TimerFired("dial:ring")
LEG_RINGS, LEG_ANSWERS, LEG_HANGS_UP = LegRinging(1), LegAnswered(1), LegHungUp(1)
"""The flow dials once, one target."""

PRESSES = {
    f"file:{prompt}.wav": tuple(Digit(key) for key in keys)
    for prompt, keys in {"menu": "1", "order": "7#", "survey": "1"}.items()
}


def run_call(program: Program, facts: Facts, seed: int) -> tuple[bool, int]:
    """One whole call: whether it ended by the flow's own hangup with nothing left open, and inputs handed in.

    Five things can be due: the end of a prompt, two timers, what the telephone or the recorder does, the caller's
    next key. All in one function, since a call of a helper for each output would cost as much as a node.
    """
    session = CallSession(program, facts, seed)
    handle = session.handle
    now, inputs, ended = BEGAN_AT, 0, False
    prompt_at = timer_at = ring_timer_at = leg_at = key_at = NEVER
    keys: tuple[Digit, ...] = ()
    leg_does: Input = STARTED
    event: Input = STARTED
    while True:
        inputs += 1
        for output in handle(event, now):
            kind = type(output)
            if kind is ExitTaken or kind is NodeEntered:
                continue
            if kind is Play:
                prompt_at = now + PROMPT_SECONDS
                keys = PRESSES.get(output.prompts[-1], ())
                key_at = now + THINK_SECONDS if keys else NEVER
            elif kind is StopPlay:
                prompt_at = NEVER
            elif kind is StartTimer:
                if output.name == "input":
                    timer_at = now + output.seconds
                else:
                    ring_timer_at = now + output.seconds
            elif kind is CancelTimer:
                if output.name == "input":
                    timer_at = NEVER
                else:
                    ring_timer_at = NEVER
            elif kind is InviteLeg:
                leg_at, leg_does = now + RING_SECONDS, LEG_RINGS
            elif kind is StartRingback:
                leg_at, leg_does = now + ANSWER_SECONDS, LEG_ANSWERS
            elif kind is Bridge:
                leg_at, leg_does = now + TALK_SECONDS, LEG_HANGS_UP
            elif kind is RecordMessage:
                leg_at, leg_does = now + MESSAGE_SECONDS, RECORDED
            elif kind is Finished:
                ended = output.reason == "hangup"
        due = key_at  # comparing is four times as fast as min()
        if prompt_at < due:
            due = prompt_at
        if leg_at < due:
            due = leg_at
        if timer_at < due:
            due = timer_at
        if ring_timer_at < due:
            due = ring_timer_at
        if due == NEVER:
            return ended and session.closed, inputs
        now = due
        if due == key_at:
            event, keys = keys[0], keys[1:]
            key_at = now + KEY_SECONDS if keys else NEVER
        elif due == prompt_at:
            event, prompt_at = PLAYED, NEVER
        elif due == leg_at:
            event, leg_at = leg_does, NEVER
        elif due == timer_at:
            event, timer_at = INPUT_TIMEOUT, NEVER
        else:
            event, ring_timer_at = RING_TIMEOUT, NEVER


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
            ended, taken = run_call(program, facts, seed)
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
        print(
            f"{calls / spent:.0f} calls/s  {flow}: {len(program.nodes)} nodes, {inputs / calls:.0f} inputs a call, "
            f"{spent / calls * 1e6:.1f} us of CPU a call, {calls} calls"
        )


if __name__ == "__main__":
    run(float(sys.argv[1]) if len(sys.argv) > 1 else 3.0)
