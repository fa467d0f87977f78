"""Who is in the call: answering whoever began it, ringing others, letting them go."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.calls.exchange import LegName
from interpreter.calls.outputs import CancelLeg, HangUpLeg, InviteLeg, JoinCall, LeadOn, Output
from interpreter.machine.effects import Answer
from interpreter.machine.events import Fault
from interpreter.runtime.call import LED, Call
from interpreter.runtime.handing import hand_over


def _answer(call: Call, output: Answer) -> None:
    leg = call.led
    if not leg.answered and not call.leaving:
        leg.answer()
        call.note({"e": "answered"})


def _invite(call: Call, output: InviteLeg) -> None:
    plan = call.board.ring_plan(call.tenant_id, output.target)
    if plan is not None:
        _note(call, output)
        call.diverted(output.leg, plan)
        return
    fork = call.board.fork(call, output.leg, output.target)
    if isinstance(fork, str):
        call.failed(output.leg, fork)
        return
    if call.forks is None:
        call.forks = {}
    call.forks[output.leg] = fork
    _note(call, output)
    call.board.exchanges.rings(call.tenant_id, LegName(call.id, output.leg), output.target)
    fork.ring()


def _note(call: Call, output: InviteLeg) -> None:
    call.note({"e": "ring", "leg": output.leg, "target": output.target.value, "k": output.target.kind})


def _cancel(call: Call, output: CancelLeg) -> None:
    fork = call.forks.get(output.leg) if call.forks is not None else None
    if fork is not None:
        fork.cancel()


def _hang_up(call: Call, output: HangUpLeg) -> None:
    leg = call.leg(output.leg)
    if leg is not None:
        call.legs[output.leg] = None
        call.down(output.leg, "released")
        leg.hang_up()


def _join_call(call: Call, output: JoinCall) -> None:
    leg, visited = call.leg(LED), call.board.calls.get(output.call)
    if leg is None or not leg.answered:
        return  # what was answered has gone already, and that is on its way
    if visited is None:
        call.feed(Fault("call_gone"))
    else:
        hand_over(leg, call, visited, output.part, output.other)


def _lead_on(call: Call, output: LeadOn) -> None:
    leg = call.leg(output.leg)
    if leg is not None:
        call.board.lead_on(call, leg, output.number)


CARRYING: dict[type[Output], Callable[..., None]] = {
    Answer: _answer,
    InviteLeg: _invite,
    CancelLeg: _cancel,
    HangUpLeg: _hang_up,
    JoinCall: _join_call,
    LeadOn: _lead_on,
}
