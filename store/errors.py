"""What the store says when it cannot do as told; every error has a stable code and both languages."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from store.records import Use

SQLITE_IOERR_SHMSIZE = 4874
"""The index of the WAL could not grow; https://www.sqlite.org/rescode.html."""

POSTGRESQL_DISK_FULL = "53100"


def is_disk_full(error: DBAPIError) -> bool:
    """Whether the database could not write because there is no room left."""
    if isinstance(error.orig, sqlite3.Error):
        code: int = getattr(error.orig, "sqlite_errorcode", 0)
        return code & 0xFF == sqlite3.SQLITE_FULL or code == SQLITE_IOERR_SHMSIZE
    return getattr(error.orig, "sqlstate", None) == POSTGRESQL_DISK_FULL


def said(error: Exception) -> str:
    """What the driver said, without the statement and the callers' numbers that SQLAlchemy adds."""
    lines = str(getattr(error, "orig", None) or error).splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else ''}"


class StoreError(Exception):
    """The database cannot be used, or refused a change.

    code: stable word for API and log. messages: ``{"zh-CN": ..., "en": ...}``; never holds a password.
    """

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.messages = {"zh-CN": zh, "en": en}

    def message(self, locale: str = "zh-CN") -> str:
        """The message in the language of ``locale`` (``en-US`` counts as ``en``)."""
        return self.messages["zh-CN" if locale.startswith("zh") else "en"]


class Unusable(StoreError):
    """The database does not answer, or is not of our schema: nothing was looked at, let alone refused."""


class NotFound(StoreError):
    """No such row for this tenant (a row of another tenant is not found either)."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__("not_found", f"没有这个{_KINDS[kind]}：{key}", f"no such {kind}: {key}")
        self.kind, self.key = kind, key


class Stale(StoreError):
    """Somebody saved the row after it was read; ``revision`` is the present one."""

    def __init__(self, saved_by: str, saved_at: datetime, revision: int) -> None:
        zh, en = f"{saved_by} 已经保存了更新的版本，请重新载入", f"{saved_by} saved a newer revision; reload it"
        super().__init__("stale", zh, en)
        self.saved_by, self.saved_at, self.revision = saved_by, saved_at, revision


class InUse(StoreError):
    """The row cannot go: ``uses`` need it, which are called ``by``."""

    def __init__(self, uses: Sequence[Use]) -> None:
        self.uses = tuple(uses)
        self.by = tuple(dict.fromkeys(use.name for use in uses))
        super().__init__("in_use", f"正在被使用：{'、'.join(self.by)}", f"in use by {', '.join(self.by)}")


class NewestVersion(StoreError):
    """The newest version of a flow stays, so that numbers of versions never come again."""

    def __init__(self, number: int) -> None:
        zh, en = f"v{number} 是最新版本，不能删除", f"v{number} is the newest version and cannot be deleted"
        super().__init__("newest_version", zh, en)


class LastAdministrator(StoreError):
    """The tenant would be left without anybody who may change it."""

    def __init__(self, name: str) -> None:
        zh = f"“{name}”是本企业最后一位可登录的管理员，请先指定另一位管理员"
        en = f"{name!r} is the tenant's last administrator who can sign in; appoint another one first"
        super().__init__("last_administrator", zh, en)


class Duplicate(StoreError):
    """``field`` must be unique and ``value`` is taken."""

    def __init__(self, kind: str, field: str, value: str) -> None:
        zh, en = f"{_KINDS[kind]}“{value}”已经存在", f"the {kind} {value!r} exists already"
        super().__init__("duplicate", zh, en)
        self.kind, self.field, self.value = kind, field, value


class TakenElsewhere(Duplicate):
    """An extension's number is another tenant's, of which nothing is told, not even that (see ``store.domains``)."""

    def __init__(self, number: str) -> None:
        zh = f"分机号“{number}”在本系统内不可用，请换一个，或向平台申请 SIP 域名"
        en = f"the extension number {number!r} is not available on this system; choose another one"
        StoreError.__init__(self, "duplicate", zh, en)
        self.kind, self.field, self.value = "extension", "number", number


class QuotaExceeded(StoreError):
    """The tenant has as much of it as it may. messages: what to do, too. used, most: bytes or things."""

    def __init__(self, name: str, used: int, most: int, messages: tuple[str, str]) -> None:
        super().__init__("quota_exceeded", *messages)
        self.name, self.used, self.most = name, used, most


class GivenElsewhere(Duplicate):
    """The number was given to another tenant: told to the platform only, never to a tenant."""

    def __init__(self, number: str, tenant: str) -> None:
        zh = f"号码 {number} 已分配给“{tenant}”，请先用 zongji number take 收回"
        en = f"the number {number} was given to {tenant!r}; take it back first (zongji number take)"
        StoreError.__init__(self, "duplicate", zh, en)
        self.kind, self.field, self.value = "number", "number", number


class NotGiven(StoreError):
    """A number that the tenant only asks for cannot be bound."""

    def __init__(self, number: str) -> None:
        zh = f"号码 {number} 还没有分配给本企业，平台分配后才能绑定"
        en = f"The number {number} was not given to your company yet; whoever runs this server has to do so first"
        super().__init__("number_not_given", zh, en)


class NoWayBack(StoreError):
    """A number cannot be rolled back: no other version answered before, or (deleted) that version is there no more."""

    def __init__(self, number: str, *, deleted: bool) -> None:
        zh = f"号码 {number} 之前没有由别的版本接听，无法回退"
        en = f"No other version answered {number} before, so it cannot be rolled back"
        if deleted:
            zh = f"号码 {number} 之前的版本已被删除，无法回退，请另选一个版本绑定"
            en = f"The version that answered {number} before was deleted; bind another one instead"
        super().__init__("no_way_back", zh, en)


class BadValue(StoreError):
    """A value that must not be stored: an extension that is not 1-6 digits, an unknown sort field."""

    def __init__(self, field: str, zh: str, en: str) -> None:
        super().__init__("bad_value", zh, en)
        self.field = field


_KINDS = {
    "tenant": "企业",
    "user": "用户",
    "domain": "SIP 域名",
    "number": "号码",
    "extension": "分机",
    "exchange": "总机设置",
    "group": "分机组",
    "trunk": "中继",
    "flow": "流程",
    "version": "版本",
    "prompt": "语音",
    "audio": "音频",
    "call": "通话",
    "recording": "录音",
    "voicemail": "留言",
    "day": "日子",
}
