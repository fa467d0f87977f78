"""What goes over the live stream, for ``/openapi.json``: the name of each event and the shape of its data."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class LiveFlowOut(BaseModel):
    id: str
    name: str
    version: int | None


class LiveCallOut(BaseModel):
    """``node``: where the call stands now."""

    id: str
    caller: str
    called: str
    started_at: datetime
    flow: LiveFlowOut | None
    node: str | None
    node_label: str | None


class LiveCallsOut(BaseModel):
    items: list[LiveCallOut]


class RuntimeEvent(BaseModel):
    """Whether calls are answered at all; the first of a stream, and again when it changes."""

    alive: bool


class StartedEvent(BaseModel):
    call: LiveCallOut


class MovedEvent(BaseModel):
    id: str
    node: str | None
    node_label: str | None


class EndedEvent(BaseModel):
    id: str
    cause: str | None


class RecordedEvent(BaseModel):
    """The records of these calls can be read now; ``flows``: ids of theirs, ``voicemails``: messages that they left."""

    calls: list[str]
    flows: list[str]
    voicemails: int


class PresenceEvent(BaseModel):
    """A telephone came or went; ``online``: whether one of the extension's is there now."""

    extension: str
    online: bool


class LiveEvents(BaseModel):
    """The events of ``GET /live`` by name. ``snapshot``: all calls in progress, before what follows."""

    runtime: RuntimeEvent
    snapshot: LiveCallsOut
    started: StartedEvent
    moved: MovedEvent
    ended: EndedEvent
    recorded: RecordedEvent
    registered: PresenceEvent
    unregistered: PresenceEvent
