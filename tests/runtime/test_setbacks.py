"""Troubles that pass, or that are one user's or one file's: nothing else suffers, and nothing stays broken."""

from __future__ import annotations

import errno
import time
from pathlib import Path

import pytest
from runtime.conftest import prepare

from interpreter.compiler import compile_flow
from interpreter.machine.effects import RecordMessage
from interpreter.machine.events import Fault, MessageRecorded
from interpreter.rtp.errors import NoCapacity
from interpreter.rtp.events import RecordingDone
from interpreter.runtime.bindings import StoredBindings
from interpreter.runtime.directory import Directory
from interpreter.runtime.directory_loader import DirectoryLoader
from interpreter.runtime.domains import TenantDomains
from interpreter.runtime.legs.media import Media
from interpreter.runtime.limits import Overload
from interpreter.runtime.names import HostNames
from interpreter.runtime.prompts import PromptLibrary
from interpreter.runtime.randomness import BlockRandom
from interpreter.runtime.recording import CallFiles
from interpreter.runtime.settings import Limits
from interpreter.runtime.versions import Versions
from interpreter.sdp import LocalMedia
from interpreter.sip.aor import Aor
from interpreter.sip.digest import Authenticator
from interpreter.sip.hop import Hop
from interpreter.sip.registrar import Binding as LiveBinding
from interpreter.sip.registrar import Registrar
from store import open_store
from store.node_copy import NodeCopy

NOT_UTF8 = b"x\xff".decode("utf-8", "surrogateescape")
NUMBER = "864001110001"


class Engine:
    """Loads audio unless it is full; records nothing."""

    def __init__(self) -> None:
        self.full = False
        self.loaded: set[int] = set()
        self._next = 0

    def load(self, pcmu: bytes, pcma: bytes) -> int:
        if self.full and len(self.loaded) >= 1:
            raise NoCapacity("audios")
        self._next += 1
        self.loaded.add(self._next)
        return self._next

    def unload(self, audio: int) -> None:
        self.loaded.remove(audio)

    def record_message(self, leg, path: Path, **_: object) -> int:
        return 1

    def stop_recording(self, recording: int) -> None: ...


@pytest.fixture
def setting(tmp_path):
    prepare(tmp_path)
    store = open_store(f"sqlite:///{tmp_path / 'zongji.db'}")
    yield tmp_path, store, Engine()
    store.close()


def loader_of(data, store, engine, get_version=None) -> DirectoryLoader:
    versions = Versions(
        get_version or store.flows.version, lambda document, flow_id: compile_flow(document, flow_id=flow_id),
        PromptLibrary(data / "audio", engine),
    )  # fmt: skip
    return DirectoryLoader(store.directory, NodeCopy(data / "directory.db"), versions, HostNames())


def test_a_version_the_database_did_not_give_is_asked_for_again(setting, caplog):
    data, store, engine = setting
    away = [True]

    def get_version(*key):
        if away[0]:
            raise ConnectionError("away")
        return store.flows.version(*key)

    loader = loader_of(data, store, engine, get_version)
    assert loader.poll().number(NUMBER).version.program is None
    said = len(caplog.records)
    assert loader.poll().number(NUMBER).version.program is None
    assert len(caplog.records) == said, "said once"
    away[0] = False
    assert loader.poll().number(NUMBER).version.program is not None
    assert loader.poll() is None


def test_an_engine_without_room_holds_nothing_and_is_asked_again(setting):
    data, store, engine = setting
    engine.full = True
    loader = loader_of(data, store, engine)
    assert loader.poll().number(NUMBER).version.program is None
    engine.full = False
    version = loader.poll().number(NUMBER).version
    assert set(version.program.prompt_keys) <= set(version.audio)
    loader.versions.retire(list(loader.versions._loaded.values()))
    loader.versions.sweep()
    assert engine.loaded == set()


def test_no_descriptor_for_a_prompt_is_a_trouble_that_passes(setting, monkeypatch):
    data, store, engine = setting
    loader = loader_of(data, store, engine)

    def lack(path):
        raise OSError(errno.EMFILE, "too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", lack)
        assert loader.poll().number(NUMBER).version.program is None
    version = loader.poll().number(NUMBER).version
    assert set(version.program.prompt_keys) <= set(version.audio)
    assert loader.poll() is None


class Registrations:
    """A store that refuses some users."""

    def __init__(self, refused: set[str]) -> None:
        self.refused = refused
        self.rows: dict[str, list] = {}
        self.tried = 0
        self.away = False
        self.pruned = 0

    def replace(self, tenant, extension, bindings) -> None:
        self.tried += 1
        if extension in self.refused:
            raise ValueError(extension)
        self.rows[extension] = list(bindings)

    def load(self, now):
        return []

    def prune(self, now):
        if self.away:
            raise ConnectionError("away")
        self.pruned += 1
        return 2


class LiveRegistrar:
    """Everyone is registered once, with what ``fields`` say."""

    def __init__(self, **fields: object) -> None:
        self._fields = fields

    def bindings(self, aor, now):
        fields = {
            "aor": aor, "contact": f"sip:{aor.user}@192.0.2.1", "source": Hop("UDP", "192.0.2.1", 5060),
            "user_agent": "", "call_id": "c", "cseq": 1, "expires_at": now + 60,
        }  # fmt: skip
        return [LiveBinding(**(fields | self._fields))]


USERS = [str(n) for n in range(801, 813)]


