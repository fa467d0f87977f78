"""Outward: by which telephones, or over which trunks, a target is reached, and what number calls there."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from interpreter.calls.inputs import LegReason
from interpreter.machine.effects import Target
from interpreter.runtime.addresses import OwnAddresses
from interpreter.runtime.call_facts import CallFacts
from interpreter.runtime.directory import Directory, TrunkEntry
from interpreter.runtime.legs.fork import Fork, ForkOwner
from interpreter.runtime.legs.leg import LegHost
from interpreter.runtime.legs.routes import Identity, Route
from interpreter.sip.hop import Hop
from interpreter.sip.registrar import Registrar
from numbering.plan import home_of

Waves = list[list[Route]]
"""Routes tried together, wave after wave."""


class Routing:
    """See the module. clock: of the registrar's bindings."""

    def __init__(
        self, directory: Callable[[], Directory], registrar: Registrar, addresses: OwnAddresses,
        clock: Callable[[], float],
    ) -> None:  # fmt: skip
        self._directory = directory
        self._registrar = registrar
        self._addresses = addresses
        self._clock = clock
        self._called_by: dict[str, str] = {}

    def called_by(self, trunk: Hop) -> None:
        """A trunk has called: it is called back by the listener that it called at."""
        self._called_by[trunk.host] = trunk.connection

    def fork(self, about: CallFacts, number: int, target: Target, host: LegHost, owner: ForkOwner) -> Fork | LegReason:
        """The way to a target for leg ``number`` of a call, or why there is none."""
        waves = self._waves(about, target)
        if isinstance(waves, str):
            return waves
        return Fork(number, target, waves, self._identity(about, target), host, owner)

    def has_telephones(self, tenant_id: str, number: str) -> bool:
        """Whether an extension has telephones that may be rung for it: registered, and its calls go there."""
        extension = self._directory().extension(tenant_id, number)
        if extension is None or not extension.forwarding.telephones_ring:
            return False
        return not isinstance(self._telephones(tenant_id, number), str)

    def _identity(self, about: CallFacts, target: Target) -> Identity:
        """Who calls, as the target sees it: of somebody of ours people outside see the number that may be shown."""
        shown, display, behalf = about.facts.caller, about.display, target.behalf
        if target.kind != "extension":
            if behalf is not None and (about.own or not behalf.diverted):
                shown, display = home_of(behalf.shown), ""
            elif about.own:
                caller = self._directory().extension(about.tenant_id, about.caller)
                shown, display = home_of("" if caller is None else caller.rights.shown), ""
        return Identity(_user(shown), display, about.id, about.max_forwards, *_diversion(target))

    def _waves(self, about: CallFacts, target: Target) -> Waves | LegReason:
        directory = self._directory()
        match target.kind:
            case "extension":
                return self._telephones(about.tenant_id, target.value)
            case "trunk":
                trunk = directory.trunk(about.tenant_id, target.value)
                if trunk is None:
                    return "no_such"
                return [[self._over(trunk, target.user or about.facts.called)]] if trunk.hosts else "failed"
            case "number":
                trunks = directory.trunks(about.tenant_id)
                return [[self._over(trunk, target.value)] for trunk in trunks if trunk.hosts] or "failed"

    def _telephones(self, tenant_id: str, number: str) -> Waves | LegReason:
        """All telephones of an extension at once."""
        extension = self._directory().extension(tenant_id, number)
        if extension is None:
            return "no_such"
        wave = [Route(b.contact, b.hop) for b in self._registrar.bindings(extension.aor, self._clock())]
        return [wave] if wave else "offline"

    def _over(self, trunk: TrunkEntry, user: str) -> Route:
        host = trunk.hosts[0]
        uri = f"sip:{quote(user, safe='+*#-._')}@{host}:{trunk.port}"
        listener = self._called_by.get(host) or self._addresses.listener_for(host)
        return Route(uri, Hop("UDP", host, trunk.port, listener), trunk)


def _diversion(target: Target) -> tuple[str, str]:
    """Who sent the call on, as the target may know it, and how; two times "" where nobody did."""
    behalf = target.behalf
    if behalf is None or not behalf.diverted:
        return "", ""
    counter = f";counter={len(behalf.via)}" if len(behalf.via) > 1 else ""
    user = behalf.extension if target.kind == "extension" else home_of(behalf.shown)
    return _user(user), f"reason={behalf.diverted}{counter}"


def _user(number: str) -> str:
    """Escaped for a URI."""
    return quote(number or "anonymous", safe="+*#-._")
