"""The database goes away while people telephone: they notice nothing, and no record is lost."""

from __future__ import annotations

import io
import sqlite3
import time
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import numpy as np
import pytest

from support.desk import answer_with, send
from support.journal_files import wait_for_end_of
from support.patience import PATIENCE_SECONDS
from support.postgresql import PostgreSQL
from support.processes import all_output, child, kill
from support.raw_phone import HOST, RawCall, RawPhone, Sound
from support.server import Api, Zongji
from support.sound import loudest_second, tone, tone_share
from support.trouble_flows import switchboard
from zongji.ring.probe import answers

pytestmark = pytest.mark.e2e

NUMBER = "4000000005"
BUSY_SECONDS = 10
"""How long SQLite waits for another writer."""


def finished_call(server: Zongji, caller: str) -> None:
    """A whole call: answered, in the menu, key 0, hung up by the flow or by us."""
    with RawPhone(server.sip_port, caller) as phone, Sound(tone(500, 1)) as sound:
        call = phone.call(NUMBER, sound.port)
        assert isinstance(call, RawCall), call
        time.sleep(0.2)
        assert call.hang_up().status == 200


def answered(server: Zongji, caller: str) -> None:
    """A finished call, as soon as there is a runtime that takes it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not answers(HOST, server.sip_port, 1.0):
        assert time.monotonic() < deadline, server.logs()
        time.sleep(0.1)
    finished_call(server, caller)


def causes(api: Api, callers: list[str], seconds: float = PATIENCE_SECONDS) -> dict[str, str]:
    """caller -> cause, as soon as all of them are in the database."""

    def found(page: dict) -> dict[str, str] | None:
        known = [item for item in page["items"] if item["caller"] in callers]
        return {item["caller"]: item["cause"] for item in known} if len(known) >= len(callers) else None

    result: dict[str, str] = api.eventually("/calls?size=100", found, seconds)
    return result


def message_of(api: Api, caller: str) -> np.ndarray:
    message = api.eventually("/voicemails", lambda page: next(
        (item for item in page["items"] if item["caller"] == caller), None))
    status, raw = api.request("GET", f"/voicemails/{message['id']}/audio")
    assert status == 200
    with wave.open(io.BytesIO(raw)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def test_a_locked_sqlite_database(zongji: Zongji) -> None:
    api = zongji.api()
    answer_with(api, NUMBER, switchboard())
    callers = ["13600000001", "13600000002", "13600000003"]
    with (
        RawPhone(zongji.sip_port, callers[0]) as phone, Sound(tone(700, 5)) as sound, ThreadPoolExecutor(2) as both,
        closing(sqlite3.connect(zongji.data / "zongji.db", isolation_level=None)) as other,
    ):
        call = phone.call(NUMBER, sound.port)
        assert isinstance(call, RawCall)
        sound.speak_to(call.media_port)
        sound.press("2", call.media_port)
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        saves = [both.submit(send, api, "POST", "/flows", b'{"name": "late"}', language=x) for x in ("en", "zh-CN")]
        finished_call(zongji, callers[1])
        assert api.get("/flows")["total"] > 0, "reading goes on"
        time.sleep(BUSY_SECONDS + 1.5 - (time.monotonic() - begun))
        answers = [save.result() for save in saves]
        finished_call(zongji, callers[2])
        assert not [item for item in api.get("/calls?size=100")["items"] if item["caller"] in callers]
        assert call.hang_up().status == 200
        other.execute("ROLLBACK")
    assert [(status, answer["error"]["code"]) for status, answer in answers] == [(503, "database_down")] * 2
    assert "数据库" in answers[1][1]["error"]["message"]
    assert causes(api, callers) == dict.fromkeys(callers, "normal")
    left = message_of(api, callers[0])
    assert len(left) / 8000 > BUSY_SECONDS
    assert tone_share(left[-8000:], 700) > 0.9
    assert "Traceback" not in all_output(zongji)


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQL]:
    database = PostgreSQL()
    try:
        yield database
    finally:
        database.remove()


@pytest.fixture(scope="module")
def server(postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zongji]:
    folder = tmp_path_factory.mktemp("postgresql")
    server = Zongji(folder / "data", environment={"ZONGJI_DATABASE": postgresql.url})
    answer_with(server.api(), NUMBER, switchboard())
    try:
        yield server
    finally:
        server.stop()


def test_postgresql_stops_and_comes_back(server: Zongji, postgresql: PostgreSQL) -> None:
    api = server.api()
    callers = ["13600000011", "13600000012", "13600000013", "13600000014"]
    finished_call(server, callers[0])
    with RawPhone(server.sip_port, callers[1]) as phone, Sound(tone(700, 5)) as sound:
        call = phone.call(NUMBER, sound.port)
        assert isinstance(call, RawCall)
        sound.speak_to(call.media_port)
        sound.press("2", call.media_port)
        postgresql.stop()
        finished_call(server, callers[2])
        time.sleep(2)
        finished_call(server, callers[3])
        for language in ("en", "zh-CN"):
            status, answer = send(api, "GET", "/flows", None, language=language)
            assert (status, answer["error"]["code"]) == (503, "database_down"), answer
            assert "geheim" not in str(answer)
        assert call.hang_up().status == 200
    postgresql.start()
    assert causes(api, callers) == dict.fromkeys(callers, "normal")
    left = message_of(api, callers[1])
    assert len(left) / 8000 > 2
    assert tone_share(loudest_second(left), 700) > 0.9
    everything = all_output(server)
    assert "Traceback" not in everything
    assert "geheim" not in everything


def test_postgresql_falls_silent_and_speaks_again(server: Zongji, postgresql: PostgreSQL) -> None:
    """Its processes stand still, so connections stay open and even new ones are taken: nobody may wait for ever."""
    api = server.api()
    callers = ["13600000031", "13600000032", "13600000033"]
    finished_call(server, callers[0])
    postgresql.freeze()
    try:
        with ThreadPoolExecutor(20) as many:
            answers = list(many.map(lambda _: send(api, "GET", "/flows", None, language="zh-CN"), range(20)))
        finished_call(server, callers[1])
        assert send(api, "POST", "/flows", b'{"name": "silent"}', language="en")[0] == 503
    finally:
        postgresql.thaw()
    assert {(status, answer["error"]["code"]) for status, answer in answers} == {(503, "database_down")}
    finished_call(server, callers[2])
    assert causes(api, callers) == dict.fromkeys(callers, "normal")
    assert "silent" not in [flow["name"] for flow in api.get("/flows")["items"]]
    everything = all_output(server)
    assert "Traceback" not in everything
    assert "geheim" not in everything


def test_killed_while_postgresql_is_away(server: Zongji, postgresql: PostgreSQL) -> None:
    """The next runtime takes calls by what it knew last, and nothing is lost."""
    api = server.api()
    callers = ["13600000021", "13600000022", "13600000023"]
    with RawPhone(server.sip_port, callers[0]) as phone, Sound() as silence:
        assert isinstance(phone.call(NUMBER, silence.port), RawCall)
        time.sleep(0.3)
        postgresql.stop()
        finished_call(server, callers[1])
        wait_for_end_of(server.data, callers[1])
        kill(child(server, "runtime"))
    answered(server, callers[2])
    assert api.request("GET", "/flows")[0] == 503
    postgresql.start()
    assert causes(api, callers) == {callers[0]: "node_lost", callers[1]: "normal", callers[2]: "normal"}
    assert "Traceback" not in all_output(server)


def test_started_while_postgresql_is_away(server: Zongji, postgresql: PostgreSQL) -> None:
    """As after a power cut, when the database comes up last: calls first, the page as soon as it can."""
    caller = "13600000041"
    server.stop()
    postgresql.stop()
    begun = len(server.printed())
    server.start(ready="The database is away")
    answered(server, caller)
    assert "Zongji is ready" not in server.printed(begun)
    postgresql.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "Zongji is ready" not in server.printed(begun):
        assert time.monotonic() < deadline, server.printed(begun)
        time.sleep(0.1)
    assert causes(server.api(), [caller]) == {caller: "normal"}
    assert "Traceback" not in all_output(server)
