"""Settings: flag over environment over file over default; what is wrong is named with value and source."""

from __future__ import annotations

from pathlib import Path

import pytest

from zongji.settings import SETTINGS, SettingError, load_settings


def test_flag_wins_over_environment_over_file_over_default(tmp_path: Path) -> None:
    file = tmp_path / "zongji.toml"
    file.write_text('web = "127.0.0.1:1111"\nmax_calls = 7\nupload_limit = 20000\n')
    environment = {"ZONGJI_WEB": "127.0.0.1:2222", "ZONGJI_MAX_CALLS": "8"}
    settings = load_settings({"web": "127.0.0.1:3333"}, environment, file)
    assert settings.web == ("127.0.0.1", 3333)
    assert settings.max_calls == 8
    assert settings.upload_limit == 20000
    assert settings.rtp_ports == (16000, 31998)
    assert [settings.sources[name] for name in ("web", "max_calls", "upload_limit", "rtp_ports")] == [
        "--web", "ZONGJI_MAX_CALLS", str(file), "default",
    ]


def test_nothing_is_trusted_but_the_machine_itself_in_a_demo():
    settings = load_settings({}, {})
    assert settings.trusted == ()
    assert settings.for_demo().trusted == ("127.0.0.1",)
    assert load_settings({}, settings.for_demo().environment()).trusted == ("127.0.0.1",), "the runtime's too"
    assert load_settings({}, {"ZONGJI_TRUSTED": "192.0.2.1"}).for_demo().trusted == ("192.0.2.1",)


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("web", "8080", "HOST:PORT"),
        ("web", "127.0.0.1:99999", "HOST:PORT"),
        ("sip", "tcp:127.0.0.1:5060", "udp:HOST:PORT"),
        ("sip", "udp:127.0.0.1", "udp:HOST:PORT"),
        ("rtp_ports", "40000-50000", "below 32768"),
        ("max_calls", "many", "whole number from 1"),
        ("upload_limit", "5", "whole number from 10000"),
        ("locale", "fr", "zh-CN or en"),
        ("clock", "noon", "number of seconds"),
        ("clock", "nan", "number of seconds"),
        ("clock", "-inf", "number of seconds"),
        ("rtp_ports", "²000-20000", "below 32768"),
        ("qa", "maybe", "1 or 0"),
        ("voice", "siri", "auto or espeak"),
        ("secure_cookies", "maybe", "1, 0 or auto"),
        ("log_level", "loud", "DEBUG, INFO, WARNING or ERROR"),
        ("ring_seconds", "soon", "from 1 to 600"),
        ("ring_seconds", "0", "from 1 to 600"),
        ("rtp_timeout", "inf", "from 0 to 86400"),
        *(("external", text, "IPv4 address") for text in
          ("bad host!", "0.0.0.0", "1.2.3", "1.2.3.400", "::1", "203.0.113.5:5060", "224.0.0.1", "-a.example")),
        ("trusted", "192.0.2.0/24, 1.2.3", "'1.2.3' is neither an IP address nor a network"),
        ("trusted", "192.0.2.0/33", "'192.0.2.0/33' is neither"),
    ],
)
def test_a_bad_value_is_told_with_setting_value_and_source(name: str, value: str, part: str) -> None:
    with pytest.raises(SettingError) as caught:
        load_settings({}, {"ZONGJI_" + name.upper(): value})
    english, chinese = caught.value.message("en"), caught.value.message("zh-CN")
    assert part in english
    for text in (english, chinese):
        assert name in text
        assert value in text
        assert "ZONGJI_" + name.upper() in text
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)


@pytest.mark.parametrize(
    ("environment", "locale"),
    [({}, "zh-CN"), ({"LANG": "en_US.UTF-8"}, "en"), ({"LANG": "C.UTF-8"}, "zh-CN"),
     ({"LANG": "en_US.UTF-8", "ZONGJI_LOCALE": "zh-CN"}, "zh-CN")],
)
def test_both_processes_speak_the_language_of_the_terminal(environment: dict[str, str], locale: str) -> None:
    settings = load_settings({}, environment)
    assert settings.locale == locale
    assert settings.environment()["ZONGJI_LOCALE"] == locale


def test_an_unknown_or_broken_settings_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "zongji.toml"
    file.write_text("colour = 'red'\n")
    with pytest.raises(SettingError, match="colour"):
        load_settings({}, {}, file)
    file.write_text("web = \n")
    with pytest.raises(SettingError, match=r"zongji\.toml"):
        load_settings({}, {}, file)
    with pytest.raises(SettingError, match="missing"):
        load_settings({}, {}, tmp_path / "missing.toml")


def test_a_child_sees_the_same_settings_through_its_environment(tmp_path: Path) -> None:
    given = load_settings({"data": str(tmp_path), "sip": "udp:127.0.0.1:5062,udp:127.0.0.2:5062"}, {})
    seen = load_settings({}, given.environment())
    assert seen.sip == ("udp:127.0.0.1:5062", "udp:127.0.0.2:5062")
    assert seen.database_url == given.database_url
    assert {setting.name: seen.texts[setting.name] for setting in SETTINGS if setting.name != "data"} == {
        setting.name: given.texts[setting.name] for setting in SETTINGS if setting.name != "data"
    }


@pytest.mark.parametrize("text", ["203.0.113.5", "sip.example.com", "xn--fiqs8s", "a-1.b2", ""])
def test_addresses_that_the_world_may_be_told(text: str) -> None:
    assert load_settings({"external": text}, {}).external == text
