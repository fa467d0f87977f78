"""Every limit of the house, asked at its place: before a call, in its dialog, at a registration."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.runtime.access import Access
from interpreter.runtime.directory import Directory
from interpreter.runtime.limiter import UNLIMITED, Limiter, Party
from interpreter.runtime.limits import Overload
from interpreter.runtime.minute_log import MinuteLog
from interpreter.runtime.settings import Limits, Share
from interpreter.runtime.sources import SourceLimits
from interpreter.runtime.text import clean
from interpreter.sip.aor import Aor
from interpreter.sip.config import Refusal
from interpreter.sip.events import AuthenticationFailed, CallHandle
from interpreter.sip.hop import Hop
from interpreter.sip.message import Request

LONGEST_USER = 100
"""Characters of a username in the log."""

CROWDED = (
    "extension %s (tenant %s) answers challenge after challenge, its oldest answers (%d) are forgotten: a telephone "
    "out of order, or somebody else has its password"
)


class Gate:
    """See the module.

    calls: how many are in progress. party_of: whose a dialog is, None where its call is over. clock: seconds,
    monotonic.
    """

    def __init__(
        self,
        limits: Limits,
        directory: Callable[[], Directory],
        access: Access,
        calls: Callable[[], int],
        party_of: Callable[[CallHandle], Party | None],
        clock: Callable[[], float],
    ) -> None:
        self._directory = directory
        self._access = access
        self._party_of = party_of
        self.overload = Overload(limits, calls, clock)
        self.sources = SourceLimits(limits.requests_per_source, limits.burst_per_source, access.is_known, clock)
        self.limiter = Limiter(limits, self._own, self.overload.retry_after, clock)
        self._failures = MinuteLog("authentication failed", clock)
        self._crowded = MinuteLog("answers forgotten", clock, lines_each=1)

    def admits_call(self, request: Request, source: Hop, proven: Aor | None) -> Refusal | None:
        """For ``sip.core.Config.admit_call``."""
        return self.limiter.admit(self._access.callers(request, source, proven))

    def admits_request(self, call: CallHandle) -> int | None:
        """For ``sip.core.Config.admit_in_dialog``. A dialog may outlive its call: until the BYE can be sent."""
        return self.limiter.requests(self._party_of(call) or Party("", "call", f"of dialog {call}"))

    def admits_registration(self, aor: Aor) -> int | None:
        """For ``sip.registrar.Registrar``."""
        extension = self._directory().extension(*aor)
        return None if extension is None else self.limiter.registers(extension.party)

    def failed(self, event: AuthenticationFailed) -> None:
        """Somebody did not know a password."""
        self.sources.failed(event.source)
        host, user = event.source.host, clean(event.username, LONGEST_USER)
        self._failures.note(host, "%s by %r from %s: authentication failed", event.method, user, host)

    def forgotten(self, aor: Aor, count: int) -> None:
        """So many answers of a user's to challenges had to be forgotten."""
        self._crowded.note(aor, CROWDED, aor.user, aor.domain, count)

    def flush(self) -> None:
        """Let the log say what was held back; to be called now and then."""
        self._crowded.flush()
        self._failures.flush()
        self.sources.flush()
        self.limiter.flush()

    def _own(self, party: Party) -> Share:
        if party.kind == "tenant":
            tenant = self._directory().tenant(party.tenant)
            return UNLIMITED if tenant is None else tenant.limits
        trunk = self._directory().trunk(party.tenant, party.name)
        return UNLIMITED if trunk is None else Share(trunk.max_channels or 0, 0.0)
