"""Who hears whom, what those who wait hear, and what telephones ask for in a talk."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.calls.inputs import Parked
from interpreter.calls.leg import FIRST_LEG
from interpreter.calls.outputs import (
    Connect,
    EndTalk,
    LeadOn,
    Output,
    Park,
    PlayTo,
    Resolve,
    Say,
    SayPlace,
    StopPlayTo,
    TellTransfer,
    Unpark,
)
from interpreter.calls.plan import resolved
from interpreter.simulation.virtual_call import VirtualCall


def _connect(call: VirtualCall, output: Connect) -> None:
    who = _names(call, output.legs)
    if FIRST_LEG not in output.legs and output.legs:
        who += " without the caller"
    call.ladder.note(">", f"connect {who or 'nobody'}" + (" (recorded)" if output.record else ""))
    call.connected = output.legs
    for leg in output.legs:
        if leg and leg not in call.met:
            call.met.add(leg)
            call.answered_by = call.ladder.targets[leg].value
            call.people.answered(leg)


def _end(call: VirtualCall, output: EndTalk) -> None:
    call.ladder.note(">", f"part {_names(call, call.connected) or 'all'}")
    call.connected = ()


def _names(call: VirtualCall, legs: tuple[int, ...]) -> str:
    """All but the caller."""
    return " ".join(call.ladder.who(leg) for leg in legs if leg)


def _play_to(call: VirtualCall, output: PlayTo) -> None:
    call.ladder.note(">", f"{output.what} for {call.ladder.who(output.leg)}")
    if output.what == "accept":
        call.people.listens(output.leg)


def _stop_play_to(call: VirtualCall, output: StopPlayTo) -> None:
    call.ladder.note(">", f"stop music for {call.ladder.who(output.leg)}")


def _resolve(call: VirtualCall, output: Resolve) -> None:
    call.ladder.note(">", f"{call.ladder.who(output.leg)} wants {output.dialled}")
    who = call.number if output.leg == FIRST_LEG else call.ladder.targets[output.leg].value
    call.feed(resolved(output.leg, call.company.reached_by(who, output.dialled)))


def _tell_transfer(call: VirtualCall, output: TellTransfer) -> None:
    call.ladder.note(">", f"transfer of {call.ladder.who(output.leg)}: {output.status}")


def _park(call: VirtualCall, output: Park) -> None:
    call.feed(Parked(output.leg, call.office.park()))


def _say_place(call: VirtualCall, output: SayPlace) -> None:
    call.ladder.note(">", f"parked at {output.place}, {call.ladder.who(output.leg)} is told")


def _say(call: VirtualCall, output: Say) -> None:
    call.ladder.note(">", f"{call.ladder.who(output.leg)} is told {' '.join(output.words)}")


def _lead_on(call: VirtualCall, output: LeadOn) -> None:
    call.ladder.note(">", f"{call.ladder.who(output.leg)} goes on at {output.number}")
    call.office.sees(output)


def _unpark(call: VirtualCall, output: Unpark) -> None:
    call.ladder.note(">", f"leaves place {output.place}")
    call.office.unpark(output.place)


CARRYING: dict[type[Output], Callable[..., None]] = {
    Connect: _connect,
    EndTalk: _end,
    PlayTo: _play_to,
    StopPlayTo: _stop_play_to,
    Resolve: _resolve,
    TellTransfer: _tell_transfer,
    Park: _park,
    SayPlace: _say_place,
    Say: _say,
    Unpark: _unpark,
    LeadOn: _lead_on,
}
