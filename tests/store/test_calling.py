"""Whom extensions may call outside, and the number that is shown there."""

from __future__ import annotations

import pytest

from interpreter.flow.spoken import LOCALES
from store import Store, StoreError
from store.calling import LANGUAGES, Outside
from store.errors import BadValue, InUse, Stale
from store.models import Prompt
from store.records import AudioInfo


@pytest.fixture
def tenant(store: Store) -> str:
    made = store.tenants.create("甲公司").id
    for number in ("01065529988", "4001234567"):
        store.numbers.create(made, number, by="t")
    return made


def extension(store: Store, tenant: str, number: str = "801"):
    return store.extensions.create(tenant, number, "", ha1_md5="m", ha1_sha256="s", by="t")


def test_a_new_extension_calls_nobody_outside(store: Store, tenant: str):
    made = extension(store, tenant)
    (kept,) = store.extensions.all(tenant)
    assert (kept.calls, kept.countries, kept.shown_number) == ("internal", [], None)
    assert made.calls == "internal"


def test_what_an_extension_may_is_kept_and_told_to_the_runtime(store: Store, tenant: str):
    made, before = extension(store, tenant), store.directory.revision()
    wanted = Outside("international", ["+852", "1", "852"], "010-6552 9988")
    allowed = store.extensions.allow(tenant, made.id, 1, outside=wanted, by="t")
    assert (allowed.calls, allowed.countries, allowed.shown_number, allowed.revision) == (
        "international", ["1", "852"], "861065529988", 2,
    )  # fmt: skip
    assert store.directory.revision() > before
    assert store.extensions.all(tenant)[0].shown_number == "861065529988"
    lesser = store.extensions.allow(tenant, made.id, 2, outside=Outside("national", ["852"]), by="t")
    assert (lesser.countries, lesser.shown_number) == ([], None)
    same = store.extensions.allow(tenant, made.id, 3, outside=Outside("national"), by="t")
    assert same.revision == 3, "nothing has changed"
    with pytest.raises(Stale):
        store.extensions.allow(tenant, made.id, 2, outside=Outside(), by="t")


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Outside("everything"), "calls"),
        (Outside("international"), "countries"),
        (Outside("international", ["hk"]), "countries"),
        (Outside("international", ["86"]), "countries"),
        (Outside("local", (), "4001234567"), "shown_number"),
        (Outside("local", (), "02165529988"), "shown_number"),
        (Outside("local", (), "x"), "number"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(store: Store, tenant: str, wanted: Outside, field: str):
    made = extension(store, tenant)
    with pytest.raises(BadValue) as refused:
        store.extensions.allow(tenant, made.id, 1, outside=wanted, by="t")
    assert refused.value.field == field
    assert store.extensions.get(tenant, made.id).revision == 1


def test_nobody_shows_the_number_of_another_company(store: Store, tenant: str):
    other = store.tenants.create("乙公司").id
    with pytest.raises(BadValue):
        store.calling.put(other, 0, shown_number="01065529988", record="answered", by="t")


def test_the_companys_settings(store: Store, tenant: str):
    usual = store.calling.get(tenant)
    assert (usual.revision, usual.shown_number, usual.record) == (0, None, "answered")
    assert store.directory.load(tenant).calling is None
    kept = store.calling.put(tenant, 0, shown_number="010 65529988", record="off", by="t")
    assert (kept.revision, kept.shown_number, kept.record) == (1, "861065529988", "off")
    assert store.directory.load(tenant).calling.record == "off"
    with pytest.raises(Stale):
        store.calling.put(tenant, 0, shown_number=None, record="off", by="t")
    usual = {"shown_number": None, "record": "off"}
    for bad in ({"shown_number": "4001234567"}, {"record": "sometimes"}, {"language": "fr-FR"}):
        with pytest.raises(BadValue):
            store.calling.put(tenant, 1, **(usual | bad), by="t")


def test_a_company_is_spoken_to_in_chinese_until_it_chooses(store: Store, tenant: str):
    assert store.calling.get(tenant).language == "zh-CN"
    store.calling.put(tenant, 0, shown_number=None, record="off", language="en-US", by="t")
    assert store.directory.load(tenant).calling.language == "en-US"
    (changed,) = [entry for entry in store.audit.page(tenant).items if entry.action == "calling.change"]
    assert changed.details["language"] == "en-US"


def test_every_language_that_can_be_chosen_can_be_spoken():
    assert LANGUAGES == LOCALES


def test_music_on_hold_follows_its_prompt_which_cannot_go(store: Store, tenant: str):
    def put(sha: str, revision: int | None = None) -> Prompt:
        audio = AudioInfo(sha256=sha * 64, seconds=1.0, level_db=-19.0)
        return store.prompts.put(
            tenant, "own.wav", audio, source="upload", locale="zh-CN", revision=revision, by="t"
        )

    def heard() -> tuple[str | None, str | None]:
        found = store.directory.load(tenant).calling
        return found.music, found.music_audio

    with pytest.raises(BadValue) as refused:
        store.calling.put(tenant, 0, shown_number=None, record="off", music="own.wav", by="t")
    assert refused.value.field == "music"
    put("a")
    store.calling.put(tenant, 0, shown_number=None, record="off", music="own.wav", by="t")
    before = store.directory.revision()
    assert heard() == ("own.wav", "a" * 64)
    put("b", 1)
    assert (heard(), store.directory.revision() > before) == (("own.wav", "b" * 64), True)
    store.prompts.rename(tenant, "own.wav", 2, new_name="ours.wav", by="t")
    assert heard() == ("ours.wav", "b" * 64)
    with pytest.raises(InUse) as used:
        store.prompts.delete(tenant, "ours.wav", 3)
    assert [use.kind for use in used.value.uses] == ["settings"]
    store.calling.put(tenant, 1, shown_number=None, record="off", music=None, by="t")
    store.prompts.delete(tenant, "ours.wav", 3)


@pytest.mark.parametrize("number", ["110", "119", "120", "122"])
def test_no_extension_stands_before_those_who_help_in_need(store: Store, tenant: str, number: str):
    with pytest.raises(BadValue):
        extension(store, tenant, number)
    made = extension(store, tenant)
    with pytest.raises(StoreError):
        store.extensions.renumber(tenant, made.id, 1, number=number, name="", ha1_md5="m", ha1_sha256="s", by="t")
