"""The directory cache against a real store: what it holds, when it is made anew, what a broken version costs."""

from __future__ import annotations

from collections import Counter

import pytest
from runtime.conftest import FLOWS, bind, prepare, put_sounds

from interpreter.compiler import compile_flow
from interpreter.runtime.directory_loader import DirectoryLoader
from interpreter.runtime.names import HostNames
from interpreter.runtime.prompts import PromptLibrary
from interpreter.runtime.versions import Versions
from interpreter.sip.hop import Hop
from store import open_store
from store.node_copy import NodeCopy


class FakeEngine:
    """Counts what is loaded."""

    def __init__(self) -> None:
        self.loaded: dict[int, bytes] = {}
        self.loads = 0

    def load(self, pcmu: bytes, pcma: bytes) -> int:
        if not pcmu:
            raise ValueError("empty")
        self.loads += 1
        self.loaded[self.loads] = pcmu
        return self.loads

    def unload(self, audio: int) -> None:
        del self.loaded[audio]


@pytest.fixture
def setting(tmp_path):
    tenant = prepare(tmp_path)
    store = open_store(f"sqlite:///{tmp_path / 'zongji.db'}")
    engine = FakeEngine()
    compiled: Counter[str] = Counter()

    def compile_version(document, flow_id):
        compiled[document["name"]] += 1
        return compile_flow(document)

    copy = NodeCopy(tmp_path / "directory.db")
    versions = Versions(copy.flows.version, compile_version, PromptLibrary(tmp_path / "audio", engine))
    loader = DirectoryLoader(store.directory, copy, versions, HostNames(lambda host: []))
    yield tmp_path, tenant, store, engine, compiled, loader
    copy.close()
    store.close()


def number_row(store, tenant, digits):
    (entry,) = [e for e in store.numbers.page(tenant).items if e.number.digits == digits]
    return entry.number


def test_holds_numbers_extensions_and_hashes(setting):
    _, tenant, _, engine, compiled, loader = setting
    directory = loader.poll()
    number = directory.number("864001110001")
    assert (number.tenant_id, number.enabled, number.version.flow_name) == (tenant, True, "menu")
    assert set(number.version.program.prompt_keys) <= set(number.version.audio)
    assert directory.number("86400999") is None
    assert directory.signing_in("192.0.2.1", "801").aor == (tenant, "801")
    assert directory.extension(tenant, "801").ha1.md5
    assert directory.signing_in("192.0.2.1", "nobody") is None
    assert directory.extension("another tenant", "801") is None
    assert set(compiled.values()) == {1}
    assert engine.loads == 3, "each content once, however many versions play it"


def test_same_revision_no_work_new_revision_no_second_compilation(setting):
    _, tenant, store, engine, compiled, loader = setting
    loader.poll()
    assert loader.poll() is None
    store.trunks.create(tenant, "gw", "192.0.2.1:5070", 2, by="t")
    directory = loader.poll()
    assert directory.trunk(tenant, "gw").port == 5070
    assert directory.trunk_at(Hop("UDP", "192.0.2.1", 5070), tenant).max_channels == 2
    assert set(compiled.values()) == {1}
    assert engine.loads == 3


def test_a_trunk_whose_name_moves_is_found_where_it_is_now(setting):
    data, tenant, store, engine, _, _ = setting
    found = {"sip.carrier.example": ["192.0.2.2", "192.0.2.1"]}
    names = HostNames(lambda host: found[host])
    copy = NodeCopy(data / "again.db")
    prompts = PromptLibrary(data / "audio", engine)
    versions = Versions(copy.flows.version, lambda document, _: compile_flow(document), prompts)
    loader = DirectoryLoader(store.directory, copy, versions, names)
    store.trunks.create(tenant, "carrier", "sip.carrier.example:5070", 2, by="t")
    store.trunks.create(tenant, "near", "192.0.2.9", None, by="t")
    directory = loader.poll()
    assert directory.trunk(tenant, "carrier").hosts == ("192.0.2.1", "192.0.2.2")
    assert directory.trunk(tenant, "near").hosts == ("192.0.2.9",)
    assert directory.trunk_at(Hop("UDP", "192.0.2.2", 5070), tenant) is directory.trunk(tenant, "carrier")
    assert directory.trunk_at(Hop("UDP", "192.0.2.2", 5070), "another") is None
    names.refresh()
    assert loader.poll() is None
    found["sip.carrier.example"] = ["192.0.2.3"]
    names.refresh()
    later = loader.poll()
    assert later.revision == directory.revision
    assert later.trunk(tenant, "carrier").hosts == ("192.0.2.3",)
    assert not later.is_trunk("192.0.2.1")
    assert loader.poll() is None


def test_a_broken_version_costs_only_its_own_number(setting, caplog):
    data, tenant, store, _, _, loader = setting
    broken = dict(FLOWS["4001110001"], name="broken", edges=[])
    bind(store, tenant, "4001119999", broken, put_sounds(data))
    directory = loader.poll()
    assert directory.number("864001119999").version.program is None
    assert "FlowError" in directory.number("864001119999").version.fault
    assert directory.number("864001110001").version.program is not None


def test_audio_stays_while_a_call_runs_on_the_old_version(setting):
    _, tenant, store, engine, _, loader = setting
    old = loader.poll()
    version = old.number("864001110001").version
    version.calls = 1
    for digits in ("864001110001", "864001110002", "864001110004", "864001110003", "864001110005"):
        row = number_row(store, tenant, digits)
        store.numbers.update(tenant, row.id, row.revision, flow_id=None, version=None, enabled=True, by="t")
    new = loader.poll()
    assert new.versions == {}
    loader.versions.retire(list(old.versions.values()))
    loader.versions.sweep()
    assert len(engine.loaded) == 3, "the running call may still play its prompts"
    version.calls = 0
    loader.versions.sweep()
    assert engine.loaded == {}


def test_a_missing_file_leaves_out_its_key_only(setting, caplog):
    _, _, _, _, _, loader = setting
    version = loader.poll().number("864001110005").version
    assert "file:missing.wav" not in version.audio
    assert "file:a.wav" in version.audio
    assert "lacks audio: file:missing.wav" in caplog.text
