"""Text to speech with the real engine, and what happens when it misbehaves."""

from __future__ import annotations

import os
import re
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from designer.audio import NothingToSay, Speaker, SpeechFailed, SystemPrompts, TooLong, analyse
from designer.audio.espeak import BUDGET, VOICES, EspeakEngine, is_plausible
from interpreter.flow import spoken as reading
from interpreter.rtp import wav

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize(
    ("text", "locale", "shortest_s", "longest_s"),
    [
        ("您好，欢迎致电宗基科技，请直接拨分机号。", "zh-CN", 3.0, 7.0),
        ("请按1", "zh-CN", 0.5, 1.6),
        ("Hello, and welcome to our company.", "en-US", 1.5, 4.0),
        ("尊敬的VIP客户您好", "zh-CN", 1.2, 4.0),
        ("7", "zh-CN", 0.25, 1.0),
    ],
)
def test_speech_has_a_likely_length_and_the_level_of_a_telephone(speaker, text, locale, shortest_s, longest_s):
    pcm = speaker.speak(text, locale)
    found = analyse(pcm)
    assert pcm.dtype == np.int16
    assert shortest_s < found.seconds < longest_s
    assert found.level_db == pytest.approx(-19, abs=0.5)
    assert found.warnings == ()
    assert np.abs(pcm[:400]).max() < 500, "it begins with a little silence"


def test_two_texts_sound_different(speaker):
    assert len(speaker.speak("您好", "zh-CN")) != len(speaker.speak("感谢您的来电，再见", "zh-CN"))


@pytest.mark.parametrize("text", ["", " \n", "。。。"])
def test_nothing_to_say_is_told(speaker, text):
    with pytest.raises(NothingToSay):
        speaker.speak(text, "zh-CN")


def test_a_book_is_not_read_out(speaker):
    with pytest.raises(TooLong):
        speaker.speak("书" * 5000, "zh-CN")


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("sentence", "locale"),
    [
        ("您好，欢迎致电本公司，我们的工作时间是周一到周五上午九点到下午六点。", "zh-CN"),
        ("Welcome to our company, our office hours are Monday to Friday from nine to six. ", "en-US"),
    ],
)
def test_the_first_text_of_a_new_engine_may_be_long(sentence, locale):
    """The engine's very first text gets no file where it is long, and each failure begins with a new engine."""
    lengths = []
    for times in (1, 20):
        speaker = Speaker(EspeakEngine())
        lengths.append(analyse(speaker.speak(sentence * times, locale)).seconds)
        speaker.close()
    assert lengths[1] == pytest.approx(20 * lengths[0], rel=0.2)


@pytest.mark.e2e
def test_many_threads_share_one_engine(speaker):
    texts = ["一", "您好", "请稍候", "感谢您的来电", "没有这个分机号，请核对后再拨"] * 6
    with ThreadPoolExecutor(8) as pool:
        lengths = list(pool.map(lambda text: len(speaker.speak(text, "zh-CN")), texts))
    for n in range(5):
        spread = lengths[n::5]
        assert max(spread) - min(spread) < 1600, texts[n]  # 0.2 s: trimming by frames


def fake_worker(monkeypatch, tmp_path, script: str) -> None:
    """Let ``Speaker`` start ``script`` instead of Python with our worker."""
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))


@pytest.mark.parametrize(("script", "reason"), [("exec sleep 60", "in time"), ("exit 3", "ended")])
def test_an_engine_that_fails_is_told(monkeypatch, tmp_path, script, reason):
    fake_worker(monkeypatch, tmp_path, script)
    speaker = Speaker(EspeakEngine(replace(BUDGET, wall_s=0.3)))
    with pytest.raises(SpeechFailed, match=reason) as failed:
        speaker.speak("您好", "zh-CN")
    assert not re.search("[a-z]", failed.value.message("zh-CN"))
    speaker.close()


