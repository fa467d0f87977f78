"""Settings: flag over environment ``ZONGJI_*`` over file over default, every one named in ``SETTINGS``."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from zongji.setting_values import (
    Address as Address,  # others take it from here
)
from zongji.setting_values import (
    Unusable,
    parse_address,
    parse_clock,
    parse_external,
    parse_locale,
    parse_log_level,
    parse_networks,
    parse_ports,
    parse_sip,
    parse_voice,
    parse_yes_no,
    parse_yes_no_auto,
    seconds,
    whole,
)
from zongji.words import LOCALES, locale_from, say, why

DAY_S = 86400
DEMO_TRUSTED = "127.0.0.1"


class SettingError(Exception):
    """A setting cannot be used. ``code`` and ``places`` make the message in either language.

    locale: the one that the settings themselves ask for, None where that is not known.
    """

    locale: str | None = None

    def __init__(self, code: str, /, **places: object) -> None:
        self.code, self.places = code, places
        super().__init__(self.message("en"))

    def message(self, locale: str) -> str:
        places = dict(self.places)
        reason = places.get("why")
        if isinstance(reason, Unusable):
            places["why"] = say(reason.code, locale, **reason.places)
        elif isinstance(reason, OSError):
            places["why"] = why(reason, locale)
        return say(self.code, locale, **places)


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
    Setting("external", "", parse_external, "在 NAT 后时写入 SIP/SDP 的 IPv4 地址，或有这种地址的名称",
            "IPv4 address to show in SIP and SDP behind a NAT, or a name that has one"),
    Setting("rtp_ports", "16000-31998", parse_ports, "RTP 端口范围", "range of RTP ports"),
    Setting("max_calls", "2000", whole(1, 20000), "同时通话上限，超过时回 503",
            "calls at once; above it new ones get 503"),
    Setting("max_call_rate", "300", whole(1, 10000), "每秒新呼叫上限", "new calls per second"),
    Setting("max_call_seconds", "14400", seconds(60, 7 * DAY_S), "单个通话最长秒数，到时挂断",
            "longest life of a call in seconds; then it is hung up"),
    Setting("retry_after", "5", whole(1, 3600), "因超限回 503 时让主叫等待的秒数（Retry-After）",
            "seconds that callers refused with 503 are told to wait (Retry-After)"),
    Setting("source_rate", "200", whole(0, 100_000), "每个来源地址每秒可发的新 SIP 请求数，超出则丢弃；0 为不限",
            "new SIP requests per second that one address may send, what is above is dropped; 0 for no limit"),
    Setting("source_burst", "1000", whole(1, 100_000), "每个来源地址一次可发的新 SIP 请求数",
            "new SIP requests that one address may send at once"),
    Setting("extension_calls", "10", whole(0, 20000), "一个分机同时呼出的通话上限，超过回 486；0 为不限",
            "calls at once that one extension may make, above it 486; 0 for no limit"),
    Setting("extension_call_rate", "2", whole(0, 10000),
            "一个分机每秒新呼叫上限（可一次用完 5 秒的量），超过回 503；0 为不限",
            "new calls per second of one extension (5 seconds' worth at once), above it 503; 0 for no limit"),
    Setting("trunk_calls", "1500", whole(0, 20000), "一条中继同时通话上限，中继自己的通道数更小时以其为准；0 为不限",
            "calls at once over one trunk, where its own number of channels is not smaller; 0 for no limit"),
    Setting("trunk_call_rate", "200", whole(0, 10000), "一条中继每秒呼入上限，超过回 503；0 为不限",
            "calls per second that come in over one trunk, above it 503; 0 for no limit"),
    Setting("source_calls", "500", whole(0, 20000),
            "一个来源地址（可信地址和中继除外）同时通话上限，超过回 503；0 为不限",
            "calls at once from one address that is neither trusted nor a trunk's, above it 503; 0 for no limit"),
    Setting("source_call_rate", "50", whole(0, 10000), "这样的来源地址每秒新呼叫上限，超过回 503；0 为不限",
            "new calls per second from such an address, above it 503; 0 for no limit"),
    Setting("register_rate", "1", whole(0, 10000),
            "一个分机每秒注册次数上限（可一次用完 30 秒的量），超过回 503；0 为不限",
            "registrations per second of one extension (30 seconds' worth at once), above it 503; 0 for no limit"),
    Setting("key_rate", "10", whole(0, 10000), "一个通话每秒按键上限，超过的按键不算；0 为不限",
            "keys per second of one call, what is above does not count; 0 for no limit"),
    Setting("dialog_rate", "10", whole(0, 10000), "通话中每秒 SIP 请求（INFO、re-INVITE 等）上限，超过回 503；0 为不限",
            "SIP requests per second within one call (INFO, re-INVITE …), above it 503; 0 for no limit"),
    Setting("call_steps", "3000", whole(10, 1_000_000), "单个通话经过的节点数上限，到时挂断",
            "nodes that one call may come to; then it is hung up"),
    Setting("ring_seconds", "30", seconds(1, 600), "分机互拨时振铃的秒数",
            "how long an extension rings that another one called, seconds"),
    Setting("rtp_timeout", "30", seconds(0, DAY_S),
            "通话中多少秒收不到话机的声音就询问它是否还在，无应答则挂断；0 为不问",
            "a telephone in a call that sends no packet for so many seconds is asked whether it is there; 0 never"),
    Setting("presence", "60", seconds(0, DAY_S),
            "已注册的话机多少秒没有音信就询问它是否还在（OPTIONS），无应答则视为离线；0 为不问",
            "a registered telephone that is silent for so many seconds is asked whether it is there (OPTIONS) and is "
            "offline where it does not answer; 0 never"),
    Setting("media_priority", "10", whole(0, 99), "媒体线程的实时优先级（SCHED_FIFO），系统允许时生效；0 为不用",
            "real-time priority of the media thread (SCHED_FIFO) where permitted; 0 for none"),
    Setting("trusted", "", parse_networks, "无需认证即可拨打已绑定号码的来源地址，逗号分隔；演示（--demo）时为本机",
            "source addresses that may dial bound numbers without authentication; this machine in --demo"),
    Setting("upload_limit", "5242880", whole(10_000, 500_000_000), "上传语音的最大字节数",
            "largest prompt upload, bytes"),
    Setting("voice", "auto", parse_voice, "朗读文字的声音：auto（装有神经语音就用它）或 espeak（总用 espeak-ng）",
            "who speaks texts: auto (the neural voice where it is installed) or espeak (always espeak-ng)"),
    Setting("document_limit", "4000000", whole(10_000, 100_000_000), "流程等 JSON 请求的最大字节数",
            "largest JSON request (flows and all else), bytes"),
    Setting("proxies", "0", whole(0, 10), "前面有几层可信的反向代理（X-Forwarded-*）；0 为都不信",
            "how many reverse proxies in front are believed (X-Forwarded-*); 0 for none"),
    Setting("audit_days", "0", whole(0, 36_500), "审计日志保留多少天，更早的会被清除；0 为一直保留",
            "days for which the audit log is kept, what is older is removed; 0 for ever"),
    Setting("secure_cookies", "auto", parse_yes_no_auto, "登录 Cookie 只走 HTTPS：1、0，或 auto 按请求而定",
            "send the session cookie over HTTPS only: 1, 0, or auto, as the request came"),
    Setting("session_seconds", "43200", whole(60, 31 * DAY_S), "多少秒没有操作就退出登录",
            "a sign-in ends after so many seconds without a request"),
    Setting("sign_in_failures", "5", whole(1, 1000),
            "同一用户、同一网络在限定时间内可输错密码的次数，再错就要等，越错等得越久",
            "wrong passwords allowed per user and network within the window, before pauses that grow"),
    Setting("sign_in_window", "300", seconds(1, DAY_S), "上述限定时间的秒数，也是最久要等的时间",
            "that window, seconds; no pause is longer"),
    Setting("password_time_cost", "3", whole(1, 100), "密码散列 argon2id 的迭代次数", "iterations of argon2id"),
    Setting("password_memory", "65536", whole(8192, 4_194_304), "密码散列 argon2id 的内存，KiB",
            "memory of argon2id, KiB"),
    Setting("password_parallelism", "4", whole(1, 64), "密码散列 argon2id 的并行度", "lanes of argon2id"),
    Setting("web_threads", "96", whole(17, 2000), "网页进程的线程数；每个打开的实时页面占一个",
            "threads of the web process; each page with live calls holds one"),
    Setting("request_seconds", "20", seconds(1, 600), "一个网页请求须在多少秒内到齐（大的请求另加传输时间）",
            "a request of the page must have come after so many seconds, and the time that a large one needs"),
    Setting("live_keep_alive", "15", seconds(1, 60), "实时页面多少秒没有消息就发一次心跳",
            "seconds after which a live page that had no news gets a sign of life"),
    Setting("live_readers", "64", whole(1, 10000), "控制套接字上实时事件的读者上限",
            "readers of live events at the control socket, at most"),
    Setting("clock", "0", parse_clock, "把总机的时钟拨快的秒数（质检用）",
            "seconds by which calls' clock is ahead (for QA)"),
    Setting("qa", "0", parse_yes_no, "允许质检在运行中拨动时钟", "lets QA move the clock of a running Zongji"),
    Setting("log_level", "INFO", parse_log_level, "日志详细程度：DEBUG、INFO、WARNING 或 ERROR",
            "what is logged: DEBUG, INFO, WARNING or ERROR"),
    Setting("locale", "zh-CN", parse_locale, "命令行与日志的语言", "language of the command line and the log"),
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
    max_call_seconds: float
    retry_after: int
    source_rate: int
    source_burst: int
    extension_calls: int
    extension_call_rate: int
    trunk_calls: int
    trunk_call_rate: int
    source_calls: int
    source_call_rate: int
    register_rate: int
    key_rate: int
    dialog_rate: int
    call_steps: int
    ring_seconds: float
    rtp_timeout: float
    presence: float
    media_priority: int
    trusted: tuple[str, ...]
    upload_limit: int
    voice: str
    document_limit: int
    proxies: int
    audit_days: int
    secure_cookies: bool | None
    session_seconds: int
    sign_in_failures: int
    sign_in_window: float
    password_time_cost: int
    password_memory: int
    password_parallelism: int
    web_threads: int
    request_seconds: float
    live_keep_alive: float
    live_readers: int
    clock: float
    qa: bool
    log_level: str
    locale: str
    sources: Mapping[str, str]
    texts: Mapping[str, str]

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data.resolve() / 'zongji.db'}"

    @property
    def missing_database(self) -> Path | None:
        """The SQLite file where the settings name one and it is not there."""
        backend, _, path = self.database_url.partition(":///")
        if not backend.startswith("sqlite") or not path or path.startswith((":memory:", "file:")):
            return None
        file = Path(path.partition("?")[0])
        return None if file.exists() else file

    def for_demo(self) -> Settings:
        """The same, but the machine itself is trusted where nobody said whom to trust: people try it from there."""
        if self.sources["trusted"] != "default":
            return self
        return replace(self, trusted=(DEMO_TRUSTED,), texts={**self.texts, "trusted": DEMO_TRUSTED})

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
        except Unusable as reason:
            error = SettingError("setting.bad", name=setting.name, value=text, why=reason, source=source)
            asked, _ = _choose(_BY_NAME["locale"], flags, environment, written, file)
            error.locale = asked if asked in LOCALES else None
            raise error from reason
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
        raise SettingError("setting.file", source=str(file), why=Unusable("why.utf8")) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingError("setting.file", source=str(file), why=_why_no_toml(error)) from error
    for name in document:
        if name not in _BY_NAME:
            raise SettingError("setting.unknown", source=str(file), name=name)
    return {name: _as_text(value) for name, value in document.items()}


def _why_no_toml(error: tomllib.TOMLDecodeError) -> Unusable:
    """tomllib says the place in words only, and what is wrong in English only."""
    place = re.search(r"line (\d+), column (\d+)", str(error))
    return Unusable("why.toml", line=place[1], column=place[2]) if place else Unusable("why.toml_end")


def _as_text(value: object) -> str:
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    return ("1" if value else "0") if isinstance(value, bool) else str(value)
