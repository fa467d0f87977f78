"""What we offer of SIP: methods and extensions, and what the rest deserves (RFC 3261 section 8.2)."""

from .config import HeaderList
from .errors import RemoteProtocolError
from .message import Request

CALL_METHODS = ("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "INFO", "UPDATE")
KNOWN_METHODS = {*CALL_METHODS, "REGISTER", "PRACK", "SUBSCRIBE", "NOTIFY", "PUBLISH", "REFER", "MESSAGE"}


class Offering:
    """transfers: see ``Config``. capabilities: headers of our INVITEs and their answers; allow: of any other answer."""

    def __init__(self, transfers: bool) -> None:
        methods = (*CALL_METHODS, "REFER") if transfers else CALL_METHODS
        supported = "replaces" if transfers else ""
        self.methods = frozenset((*methods, "REGISTER"))
        self.allow = ("Allow", ", ".join((*methods, "REGISTER")))
        self.capabilities: HeaderList = (("Allow", ", ".join(methods)), ("Supported", supported))
        self._supported = frozenset(supported.split())

    def not_offered(self, method: str) -> RemoteProtocolError:
        """What a method that is not offered deserves: 405 where it is known, else 501 (section 21.5.2)."""
        return RemoteProtocolError(f"method {method[:20]}", 405 if method in KNOWN_METHODS else 501, (self.allow,))

    def check_required(self, request: Request) -> None:
        """Raises RemoteProtocolError (420) for an extension that is required and not offered (section 8.2.2.3)."""
        lacking = [name for name in request.header_values("Require") if name.lower() not in self._supported]
        if lacking:
            raise RemoteProtocolError(f"requires {lacking[0][:40]!r}", 420, (("Unsupported", ", ".join(lacking)),))
