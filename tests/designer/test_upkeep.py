"""What nobody needs goes, and only that."""

from __future__ import annotations

import logging
import os
import queue
import sqlite3
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.exc import OperationalError

from designer.audio.library import AudioLibrary
from designer.upkeep import AUDIO_GRACE_S, RECORDING_GRACE_S, Tidied, Upkeep, UpkeepThread
from store import Store
from store.ids import new_id
from store.records import CallRecord, RecordingFile
from support.web import Browser, Company

NOW = time.time()


@pytest.fixture
def library(data: Path) -> AudioLibrary:
    return AudioLibrary(data / "audio")


def put(library: AudioLibrary, level: int) -> str:
    return library.put(np.full(8000, level, np.int16)).sha256


def age(folder: Path, seconds: float) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (NOW - seconds, NOW - seconds))


def tidy(store: Store, data: Path) -> Tidied:
    return Upkeep(store, data, lambda: NOW).run()


class TestAudio:
    def test_unused_audio_goes_with_what_remembers_it(
        self, store: Store, acme: Company, data: Path, library: AudioLibrary
    ) -> None:
        named, published, unused = (put(library, level) for level in (1, 2, 3))
        store.prompts.put(
            acme.tenant, "a.wav", library.info(named), source="upload", locale="zh-CN", revision=None, by="x"
        )
        flow = store.flows.create(acme.tenant, "f", {}, by="x")
        store.flows.publish(acme.tenant, flow.id, 1, prompts={"text:zh-CN:好": published}, note="", by="x")
        library.remember_spoken("好", published)
        library.remember_spoken("坏", unused)
        age(data / "audio", AUDIO_GRACE_S + 60)
        assert tidy(store, data) == Tidied(audio=1, beyond=0, orphans=0)
        assert [library.path(sha).exists() for sha in (named, published, unused)] == [True, True, False]
        assert (library.spoken("好"), library.spoken("坏")) == (published, None)
        assert not list((data / "audio").rglob(f"{unused}*"))

    def test_what_is_being_published_stays(self, store: Store, data: Path, library: AudioLibrary) -> None:
        again, found = put(library, 1), put(library, 2)
        library.remember_spoken("好", found)
        age(data / "audio", AUDIO_GRACE_S + 60)
        assert put(library, 1) == again
        assert library.spoken("好") == found
        fresh = put(library, 3)
        assert tidy(store, data).audio == 0
        assert all(library.path(sha).exists() for sha in (again, found, fresh))

    def test_a_file_that_was_never_finished_goes(self, store: Store, data: Path, library: AudioLibrary) -> None:
        put(library, 1)
        part = data / "audio" / "ab" / ".abc.wav.77.1234"
        part.parent.mkdir(exist_ok=True)
        part.write_bytes(b"x")
        tidy(store, data)
        assert part.exists(), "somebody may be writing it"
        age(data / "audio", AUDIO_GRACE_S + 60)
        tidy(store, data)
        assert not part.exists()


class TestRecordings:
    def recording(self, data: Path, name: str, seconds: float = RECORDING_GRACE_S + 60) -> str:
        path = data / "recordings" / "2026-11-01" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"RIFF")
        os.utime(path, (NOW - seconds, NOW - seconds))
        return str(path.relative_to(data))

    def test_files_without_a_record_go(self, store: Store, acme: Company, data: Path) -> None:
        known, journalled, refused, fresh, orphan = (
            self.recording(data, name, 60 if name == "fresh.wav" else RECORDING_GRACE_S + 60)
            for name in ("known.wav", "journalled.wav", "refused.wav", "fresh.wav", "orphan.wav")
        )
        (data / "journal").mkdir()
        (data / "journal" / "00000007.jsonl").write_text(f'{{"c":"1","e":"talk","path":"{journalled}"}}\n')
        (data / "refused-calls.jsonl").write_text(f'{{"record":{{"path":"{refused}"}}}}\n')
        store.calls.write([self.call(acme.tenant, known)])
        assert tidy(store, data).orphans == 1
        assert [(data / path).exists() for path in (known, journalled, refused, fresh, orphan)] == [True] * 4 + [False]

    def test_the_file_goes_with_a_recording_beyond_the_quota(self, store: Store, acme: Company, data: Path) -> None:
        path = self.recording(data, "known.wav", 60)
        store.calls.write([self.call(acme.tenant, path)])
        store.quotas.set(acme.tenant, {"recordings": 0})
        assert tidy(store, data) == Tidied(audio=0, beyond=1, orphans=0)
        assert not (data / path).exists()

    def call(self, tenant: str, path: str) -> CallRecord:
        return CallRecord(
            tenant_id=tenant, id=new_id(NOW), number="864001234567", caller="1", called="1", flow_id=None,
            flow_name="", flow_version=None, started_at=NOW, answered_at=NOW, ended_at=NOW + 1, cause="normal",
            ended_by="caller", recordings=(RecordingFile(new_id(NOW), path, NOW, 1.0),),
        )  # fmt: skip


