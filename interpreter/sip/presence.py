"""Whether registered telephones are there: one that was unplugged says nothing, and its registration lasts on.

Each is asked by OPTIONS (RFC 3261 section 11) when its bindings say so; any answer will do.
"""

from .bindings import Binding
from .core import Core
from .errors import RemoteProtocolError
from .headers import name_addr
from .message import Response
from .registrar import Registrar
from .uac import OutgoingRequest


class Presence:
    """Asks those of one registrar."""

    def __init__(self, core: Core, registrar: Registrar) -> None:
        self._core = core
        self._registrar = registrar

    def ask_due(self, now: float) -> None:
        """Send what is due; the registrar hears of the answers."""
        for binding in self._registrar.to_ask():
            try:
                self._ask(binding, now)
            except RemoteProtocolError:  # it cannot be called either
                pass

    def _ask(self, binding: Binding, now: float) -> None:
        core, hop = self._core, binding.hop
        from_ = name_addr("", core.write.uri("zongji", hop), core.write.token())
        request = core.write.out_of_dialog("OPTIONS", binding.contact, from_, name_addr("", binding.contact), hop, ())

        def on_final(response: Response | None, now: float) -> None:
            answered = response is not None and response.status not in _NOT_REACHED
            core.events.extend(self._registrar.heard(binding, answered))

        OutgoingRequest(core, on_final, None, None).send(request, hop, now)


_NOT_REACHED = (408, 430, 503)
"""What a proxy on the way says where it reaches nobody."""
