"""What a UserAgent tells its TU: one frozen dataclass per thing that happened.

The life of a call as events:

- incoming (we are UAS): ``InviteReceived``, then ``AckReceived`` after our 2xx, then one ``CallEnded``;
  ``CallCancelled`` instead if the caller gives up first. Nothing after our own ``reject``.
- outgoing (we are UAC): any number of ``CallProgress``, then ``CallAnswered`` or ``CallFailed``; after
  ``CallAnswered`` one ``CallEnded``. After our own ``cancel`` there is always exactly one ``CallFailed``, with
  status 487 whatever crosses on the wire.
- in an established call: ``ReinviteReceived``, ``ReinviteAnswered``, ``ReinviteFailed``, ``DigitReceived``,
  ``Probed``.

``CallEnded`` comes only for ends that others caused; our own ``bye`` and ``hang_up`` are final at once.
"""

from dataclasses import dataclass
from typing import Literal, NewType

from .aor import Aor
from .hop import Hop
from .message import Request, Response
from .replaces import Replaces
from .uri import Uri

CallHandle = NewType("CallHandle", int)
"""Names one call (dialog usage) within one UserAgent; never used again."""

RequestHandle = NewType("RequestHandle", int)
"""Names one out-of-dialog request that we sent with ``UserAgent.request``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteReceived:
    """A new call; 100 Trying is already sent. Answer with progress, answer or reject.

    proven: whose the INVITE proved to be by digest, None where the UA was not told to challenge it.
    asserted_user: ``Uri.number`` of P-Asserted-Identity (RFC 3325); trust it only from a trusted ``source``.
    sdp: the offer, None when the INVITE carries none (then ``answer`` must carry our offer).
    replaced: the call that this one is to take the place of (RFC 3891): once it is answered, hang that one up.
    """

    call: CallHandle
    call_id: str
    request: Request
    source: Hop
    caller: Uri
    caller_display: str
    called: Uri
    contact: Uri
    sdp: bytes | None
    proven: Aor | None
    asserted_user: str | None
    replaced: CallHandle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallProgress:
    """A provisional answer (101-199) to our INVITE; ``sdp`` with early media. 180 means it rings."""

    call: CallHandle
    status: int
    reason: str
    sdp: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered:
    """A 2xx to our INVITE; its ACK is sent already. ``sdp`` is the answer to our offer: the 2xx's own, or where it has
    none the first that its dialog's provisional answers had (RFC 3261 section 13.2.1).

    After an INVITE without an offer ``sdp`` is the peer's, and the ACK waits for ``UserAgent.acknowledge``.
    """

    call: CallHandle
    sdp: bytes | None
    response: Response
    source: Hop


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFailed:
    """Our INVITE came to nothing: a final answer >= 300, or 408 (timer B), or 487 after ``cancel``.

    response: None where no answer stands behind it. retry_after: seconds from Retry-After, None if absent.
    contacts: where else to try, of a 3xx (or 485), the best first (sections 8.1.3.4 and 21.3).
    """

    call: CallHandle
    status: int
    reason: str
    response: Response | None = None
    retry_after: float | None = None
    contacts: tuple[Uri, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AckReceived:
    """The ACK to our 2xx: the call (or re-INVITE) is confirmed. ``sdp``: the answer to an offer in our 2xx.

    knows_tag: it carries the tag of our 2xx, so whoever sent it received that (and did not borrow its address).
    """

    call: CallHandle
    sdp: bytes | None
    knows_tag: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCancelled:
    """The caller gave up before our final answer (CANCEL, BYE, or its Expires is over): 487 is sent, the call gone."""

    call: CallHandle


EndCause = Literal["bye", "ack_timeout", "timeout", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded:
    """An established call is over and gone, not by our doing.

    cause: ``bye`` the peer hung up; ``ack_timeout`` our 2xx was never acknowledged (a BYE is sent);
    ``timeout`` a request of ours in the dialog got no answer; ``gone`` the peer answered 481 or 408 to one.
    reason: text of the peer's Reason header (RFC 3326), "" without one.
    """

    call: CallHandle
    cause: EndCause
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReinviteReceived:
    """The peer wants to change the session (hold, resume, new address): accept_reinvite or reject_reinvite.

    method: an UPDATE (RFC 3311) with an offer comes here too; one without is answered 200 by the UA itself.
    sdp: the offer; None for an INVITE without one, then ``accept_reinvite`` carries our offer and the
    answer comes in ``AckReceived``.
    """

    call: CallHandle
    method: Literal["INVITE", "UPDATE"]
    sdp: bytes | None
    request: Request
    source: Hop


@dataclass(frozen=True, slots=True, kw_only=True)
class ReinviteAnswered:
    """A 2xx to our re-INVITE; its ACK is sent already."""

    call: CallHandle
    sdp: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReinviteFailed:
    """Our re-INVITE was refused (491: try later; 488: session unchanged); the call goes on as it was."""

    call: CallHandle
    status: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitReceived:
    """A key by SIP INFO (application/dtmf-relay or application/dtmf). digit: one of ``0-9*#A-D``."""

    call: CallHandle
    digit: str
    duration_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferReceived:
    """The peer asks for a transfer (REFER, RFC 3515); 202 is sent. ``UserAgent.transfers.tell`` its outcome.

    refer: names it within the call. target: whom the call is to be made to; believe of it no more than its user part.
    replaces: the dialog that the new call is to take the place of (an attended transfer); replaced: that call, if it is
    one of ours. referred_by: the header, as it came.
    """

    call: CallHandle
    refer: int
    target: Uri
    replaces: Replaces | None
    replaced: CallHandle | None
    referred_by: str | None
    request: Request
    source: Hop


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """What the peer says to ``UserAgent.probe``: any answer but 481, which is ``CallEnded``; 408 where none came."""

    call: CallHandle
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAnswered:
    """Final answer to ``UserAgent.request``; status 408 with response None when nobody answered."""

    handle: RequestHandle
    status: int
    reason: str
    response: Response | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A binding of ``aor`` is new or refreshed. source: where the REGISTER came from (NAT: send calls there).

    expires_at: on the UA's ``now`` clock. new: False for a mere refresh.
    """

    aor: Aor
    contact: str
    source: Hop
    user_agent: str
    expires_at: float
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unregistered:
    """A binding is gone: the phone removed it (or moved elsewhere), or it expired, or nobody is there (``silent``).

    In that last case ``Registered`` follows when somebody answers again. online: ``aor`` has other bindings left.
    """

    aor: Aor
    contact: str
    cause: Literal["removed", "expired", "silent"]
    online: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationFailed:
    """A digest answer that does not fit, for logs and for slowing down guessers. Never carries a secret."""

    username: str
    method: str
    source: Hop


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDropped:
    """A datagram was refused or dropped; ``status`` is what the peer was told, None for silence."""

    source: Hop
    status: int | None
    why: str


SipEvent = (
    InviteReceived
    | CallProgress
    | CallAnswered
    | CallFailed
    | AckReceived
    | CallCancelled
    | CallEnded
    | ReinviteReceived
    | ReinviteAnswered
    | ReinviteFailed
    | DigitReceived
    | ReferReceived
    | Probed
    | RequestAnswered
    | Registered
    | Unregistered
    | AuthenticationFailed
    | MessageDropped
)