def test_quotas_are_told_and_refusals_say_what_to_do(admin: Browser, store: Store, acme: Company) -> None:
    store.quotas.set(acme.tenant, {"flows": 0})
    quotas = {quota["name"]: quota for quota in admin.get("/quotas").json["quotas"]}
    assert quotas["flows"] == {"name": "flows", "used": 0, "most": 0, "unit": "things"}
    assert quotas["audio"]["unit"] == "bytes"
    refused = admin.post("/flows", {"name": "一"})
    assert refused.status_code == 409
    error = refused.json["error"]
    assert (error["code"], error["quota"], error["used"], error["most"]) == ("quota_exceeded", "flows", 0, 0)
    assert "请删除不再使用的流程" in error["message"]
    admin.language = "en"
    assert "Delete flows" in admin.post("/flows", {"name": "一"}).json["error"]["message"]


def test_a_small_upload_counts_by_what_it_holds(admin: Browser, store: Store, acme: Company) -> None:
    """Ten minutes of silence are 20 kB of FLAC, and 19 MB here."""
    import io

    import soundfile

    packed = io.BytesIO()
    soundfile.write(packed, np.zeros(8000 * 60, np.int16), 8000, format="FLAC")
    store.quotas.set(acme.tenant, {"audio": 1_000_000})
    assert len(packed.getvalue()) < 50_000
    refused = admin.upload("/prompts", file=(io.BytesIO(packed.getvalue()), "long.flac"))
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "quota_exceeded")
    assert admin.get("/prompts?q=long").json["total"] == 0


def test_an_old_version_is_deleted(admin: Browser) -> None:
    flow = admin.post("/flows", {"name": "一"}).json["id"]
    for revision in (1, 2):
        assert admin.post(f"/flows/{flow}/versions", {"revision": revision}).status_code == 201
    newest = admin.delete(f"/flows/{flow}/versions/2")
    assert (newest.status_code, newest.json["error"]["code"]) == (409, "newest_version")
    assert admin.delete(f"/flows/{flow}/versions/1").status_code == 204
    assert [version["number"] for version in admin.get(f"/flows/{flow}/versions").json["items"]] == [2]
    assert admin.delete(f"/flows/{flow}/versions/1").status_code == 404


def test_a_round_without_the_database_is_told_in_one_line(
    store: Store, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records: queue.Queue[logging.LogRecord] = queue.Queue()

    class Away(Upkeep):
        def run(self) -> Tidied:
            raise OperationalError("SELECT 13800138000", None, sqlite3.OperationalError("database is locked"))

    handler = logging.Handler()
    monkeypatch.setattr(handler, "emit", records.put)
    monkeypatch.setattr(logging.getLogger("designer.upkeep"), "handlers", [handler])
    watched = UpkeepThread(Away(store, data), first_after_s=0.0)
    watched.watch()
    told = records.get(timeout=20)
    watched.stop()
    assert told.exc_info is None
    assert told.getMessage().endswith("OperationalError: database is locked")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_round_that_ends_its_thread_is_followed_by_another(store: Store, data: Path) -> None:
    rounds: queue.Queue[threading.Thread] = queue.Queue()

    class Ending(Upkeep):
        def run(self) -> Tidied:
            rounds.put(threading.current_thread())
            raise SystemExit  # nothing that it expects

    watched = UpkeepThread(Ending(store, data), first_after_s=0.0)
    watched.watch()
    first = rounds.get(timeout=20)
    first.join(timeout=20)
    watched.watch()
    assert rounds.get(timeout=20) is not first
    watched.stop()
