"""What a tenant may have: counted as it lies there, told in words, given up again."""

from __future__ import annotations

import pytest

from store import InUse, Store
from store.errors import NewestVersion, NotFound, QuotaExceeded
from store.ids import new_id
from store.quotas import NAMES, USUAL
from store.records import AudioInfo, CallRecord, RecordingFile, VoicemailFile

DOCUMENT = {"name": "流程", "nodes": [], "edges": []}
START = 1_780_000_000.0


def audio(letter: str, seconds: float = 10.0) -> AudioInfo:
    return AudioInfo(letter * 64, seconds, -18.0)


def prompt(store: Store, tenant: str, name: str, sound: AudioInfo, revision: int | None = None) -> None:
    store.prompts.put(tenant, name, sound, source="upload", locale="zh-CN", revision=revision, by="小王")


def used(store: Store, tenant: str, name: str) -> int:
    return next(usage.used for usage in store.quotas.all(tenant) if usage.name == name)


def call(tenant: str, minute: int, *, message: bool = False) -> CallRecord:
    """A call with ten seconds of recording, or of message."""
    at = START + 60 * minute
    path = f"{minute}.wav"
    return CallRecord(
        tenant_id=tenant, id=new_id(at), number="864001234567", caller="13812345678", called="4001234567",
        flow_id=None, flow_name="", flow_version=None, started_at=at, answered_at=at, ended_at=at + 10,
        cause="normal", ended_by="caller",
        recordings=() if message else (RecordingFile(new_id(at), path, at, 10.0),),
        voicemails=(VoicemailFile(new_id(at), "box", path, at, 10.0),) if message else (),
    )  # fmt: skip


def test_a_new_tenant_has_the_usual_quotas_and_nothing_in_them(store: Store, tenant: str) -> None:
    assert {usage.name: (usage.used, usage.most) for usage in store.quotas.all(tenant)} == {
        name: (0, USUAL[name]) for name in NAMES
    }


def test_quotas_are_set_and_given_back(store: Store, tenant: str, other: str) -> None:
    store.quotas.set(tenant, {"flows": 1, "audio": 0})
    store.flows.create(tenant, "一", DOCUMENT, by="小王")
    with pytest.raises(QuotaExceeded) as refused:
        store.flows.create(tenant, "二", DOCUMENT, by="小王")
    assert "流程已用 1，上限 1。请删除不再使用的流程" in refused.value.message("zh-CN")
    assert "1 of 1 (flows) are used. Delete flows that are no longer used" in refused.value.message("en")
    store.flows.create(other, "一", DOCUMENT, by="小王")
    store.flows.create(other, "二", DOCUMENT, by="小王")
    store.quotas.set(tenant, {"flows": None})
    store.flows.create(tenant, "二", DOCUMENT, by="小王")
    with pytest.raises(NotFound):
        store.quotas.set("nobody", {"flows": 1})


def test_drafts_and_versions_count_by_their_size(store: Store, tenant: str) -> None:
    flow = store.flows.create(tenant, "流程", DOCUMENT, by="小王")
    one = used(store, tenant, "documents")
    assert one > len(str(DOCUMENT)) / 2
    store.flows.publish(tenant, flow.id, 1, prompts={}, note="", by="小王")
    assert used(store, tenant, "documents") == 2 * one
    store.quotas.set(tenant, {"documents": 3 * one})
    larger = {**DOCUMENT, "description": "x" * one}
    with pytest.raises(QuotaExceeded):
        store.flows.save(tenant, flow.id, 2, document=larger, by="小王")
    store.quotas.set(tenant, {"documents": one})
    store.flows.save(tenant, flow.id, 2, document={**DOCUMENT, "name": "程"}, by="小王")  # smaller, though above
    with pytest.raises(QuotaExceeded):
        store.flows.publish(tenant, flow.id, 3, prompts={}, note="", by="小王")


