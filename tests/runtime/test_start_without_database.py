"""A runtime that starts while the database is away takes calls by what was known last, and forgets none of them."""

from __future__ import annotations

import pytest
from runtime.conftest import SECRET, Line
from runtime.softphone import until

from interpreter.runtime.errors import StartError
from interpreter.runtime.live import registrations_of
from interpreter.runtime.service import Service
from interpreter.sip.events import CallAnswered, CallEnded, CallFailed, InviteReceived
from store import open_store

pytestmark = pytest.mark.e2e


class Away:
    """The database's file is something else meanwhile."""

    def __init__(self, line: Line) -> None:
        self._file = line.data / "zongji.db"
        self._aside = line.data / "aside"
        self._aside.mkdir()
        for file in list(line.data.glob("zongji.db*")):
            file.rename(self._aside / file.name)
        self._file.mkdir()

    def comes_back(self) -> None:
        self._file.rmdir()
        for file in self._aside.iterdir():
            file.rename(self._file.parent / file.name)


async def without_database(line: Line) -> Away:
    """Restart the runtime, and let the database be away from then on."""
    await line.service.stop()
    away = Away(line)
    await line.start()
    return away


async def test_calls_are_taken_and_their_records_come_when_the_database_is_back(line, caplog):
    await line.start()
    desk = await line.extension("801", answer_after=0.0)
    away = await without_database(line)
    assert "calls are taken by what was known last" in caplog.text
    outside, colleague = await line.phone(), await line.extension("802")
    call = outside.dial("4001110002")
    await desk.wait(InviteReceived)
    await outside.wait(CallAnswered)
    outside.hang_up(call)
    await desk.wait(CallEnded)
    colleague.dial("801")
    await colleague.wait(CallAnswered)
    assert await (await line.phone("803", "wrong")).register() == 401
    items = registrations_of(line.service.board, {})["items"]
    assert {item["extension"] for item in items} == {"801", "802"}
    away.comes_back()
    record = await line.record()
    assert (record.caller, record.called, record.cause) == ("8613800138000", "864001110002", "normal")


async def test_what_changes_meanwhile_is_known_once_the_database_is_back(line):
    await line.start()
    await line.extension("801")
    away = await without_database(line)
    away.comes_back()
    store = open_store(line.settings.database_url)
    (first, *_) = store.extensions.all(line.tenant)
    store.extensions.delete(line.tenant, first.id, first.revision)
    store.close()
    board = line.service.board
    await until(lambda: board.directory.extension(line.tenant, "801") is None)
    await until(lambda: registrations_of(board, {})["items"] == [])
    phone = await line.phone("801", SECRET)
    assert await phone.register() == 401


async def test_registrations_while_it_is_away_are_in_the_database_afterwards(line):
    await line.start()
    away = await without_database(line)
    await line.extension("801")
    away.comes_back()
    store = open_store(line.settings.database_url)
    await until(lambda: [binding.extension for binding in store.registrations.load(0.0)] == ["801"])
    store.close()


async def test_a_secret_that_was_renewed_signs_off_at_once_and_for_the_next_start(line):
    await line.start()
    await line.extension("801")
    store = open_store(line.settings.database_url)
    (first, *_) = store.extensions.all(line.tenant)
    store.extensions.renumber(
        line.tenant, first.id, first.revision, number="801", name="", ha1_md5="0" * 32, ha1_sha256="0" * 64, by="t"
    )
    store.close()
    await until(lambda: registrations_of(line.service.board, {})["items"] == [])
    await until(lambda: not line.service._copy.registrations.load(0.0))
    await without_database(line)
    phone = await line.phone("801", SECRET)
    phone.dial("802")
    assert (await phone.wait(CallFailed)).status == 401


async def test_nobody_starts_who_never_knew_the_database(line):
    Away(line)
    with pytest.raises(StartError) as refused:
        await Service(line.settings).start()
    assert refused.value.code == "database"


async def test_a_database_that_comes_back_with_another_schema_is_left_alone(line, caplog):
    await line.start()
    away = await without_database(line)
    phone = await line.phone()
    call = phone.dial("4001110004")
    await phone.wait(CallAnswered)
    phone.hang_up(call)
    (line.data / "aside" / "zongji.db").rename(line.data / "real.db")
    (line.data / "aside" / "zongji.db").touch()  # an empty one
    away.comes_back()
    await until(lambda: "not at the present schema" in caplog.text)
    phone.dial("4001110001")
    await phone.wait(CallAnswered)
    assert (line.data / "zongji.db").stat().st_size <= 4096, "no table was made there"
