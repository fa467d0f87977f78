"""How a company's texts are spoken: who speaks, which voices, and that everything spoken follows what was chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from apiflask import APIFlask

from designer.audio import Manner, PromptResolver, Speaker, Voice
from designer.audio.spoken import Run
from support.web import Browser, Company

VOICES = (
    Voice("zf_a", "zh-CN", {"zh-CN": "甲", "en": "A"}),
    Voice("zm_b", "zh-CN", {"zh-CN": "乙", "en": "B"}),
    Voice("af_c", "en-US", {"zh-CN": "丙", "en": "C"}),
)


class Choir:
    """An engine whose voices are tones: each voice and speed its own. said: (voice, speed, words)."""

    name = "choir-1"

    def __init__(self) -> None:
        self.said: list[tuple[str | None, float | None, str]] = []

    def voices(self) -> Sequence[Voice]:
        return VOICES

    def speak(self, runs: Sequence[Run], locale: str, manner: Manner) -> np.ndarray:
        words = " ".join(run.words for run in runs)
        self.said.append((manner.voice, manner.speed, words))
        frequency = 300 + 100 * [voice.id for voice in VOICES].index(str(manner.voice)) + 10 * len(words)
        t = np.arange(round(4000 / (manner.speed or 1))) / 8000
        return (np.sin(2 * np.pi * frequency * t) * 8000).astype(np.int16)

    def close(self) -> None:
        pass


@pytest.fixture
def choir(app: APIFlask) -> Choir:
    """The app's speaker is a choir."""
    engine = Choir()
    speaker = Speaker(engine)
    held = app.extensions["zongji"]
    resolver = PromptResolver(held.store, held.library, held.system_prompts, speaker)
    app.extensions["zongji"] = replace(held, speaker=speaker, resolver=resolver)
    return engine


def flow(*prompts: object) -> dict[str, object]:
    """A flow that plays these and hangs up."""
    return {
        "format": "zongji.flow/1", "name": "播报", "settings": {"on_error": "bye"}, "variables": {"balance": 12345},
        "nodes": [
            {"id": "in", "type": "start"},
            {"id": "say", "type": "play", "config": {"prompt": list(prompts)}},
            {"id": "bye", "type": "hangup"},
        ],
        "edges": [{"from": "in", "exit": "next", "to": "say"}, {"from": "say", "exit": "next", "to": "bye"}],
    }  # fmt: skip


def published(app: APIFlask, browser: Browser, acme: Company, document: dict[str, object]) -> dict[str, str]:
    """The prompt table of the document's first version."""
    count = len(browser.get("/flows").json["items"])
    made = browser.post("/flows", {"name": f"播报 {count}", "document": document})
    assert made.status_code == 201, made.json
    done = browser.post(f"/flows/{made.json['id']}/versions", {"revision": made.json["revision"], "note": ""})
    assert done.status_code in (200, 201), done.json
    return dict(app.extensions["zongji"].store.flows.version(acme.tenant, made.json["id"], 1).prompts)


def test_without_the_neural_voice_it_is_said_why(admin: Browser):
    found = admin.get("/speech").json
    assert (found["engine"], found["voices"], found["chosen"], found["speed"]) == ("espeak", [], {}, 1.0)
    assert found["why"] == {"zh-CN": "设置 voice 为 espeak", "en": "the setting voice is espeak"}
    refused = admin.put("/speech", {"revision": 0, "chosen": {"zh-CN": "zf_a"}, "speed": 1.0})
    assert refused.status_code == 422
    assert "espeak" in refused.json["error"]["issues"][0]["message"]["en"]


