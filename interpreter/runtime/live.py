"""Calls and registrations as the control socket shows them, now and as they change. Times are UNIX seconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from interpreter.control.server import Refused
from interpreter.runtime.bindings import LONGEST_CONTACT, LONGEST_USER_AGENT
from interpreter.runtime.call import Call
from interpreter.runtime.switchboard import Observer, Switchboard
from interpreter.runtime.text import clean
from interpreter.sip.aor import Aor
from interpreter.sip.events import Registered, Unregistered
from store.records import CallRecord

Item = dict[str, object]
Publish = Callable[[Item, str], None]


def call_item(call: Call) -> Item:
    """One call in progress."""
    version = call.flow
    return {
        "id": call.id,
        "tenant": call.tenant_id,
        "caller": call.about.caller,
        "called": call.about.called,
        "started_at": call.about.started_at,
        "answered": call.answered,
        "flow": {"id": version.flow_id, "name": version.flow_name} if version else None,
        "version": version.number if version else None,
        **_place(call),
    }


def _place(call: Call) -> Item:
    node = call.node
    return {"node": node and node.node, "node_label": node.label if node else ""}


class LiveEvents(Observer):
    """Publishes changes; ``wanted`` says whether anybody listens, so that nothing is made for nobody.

    on_registration: hears of every registration change too (to store it).
    """

    def __init__(
        self,
        board: Switchboard,
        publish: Publish,
        wanted: Callable[[], bool],
        on_registration: Callable[[Aor], None],
    ) -> None:
        self._board = board
        self._publish = publish
        self._wanted = wanted
        self._on_registration = on_registration

    def started(self, call: Call) -> None:
        if self._shown(call):
            self._publish({"event": "started", "tenant": call.tenant_id, "call": call_item(call)}, call.tenant_id)

    def moved(self, call: Call) -> None:
        if self._shown(call):
            event: Item = {"event": "moved", "tenant": call.tenant_id, "id": call.id, **_place(call)}
            self._publish(event, call.tenant_id)

    def ended(self, call: Call, cause: str) -> None:
        if self._shown(call):
            event: Item = {"event": "ended", "tenant": call.tenant_id, "id": call.id, "cause": cause}
            self._publish(event, call.tenant_id)

    def _shown(self, call: Call) -> bool:
        """A draft that is tried is nobody's call but whose telephone rang for it."""
        return self._wanted() and not call.about.trial

    def recorded(self, records: Sequence[CallRecord]) -> None:
        """These calls are in the database now: one event for each tenant, with the flows that they ran through."""
        if not self._wanted():
            return
        by_tenant: dict[str, list[CallRecord]] = {}
        for record in records:
            by_tenant.setdefault(record.tenant_id, []).append(record)
        for tenant, theirs in by_tenant.items():
            event: Item = {
                "event": "recorded", "tenant": tenant,
                "calls": [record.id for record in theirs],
                "flows": sorted({record.flow_id for record in theirs if record.flow_id is not None}),
                "voicemails": sum(len(record.voicemails) for record in theirs),
            }  # fmt: skip
            self._publish(event, tenant)

    def signed_off(self, aor: Aor) -> None:
        """The extension is gone or has another secret: its telephones are not registered any more."""
        self._on_registration(aor)
        if self._wanted():
            self._tell("unregistered", aor, online=False)

    def registration(self, change: Registered | Unregistered) -> None:
        aor = change.aor
        self._on_registration(aor)
        if not self._wanted():
            return
        if isinstance(change, Unregistered):
            kind, online = "unregistered", change.online
        elif change.new:
            kind, online = "registered", True
        else:
            return
        self._tell(kind, aor, online)

    def _tell(self, kind: str, aor: Aor, online: bool) -> None:
        event: Item = {"event": kind, "tenant": aor.domain, "extension": aor.user, "online": online}
        self._publish(event, aor.domain)


def calls_of(board: Switchboard, params: Mapping[str, object]) -> Item:
    """Method ``calls``: {"items": [...]}, of one tenant if named."""
    tenant = params.get("tenant")
    shown = (c for c in board.calls.values() if not c.about.trial)
    return {"items": [call_item(c) for c in shown if tenant is None or c.tenant_id == tenant]}


def registrations_of(board: Switchboard, params: Mapping[str, object]) -> Item:
    """Method ``registrations``: one item per contact, of one tenant if named."""
    tenant = params.get("tenant")
    now = board.loop.time()
    items: list[Item] = []
    for aor, bindings in board.registrar.online(now).items():
        if tenant is not None and aor.domain != tenant:
            continue
        items += [
            {
                "tenant": aor.domain,
                "extension": aor.user,
                "contact": clean(binding.contact, LONGEST_CONTACT),
                "source": f"{binding.source.host}:{binding.source.port}",
                "user_agent": clean(binding.user_agent, LONGEST_USER_AGENT),
                "expires_in": round(binding.expires_at - now),
            }
            for binding in bindings
        ]
    return {"items": items}


def hang_up(board: Switchboard, params: Mapping[str, object]) -> Item:
    """Method ``hangup`` {"call_id"}: ends a call as ``operator``. Refused: ``no_such_call``."""
    call = board.calls.get(str(params.get("call_id", params.get("id"))))
    tenant = params.get("tenant")
    if call is None or (tenant is not None and call.tenant_id != tenant):
        raise Refused("no_such_call", "no such call is in progress")
    call.end("operator", "operator")
    board.flush()
    return {}


def move_clock(board: Switchboard, params: Mapping[str, object]) -> Item:
    """Method ``clock`` {"offset_seconds"}: by how much calls that begin from now on are ahead of the true time.

    Refused: ``not_allowed`` unless the setting ``qa`` is on.
    """
    offset = params.get("offset_seconds")
    if not board.settings.qa:
        raise Refused("not_allowed", "the clock can be moved only where the setting qa is on")
    if not isinstance(offset, (int, float)):
        raise Refused("bad_request", "offset_seconds is a number")
    board.clock_offset = float(offset)
    return {"offset_seconds": board.clock_offset}