def test_one_registration_that_cannot_be_stored_keeps_no_other_from_it():
    store = Registrations({"801", "802", "803", "804"})
    bindings = StoredBindings(store, LiveRegistrar(), lambda: 100.0)
    for user in USERS:
        bindings.changed(Aor("t", user))
    for _ in range(3):
        with pytest.raises(ValueError):
            bindings.write()
    assert store.rows.keys() == set(USERS) - store.refused
    store.refused = set()
    bindings.write()
    assert store.rows.keys() == set(USERS)


def test_a_database_that_is_away_is_not_asked_for_every_user():
    store = Registrations(set(USERS))
    bindings = StoredBindings(store, LiveRegistrar(), lambda: 100.0)
    for user in USERS:
        bindings.changed(Aor("t", user))
    with pytest.raises(ValueError):
        bindings.write()
    assert store.tried < len(USERS)


def test_expired_registrations_are_removed_at_the_start_and_every_hour(caplog):
    caplog.set_level("INFO")
    clock, store = [100.0], Registrations(set())
    bindings = StoredBindings(store, LiveRegistrar(), lambda: clock[0])
    store.away = True
    with pytest.raises(ConnectionError):
        bindings.prune()
    store.away = False
    for clock[0] in (101.0, 102.0, 3000.0, 3702.0):
        bindings.prune()
    assert store.pruned == 2
    assert "2 expired registrations" in caplog.text


def test_registrations_are_made_fit_for_their_columns():
    store = Registrations(set())
    registrar = LiveRegistrar(user_agent=NOT_UTF8 + "y" * 900, call_id=NOT_UTF8 + "y" * 900)
    bindings = StoredBindings(store, registrar, lambda: 100.0)
    bindings.changed(Aor("t", "801"))
    bindings.write()
    (row,) = store.rows["801"]
    assert row.user_agent == "x\N{REPLACEMENT CHARACTER}" + "y" * 198
    assert len(row.call_id) == 300
    assert row.call_id.encode()


@pytest.mark.parametrize("contact", ["sip:" + "y" * 497, f"sip:{NOT_UTF8}@192.0.2.1"])
def test_a_contact_that_cannot_be_stored_as_it_is_does_not_outlive_a_restart(contact):
    store = Registrations(set())
    bindings = StoredBindings(store, LiveRegistrar(contact=contact), lambda: 100.0)
    bindings.changed(Aor("t", "801"))
    bindings.write()
    assert store.rows == {"801": []}


def test_a_clock_that_was_set_back_makes_no_registration_outlive_its_time(tmp_path, monkeypatch):
    tenant = prepare(tmp_path)
    store = open_store(f"sqlite:///{tmp_path / 'zongji.db'}")
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0)
    before = StoredBindings(store.registrations, LiveRegistrar(), lambda: 100.0)
    before.changed(Aor(tenant, "801"))
    before.write()
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0 - 40_000.0)
    registrar = Registrar(Authenticator(TenantDomains(lambda: Directory(1)), BlockRandom()))
    assert StoredBindings(store.registrations, registrar, lambda: 7.0).restore() == 1
    store.close()
    assert [round(b.expires_at) for b in registrar.bindings(Aor(tenant, "801"), 7.0)] == [7 + 3600]


class Host:
    def __init__(self, data: Path) -> None:
        self.data = data

    def expect_recording(self, recording, owner) -> None:
        self.done = owner

    def remove(self, path: Path) -> None:
        path.unlink()


@pytest.mark.parametrize(
    ("seconds", "spoken", "kept", "told"),
    [
        (3.5, True, 3.5, MessageRecorded(3.5, "hangup")),
        (0.0, True, 0.0, Fault("recording", "full")),
        (3.5, False, 0.0, Fault("recording", "full")),
    ],
)
def test_what_was_said_before_the_disk_was_full_is_kept(tmp_path, seconds, spoken, kept, told):
    host, lines, heard = Host(tmp_path), [], []
    files = CallFiles("c", Engine(), host, lines.append, heard.append, lambda: None)
    files.prepare_message(RecordMessage("801", 60.0, 5.0, "#", beep=False))
    files.start_message(7)
    path = tmp_path / lines[0]["path"]
    path.parent.mkdir(parents=True)
    path.write_bytes(b"RIFF")
    host.done(
        RecordingDone(recording=1, leg=7, path=str(path), reason="error", seconds=seconds, spoken=spoken, detail="full")
    )
    assert lines[-1]["seconds"] == kept
    assert heard == [told]
    assert path.exists() is (kept > 0)


def test_a_journal_that_is_written_again_does_not_reopen_a_runtime_that_stops():
    overload = Overload(Limits(), lambda: 0, lambda: 0.0)
    overload.broken = True
    assert overload.full() is not None
    overload.closed = True
    overload.broken = False
    assert overload.full() is not None
    overload.closed = False
    assert overload.full() is None


class MediaEngine:
    """Remembers what was armed."""

    timeout: float | None = None

    def open_leg(self) -> int:
        return 1

    def local_port(self, leg: int) -> int:
        return 27000

    def set_media(self, leg: int, host: str, port: int, **_: object) -> None: ...

    def set_timeout(self, leg: int, seconds: float | None) -> None:
        self.timeout = seconds


def test_a_caller_who_is_not_answered_may_be_silent():
    engine = MediaEngine()
    media = Media(engine, "127.0.0.1", 1, 30.0)
    assert not media.agreed
    media.answer(LocalMedia("127.0.0.1", 27002, session_id=2).offer())
    assert media.agreed
    media.start(answered=False)
    assert engine.timeout is None
    media.start()
    assert engine.timeout == 30.0