def test_voices_and_speed_are_chosen_and_say_what_they_were_based_on(admin: Browser, choir: Choir):
    assert [voice["id"] for voice in admin.get("/speech").json["voices"]] == ["zf_a", "zm_b", "af_c"]
    made = admin.put("/speech", {"revision": 0, "chosen": {"zh-CN": "zm_b"}, "speed": 1.2})
    assert (made.status_code, made.json["chosen"], made.json["speed"], made.json["revision"]) == (
        200, {"zh-CN": "zm_b"}, 1.2, 1,
    )  # fmt: skip
    assert admin.put("/speech", {"revision": 0, "chosen": {}, "speed": 1.0}).status_code == 409
    assert admin.put("/speech", {"revision": 1, "chosen": {}, "speed": 1.0}).json["revision"] == 2


@pytest.mark.parametrize(
    "change",
    [{"chosen": {"zh-CN": "af_c"}}, {"chosen": {"zh-CN": "nobody"}}, {"chosen": {"fr": "zf_a"}}, {"speed": 3.0}],
)
def test_bad_choices_are_refused(admin: Browser, choir: Choir, change: dict[str, object]):
    assert admin.put("/speech", {"revision": 0, "chosen": {}, "speed": 1.0} | change).status_code == 422


def test_only_administrators_choose(browse: Callable[..., Browser], choir: Choir):
    operator = browse("acme-operator")
    assert operator.get("/speech").status_code == 200
    assert operator.put("/speech", {"revision": 0, "chosen": {}, "speed": 1.0}).status_code == 403


def test_one_companys_choice_is_not_anothers(admin: Browser, stranger: Browser, choir: Choir):
    admin.put("/speech", {"revision": 0, "chosen": {"zh-CN": "zm_b"}, "speed": 1.2})
    assert (stranger.get("/speech").json["chosen"], stranger.get("/speech").json["revision"]) == ({}, 0)


def test_what_is_listened_to_sounds_as_chosen(admin: Browser, choir: Choir):
    text = {"text": "您好", "locale": "zh-CN"}
    admin.post("/prompts/preview", text)
    admin.put("/speech", {"revision": 0, "chosen": {"zh-CN": "zm_b"}, "speed": 1.2})
    admin.post("/prompts/preview", text)
    admin.post("/prompts/preview", text | {"voice": "zf_a", "speed": 0.8})
    assert choir.said == [("zf_a", 1.0, "您好"), ("zm_b", 1.2, "您好"), ("zf_a", 0.8, "您好")]
    assert admin.post("/prompts/preview", text | {"voice": "af_c"}).status_code == 422


def test_a_prompt_made_of_a_text_remembers_its_voice(admin: Browser, choir: Choir):
    made = admin.post(
        "/prompts/speak", {"name": "hi", "text": "您好", "locale": "zh-CN", "voice": "zm_b", "speed": 1.2}
    ).json
    shown = next(one for one in admin.get("/prompts?q=hi.wav").json["items"] if one["name"] == "hi.wav")
    for prompt in (made, shown):
        assert (prompt["voice"], prompt["speed"]) == ("zm_b", 1.2)

    def again(**changes: object) -> tuple[object, object]:
        revision = admin.get("/prompts?q=hi.wav").json["items"][0]["revision"]
        body = {"name": "hi", "text": f"第 {revision} 版", "locale": "zh-CN", "revision": revision} | changes
        usual = {"zh-CN": "zf_a", "en-US": "af_c"}[str(body["locale"])]
        answer = admin.post("/prompts/speak", body)
        assert answer.status_code == 201, answer.json
        assert choir.said[-1][:2] == (answer.json["voice"] or usual, answer.json["speed"] or 1.0)
        return answer.json["voice"], answer.json["speed"]

    assert again() == ("zm_b", 1.2)
    assert again(speed=0.9) == ("zm_b", 0.9)
    assert again(voice=None, speed=None) == (None, None)
    assert again(voice="zf_a") == ("zf_a", None)
    assert again(locale="en-US", text="Hello") == (None, None), "a voice speaks one language"


