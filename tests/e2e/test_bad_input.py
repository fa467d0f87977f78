"""Whatever is thrown at a running Zongji gets a clear answer in the asker's language, and nothing else suffers."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.desk import answer_with, send, upload
from support.patience import PATIENCE_SECONDS
from support.raw_phone import HOST, RawCall, RawPhone, Reply, Sound
from support.server import ROOT, Api, Zongji
from support.sound import loudest_second, rms, tone, tone_share, wav_bytes
from support.trouble_flows import player, switchboard

pytestmark = pytest.mark.e2e

NUMBER = "4000000003"
PLAYING = "4000000004"
LANGUAGES = ("en", "zh-CN")
NODES = '"nodes":[{"id":"s","type":"start","config":{}},{"id":"s","type":"start","config":{}}]'
FLOW = '{"document":{"format":"zongji.flow/1","name":"bad","locale":"zh-CN","settings":{"on_error":"s"},%s,"edges":[]}}'


@pytest.fixture(autouse=True)
def no_traceback(zongji: Zongji) -> Iterator[None]:
    """After each case: nothing fell over, in neither process."""
    files = [Path(zongji.output.name), *zongji.data.glob("log/*.log")]
    begins = [path.stat().st_size for path in files]
    yield
    for path, begin in zip(files, begins, strict=True):
        written = path.read_bytes()[begin:].decode(errors="replace")
        assert "Traceback" not in written, written[-3000:]


@pytest.fixture(scope="module", autouse=True)
def numbers(zongji: Zongji) -> None:
    api = zongji.api()
    answer_with(api, NUMBER, switchboard())
    assert upload(api, wav_bytes(tone(800, 5)), "steady.wav")[0] == 201
    answer_with(api, PLAYING, player("steady.wav"))


def still_answers(zongji: Zongji, number: str = PLAYING) -> None:
    """A call comes through and is heard."""
    with RawPhone(zongji.sip_port) as phone, Sound() as sound:
        call = phone.call(number, sound.port)
        assert isinstance(call, RawCall), call
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(sound.heard()) < 4000:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert call.hang_up().status == 200
        assert tone_share(sound.heard(), 800) > 0.9


def in_language(text: str, language: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", text)) == (language == "zh-CN")


# the page's interface


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        (b'{"document": ', {400}),
        (b"\xff\xfe\x00", {400}),
        (b"", {400, 422}),
        (b"[]", {422}),
        (b'{"document": 5}', {422}),
        (b'{"document": {"format": "zongji.flow/1", "nodes": {}, "edges": "x", "settings": []}}', {422}),
        (b'{"document": {"nodes": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}", {400}),
        (b'{"document": {"nodes": ' + b'{"a":' * 240 + b"1" + b"}" * 240 + b"}}", {422}),
        (b'{"document": {"format": "\\ud800"}}', {400}),
        (b'{"document": {"format": "\\u0000"}}', {400}),
        (b'{"document": {"x": NaN}}', {400}),
        ((FLOW % '"nodes":[null, 5, {"id": []}]').encode(), {422}),
        (b'{"document": {"format": "' + b"x" * 5_000_000 + b'"}}', {413}),
    ],
    ids=["cut", "bytes", "empty", "list", "number", "types", "nest", "nest-less", "surrogate", "nul", "nan",
         "odd-nodes", "5MB"],
)  # fmt: skip
def test_a_document_that_is_no_flow_is_refused(api: Api, body: bytes, statuses: set[int], language: str) -> None:
    before = api.get("/flows")["total"]
    status, answer = send(api, "POST", "/flows/import", body, language=language)
    assert status in statuses, answer
    assert answer["error"]["message"]
    assert in_language(answer["error"]["message"], language), answer
    assert api.get("/flows")["total"] == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_flow_with_duplicate_ids_is_imported_with_its_issues_and_not_published(api: Api, language: str) -> None:
    status, made = send(api, "POST", "/flows/import", (FLOW % NODES).encode(), language=language)
    assert status in (201, 422), made
    if status == 201:
        assert "node.duplicate_id" in {issue["code"] for issue in made["issues"]}
        body = json.dumps({"revision": made["revision"], "note": ""}).encode()
        status, made = send(api, "POST", f"/flows/{made['id']}/versions", body, language=language)
    assert (status, made["error"]["code"]) == (422, "flow.invalid")
    messages = [issue["message"][language] for issue in made["error"]["issues"]]
    assert all(in_language(message, language) for message in messages)


def mp3() -> bytes:
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg makes this test's mp3")
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=frequency=500:duration=3", "-f", "mp3", "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\0IEND\xaeB`\x82"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"This is a text.", "text.wav"),
        (b"", "nothing.wav"),
        (PNG, "picture.wav"),
        (wav_bytes(tone(500, 1))[:40], "cut-header.wav"),
        (wav_bytes(tone(500, 1))[:44], "no-samples.wav"),
        (b"ID3\x04\0\0\0\0\0\x00" + b"\0" * 300, "only-a-tag.mp3"),
        (np.random.default_rng(1).bytes(200_000), "noise.mp3"),
    ],
    ids=["text", "empty", "png", "cut-header", "no-samples", "only-a-tag", "random-bytes"],
)
def test_a_prompt_that_is_no_audio_is_refused(api: Api, content: bytes, name: str, language: str) -> None:
    before = api.get("/prompts?size=500")["total"]
    status, answer = upload(api, content, name, language=language)
    assert (status, answer["error"]["code"]) == (422, "not_audio"), answer
    assert in_language(answer["error"]["message"].replace(name, ""), language), answer
    assert api.get("/prompts?size=500")["total"] == before


def test_an_mp3_cut_in_the_middle_is_taken_as_far_as_it_goes_or_refused(api: Api) -> None:
    whole = mp3()
    status, answer = upload(api, whole[: len(whole) // 2], "half.mp3")
    if status == 201:
        assert 1.0 < answer["seconds"] < 2.0
    else:
        assert (status, answer["error"]["code"]) == (422, "not_audio")
    assert upload(api, whole[:100], "scrap.mp3")[1]["error"]["code"] == "not_audio"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_prompt_above_five_megabytes_is_refused(api: Api, language: str) -> None:
    status, answer = upload(api, b"RIFF" + bytes(5 * 1024 * 1024), "large.wav", language=language)
    assert (status, answer["error"]["code"]) == (413, "too_large")
    assert "5 MB" in answer["error"]["message"]
    assert in_language(answer["error"]["message"].replace("MB", ""), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("token", ["", "guess"])
def test_a_wrong_csrf_token_changes_nothing(api: Api, language: str, token: str) -> None:
    before = api.get("/flows")["total"]
    status, answer = send(api, "POST", "/flows", b'{"name": "stolen"}', language=language, csrf=token)
    assert (status, answer["error"]["code"]) == (403, "csrf")
    assert in_language(answer["error"]["message"].replace("X-CSRF-Token", ""), language)
    assert api.get("/flows")["total"] == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_wrong_passwords_are_refused_and_then_slowed_down(api: Api, language: str) -> None:
    name = f"nobody-{language}"
    attempts = [
        send(api, "POST", "/session", json.dumps({"name": name, "password": str(n)}).encode(), language=language)
        for n in range(6)
    ]
    assert [status for status, _ in attempts] == [401] * 5 + [429]
    assert [answer["error"]["code"] for _, answer in attempts[-2:]] == ["wrong_password", "too_many_attempts"]
    assert all(in_language(answer["error"]["message"], language) for _, answer in attempts)


HTTP = {
    "rubbish": b"\x00\xff\x00rubbish\r\n\r\n",
    "version": b"GET / HTTP/9.9\r\n\r\n",
    "long-line": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "many-headers": b"GET /healthz HTTP/1.1\r\n" + b"X: y\r\n" * 500 + b"\r\n",
    "chunks": b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
              b"Content-Type: application/json\r\n\r\nzz\r\n",
    "length": b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n{}",
}  # fmt: skip


@pytest.mark.parametrize("kind", HTTP)
def test_what_is_no_http(zongji: Zongji, kind: str) -> None:
    with socket.create_connection((HOST, zongji.web_port), 10) as connection:
        connection.sendall(HTTP[kind])
        assert re.match(rb"HTTP/1\.1 4\d\d ", connection.recv(100))


# telephones


@pytest.mark.parametrize("user", ["4009999999", "899", "", "%00", "0044123456789", "x" * 300])
def test_what_nobody_has_is_not_found(zongji: Zongji, user: str) -> None:
    with RawPhone(zongji.sip_port) as phone:
        reply = phone.call(user, 30000)
        assert isinstance(reply, Reply)
        assert reply.status in ((404,) if user.isdigit() else (400, 404, 414, 484)), reply


def test_an_extension_needs_its_password(zongji: Zongji) -> None:
    with RawPhone(zongji.sip_port, "801") as phone:
        reply = phone.call("802", 30000)
        assert isinstance(reply, Reply)
        assert reply.status in (401, 407)
        registration = phone.ask(phone.request("REGISTER", "801"))
        assert registration.status == 401
        nonce = re.search(r'nonce="([^"]+)"', registration.headers["www-authenticate"])
        assert nonce is not None
        guess = (
            f'Authorization: Digest username="801", realm="zongji", nonce="{nonce[1]}", '
            f'uri="sip:801@{HOST}:{zongji.sip_port}", response="{"0" * 32}", algorithm=MD5'
        )
        answer = phone.ask(phone.request("REGISTER", "801", headers=guess, cseq=2))
        assert answer.status in (401, 403)
    still_answers(zongji)


def test_the_robot_with_a_wrong_password_says_so(zongji: Zongji) -> None:
    target = f"sip:{PLAYING}@{HOST}:{zongji.sip_port}"
    command = [sys.executable, "-m", "zongji", "ring", target, "--user", "801", "--password", "guess", "--seconds", "1"]
    done = subprocess.run(
        command, capture_output=True, text=True, env=zongji.environment, timeout=PATIENCE_SECONDS, cwd=ROOT
    )
    assert done.returncode == 1
    assert "801 could not register" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_torture_messages_in_bulk(zongji: Zongji, sip_messages: list[Path]) -> None:
    """Every torture message ten times, mutilated ones between; then it answers as if nothing had been."""
    rng = np.random.default_rng(4475)
    messages = [path.read_bytes() for path in sip_messages]
    with RawPhone(zongji.sip_port) as phone:
        for _ in range(10):
            for message in messages:
                phone.send(message[:65000])
                damaged = bytearray(message[:65000])
                for at in rng.integers(0, len(damaged), 5):
                    damaged[at] = rng.integers(256)
                phone.send(bytes(damaged))
            time.sleep(0.1)
        phone.socket.setblocking(False)
        still_answers(zongji)
    wait_until_no_call(zongji)


def test_oversized_and_empty_datagrams(zongji: Zongji) -> None:
    with RawPhone(zongji.sip_port) as phone:
        for size in (0, 1, 2, 4, 5000, 65_000):
            phone.send(b"\r\n" * (size // 2) if size < 5 else b"INVITE " + b"a" * size)
        large = phone.request("INVITE", PLAYING, headers="X-Large: " + "a" * 60_000, body=phone.offer(30000))
        reply = phone.ask(large)
        assert reply.status in (200, 400, 413, 431, 513), reply
        many = phone.request("OPTIONS", PLAYING, headers="\r\n".join(f"X-{n}: 1" for n in range(4000)))
        assert phone.ask(many).status in (200, 400, 413, 431, 513)
    still_answers(zongji)
    wait_until_no_call(zongji)


@pytest.mark.parametrize(
    ("body", "statuses", "warn_code"),
    [
        (b"this is no SDP", {400, 488}, None),
        (b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 99999999 RTP/AVP 0\r\n", {400, 488}, None),
        (b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 ?\r\nt=0 0\r\nm=audio 30000 RTP/AVP 0\r\n", {400, 488},
         None),
        (b"v=0\r\no=- 1 1 IN IP6 ::1\r\ns=-\r\nc=IN IP6 ::1\r\nt=0 0\r\nm=audio 30000 RTP/AVP 0\r\n", {488}, "301"),
        (b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 30000 RTP/AVP 96\r\n"
         b"a=rtpmap:96 opus/48000/2\r\n", {488}, "305"),
        (b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 30000 RTP/AVP 31\r\n",
         {488}, "304"),
    ],
    ids=["text", "port", "host", "ipv6", "codec", "video"],
)  # fmt: skip
def test_an_offer_that_cannot_be_taken(
    zongji: Zongji, body: bytes, statuses: set[int], warn_code: str | None
) -> None:
    with RawPhone(zongji.sip_port) as phone:
        reply = phone.ask(phone.request("INVITE", PLAYING, body=body))
    assert reply.status in statuses
    if warn_code is not None:
        assert reply.headers["warning"].startswith(f"{warn_code} ")
    still_answers(zongji)


def wait_until_no_call(zongji: Zongji) -> None:
    """Calls that garbage began end by themselves: their callers never confirm the 200 (64*T1)."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    api = zongji.api()
    while api.get("/live/calls")["items"] and time.monotonic() < deadline:
        for item in api.get("/live/calls")["items"]:
            api.request("POST", f"/live/calls/{item['id']}/hangup", {})
        time.sleep(0.2)
    assert api.get("/live/calls")["items"] == []


