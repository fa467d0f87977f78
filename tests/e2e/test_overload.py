"""More callers than ``max_calls``: who is too many is told when to come back, the others hear on."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from support.desk import answer_with, upload
from support.raw_phone import RawCall, RawPhone, Reply, Sound
from support.server import Zongji
from support.sound import rms, tone, tone_share, wav_bytes
from support.trouble_flows import player

pytestmark = pytest.mark.e2e

NUMBER = "4000000002"
UPLOAD_LIMIT = 200_000


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zongji]:
    """A Zongji for two calls and for uploads of 200 kB."""
    environment = {"ZONGJI_MAX_CALLS": "2", "ZONGJI_UPLOAD_LIMIT": str(UPLOAD_LIMIT)}
    server = Zongji(tmp_path_factory.mktemp("narrow") / "data", environment=environment)
    try:
        yield server
    finally:
        server.stop()


def test_the_third_caller_is_told_when_to_come_back(narrow: Zongji) -> None:
    api = narrow.api()
    assert upload(api, wav_bytes(tone(800, 5)), "music.wav")[0] == 201
    answer_with(api, NUMBER, player("music.wav"))
    with (
        RawPhone(narrow.sip_port, "13700000001") as first, RawPhone(narrow.sip_port, "13700000002") as second,
        RawPhone(narrow.sip_port, "13700000003") as third, Sound() as one, Sound() as two, Sound() as three,
    ):
        calls = [first.call(NUMBER, one.port), second.call(NUMBER, two.port)]
        time.sleep(0.5)
        refused = third.call(NUMBER, three.port)
        assert isinstance(refused, Reply)
        assert refused.status == 503
        assert int(refused.headers["retry-after"].split()[0]) > 0
        for sound in (one, two):
            sound.forget()
        time.sleep(1.5)
        for sound in (one, two):
            heard = sound.heard()
            assert len(heard) / 8000 == pytest.approx(1.5, abs=0.2)
            assert tone_share(heard, 800) > 0.95
            assert min(rms(heard[at : at + 160]) for at in range(0, len(heard) - 160, 160)) > 2000
        assert isinstance(calls[0], RawCall)
        assert calls[0].hang_up().status == 200
        again = third.call(NUMBER, three.port)
        assert isinstance(again, RawCall), "there is room again"
        for call in (again, calls[1]):
            assert isinstance(call, RawCall)
            assert call.hang_up().status == 200
    assert len(api.eventually("/calls", lambda page: page["items"] if page["total"] >= 3 else None)) == 3


@pytest.mark.parametrize(("language", "words"), [("en", "200 kB"), ("zh-CN", "200 kB")])
def test_the_upload_limit_is_a_setting(narrow: Zongji, language: str, words: str) -> None:
    api = narrow.api()
    status, answer = upload(api, wav_bytes(tone(800, 13)), "long.wav", language=language)
    assert (status, answer["error"]["code"]) == (413, "too_large")
    assert words in answer["error"]["message"]
    assert api.get("/status")["limits"]["upload_bytes"] == UPLOAD_LIMIT
    assert upload(api, wav_bytes(tone(800, 12)), f"short-{language}.wav", language=language)[0] == 201
