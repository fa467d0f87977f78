"""Who is in the call: answering the caller, ringing others, letting them go."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.calls.inputs import LegDiverted, LegFailed
from interpreter.calls.outputs import CancelLeg, HangUpLeg, InviteLeg, Output
from interpreter.machine.effects import Answer
from interpreter.simulation.virtual_call import VirtualCall


def _answer(call: VirtualCall, output: Answer) -> None:
    if not call.answered:
        call.answered = True
        call.ladder.note(">", "answer")
        call.caller.start()


def _invite(call: VirtualCall, output: InviteLeg) -> None:
    call.ladder.targets[output.leg] = output.target
    plan = call.company.ring_plan(output.target)
    if plan is not None:
        call.ladder.note(">", f"divert {call.ladder.who(output.leg)}")
        call.feed(LegDiverted(output.leg, plan))
        return
    busy = call.crowd is not None and call.crowd.in_a_call(output.target)
    call.office.sees(output)
    call.ladder.note(">", f"ring {call.ladder.who(output.leg)}")
    call.people.ring(output, busy=busy)


def _cancel(call: VirtualCall, output: CancelLeg) -> None:
    call.ladder.note(">", f"cancel {call.ladder.who(output.leg)}")
    call.people.forget(output.leg)
    call.feed(LegFailed(output.leg, "no_answer"))  # the 487


def _hang_up(call: VirtualCall, output: HangUpLeg) -> None:
    call.office.sees(output)
    call.ladder.note(">", f"hang up {call.ladder.who(output.leg)}")
    call.people.forget(output.leg)


CARRYING: dict[type[Output], Callable[..., None]] = {
    Answer: _answer,
    InviteLeg: _invite,
    CancelLeg: _cancel,
    HangUpLeg: _hang_up,
}
