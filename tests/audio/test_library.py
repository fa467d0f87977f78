"""Audio files by content, and the prompt tables of published versions."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from designer.audio import AudioLibrary, Manner, PromptResolver, SystemPrompts, Voice, analyse
from designer.audio.library import write_atomically
from designer.audio.pieces import LEVEL_DBFS
from interpreter.rtp import g711, wav
from store import Store, migrate, open_store
from store.records import AudioInfo

from .conftest import sine

PCM = np.rint(sine(440, 0.5) * 32767).astype(np.int16)


@pytest.fixture
def library(tmp_path: Path) -> AudioLibrary:
    return AudioLibrary(tmp_path / "audio")


class TestLibrary:
    def test_an_audio_is_kept_in_three_encodings_under_its_digest(self, library, tmp_path):
        info = library.put(PCM)
        assert info.sha256 == hashlib.sha256(PCM.tobytes()).hexdigest()
        assert (info.seconds, info.level_db, info.warnings) == (0.5, -9.0, ())
        base = tmp_path / "audio" / info.sha256[:2] / info.sha256
        assert np.array_equal(wav.read_mono(base.with_suffix(".wav")), PCM)
        assert base.with_suffix(".ulaw").read_bytes() == g711.encode_pcmu(PCM)
        assert base.with_suffix(".alaw").read_bytes() == g711.encode_pcma(PCM)
        assert {file.suffix for file in base.parent.iterdir()} == {".wav", ".ulaw", ".alaw"}

    def test_the_same_again_is_the_same_file(self, library):
        info = library.put(PCM)
        before = os.stat(library.path(info.sha256)).st_ino
        assert library.put(PCM) == info
        assert os.stat(library.path(info.sha256)).st_ino == before

    def test_what_is_here_can_be_asked(self, library):
        info = library.put(PCM)
        assert library.info(info.sha256) == info
        assert len(library.waveform(info.sha256)) == 200
        assert library.use(info.sha256)
        assert not library.use("0" * 64)

    def test_a_clipped_source_stays_known(self, library):
        told = analyse(PCM, clipped=True)
        assert library.put(PCM, told).warnings == ("clipped",)

    def test_a_write_that_fails_leaves_nothing(self, tmp_path, monkeypatch):
        def no_space(_fd: int) -> None:
            raise OSError("no space left on device")

        monkeypatch.setattr(os, "fsync", no_space)
        with pytest.raises(OSError, match="no space"):
            write_atomically(tmp_path / "a" / "b.wav", b"x")
        assert list((tmp_path / "a").iterdir()) == []

    def test_spoken_texts_are_remembered_while_the_audio_is_here(self, library):
        sha = library.put(PCM).sha256
        library.remember_spoken("zh-CN:您好", sha)
        assert library.spoken("zh-CN:您好") == sha
        assert library.spoken("en-US:您好") is None
        library.path(sha).unlink()
        assert library.spoken("zh-CN:您好") is None


class CountingSpeaker:
    """Speaks nothing, but counts."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.engine = "counting-1"

    def voices(self) -> tuple[Voice, ...]:
        return ()

    def settled(self, manner: Manner, _: str) -> Manner:
        return manner.else_as(Manner(None, 1.0))

    def speak(self, text: str, locale: str, *_: object) -> np.ndarray:
        self.texts.append(f"{locale}:{text}")
        return np.rint(sine(300 + len(text), 0.5, level=10 ** ((LEVEL_DBFS + 3) / 20)) * 32767).astype(np.int16)


