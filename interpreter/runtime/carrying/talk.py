"""Who hears whom."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.calls.outputs import Bridge, Output, Unbridge
from interpreter.runtime.call import LED, Call
from interpreter.runtime.carrying.files import files_of


def _bridge(call: Call, output: Bridge) -> None:
    _connect(call, LED, output.leg, output.record)


def _connect(call: Call, one: int, other: int, record: bool) -> None:
    leg, partner = call.leg(one), call.leg(other)
    if leg is None or partner is None:
        return  # it hung up in the same instant; that it did is on its way
    call.ringing_back = False
    leg.player.stop()
    leg.connect(partner)
    if record:
        files_of(call).start_talk(leg.media.id, partner.media.id)
    call.note({"e": "connected", "leg": other, "who": partner.who})


def _unbridge(call: Call, output: Unbridge) -> None:
    if call.files is not None:
        call.files.stop_talk()
    call.led.part()


CARRYING: dict[type[Output], Callable[..., None]] = {Bridge: _bridge, Unbridge: _unbridge}
