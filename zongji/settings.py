"""Settings: flag over environment ``ZONGJI_*`` over file over default, every one named in ``SETTINGS``."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from zongji.words import LOCALES, locale_from, say, why

Address = tuple[str, int]

LONGEST_CLOCK_SECONDS = 10 * 366 * 86400.0
"""No test needs to go further than ten years, and dates have an end."""


class SettingError(Exception):
    """A setting cannot be used. ``code`` and ``places`` make the message in either language."""

    def __init__(self, code: str, **places: object) -> None:
        self.code, self.places = code, places
        super().__init__(self.message("en"))

    def message(self, locale: str) -> str:
        places = dict(self.places)
        reason = places.get("why")
        if isinstance(reason, _Why):
            places["why"] = say(reason.code, locale, **reason.places)
        elif isinstance(reason, OSError):
            places["why"] = why(reason, locale)
        return say(self.code, locale, **places)


class _Why(ValueError):
    """Why a value cannot be used, as words that are still to be chosen."""

    def __init__(self, code: str, **places: object) -> None:
        super().__init__(say(code, "en", **places))
        self.code, self.places = code, places


def parse_address(text: str) -> Address:
    """``HOST:PORT`` (``[::1]:8080`` too) -> (host, port 0..65535)."""
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise _Why("why.address")
    return host.strip("[]"), int(port)


def parse_sip(text: str) -> tuple[str, ...]:
    """Comma-separated ``udp:HOST:PORT`` -> the same, one each."""
    listens = tuple(part.strip() for part in text.split(",") if part.strip())
    for listen in listens:
        transport, _, address = listen.partition(":")
        if transport != "udp":
            raise _Why("why.sip")
        try:
            parse_address(address)
        except _Why:
            raise _Why("why.sip") from None
    if not listens:
        raise _Why("why.sip")
    return listens


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise _Why("why.whole", low=low, high=high) from None
        if not low <= value <= high:
            raise _Why("why.whole", low=low, high=high)
        return value

    return parse


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise _Why("why.seconds") from None
    if not abs(seconds) <= LONGEST_CLOCK_SECONDS:  # NaN is not either
        raise _Why("why.seconds")
    return seconds


def _ports(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    if not (text.isascii() and first.isdigit() and last.isdigit()) or not 1024 <= int(first) < int(last) <= 32767:
        raise _Why("why.ports")
    return int(first), int(last)


def _locale(text: str) -> str:
    if text not in LOCALES:
        raise _Why("why.locale")
    return text


def _yes_no(text: str) -> bool:
    if text.lower() not in ("0", "1", "true", "false"):
        raise _Why("why.yesno")
    return text.lower() in ("1", "true")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name in files and flags (``upload_limit`` is ``--upload-limit`` and ZONGJI_UPLOAD_LIMIT)."""

    name: str
    default: str
    parse: Callable[[str], object]
    zh: str
    en: str

    @property
    def env(self) -> str:
        return "ZONGJI_" + self.name.upper()


SETTINGS: tuple[Setting, ...] = (
    Setting("data", "data", Path, "数据目录", "data folder"),
    Setting("web", "127.0.0.1:8080", parse_address, "网页监听地址", "address of the page"),
    Setting("sip", "udp:127.0.0.1:5060", parse_sip, "SIP 监听地址，可用逗号分隔多个",
            "SIP addresses to listen on, comma-separated"),
    Setting("database", "", str, "数据库地址；空为数据目录中的 SQLite",
            "database URL; empty is SQLite in the data folder"),
    Setting("external", "", str, "在 NAT 后时写入 SIP/SDP 的地址", "address to show in SIP and SDP behind a NAT"),
    Setting("rtp_ports", "16000-31998", _ports, "RTP 端口范围", "range of RTP ports"),
    Setting("max_calls", "2000", _whole(1, 20000), "同时通话上限，超过时回 503",
            "calls at once; above it new ones get 503"),
    Setting("max_call_rate", "300", _whole(1, 10000), "每秒新呼叫上限", "new calls per second"),
    Setting("upload_limit", "5000000", _whole(10_000, 500_000_000), "上传语音的最大字节数",
            "largest prompt upload, bytes"),
    Setting("trusted", "127.0.0.1", str, "无需认证即可拨打已绑定号码的来源地址，逗号分隔",
            "source addresses that may dial bound numbers without authentication, comma-separated"),
    Setting("clock", "0", _seconds, "把总机的时钟拨快的秒数（质检用）",
            "seconds by which calls' clock is ahead (for QA)"),
    Setting("qa", "0", _yes_no, "允许质检在运行中拨动时钟", "lets QA move the clock of a running Zongji"),
    Setting("locale", "zh-CN", _locale, "命令行与日志的语言", "language of the command line and the log"),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, parsed. ``sources`` tells where each one came from, ``texts`` how it was written."""

    data: Path
    web: Address
    sip: tuple[str, ...]
    database: str
    external: str
    rtp_ports: tuple[int, int]
    max_calls: int
    max_call_rate: int
    upload_limit: int
    trusted: str
    clock: float
    qa: bool
    locale: str
    sources: Mapping[str, str]
    texts: Mapping[str, str]

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data.resolve() / 'zongji.db'}"

    def environment(self) -> dict[str, str]:
        """ZONGJI_* variables that make a child process see the same settings."""
        texts = dict(self.texts) | {"data": str(self.data.resolve())}
        return {setting.env: texts[setting.name] for setting in SETTINGS if texts[setting.name]}


def load_settings(
    flags: Mapping[str, str | None],
    environment: Mapping[str, str] = os.environ,
    file: Path | None = None,
) -> Settings:
    """Settle every setting; raises SettingError that names setting, value and source."""
    written = _read_file(file)
    values: dict[str, object] = {}
    sources: dict[str, str] = {}
    texts: dict[str, str] = {}
    for setting in SETTINGS:
        text, source = _choose(setting, flags, environment, written, file)
        try:
            values[setting.name] = setting.parse(text)
        except _Why as reason:
            raise SettingError("setting.bad", name=setting.name, value=text, why=reason, source=source) from reason
        sources[setting.name], texts[setting.name] = source, text
    return Settings(**values, sources=sources, texts=texts)  # type: ignore[arg-type]  # parsed by name above


def _choose(
    setting: Setting,
    flags: Mapping[str, str | None],
    environment: Mapping[str, str],
    written: Mapping[str, str],
    file: Path | None,
) -> tuple[str, str]:
    flag = flags.get(setting.name)
    if flag is not None:
        return flag, "--" + setting.name.replace("_", "-")
    if environment.get(setting.env):
        return environment[setting.env], setting.env
    if setting.name in written:
        return written[setting.name], str(file)
    return locale_from(environment) if setting.name == "locale" else setting.default, "default"


def _read_file(file: Path | None) -> dict[str, str]:
    if file is None:
        return {}
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingError("setting.file", source=str(file), why=error) from error
    except UnicodeDecodeError as error:
        raise SettingError("setting.file", source=str(file), why=_Why("why.utf8")) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingError("setting.file", source=str(file), why=_Why("why.toml", error=error)) from error
    for name in document:
        if name not in _BY_NAME:
            raise SettingError("setting.unknown", source=str(file), name=name)
    return {name: _as_text(value) for name, value in document.items()}


def _as_text(value: object) -> str:
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    return ("1" if value else "0") if isinstance(value, bool) else str(value)
