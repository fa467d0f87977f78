"""The tables. Every row belongs to a tenant: ``tenant_id`` leads every primary key and every foreign key.

Two things are unique beyond their tenant, because the world finds the tenant by them: the digits of a number that was
given to a tenant (an INVITE names no tenant) and a user's sign-in name (the sign-in page names none).
Rows come out of the repositories detached: plain attributes, no lazy loading.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored as naive UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        date: Date,
        bool: Boolean,
        float: Float,
        dict[str, Any]: JSON,
        dict[str, str]: JSON,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
        str: String,
    }


class Owned:
    """A row of a tenant; goes with the tenant."""

    tenant_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("tenants.id", ondelete="CASCADE"), primary_key=True, sort_order=-10
    )


class OwnedById(Owned):
    """A row of a tenant with an id of its own (UUIDv7)."""

    id: Mapped[str] = mapped_column(String(36), primary_key=True, sort_order=-9)


class Revisioned:
    """A row that people edit: a write names the revision it was based on."""

    revision: Mapped[int] = mapped_column(Integer, default=1, sort_order=90)
    updated_by: Mapped[str] = mapped_column(String(100), sort_order=91)
    updated_at: Mapped[datetime] = mapped_column(sort_order=92)


class Tenant(Base):
    """A company. timezone: IANA name.

    extension_length: how many digits all of its extensions have, None where they differ. realm, domain: of its
    telephones, see ``store.domains``. max_calls: at once; calls_per_second: that begin, on average; None without limit.
    directory_revision: counts all changes of what calls depend on (``Database.touch_directory``).
    """

    __tablename__ = "tenants"
    __table_args__ = (UniqueConstraint("name"), Index(None, "domain", unique=True))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    timezone: Mapped[str] = mapped_column(String(50), default="Asia/Shanghai")
    extension_length: Mapped[int | None] = mapped_column(Integer)
    realm: Mapped[str] = mapped_column(String(50))
    domain: Mapped[str | None] = mapped_column(String(253))
    max_calls: Mapped[int | None] = mapped_column(Integer)
    calls_per_second: Mapped[float | None]
    directory_revision: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    created_at: Mapped[datetime]


class SpeechSettings(Owned, Revisioned, Base):
    """How a tenant's texts and numbers are spoken. voices: locale -> a voice's id; speed: 1.0 is the voice's own."""

    __tablename__ = "speech_settings"

    voices: Mapped[dict[str, str]]
    speed: Mapped[float] = mapped_column(default=1.0)


class CallSettings(Owned, Revisioned, Base):
    """What holds for the calls of a tenant's extensions. shown_number: digits, where an extension has none of its own.

    record: see ``store.calling.RECORDED``. music: the prompt that is heard on hold, None for the system's;
    music_audio: what that prompt plays at present, SHA-256. language: see ``store.calling.LANGUAGES``.
    """

    __tablename__ = "call_settings"

    shown_number: Mapped[str | None] = mapped_column(String(20))
    record: Mapped[str] = mapped_column(String(10))
    music: Mapped[str | None] = mapped_column(String(100))
    music_audio: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(10), default="zh-CN")


class ExchangeSettings(Owned, Revisioned, Base):
    """What a tenant's telephones do by dialling.

    codes: act -> code, of those that are not as usual; "" switches one off. operators: ids of the extensions that may
    use the codes of monitoring and of the day/night switch. pin: for monitoring, hashed (``store.pins``); "" for none.
    """

    __tablename__ = "exchange_settings"

    codes: Mapped[dict[str, str]]
    operators: Mapped[list[str]]
    pin: Mapped[str] = mapped_column(String(100), default="")


class User(OwnedById, Revisioned, Base):
    """Somebody who signs in, while ``enabled``.

    password_hash: an argon2 hash. role: see ``store.permissions``.
    """

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("name"),)

    name: Mapped[str] = mapped_column(String(100))
    display_name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(10), default="zh-CN")
    password_hash: Mapped[str] = mapped_column(String(200))
    enabled: Mapped[bool] = mapped_column(default=True, server_default=true())


