"""The demo tenant and its passwords: both are there, or neither."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import designer.audio
from store import Store, migrate, open_store
from zongji.demo import Demo
from zongji.settings import SettingError, Settings, load_settings


class SilentResolver:
    """Gives every prompt the same audio, so that nothing has to be spoken."""

    def __init__(self, *_: object) -> None:
        pass

    def resolve(self, keys: Any, *_: object) -> SimpleNamespace:
        return SimpleNamespace(prompts=dict.fromkeys(keys, "0" * 64), problems=())


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(designer.audio, "PromptResolver", SilentResolver)
    settings = load_settings({"data": str(tmp_path)}, {})
    migrate(settings.database_url)
    return settings


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    store = open_store(settings.database_url)
    yield store
    store.close()


def test_passwords_are_kept_for_their_owner_alone(settings: Settings, tmp_path: Path) -> None:
    Demo(settings, "en").prepare(lambda _: None)
    assert (tmp_path / "demo.json").stat().st_mode & 0o777 == 0o600
    known = json.loads((tmp_path / "demo.json").read_text())
    assert known["password"] in Demo(settings, "en").banner()
    assert not list(tmp_path.glob("*.new"))


def test_no_tenant_without_its_passwords(settings: Settings, store: Store, tmp_path: Path) -> None:
    (tmp_path / "demo.json").mkdir()
    with pytest.raises(SettingError) as caught:
        Demo(settings, "en").prepare(lambda _: None)
    assert "demo.json" in caught.value.message("zh-CN")
    assert store.tenants.all() == []
    (tmp_path / "demo.json").rmdir()
    Demo(settings, "en").prepare(lambda _: None)
    assert len(store.tenants.all()) == 1


@pytest.mark.parametrize(("locale", "words"), [("zh-CN", "没有保存下来"), ("en", "were not kept")])
@pytest.mark.parametrize("content", [None, "{\"user\": "])
def test_the_banner_tells_how_to_get_in_where_the_passwords_were_lost(
    settings: Settings, tmp_path: Path, content: str | None, locale: str, words: str
) -> None:
    Demo(settings, locale).prepare(lambda _: None)
    (tmp_path / "demo.json").unlink()
    if content is not None:
        (tmp_path / "demo.json").write_text(content)
    banner = Demo(settings, locale).banner()
    assert words in banner
    assert f"zongji user password admin --data {tmp_path}" in banner


def test_without_a_demo_tenant_the_banner_names_no_user(settings: Settings) -> None:
    banner = Demo(settings, "en").banner()
    assert "Administrator" not in banner
    assert "password" not in banner


def test_the_banner_names_an_address_that_a_telephone_can_reach(tmp_path: Path) -> None:
    settings = load_settings({"data": str(tmp_path), "sip": "udp:0.0.0.0:5066", "external": "203.0.113.5"}, {})
    migrate(settings.database_url)
    (row,) = (line for line in Demo(settings, "en").banner().splitlines() if "5066" in line)
    assert "0.0.0.0" not in row
    assert "udp:" not in row
    assert "203.0.113.5:5066" in row