def test_garbage_and_strangers_in_the_sound_do_not_disturb_a_call(zongji: Zongji, telephones: Any) -> None:
    desk = telephones(zongji, "802", answer="auto", frequency=700)
    with RawPhone(zongji.sip_port) as phone, Sound(tone(1100, 10)) as sound, Sound(tone(2500, 10, 16000)) as stranger:
        call = phone.call(NUMBER, sound.port)
        assert isinstance(call, RawCall)
        sound.speak_to(call.media_port)
        time.sleep(0.4)
        sound.press("3", call.media_port)
        desk.wait_for("CALL_ESTABLISHED")
        stranger.speak_to(call.media_port)
        rng = np.random.default_rng(3550)
        sound.forget()
        for size in (*range(64), 200, 1000, 1500, 9000, 60_000):
            stranger.socket.sendto(rng.bytes(size), (HOST, call.media_port))
            sound.socket.sendto(rng.bytes(size), (HOST, call.media_port))  # by the right peer, too
            sound.socket.sendto(b"\x80\x00" + rng.bytes(size), (HOST, call.media_port))
            time.sleep(0.02)
        sound.forget()
        time.sleep(1.5)
        heard = sound.heard()
        assert call.hang_up().status == 200
    desk.wait_for("CALL_CLOSED")
    assert tone_share(heard, 700) > 0.9, "the caller hears the desk alone"
    at_desk = loudest_second(desk.heard()[-12000:])
    assert tone_share(at_desk, 1100) > 0.9
    assert tone_share(at_desk, 2500) < 0.01
    last = desk.heard()[-10000:-1000]
    assert min(rms(last[at : at + 400]) for at in range(0, len(last) - 400, 400)) > 1500