class Extension(OwnedById, Revisioned, Base):
    """A telephone inside. ha1_*: hex digests of ``number:realm:secret``, the tenant's realm (RFC 7616 3.4.2).

    calls, countries, shown_number: see ``store.calling.Outside``; what follows: ``store.forwarding.Forwarding``.
    """

    __tablename__ = "extensions"
    __table_args__ = (UniqueConstraint("tenant_id", "number"),)

    number: Mapped[str] = mapped_column(String(6))
    name: Mapped[str] = mapped_column(String(100))
    ha1_md5: Mapped[str] = mapped_column(String(32))
    ha1_sha256: Mapped[str] = mapped_column(String(64))
    calls: Mapped[str] = mapped_column(String(15), default="internal", server_default="internal")
    countries: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    shown_number: Mapped[str | None] = mapped_column(String(20))
    destinations: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    forwards: Mapped[dict[str, str]] = mapped_column(default=dict, server_default="{}")
    do_not_disturb: Mapped[bool] = mapped_column(default=False, server_default=false())
    ring_seconds: Mapped[int] = mapped_column(Integer, default=20, server_default="20")


class ExtensionGroup(OwnedById, Revisioned, Base):
    """Extensions that take calls together. strategy: who of those that are free, see ``repositories.groups``."""

    __tablename__ = "extension_groups"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str] = mapped_column(String(40))
    strategy: Mapped[str] = mapped_column(String(20))


class GroupMember(Owned, Base):
    """An extension in a group. place: from 0, in the group's order; weight: how often it has its turn, by weight."""

    __tablename__ = "group_members"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "group_id"], ["extension_groups.tenant_id", "extension_groups.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["tenant_id", "extension_id"], ["extensions.tenant_id", "extensions.id"]),
        Index(None, "tenant_id", "extension_id"),
    )

    group_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    extension_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    place: Mapped[int] = mapped_column(Integer)
    weight: Mapped[int] = mapped_column(Integer)


class Registration(Owned, Base):
    """Where an extension can be reached; written by the runtime so that a restart keeps its phones."""

    __tablename__ = "registrations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "extension"],
            ["extensions.tenant_id", "extensions.number"],
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
    )

    extension: Mapped[str] = mapped_column(String(6), primary_key=True)
    contact: Mapped[str] = mapped_column(String(500), primary_key=True)
    source: Mapped[str] = mapped_column(String(100))
    path: Mapped[str] = mapped_column(Text)
    call_id: Mapped[str] = mapped_column(String(300))
    cseq: Mapped[int] = mapped_column(BigInteger)
    user_agent: Mapped[str] = mapped_column(String(200))
    expires_at: Mapped[datetime]


class Trunk(OwnedById, Revisioned, Base):
    """The way to another switch. address: ``host:port``; max_channels: calls at once, None without limit.

    media_hosts: IPv4 addresses or networks of its audio, where they are others than that of ``address``.
    """

    __tablename__ = "trunks"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(200))
    max_channels: Mapped[int | None] = mapped_column(Integer)
    media_hosts: Mapped[list[str]] = mapped_column(server_default="[]")


class Flow(OwnedById, Revisioned, Base):
    """A flow's draft. latest_version: number of the newest published version, None before the first."""

    __tablename__ = "flows"
    __table_args__ = (
        UniqueConstraint("tenant_id", "name"),
        Index(None, "tenant_id", "updated_at"),
    )

    name: Mapped[str] = mapped_column(String(100))
    document: Mapped[dict[str, Any]]
    latest_version: Mapped[int | None] = mapped_column(Integer)


class FlowVersion(Owned, Base):
    """A published flow; never changes. number: 1, 2, ... prompts: prompt key -> SHA-256 of its audio."""

    __tablename__ = "flow_versions"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "flow_id"], ["flows.tenant_id", "flows.id"], ondelete="CASCADE"),
    )

    flow_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    document: Mapped[dict[str, Any]]
    prompts: Mapped[dict[str, str]]
    note: Mapped[str] = mapped_column(Text)
    published_by: Mapped[str] = mapped_column(String(100))
    published_at: Mapped[datetime]


class Number(OwnedById, Revisioned, Base):
    """A number that callers dial. text: as people dial it at home; digits: as ``numbering.plan.normalise`` keeps it.

    given: it is the tenant's; one that the tenant only asks for answers no call, and others may ask for it too.
    release_id: of what answers; None while nothing is bound.
    switch: ``auto``, ``day`` or ``night``; switched_by, switched_at: who last set it, None while nobody did.
    """

    __tablename__ = "numbers"
    __table_args__ = (
        UniqueConstraint("tenant_id", "digits"),
        Index(
            "uq_numbers_given_digits", "digits", unique=True, sqlite_where=text("given"), postgresql_where=text("given")
        ),
        ForeignKeyConstraint(
            ["tenant_id", "release_id"], ["releases.tenant_id", "releases.id"], use_alter=True
        ),  # each of both tables names the other
        Index(None, "tenant_id", "release_id"),
    )

    text: Mapped[str] = mapped_column(String(30))
    digits: Mapped[str] = mapped_column(String(20))
    given: Mapped[bool] = mapped_column(default=True, server_default=true())
    enabled: Mapped[bool] = mapped_column(default=True)
    release_id: Mapped[str | None] = mapped_column(String(36))
    switch: Mapped[str] = mapped_column(String(5), default="auto", server_default="auto")
    switched_by: Mapped[str | None] = mapped_column(String(100))
    switched_at: Mapped[datetime | None]