class TestPublishing:
    @pytest.fixture
    def store(self, tmp_path: Path):
        url = f"sqlite:///{tmp_path / 'zongji.db'}"
        migrate(url)
        opened = open_store(url)
        yield opened
        opened.close()

    @pytest.fixture
    def tenant(self, store: Store) -> str:
        return store.tenants.create("演示企业").id

    @pytest.fixture
    def fake(self) -> CountingSpeaker:
        return CountingSpeaker()

    @pytest.fixture
    def resolver(self, store, library, fake) -> PromptResolver:
        return PromptResolver(store, library, SystemPrompts(), fake)

    @staticmethod
    def own(store: Store, tenant: str, name: str, info: AudioInfo) -> None:
        store.prompts.put(tenant, name, info, source="upload", locale="zh-CN", revision=None, by="小李")

    def test_own_prompts_come_before_the_systems(self, store, tenant, library, resolver):
        info = library.put(PCM)
        self.own(store, tenant, "pv_busy.wav", info)
        keys = ["file:pv_busy.wav", "file:pv_goodbye.wav"]
        resolved = resolver.resolve(keys, tenant, {"locale": "zh-CN"})
        assert resolved.problems == []
        assert resolved.prompts["file:pv_busy.wav"] == info.sha256
        goodbye = library.pcm(resolved.prompts["file:pv_goodbye.wav"])
        assert np.array_equal(goodbye, SystemPrompts().pcm("pv_goodbye", "zh-CN"))

    def test_unless_the_flow_wants_the_systems(self, store, tenant, library, resolver):
        info = library.put(PCM)
        self.own(store, tenant, "pv_busy.wav", info)
        self.own(store, tenant, "welcome.wav", info)
        document = {"locale": "zh-CN", "settings": {"use_system_prompts": True}}
        resolved = resolver.resolve(["file:pv_busy.wav", "file:welcome.wav"], tenant, document)
        assert resolved.prompts["file:pv_busy.wav"] != info.sha256
        assert resolved.prompts["file:welcome.wav"] == info.sha256

    def test_another_tenants_prompt_is_missing(self, store, tenant, library, resolver):
        self.own(store, store.tenants.create("别的企业").id, "welcome.wav", library.put(PCM))
        resolved = resolver.resolve(["file:welcome.wav", "system:digit-7"], tenant, {"locale": "en-US"})
        assert list(resolved.prompts) == ["system:digit-7"]
        [problem] = resolved.problems
        assert (problem.key, problem.code) == ("file:welcome.wav", "prompt.missing")
        assert set(problem.messages) == {"zh-CN", "en"}

    def test_system_prompts_speak_the_flows_language(self, tenant, resolver):
        chinese = resolver.resolve(["system:digit-7"], tenant, {"locale": "zh-CN"}).prompts
        english = resolver.resolve(["system:digit-7"], tenant, {"locale": "en-US"}).prompts
        assert chinese != english

    def test_a_text_is_spoken_once(self, tenant, library, resolver, fake):
        keys = ["text:zh-CN:您好", "text:zh-CN:您好：请按1", "text:en-US:Hello"]
        first = resolver.resolve(keys, tenant, {})
        assert resolver.resolve(keys, tenant, {}).prompts == first.prompts
        assert sorted(fake.texts) == ["en-US:Hello", "zh-CN:您好", "zh-CN:您好：请按1"]
        assert all(library.use(sha) for sha in first.prompts.values())

    def test_a_prompt_whose_file_is_gone_is_a_problem(self, store, tenant, library, resolver):
        info = library.put(PCM)
        self.own(store, tenant, "welcome.wav", info)
        library.path(info.sha256).unlink()
        [problem] = resolver.resolve(["file:welcome.wav"], tenant, {}).problems
        assert problem.code == "prompt.missing"

    def test_a_text_that_cannot_be_spoken_is_a_problem(self, store, tenant, library, speaker):
        resolver = PromptResolver(store, library, SystemPrompts(), speaker)
        resolved = resolver.resolve(["text:zh-CN:……", "text:zh-CN:请稍候"], tenant, {})
        assert list(resolved.prompts) == ["text:zh-CN:请稍候"]
        [problem] = resolved.problems
        assert (problem.key, problem.code) == ("text:zh-CN:……", "prompt.unspeakable")
