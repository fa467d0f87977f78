"""What page and command line have done with calls: placed, transferred, monitored. Methods of the control socket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from interpreter.calls.codes import WITH_PIN, Service
from interpreter.calls.exchange import LegName
from interpreter.calls.inputs import TransferAsked
from interpreter.control.server import Refused, Result
from interpreter.runtime.call import Call
from interpreter.runtime.switchboard import Switchboard

Params = Mapping[str, object]


def originate(board: Switchboard, params: Params) -> Result:
    """Method ``originate`` {"tenant", "from", "to"}: rings an extension, then whoever it reaches by dialling ``to``.

    {"id"}: the call's. "shown" may be there, too: the number of ours that outside sees. Refused: ``no_extension``,
    ``offline``, ``busy``, ``overloaded``, ``not_reached``, ``not_shown``, or the name of the rule that forbids it
    (``calls.plan.Rule``).
    """
    shown = _text(params, "shown") if "shown" in params else ""
    call = board.originator.dial_for(_text(params, "tenant"), _text(params, "from"), _text(params, "to"), shown)
    return {"id": call.id}


def monitor(board: Switchboard, params: Params) -> Result:
    """Method ``monitor`` {"tenant", "id", "extension", "how"}: rings the extension, and takes it into the call.

    how: ``listen``, ``whisper``, ``barge_in``, ``take_over``. Refused: ``no_such_call``, ``no_talk``, ``itself``, and
    as ``originate``.
    """
    how, extension = _text(params, "how"), _text(params, "extension")
    if how not in WITH_PIN:
        raise Refused("bad_request", f"{how} is no way to monitor")
    call, leg = _talk(board, params)
    if call.about.own and call.about.caller == extension:
        raise Refused("itself", f"{extension} is in that call")
    join = board.exchanges.of(call.tenant_id).monitor(cast(Service, how), leg)
    assert join is not None
    target = call.leg(leg.number)
    who = "" if target is None else target.who
    if who == extension:
        raise Refused("itself", f"{extension} is in that call")
    return {"id": board.originator.lead_into(call.tenant_id, extension, join, who).id}


def transfer(board: Switchboard, params: Params) -> Result:
    """Method ``transfer`` {"tenant", "id", "to"}: gives on whoever talks with the extension in the call, which leaves.

    What comes of it is seen in the call. Refused: ``no_such_call``, ``no_talk``.
    """
    call, leg = _talk(board, params)
    call.feed(TransferAsked(leg.number, _text(params, "to")))
    return {}


def _talk(board: Switchboard, params: Params) -> tuple[Call, LegName]:
    """The call, and the extension that talks in it."""
    call = board.calls.get(_text(params, "id"))
    if call is None or call.tenant_id != _text(params, "tenant"):
        raise Refused("no_such_call", "no such call is in progress")
    leg = board.exchanges.of(call.tenant_id).talking_in(call.id)
    if leg is None or leg.number not in call.talking_legs:
        raise Refused("no_talk", "no extension talks in it")
    return call, leg


def _text(params: Params, name: str) -> str:
    value = params.get(name)
    if not isinstance(value, str) or not value:
        raise Refused("bad_request", f"{name} is missing")
    return value