class Release(OwnedById, Base):
    """A published version that answers a number, or has answered it; never changes. It goes with the version.

    revision: the number's that came with it: the order of a number's releases. before_id: of the release that a roll
    back goes to, None where nothing answered before; that one may be gone. rolled_back: a roll back made it.
    """

    __tablename__ = "releases"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "number_id"], ["numbers.tenant_id", "numbers.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["tenant_id", "flow_id", "version"],
            ["flow_versions.tenant_id", "flow_versions.flow_id", "flow_versions.number"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("tenant_id", "number_id", "revision"),
        Index(None, "tenant_id", "flow_id", "version"),
    )

    number_id: Mapped[str] = mapped_column(String(36))
    revision: Mapped[int] = mapped_column(Integer)
    flow_id: Mapped[str] = mapped_column(String(36))
    version: Mapped[int] = mapped_column(Integer)
    before_id: Mapped[str | None] = mapped_column(String(36))
    rolled_back: Mapped[bool] = mapped_column(default=False)
    released_by: Mapped[str] = mapped_column(String(100))
    released_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)


class DayColumns:
    """A day that is not as the calendar has it. source: ``notice``, what the State Council announced, or ``own``."""

    day: Mapped[date] = mapped_column(primary_key=True)
    workday: Mapped[bool]
    name: Mapped[str] = mapped_column(String(50))
    source: Mapped[str] = mapped_column(String(10))
    updated_by: Mapped[str] = mapped_column(String(100))
    updated_at: Mapped[datetime]


class PublicDay(DayColumns, Base):
    """A day of the whole installation: holds for every tenant that has none of its own. Platform staff's alone."""

    __tablename__ = "public_days"


class CalendarDay(Owned, DayColumns, Base):
    """A day of a tenant; its calendar's revision counts all changes of its days."""

    __tablename__ = "calendar_days"


class Calendar(Owned, Revisioned, Base):
    """The revision of a tenant's days, from the first change on."""

    __tablename__ = "calendars"


class Audio(Owned, Base):
    """An audio of the tenant's: its file is named by ``sha256`` (of the PCM) in the data folder."""

    __tablename__ = "audio"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    seconds: Mapped[float]
    created_at: Mapped[datetime]


class Prompt(OwnedById, Revisioned, Base):
    """A named audio of the tenant's audio library. source: ``upload``, or ``text`` (spoken from ``text``).

    voice, speed: chosen for the text; None where it is spoken as the company's texts are.
    level_db: RMS level in dBFS. warnings: of ``silent``, ``clipped``, ``quiet``.
    """

    __tablename__ = "prompts"
    __table_args__ = (
        UniqueConstraint("tenant_id", "name"),
        ForeignKeyConstraint(["tenant_id", "audio"], ["audio.tenant_id", "audio.sha256"]),
    )

    name: Mapped[str] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(String(10))
    locale: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    voice: Mapped[str | None] = mapped_column(String(40))
    speed: Mapped[float | None]
    audio: Mapped[str] = mapped_column(String(64))
    seconds: Mapped[float]
    level_db: Mapped[float]
    warnings: Mapped[list[str]]


class Call(OwnedById, Base):
    """A finished call. It keeps the flow's name, for the flow may go and the call stays."""

    __tablename__ = "calls"
    __table_args__ = (
        Index(None, "tenant_id", "started_at"),
        Index(None, "tenant_id", "caller", "started_at"),
    )

    number: Mapped[str] = mapped_column(String(20))
    caller: Mapped[str] = mapped_column(String(100))
    called: Mapped[str] = mapped_column(String(100))
    flow_id: Mapped[str | None] = mapped_column(String(36))
    flow_name: Mapped[str] = mapped_column(String(100))
    flow_version: Mapped[int | None] = mapped_column(Integer)
    started_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime]
    cause: Mapped[str] = mapped_column(String(30))
    ended_by: Mapped[str] = mapped_column(String(20))
    answered_by: Mapped[str | None] = mapped_column(String(100))
    steps: Mapped[list[dict[str, Any]]] = mapped_column(deferred=True, deferred_raiseload=True)
    legs: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]", deferred=True, deferred_raiseload=True)


