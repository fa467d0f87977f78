"""The audio library over the API. Speech and decoding themselves are proved in tests/audio."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from apiflask import APIFlask

from designer.api.prompts import clean_name
from designer.audio import Speaker, SpeechFailed
from designer.audio.espeak import EspeakEngine
from designer.audio.resolve import Previews, PromptResolver
from designer.errors import ApiError
from designer.workers import Turns
from store import Store
from support.web import Browser, Company


def tone(seconds: float = 1.0, rate_hz: int = 44100, channels: int = 2, level: float = 0.3) -> bytes:
    """A WAV file of a 440 Hz tone."""
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    samples = (np.sin(2 * np.pi * 440 * t) * level * 32767).astype("<i2")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((channels, 2, rate_hz, 0, "NONE", ""))
        file.writeframes(np.repeat(samples, channels).tobytes())
    return out.getvalue()


def own_prompt(app: APIFlask, acme: Company, name: str, seconds: float = 0.2) -> None:
    """A prompt of the company's without the way through the decoder."""
    held = app.extensions["zongji"]
    t = np.arange(int(seconds * 8000)) / 8000
    audio = held.library.put((np.sin(2 * np.pi * 440 * t) * 8000).astype(np.int16))
    held.store.prompts.put(acme.tenant, name, audio, source="upload", locale="zh-CN", revision=None, by="test")


def upload(browser: Browser, filename: str, data: bytes, **form: Any) -> Any:
    return browser.upload("/prompts", file=(io.BytesIO(data), filename), **form)