def test_what_an_engine_says_of_its_failure_is_kept_for_the_log(monkeypatch):
    monkeypatch.setitem(VOICES, "zh", "no-such-voice")
    speaker = Speaker(EspeakEngine())
    with pytest.raises(SpeechFailed, match="ended") as failed:
        speaker.speak("您好", "zh-CN")
    assert "espeak-ng has no voice no-such-voice" in failed.value.detail


@pytest.mark.parametrize("failure", ["exit 3", "exec sleep 60"])
def test_an_engine_that_gives_no_file_is_asked_again(monkeypatch, tmp_path, failure):
    """It writes none, dies, or waits for itself forever, as pyttsx3 does now and then on a busy machine."""
    fails_once = f"[ -e {tmp_path}/failed ] && exec {sys.executable} \"$@\"; touch {tmp_path}/failed; "
    fake_worker(monkeypatch, tmp_path, fails_once + failure)
    speaker = Speaker(EspeakEngine(replace(BUDGET, wall_s=10.0 if "sleep" in failure else 20.0)))
    assert analyse(speaker.speak("您好", "zh-CN")).seconds > 0.4
    speaker.close()


def test_a_text_beyond_its_budget_is_refused():
    speaker = Speaker(EspeakEngine(replace(BUDGET, memory_bytes=60_000_000)))
    with pytest.raises(SpeechFailed, match=r"ended|memory"):  # Python itself may not fit
        speaker.speak("您好，请拨分机号。", "zh-CN")
    speaker.close()


@pytest.mark.e2e
def test_after_a_crash_a_new_engine_speaks(speaker):
    usual = len(speaker.speak("您好", "zh-CN"))
    for child in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split():
        if b"espeak_worker" in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(int(child), signal.SIGKILL)
    assert abs(len(speaker.speak("您好", "zh-CN")) - usual) < 1600


def test_an_empty_or_doubled_answer_of_the_engine_is_noticed(speaker):
    pcm = speaker.speak("您好", "zh-CN")
    assert is_plausible(pcm, "nin2 hao3")
    assert not is_plausible(np.zeros(8000, np.int16), "nin2 hao3")
    assert not is_plausible(pcm, "nin2 hao3 , " * 10)
    assert not is_plausible(np.tile(pcm, 20), "nin2 hao3")


class TestSystemPrompts:
    prompts = SystemPrompts()

    @pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
    def test_each_is_there_and_sounds(self, locale):
        for name in self.prompts.names():
            found = analyse(wav.read_mono(self.prompts.path(name, locale)))
            assert found.warnings == (), name
            level = -16 if name in self.prompts.tones() else -30 if name in self.prompts.music() else -19
            assert found.level_db == pytest.approx(level, abs=0.6), name
            assert 0.25 < found.seconds <= 8, name
            assert self.prompts.texts(locale)[name], name

    @pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
    def test_there_are_no_others(self, locale):
        folder = self.prompts.path("beep", locale).parent
        assert {file.stem for file in folder.iterdir()} == set(self.prompts.names())

    @pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
    @pytest.mark.parametrize("kind", ["digits", "number", "money", "date"])
    def test_whatever_is_read_out_is_there(self, kind, locale):
        assert reading.vocabulary(kind, locale) <= set(self.prompts.names())

    def test_no_path_can_be_made_up(self):
        with pytest.raises(KeyError):
            self.prompts.path("../prompts", "zh-CN")

    def test_digits_can_be_told_apart(self):
        lengths = {n: self.prompts.pcm(f"digit-{n}", "zh-CN").tobytes() for n in range(10)}
        assert len(set(lengths.values())) == 10

    def test_the_ringback_is_that_of_china(self):
        pcm = self.prompts.pcm("ringback", "zh-CN")
        assert len(pcm) == 5 * 8000
        spectrum = np.abs(np.fft.rfft(pcm[:8000]))
        assert int(spectrum.argmax()) == 450
        assert not pcm[8000:].any()