class CallInputs(Owned, Base):
    """What a call's session was handed, as JSON: ``interpreter.runtime.books.kept`` says what is in it."""

    __tablename__ = "call_inputs"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "call_id"], ["calls.tenant_id", "calls.id"], ondelete="CASCADE"),
    )

    call_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    inputs: Mapped[str] = mapped_column(Text)


class BranchCount(Owned, Base):
    """How many callers left a node by an exit on one day (the tenant's day).

    version: of the flow; 0 where it is not known: in a flow that was called, and for what was counted before.
    """

    __tablename__ = "branch_counts"
    __table_args__ = ({"sqlite_with_rowid": False},)  # all key: the table is its own index

    flow_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    node: Mapped[str] = mapped_column(String(100), primary_key=True)
    exit: Mapped[str] = mapped_column(String(100), primary_key=True)
    n: Mapped[int] = mapped_column(Integer)


class MissCount(Owned, Base):
    """How often callers were asked at a node in vain on one day (the tenant's day), attempt by attempt.

    version: as in branch_counts. why: ``no_input`` or ``no_match``.
    """

    __tablename__ = "miss_counts"
    __table_args__ = ({"sqlite_with_rowid": False},)  # as branch_counts

    flow_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    node: Mapped[str] = mapped_column(String(100), primary_key=True)
    why: Mapped[str] = mapped_column(String(20), primary_key=True)
    n: Mapped[int] = mapped_column(Integer)


class Recording(OwnedById, Base):
    """A recorded talk. path: stereo WAV, relative to the data folder."""

    __tablename__ = "recordings"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "call_id"], ["calls.tenant_id", "calls.id"], ondelete="CASCADE"),
        Index(None, "tenant_id", "call_id"),
    )

    call_id: Mapped[str] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(20))
    path: Mapped[str] = mapped_column(String(300))
    started_at: Mapped[datetime]
    seconds: Mapped[float]


class Voicemail(OwnedById, Revisioned, Base):
    """A message in a box. path: mono WAV, relative to the data folder. heard_at, heard_by: None while new.

    The caller is who saved the first revision.
    """

    __tablename__ = "voicemails"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "call_id"], ["calls.tenant_id", "calls.id"], ondelete="CASCADE"),
        Index(None, "tenant_id", "recorded_at"),
        Index(None, "tenant_id", "call_id"),
    )

    box: Mapped[str] = mapped_column(String(100))
    call_id: Mapped[str] = mapped_column(String(36))
    caller: Mapped[str] = mapped_column(String(100))
    called: Mapped[str] = mapped_column(String(100))
    path: Mapped[str] = mapped_column(String(300))
    recorded_at: Mapped[datetime]
    seconds: Mapped[float]
    heard_at: Mapped[datetime | None]
    heard_by: Mapped[str | None] = mapped_column(String(100))


class Quota(Owned, Base):
    """How much of something a tenant may have, where it differs from ``store.quotas.USUAL``."""

    __tablename__ = "quotas"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    most: Mapped[int] = mapped_column(BigInteger)


class AuditEntry(Base):
    """Who did what; never changed. tenant_id: "" for what concerns the whole installation; words: see ``store.audit``.

    at: to the microsecond. result: ``done`` or ``refused``. details: JSON, never a secret.
    """

    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "tenant_id", "at"), Index(None, "tenant_id", "object_id"))

    tenant_id: Mapped[str] = mapped_column(String(36), primary_key=True)  # no foreign key: it outlives the tenant
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[str | None] = mapped_column(String(36))
    actor: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(50))
    action: Mapped[str] = mapped_column(String(40))
    object_kind: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[str] = mapped_column(String(100))
    object_name: Mapped[str] = mapped_column(String(200))
    details: Mapped[dict[str, Any]]
    result: Mapped[str] = mapped_column(String(10))


class Meta(Base):
    """Small values of the whole installation: ``directory_revision``, and which sessions were signed out.

    No secret is among them: the key that signs sessions is the file ``secret.key`` of the data folder.
    """

    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(String(50), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
