"""Plain data that goes into and comes out of the repositories beside the models themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, Literal, TypeVar

from store.models import (
    CalendarDay,
    CallSettings,
    ExchangeSettings,
    ExtensionGroup,
    Flow,
    FlowVersion,
    Number,
    PublicDay,
    Release,
    Tenant,
    Trunk,
)

T = TypeVar("T")

Document = dict[str, Any]
"""A flow document as JSON data (format ``zongji.flow/1``)."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which part of a list: ``page`` from 1, ``size`` rows, ``q`` searched in the list's text columns, in those of
    telephone numbers in any spelling.

    sort: a field of the list, descending with a leading ``-``; "" is the list's own order.
    """

    page: int = 1
    size: int = 50
    q: str = ""
    sort: str = ""


FIRST = Query()
"""The first page in the list's own order."""


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """One page of a list; ``total`` counts all rows that match."""

    items: list[T]
    total: int
    page: int
    size: int


@dataclass(frozen=True, slots=True)
class CallStep:
    """One node of a call's way. at, seconds: seconds since the call started, and spent in the node.

    no_input, no_match: how often the caller was asked there and pressed nothing, or something that meant nothing.
    flow: id of the node's flow, where it is another than the call's own.
    """

    at: float
    node: str
    type: str
    label: str
    exit: str | None
    exit_label: str
    seconds: float
    no_input: int = 0
    no_match: int = 0
    flow: str | None = None


@dataclass(frozen=True, slots=True)
class CallLeg:
    """One party's end of a call. number: 0 is whoever began it. Times: seconds since the call started.

    who: as records keep numbers. kind: ``caller``, or what was rung: ``extension``, ``number``, ``trunk``. trunk: by
    which it went out, "" for none; codec: what was agreed on, "" without an answer. cause: how it ended: ``hung_up``
    by itself, ``released`` by us, ``transferred``, ``cancelled``, or why nobody answered (``busy``, ``no_answer`` ...).
    """

    number: int
    who: str
    kind: str
    at: float
    rang: float | None = None
    answered: float | None = None
    ended: float | None = None
    cause: str = ""
    trunk: str = ""
    codec: str = ""


@dataclass(frozen=True, slots=True)
class RecordingFile:
    """A recording of a talk. path: relative to the data folder; started_at: UNIX seconds."""

    id: str
    path: str
    started_at: float
    seconds: float
    kind: str = "talk"


@dataclass(frozen=True, slots=True)
class VoicemailFile:
    """A message left in ``box``. path: relative to the data folder; recorded_at: UNIX seconds."""

    id: str
    box: str
    path: str
    recorded_at: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """A finished call as the runtime's writer hands it over. Times are UNIX seconds, UTC.

    number: our number that was called, digits; called: what was dialled; answered_by: who answered (the value
    of the target). cause: why it ended (``normal``, ``busy``, ``error``, ``node_lost`` ...); ended_by:
    ``caller``, ``flow``, ``answerer``, ``operator`` or ``system``. inputs: JSON, see ``models.CallInputs``.
    """

    tenant_id: str
    id: str
    number: str
    caller: str
    called: str
    flow_id: str | None
    flow_name: str
    flow_version: int | None
    started_at: float
    answered_at: float | None
    ended_at: float
    cause: str
    ended_by: str
    answered_by: str | None = None
    steps: tuple[CallStep, ...] = ()
    legs: tuple[CallLeg, ...] = ()
    recordings: tuple[RecordingFile, ...] = ()
    voicemails: tuple[VoicemailFile, ...] = ()
    inputs: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What ``write_calls`` did: new calls, calls known already, calls of tenants that are gone."""

    added: int
    known: int
    orphaned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One registered contact of an extension (RFC 3261 section 10). expires_at: UNIX seconds.

    source: ``udp:host:port@udp:host:port`` the REGISTER came from and at; path: the value of its Path header.
    """

    tenant_id: str
    extension: str
    contact: str
    source: str
    expires_at: float
    call_id: str = ""
    cseq: int = 0
    path: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class FlowDocument:
    """A flow's draft (``version`` is None) or one of its published versions."""

    flow_id: str
    name: str
    version: int | None
    document: Document


@dataclass(frozen=True, slots=True)
class Membership:
    """An extension in a group. weight: 0 to 100. name: of the extension; "" where it is to be written."""

    number: str
    weight: int = 1
    name: str = ""


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """A group and its extensions in its order."""

    group: ExtensionGroup
    members: tuple[Membership, ...]


@dataclass(frozen=True, slots=True)
class ExchangeEntry:
    """What a tenant's telephones do by dialling. operators: the numbers of those that may do more."""

    settings: ExchangeSettings
    operators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """What needs something: a number, a group, or a flow: its draft (``version`` is None) or a published version.

    node: id of the flow's node that names it; label: what people call that node.
    """

    kind: Literal["flow", "number", "group", "extension", "settings"]
    id: str
    name: str
    version: int | None = None
    node: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class FlowEntry:
    """A flow in a list (its ``document`` is not loaded) and the numbers that it answers."""

    flow: Flow
    numbers: list[NumberEntry]


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """A published version in a list (``document`` and ``prompts`` are not loaded) and the numbers bound to it."""

    version: FlowVersion
    numbers: list[NumberEntry]


@dataclass(frozen=True, slots=True)
class NumberEntry:
    """A number, what answers it, and the name of that flow; both None while nothing does."""

    number: Number
    release: Release | None
    flow_name: str | None

    @property
    def flow_id(self) -> str | None:
        return None if self.release is None else self.release.flow_id

    @property
    def version(self) -> int | None:
        return None if self.release is None else self.release.version


@dataclass(frozen=True, slots=True)
class ReleaseEntry:
    """A release in a number's history, and the name of its flow."""

    release: Release
    flow_name: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is not as the calendar has it. source: ``notice``, what the State Council announced, or ``own``."""

    day: date
    workday: bool
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Days:
    """A tenant's days, its own before the installation's. revision: 0 before the first own one."""

    revision: int
    own: list[CalendarDay]
    public: list[PublicDay]

    @property
    def rows(self) -> list[CalendarDay | PublicDay]:
        """The installation's, then the tenant's own, which count."""
        return [*self.public, *self.own]

    @property
    def table(self) -> dict[int, bool]:
        """Ordinal -> whether it is worked."""
        return {row.day.toordinal(): row.workday for row in self.rows}

    @property
    def announced(self) -> frozenset[int]:
        """The days that an announcement brought, as ordinals."""
        return frozenset(row.day.toordinal() for row in self.rows if row.source == "notice")


@dataclass(frozen=True, slots=True)
class ImportedDays:
    """What an import did, in days. kept: days of the tenant's own that an announcement has otherwise."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """An audio of the library. sha256: of its PCM; level_db: RMS in dBFS; warnings: silent, clipped, quiet."""

    sha256: str
    seconds: float
    level_db: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundNumber:
    """A number as the runtime needs it: digits (E.164 without ``+``) and what is bound to it, if anything."""

    tenant_id: str
    digits: str
    enabled: bool
    flow_id: str | None
    flow_name: str
    version: int | None
    switch: str


@dataclass(frozen=True, slots=True)
class TenantDirectory:
    """What the runtime keeps of one tenant in memory; extensions it looks up (``store.node_copy``).

    calling, exchange: None where nobody chose anything.
    """

    tenant: Tenant
    days: Days
    numbers: list[BoundNumber] = field(default_factory=list)
    trunks: list[Trunk] = field(default_factory=list)
    groups: list[GroupEntry] = field(default_factory=list)
    exchange: ExchangeEntry | None = None
    calling: CallSettings | None = None
