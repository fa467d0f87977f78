"""Transfers that the peer asks for (REFER, RFC 3515): what comes of them is told by NOTIFY, in its dialog."""

from .calls import Call
from .config import HeaderList
from .core import Core
from .errors import RemoteProtocolError
from .events import CallHandle, ReferReceived
from .headers import parse_name_addr
from .hop import Hop
from .message import REASONS, Request, Response
from .replaces import replaces_of_uri
from .uac import OutgoingRequest

SUBSCRIBED_SECONDS = 180
"""How long who asked may wait for the outcome (section 2.4.4); above what any telephone rings."""


class Transfers:
    """``UserAgent.transfers``. A REFER has been answered 202 when ``ReferReceived`` comes, so it has to be told of."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def tell(self, call: CallHandle, refer: int, status: int, now: float, reason: str = "") -> None:
        """Tell who asked how the call to the target fares; ``status`` from 200 on is the outcome, and the last.

        status: of that call, or of ours where there is none (403 it may not, 404 no such number, 603 declined).
        Nothing where the call is over, or the outcome was told.
        """
        found = self._core.calls.get(call)
        if found is not None and refer in found.referrals:
            notify(self._core, found, refer, status, now, reason)


def refer_received(core: Core, call: Call, request: Request, source: Hop) -> ReferReceived:
    """What a REFER asks for; raises RemoteProtocolError for one that asks for nothing clear."""
    lines = request.header_values("Refer-To")
    if len(lines) != 1:  # section 2.4.1
        raise RemoteProtocolError(f"{len(lines)} Refer-To")
    target = parse_name_addr(lines[0]).uri
    if target.scheme not in ("sip", "sips", "tel"):
        raise RemoteProtocolError(f"Refer-To with {target.scheme[:20]}:", 416)
    method = target.params.get("method", "INVITE")
    if method.upper() != "INVITE":
        raise RemoteProtocolError(f"Refer-To asks for {method[:20]}", 403)
    replaces = replaces_of_uri(target.headers)
    replaced = core.calls.named(replaces) if replaces is not None else None
    return ReferReceived(
        call=call.handle, refer=request.cseq.number, target=target, replaces=replaces,
        replaced=None if replaced is None else replaced.handle,
        referred_by=request.header("Referred-By"), request=request, source=source,
    )  # fmt: skip


def unwanted_telling(request: Request) -> HeaderList:
    """The header of our 202 where who asks does not want to hear what comes of it (RFC 4488), () where it does."""
    unwanted = (request.header("Refer-Sub") or "").lower().startswith("false")
    return (("Refer-Sub", "false"),) if unwanted else ()


def begin_telling(core: Core, call: Call, request: Request, now: float) -> None:
    """The subscription that a REFER makes, and its first NOTIFY (sections 2.4.4 and 2.4.6)."""
    if unwanted_telling(request):
        return
    refer = request.cseq.number
    call.referrals[refer] = f"refer;id={refer}" if call.referred else "refer"
    call.referred = True
    notify(core, call, refer, 100, now, "")


def notify(core: Core, call: Call, refer: int, status: int, now: float, reason: str) -> None:
    event, final = call.referrals[refer], status >= 200
    if final:
        del call.referrals[refer]
    reason = (reason or REASONS.get(status) or REASONS[status // 100 * 100]).replace("\r", " ").replace("\n", " ")
    body = f"SIP/2.0 {status} {reason}\r\n".encode("utf-8", "surrogateescape")
    state = "terminated;reason=noresource" if final else f"active;expires={SUBSCRIBED_SECONDS}"
    headers = (
        ("Contact", core.write.contact("", call.dialog.destination)),
        ("Event", event),
        ("Subscription-State", state),
        ("Content-Type", "message/sipfrag;version=2.0"),
    )

    def on_final(response: Response | None, now: float) -> None:
        """Who knows the subscription no more (481) wants no more of it; the call goes on."""
        if response is None or response.status >= 300:
            call.referrals.pop(refer, None)

    request = core.write.in_dialog(call.dialog, "NOTIFY", headers, body)
    OutgoingRequest(core, on_final, call.credentials, call).send(request, call.dialog.destination, now)