def test_a_chosen_voice_may_stay_where_it_is_not_here_any_more(
    app: APIFlask, admin: Browser, acme: Company, choir: Choir
):
    held = app.extensions["zongji"]
    audio = held.library.put(np.full(8000, 1000, np.int16))
    old = {"source": "text", "locale": "zh-CN", "text": "您好", "voice": "zf_gone", "revision": None, "by": "test"}
    held.store.prompts.put(acme.tenant, "hi.wav", audio, **old)
    body = {"name": "hi", "text": "再见", "locale": "zh-CN", "revision": 1, "voice": "zf_gone"}
    assert admin.post("/prompts/speak", body).json["voice"] == "zf_gone"
    assert choir.said == [("zf_a", 1.0, "再见")]
    assert admin.post("/prompts/speak", body | {"revision": 2, "voice": "zf_other"}).status_code == 422


def test_a_published_sentence_has_the_companys_voice_numbers_too(
    app: APIFlask, admin: Browser, acme: Company, choir: Choir
):
    document = flow({"text": "余额"}, {"money": "balance"}, "pv_goodbye.wav")
    shipped = published(app, admin, acme, document)
    assert {voice for voice, _, _ in choir.said} == {"zf_a"}
    assert [words for _, _, words in choir.said] == ["余额"], "numbers come with us"
    choir.said.clear()
    admin.put("/speech", {"revision": 0, "chosen": {"zh-CN": "zm_b"}, "speed": 1.0})
    chosen = published(app, admin, acme, document)
    assert chosen.keys() == shipped.keys()
    assert not set(chosen.values()) & set(shipped.values())
    assert {voice for voice, _, _ in choir.said} == {"zm_b"}
    said = " ".join(words for _, _, words in choir.said)
    assert all(words in said for words in ("余额", "七", "元"))
    count = len(choir.said)
    assert published(app, admin, acme, document) == chosen
    assert len(choir.said) == count, "nothing is spoken twice"


def test_a_prompt_may_have_a_voice_and_a_speed_of_its_own(
    app: APIFlask, admin: Browser, acme: Company, choir: Choir
):
    own = {"voice": "zm_b", "speed": 0.9}
    table = published(app, admin, acme, flow({"text": "余额"} | own, {"number": "balance"} | own, {"text": "再见"}))
    assert "text;voice=zm_b;speed=0.9:zh-CN:余额" in table
    assert "text:zh-CN:再见" in table
    assert "system;voice=zm_b;speed=0.9:digit-7" in table
    assert not any(key.startswith("system:digit") for key in table)
    assert {voice for voice, _, words in choir.said if words != "再见"} == {"zm_b"}


def test_signals_are_never_spoken(app: APIFlask, acme: Company, choir: Choir):
    held = app.extensions["zongji"]
    held.store.speech.put(acme.tenant, 0, voices={"zh-CN": "zm_b"}, speed=1.0, by="test")
    assert held.resolver.resolve(["system:beep"], acme.tenant, {}).problems == []
    assert choir.said == []


def test_a_voice_that_is_not_here_is_warned_of(admin: Browser, choir: Choir):
    document = flow({"text": "余额", "voice": "zf_gone"}, {"text": "Bye", "locale": "en-US", "voice": "zf_a"})
    issues = admin.post("/check", {"document": document}).json["issues"]
    found = [(issue["code"], issue["severity"], issue["field"]) for issue in issues if issue["node"] == "say"]
    assert found == [
        ("prompt.voice_missing", "warning", "prompt.0"),
        ("prompt.voice_language", "warning", "prompt.1"),
    ]


def test_a_voice_that_is_gone_does_not_keep_the_speed_from_being_changed(app: APIFlask, admin: Browser, acme: Company):
    app.extensions["zongji"].store.speech.put(acme.tenant, 0, voices={"zh-CN": "zm_b"}, speed=1.0, by="test")
    slower = admin.put("/speech", {"revision": 1, "chosen": {"zh-CN": "zm_b"}, "speed": 0.8})
    assert (slower.status_code, slower.json["speed"]) == (200, 0.8)
