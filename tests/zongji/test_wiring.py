"""Every setting of the web and of the runtime can be reached, and every setting reaches one of them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from interpreter.runtime.settings import Limits
from zongji import VERSION
from zongji.settings import SETTINGS, SettingError, load_settings
from zongji.wiring import runtime_settings, web_settings

OTHERS = {
    "data": "/tmp/zongji-elsewhere", "web": "127.0.0.2:8081", "sip": "udp:127.0.0.2:5061",
    "database": "sqlite:////tmp/other.db", "external": "192.0.2.1", "rtp_ports": "20000-21000", "max_calls": "7",
    "max_call_rate": "8", "max_call_seconds": "90", "retry_after": "9", "source_rate": "9", "source_burst": "10",
    "extension_calls": "1", "extension_call_rate": "1", "trunk_calls": "1", "trunk_call_rate": "1", "source_calls": "1",
    "source_call_rate": "1", "register_rate": "2", "key_rate": "1", "dialog_rate": "1", "call_steps": "11",
    "ring_seconds": "11.5", "rtp_timeout": "12", "presence": "45",
    "media_priority": "13", "trusted": "192.0.2.2, 192.0.2.3", "upload_limit": "14000", "document_limit": "15000",
    "audit_days": "30", "proxies": "1", "secure_cookies": "1", "session_seconds": "160", "sign_in_failures": "17",
    "sign_in_window": "18", "password_time_cost": "2", "password_memory": "9000", "password_parallelism": "1",
    "web_threads": "20", "request_seconds": "21.5", "voice": "espeak",
    "live_keep_alive": "21", "live_readers": "22", "clock": "23", "qa": "1", "log_level": "debug", "locale": "en",
}  # fmt: skip
"""For every setting a value that is not its default."""

PROGRAM = {"dist", "media", "schemas", "version", "instance"}
"""Where the program's own files lie and which they are is nobody's choice, nor is the name of a start."""


def told(environment: dict[str, str]) -> dict[str, Any]:
    """Field -> value, of all that web and runtime are told."""
    settings = load_settings({}, {"ZONGJI_LOCALE": "zh-CN", **environment})
    found: dict[str, Any] = {}
    for told_to, name in ((web_settings(settings), "web"), (runtime_settings(settings), "runtime")):
        for field in fields(told_to):
            value = getattr(told_to, field.name)
            if is_dataclass(value):
                found |= {f"{name}.{field.name}.{inner.name}": getattr(value, inner.name) for inner in fields(value)}
            elif field.name not in PROGRAM:
                found[f"{name}.{field.name}"] = value
    return found


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS])
def test_every_setting_changes_what_a_process_is_told(name: str) -> None:
    before, after = told({}), told({f"ZONGJI_{name.upper()}": OTHERS[name]})
    assert before != after


def test_all_that_a_process_can_be_told_is_reached_by_a_setting() -> None:
    before = told({})
    after = told({f"ZONGJI_{name.upper()}": value for name, value in OTHERS.items()})
    assert {field for field in before if before[field] == after[field]} == set()
    assert after["runtime.trusted"] == ("192.0.2.2", "192.0.2.3")
    assert {f"runtime.limits.{field.name}" for field in fields(Limits)} <= before.keys()
    assert after["web.log_level"] == after["runtime.log_level"] == "DEBUG"


def test_the_defaults_are_those_of_the_rooms() -> None:
    """Who leaves a setting alone gets what tests of web and runtime get."""
    from designer.settings import WebSettings
    from interpreter.runtime.settings import RuntimeSettings

    settings = load_settings({}, {"ZONGJI_LOCALE": "zh-CN"})
    web, runtime = web_settings(settings), runtime_settings(settings)
    assert web == WebSettings(data=web.data, database_url=web.database_url, sip_addresses=web.sip_addresses,
                              version=VERSION)  # fmt: skip
    assert runtime == RuntimeSettings(runtime.data, runtime.database_url, trusted=runtime.trusted)


@pytest.mark.parametrize(("text", "address"), [("203.0.113.5", "203.0.113.5"), ("localhost", "127.0.0.1"), ("", None)])
def test_sip_and_sdp_show_an_address_where_a_name_was_given(text: str, address: str | None) -> None:
    assert runtime_settings(load_settings({"external": text}, {})).advertised == address


def test_a_name_without_an_address_is_told_in_both_languages() -> None:
    with pytest.raises(SettingError) as caught:
        runtime_settings(load_settings({"external": "nowhere.invalid"}, {}))
    for locale, part in (("zh-CN", "没有 IPv4 地址"), ("en", "has no IPv4 address")):
        assert "nowhere.invalid" in caught.value.message(locale)
        assert part in caught.value.message(locale)
        assert "--external" in caught.value.message(locale)