def test_old_versions_make_room_and_those_in_use_stay(store: Store, tenant: str) -> None:
    flow = store.flows.create(tenant, "流程", DOCUMENT, by="小王")
    for revision in (1, 2, 3):
        store.flows.publish(tenant, flow.id, revision, prompts={}, note="", by="小王")
    store.quotas.set(tenant, {"versions": 3})
    with pytest.raises(QuotaExceeded):
        store.flows.publish(tenant, flow.id, 4, prompts={}, note="", by="小王")
    number = store.numbers.create(tenant, "4001234567", by="小王")
    store.numbers.update(tenant, number.id, 1, flow_id=flow.id, version=1, enabled=True, by="小王")
    with pytest.raises(InUse):
        store.flows.delete_version(tenant, flow.id, 1)
    with pytest.raises(NewestVersion):
        store.flows.delete_version(tenant, flow.id, 3)
    store.flows.delete_version(tenant, flow.id, 2)
    assert [entry.version.number for entry in store.flows.versions(tenant, flow.id).items] == [3, 1]
    assert store.flows.publish(tenant, flow.id, 4, prompts={}, note="", by="小王").number == 4


def test_audio_counts_as_it_lies_there_once_and_until_nothing_names_it(store: Store, tenant: str) -> None:
    prompt(store, tenant, "a.wav", audio("a"))
    prompt(store, tenant, "same.wav", audio("a"))
    assert used(store, tenant, "audio") == 320_000
    flow = store.flows.create(tenant, "流程", DOCUMENT, by="小王")
    prompts = {"file:a.wav": "a" * 64, "text:zh-CN:好": "b" * 64}
    store.flows.publish(tenant, flow.id, 1, prompts=prompts, audio={"b" * 64: 5.0}, note="", by="小王")
    assert used(store, tenant, "audio") == 480_000
    store.prompts.delete(tenant, "a.wav", 1)
    store.prompts.delete(tenant, "same.wav", 1)
    assert used(store, tenant, "audio") == 480_000, "the version plays it"
    assert store.prompts.used_audio() == {"a" * 64, "b" * 64}
    store.flows.delete(tenant, flow.id, 2)
    assert used(store, tenant, "audio") == 0
    assert store.prompts.used_audio() == set()


def test_a_prompt_beyond_the_quota_is_refused_and_the_old_one_kept(store: Store, tenant: str) -> None:
    store.quotas.set(tenant, {"audio": 500_000})
    prompt(store, tenant, "a.wav", audio("a"))
    with pytest.raises(QuotaExceeded):
        prompt(store, tenant, "b.wav", audio("b"))
    prompt(store, tenant, "a.wav", audio("c", 4.0), revision=1)
    assert used(store, tenant, "audio") == 128_000
    assert [found.name for found in store.prompts.all(tenant)] == ["a.wav"]


def test_the_oldest_recordings_give_way(store: Store, tenant: str, other: str) -> None:
    store.calls.write([call(tenant, minute) for minute in range(5)] + [call(other, 9)])
    assert store.quotas.drop_beyond(tenant) == []
    assert used(store, tenant, "recordings") == 5 * 320_000
    store.quotas.set(tenant, {"recordings": 700_000})
    assert store.quotas.drop_beyond(tenant) == ["0.wav", "1.wav", "2.wav"]
    assert sorted(store.calls.paths()) == ["3.wav", "4.wav", "9.wav"]
    assert store.calls.page(tenant).total == 5, "the calls stay"


def test_messages_that_were_heard_give_way_first(store: Store, tenant: str) -> None:
    store.calls.write([call(tenant, minute, message=True) for minute in range(4)])
    newest = store.voicemails.page(tenant).items[0]
    store.voicemails.set_heard(tenant, newest.id, newest.revision, True, by="小王")
    store.quotas.set(tenant, {"messages": 2})
    assert store.quotas.drop_beyond(tenant) == ["3.wav", "0.wav"]
    assert used(store, tenant, "messages") == 2