@pytest.fixture
def speaking(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Texts are "spoken" as a tone; tells which."""
    spoken: list[tuple[str, str]] = []

    def speak(text: str, locale: str, *_: object, **__: object) -> np.ndarray:
        spoken.append((text, locale))
        t = np.arange(4000) / 8000
        return (np.sin(2 * np.pi * (300 + len(text)) * t) * 8000).astype(np.int16)

    monkeypatch.setattr(app.extensions["zongji"].speaker, "speak", speak)
    return spoken


def test_upload_becomes_a_telephone_prompt(browse: Callable[..., Browser], data: Path):
    operator = browse("acme-operator")
    response = upload(operator, "pv_inputext.wav", tone())
    assert response.status_code == 201
    prompt = response.json
    assert (prompt["name"], prompt["source"], prompt["revision"]) == ("pv_inputext.wav", "upload", 1)
    assert prompt["seconds"] == pytest.approx(1.0, abs=0.02)
    assert (prompt["warnings"], prompt["updated_by"]) == ([], "acme-operator")
    audio = operator.get("/prompts/pv_inputext.wav/audio")
    with wave.open(io.BytesIO(audio.data)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
    assert audio.headers["Cache-Control"] == "private, no-cache"
    assert operator.get("/prompts/pv_inputext.wav/audio", headers={"Range": "bytes=0-3"}).data == b"RIFF"
    picture = operator.get("/prompts/pv_inputext.wav/waveform").json
    assert len(picture["peaks"]) == 200
    assert max(picture["peaks"]) > 0.2


@pytest.mark.parametrize(("level", "warnings"), [(0.0, ["silent"]), (0.01, ["quiet"])])
def test_upload_that_callers_will_not_hear_is_told(admin: Browser, level: float, warnings: list[str]):
    assert upload(admin, "a.wav", tone(level=level)).json["warnings"] == warnings


def test_replacing_needs_the_revision_that_was_seen(admin: Browser):
    assert upload(admin, "a.wav", tone()).status_code == 201
    blind = upload(admin, "a.wav", tone(2.0))
    assert (blind.status_code, blind.json["error"]["code"]) == (409, "stale")
    assert blind.json["error"]["saved_by"] == "acme-administrator"
    seen = upload(admin, "a.wav", tone(2.0), revision="1")
    assert (seen.status_code, seen.json["revision"]) == (201, 2)
    assert seen.json["seconds"] == pytest.approx(2.0, abs=0.02)


@pytest.mark.parametrize(
    ("language", "words"), [("zh-CN", "不是可以识别的音频"), ("en", "not an audio file we can read")]
)
def test_what_is_no_audio_is_refused_and_nothing_is_kept(admin: Browser, data: Path, language: str, words: str):
    admin.language = language
    response = upload(admin, "virus.wav", b"MZ" + bytes(1000))
    assert (response.status_code, response.json["error"]["code"]) == (422, "not_audio")
    assert words in response.json["error"]["message"]
    assert admin.get("/prompts?q=virus").json["total"] == 0
    assert not list((data / "audio").rglob("*.wav"))


def test_too_large_an_upload_is_413_in_our_shape(make_app: Callable[..., APIFlask], acme: Company):
    browser = Browser(make_app(upload_limit_bytes=50_000).test_client(), "en")
    browser.sign_in("acme-administrator")
    for size in (51_000, 500_000):  # within what multipart may add, and far above
        response = upload(browser, "a.wav", bytes(size))
        assert response.status_code == 413, size
        assert response.json["error"] == {"code": "too_large", "message": "This is too large; the limit is 50 kB"}
    assert upload(browser, "a.wav", tone(0.2, 8000, 1)).status_code == 201


def test_upload_without_a_file_says_so(admin: Browser):
    response = admin.upload("/prompts", name="a.wav")
    assert response.status_code == 422
    assert response.json["error"]["issues"][0]["field"] == "file"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("welcome.wav", "welcome.wav"),
        ("C:\\my files\\Welcome.MP3", "Welcome.wav"),
        ("../../etc/passwd.wav", "passwd.wav"),
        ("欢迎词.m4a", "欢迎词.wav"),
        ("v1.2 final", "v1.2 final.wav"),
    ],
)
def test_name_of_a_prompt(given: str, name: str):
    assert clean_name(given) == name


@pytest.mark.parametrize("given", ["", ".wav", "...", "a:b.wav", "x" * 81 + ".wav", "a\x00b.wav"])
def test_name_that_flows_could_not_use(given: str):
    with pytest.raises(ApiError):
        clean_name(given)


def test_a_text_that_is_only_listened_to_leaves_nothing(admin: Browser, speaking: object, data: Path):
    for text in ("您好", "再见"):
        assert admin.post("/prompts/preview", {"text": text, "locale": "zh-CN"}).status_code == 200
    assert not list((data / "audio").rglob("*"))


def test_few_texts_that_were_listened_to_are_kept_in_memory():
    previews = Previews(size_bytes=4)
    for note in "abc":
        previews.put(note, np.zeros(1, np.int16))
        previews.put(note, np.zeros(1, np.int16))
    assert [previews.get(note) is None for note in "abc"] == [True, False, False]


def test_texts_that_wait_too_long_for_their_turn_are_told_so(admin: Browser, app: APIFlask):
    held = app.extensions["zongji"]
    turns = Turns(1, waiting=1, patience_s=0.01)
    speaker = Speaker(EspeakEngine(), turns=turns)
    app.extensions["zongji"] = replace(
        held, resolver=PromptResolver(held.store, held.library, held.system_prompts, speaker)
    )
    with turns.of(""):
        response = admin.post("/prompts/preview", {"text": "您好", "locale": "zh-CN"})
    assert (response.status_code, response.json["error"]["code"]) == (503, "speaker_busy")


def test_text_is_spoken_once_and_kept(admin: Browser, speaking: list[tuple[str, str]]):
    heard = admin.post("/prompts/preview", {"text": "您好", "locale": "zh-CN"})
    assert (heard.status_code, heard.mimetype, heard.data[:4]) == (200, "audio/wav", b"RIFF")
    made = admin.post("/prompts/speak", {"name": "hello.wav", "text": "您好", "locale": "zh-CN"})
    assert made.status_code == 201
    assert (made.json["source"], made.json["text"], made.json["locale"]) == ("text", "您好", "zh-CN")
    assert speaking == [("您好", "zh-CN")]


@pytest.mark.parametrize(
    "change",
    [{"text": ""}, {"text": "x" * 2001}, {"locale": "fr"}, {"name": "a:b"}, {"text": 5}, {"speed": 3}, {"loud": 1}],
)
def test_bad_speech_is_refused(admin: Browser, speaking: object, change: dict[str, object]):
    body = {"name": "hello.wav", "text": "您好", "locale": "zh-CN"} | change
    assert admin.post("/prompts/speak", body).status_code == 422


def test_speech_engine_that_fails_is_told(admin: Browser, app: APIFlask, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object, **__: object) -> None:
        raise SpeechFailed(("没有安装 espeak-ng", "espeak-ng is not installed"))

    monkeypatch.setattr(app.extensions["zongji"].speaker, "speak", fail)
    response = admin.post("/prompts/preview", {"text": "您好", "locale": "zh-CN"})
    assert (response.status_code, response.json["error"]["code"]) == (503, "speech_failed")


def test_system_prompts_stand_behind_the_own_ones(admin: Browser, app: APIFlask, acme: Company):
    (system,) = admin.get("/prompts?q=pv_inputext").json["items"]
    assert (system["source"], system["revision"], system["updated_by"]) == ("system", 0, None)
    assert system["text"] == "请输入分机号。"
    assert admin.get("/prompts/pv_inputext.wav/audio").data[:4] == b"RIFF"
    own_prompt(app, acme, "pv_inputext.wav")
    (own,) = admin.get("/prompts?q=pv_inputext").json["items"]
    assert own["source"] == "upload"
    assert admin.delete("/prompts/pv_inputext.wav?revision=1").status_code == 204
    (again,) = admin.get("/prompts?q=pv_inputext").json["items"]
    assert again["source"] == "system"


def test_system_prompts_are_told_in_the_asked_language(admin: Browser):
    admin.language = "en"
    (system,) = admin.get("/prompts?q=pv_inputext").json["items"]
    assert system["text"] == "Please enter the extension number."
    chinese = admin.get("/prompts/pv_inputext.wav/audio?locale=zh-CN").data
    assert admin.get("/prompts/pv_inputext.wav/audio").data != chinese


@pytest.mark.parametrize(
    ("method", "query", "body"), [("PUT", "", {"revision": 1, "name": "b"}), ("DELETE", "?revision=1", None)]
)
def test_system_prompts_cannot_be_changed(admin: Browser, method: str, query: str, body: object):
    response = admin._open(method, f"/prompts/pv_busy.wav{query}", body=body)
    assert (response.status_code, response.json["error"]["code"]) == (403, "prompt.system")


def test_prompt_that_a_flow_plays_stays(admin: Browser, app: APIFlask, store: Store, acme: Company):
    own_prompt(app, acme, "main.wav")
    document = {"nodes": [{"id": "m", "type": "menu", "config": {"prompt": ["main.wav"]}}, 5]}
    store.flows.create(acme.tenant, "主流程", document, by="test")
    (item,) = admin.get("/prompts?q=main.wav").json["items"]
    assert item["used_by"] == ["主流程"]
    for refused in (
        admin.delete("/prompts/main.wav?revision=1"),
        admin.put("/prompts/main.wav", {"revision": 1, "name": "other.wav"}),
    ):
        assert (refused.status_code, refused.json["error"]["code"]) == (409, "in_use")
        assert "主流程" in refused.json["error"]["message"]
        (use,) = refused.json["error"]["uses"]
        assert (use["kind"], use["name"], use["version"], use["node"]) == ("flow", "主流程", None, "m")


def test_prompt_is_renamed(admin: Browser, app: APIFlask, acme: Company):
    own_prompt(app, acme, "a.wav")
    own_prompt(app, acme, "b.wav")
    taken = admin.put("/prompts/a.wav", {"revision": 1, "name": "b"})
    assert (taken.status_code, taken.json["error"]["code"]) == (409, "name_taken")
    assert admin.put("/prompts/a.wav", {"revision": 1, "name": "c"}).json["name"] == "c.wav"
    assert admin.get("/prompts/a.wav/audio").status_code == 404


def test_prompts_are_paged_sorted_and_searched(admin: Browser, app: APIFlask, acme: Company):
    total = admin.get("/prompts").json["total"]
    own_prompt(app, acme, "zz.wav", 3.0)
    assert admin.get("/prompts").json["total"] == total + 1
    assert admin.get("/prompts?sort=-updated_at&size=1").json["items"][0]["name"] == "zz.wav"
    second = admin.get("/prompts?size=5&page=2").json
    assert (len(second["items"]), second["page"]) == (5, 2)
    assert admin.get("/prompts?sort=colour").status_code == 422


def test_prompts_of_another_company_do_not_exist(admin: Browser, stranger: Browser, app: APIFlask, acme: Company):
    own_prompt(app, acme, "a.wav")
    assert stranger.get("/prompts/a.wav/audio").status_code == 404
    assert stranger.get("/prompts/a.wav/waveform").status_code == 404
    assert stranger.delete("/prompts/a.wav?revision=1").status_code == 404
    assert stranger.get("/prompts?q=a.wav").json["items"] == []


@pytest.mark.parametrize("name", ["..%2f..%2fzongji.db", "nothing.wav", "pv_busy", "%2e%2e"])
def test_no_name_leads_to_another_file(admin: Browser, name: str):
    assert admin.get(f"/prompts/{name}/audio").status_code == 404


def test_qa_listens_only(browse: Callable[..., Browser]):
    qa = browse("acme-qa")
    assert qa.get("/prompts/pv_busy.wav/audio").status_code == 200
    assert upload(qa, "a.wav", tone(0.1)).status_code == 403
