"""Who hears whom, and what those who wait hear."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from interpreter.calls.inputs import Parked, Resolved
from interpreter.calls.outputs import (
    Connect,
    EndTalk,
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
from interpreter.calls.plan import Barred, OwnNumber, resolved
from interpreter.flow.spoken import LOCALES
from interpreter.rtp.errors import MediaError
from interpreter.rtp.events import AudioId
from interpreter.runtime.call import LED, Call
from interpreter.runtime.carrying.files import files_of
from interpreter.runtime.legs.talking import Talking

HEARD = {"accept": tuple(f"{locale}:pv_accept" for locale in LOCALES)}
"""What a leg outside hears whose language nobody knows."""

log = logging.getLogger("zongji.call")


def _connect(call: Call, output: Connect) -> None:
    legs = [leg for number in output.legs if (leg := call.leg(number)) is not None]
    beside = {
        leg: None if other.to is None else call.leg(other.to)
        for other in output.beside
        if (leg := call.leg(other.leg)) is not None
    }
    if len(legs) < len(output.legs):
        return  # one hung up in the same instant; that it did is on its way
    call.ringing_back = False
    talking = call.talking = call.talking or Talking(call.board.engine)
    talking.connect(legs, beside)
    if output.record:
        files_of(call).record_talk(talking.mix)
    for leg in legs:
        if leg.number != LED and LED in output.legs:
            call.note({"e": "connected", "leg": leg.number, "who": leg.who})


def _end(call: Call, output: EndTalk) -> None:
    if call.files is not None:
        call.files.stop_talk()
    talking, call.talking = call.talking, None
    if talking is not None:
        talking.end()


def _play_to(call: Call, output: PlayTo) -> None:
    _let_hear(call, output.leg, HEARD.get(output.what, (output.what,)), loop=True)


def _let_hear(call: Call, number: int, names: Sequence[str], *, loop: bool = False) -> None:
    """Play to a leg what the runtime has to say by itself."""
    leg = call.leg(number)
    if leg is None:
        return
    try:
        leg.player.play([_audio(call, name) for name in names], loop, _nothing)
    except (MediaError, LookupError) as error:
        log.error("call %s: no %s for leg %d: %s", call.id, " ".join(names), number, error)


def _audio(call: Call, name: str) -> AudioId:
    return call.board.music(call) if name == "music" else call.board.tone(name, call)


def _nothing() -> None:
    """Nobody waits for its end."""


def _stop_play_to(call: Call, output: StopPlayTo) -> None:
    leg = call.leg(output.leg)
    if leg is not None:
        leg.player.stop()


def _resolve(call: Call, output: Resolve) -> None:
    leg = call.leg(output.leg)
    who = "" if leg is None else leg.who
    reached = call.board.reached_by(call.tenant_id, who, output.dialled)
    if isinstance(reached, Barred):
        call.note({"e": "barred", "leg": output.leg, "dialled": output.dialled, "rule": reached.rule})
    if isinstance(reached, OwnNumber) and not call.board.answers(call.tenant_id, reached.digits):
        call.feed(Resolved(output.leg, None, 480))
    else:
        call.feed(resolved(output.leg, reached))


def _park(call: Call, output: Park) -> None:
    call.feed(Parked(output.leg, call.board.exchanges.park(call.tenant_id, call.id)))


def _say_place(call: Call, output: SayPlace) -> None:
    call.note({"e": "parked", "leg": output.leg, "place": output.place})
    _let_hear(call, output.leg, ["pv_parked", *(f"digit-{digit}" for digit in output.place)])


def _say(call: Call, output: Say) -> None:
    _let_hear(call, output.leg, output.words)


def _unpark(call: Call, output: Unpark) -> None:
    call.board.exchanges.unpark(call.tenant_id, output.place)


def _tell_transfer(call: Call, output: TellTransfer) -> None:
    leg = call.leg(output.leg)
    if leg is not None:
        leg.tell_transfer(output.status)


CARRYING: dict[type[Output], Callable[..., None]] = {
    Connect: _connect,
    EndTalk: _end,
    PlayTo: _play_to,
    StopPlayTo: _stop_play_to,
    Resolve: _resolve,
    Park: _park,
    SayPlace: _say_place,
    Say: _say,
    Unpark: _unpark,
    TellTransfer: _tell_transfer,
}
