"""A data folder of the time before the exchange, with calls still open: an upgrade loses nothing of it.

``data/before-the-exchange.tar.xz``: a company as ``conftest.prepare`` makes it, its database at migration 0010. One
call is in the database; one had ended while the database was locked, so that it is in the journal alone; one talks with
801, and is recorded; one leaves a message; then the runtime was killed.
"""

from __future__ import annotations

import contextlib
import shutil
import tarfile
from pathlib import Path

import pytest
from runtime.softphone import until
from runtime.test_runtime_process import Process

from interpreter.rtp import wav
from interpreter.sip.events import CallAnswered, CallEnded
from store import Store, migrate, open_store

pytestmark = pytest.mark.e2e

BEFORE = Path(__file__).with_name("data") / "before-the-exchange.tar.xz"


@pytest.fixture
def old(line):
    """The line on that folder, with its store brought up to date as ``zongji serve`` does at its start."""
    shutil.rmtree(line.data)
    with tarfile.open(BEFORE) as archive:
        archive.extractall(line.data)
    migrate(line.settings.database_url)
    with contextlib.closing(open_store(line.settings.database_url)) as store:
        (tenant,) = store.tenants.all()
        line.tenant = tenant.id
        yield line, store


async def test_no_call_is_lost_and_all_goes_on(old):
    line, store = old
    process = Process(line)
    await process.start()
    await until(lambda: store.calls.page(line.tenant).total == 4)
    assert outcomes(store, line.tenant) == {
        "8613800000000": ("normal", "flow"), "8613800000001": ("normal", "flow"),
        "8613800000002": ("node_lost", "system"), "8613800000003": ("node_lost", "system"),
    }  # fmt: skip
    (talk,) = (row for row in store.calls.page(line.tenant).items if row.caller.endswith("2"))
    (recording,) = store.calls.recordings(line.tenant, talk.id)
    (message,) = store.voicemails.page(line.tenant).items
    for file in (recording, message):
        assert wav.read(line.data / file.path).seconds == pytest.approx(file.seconds, abs=0.01)
        assert file.seconds > 0.5
    assert talk.answered_by == "801"

    own = await line.extension("801")  # by the secret that it had
    own.dial("4001110001")
    await own.wait(CallAnswered)
    (call,) = own.rtp
    own.rtp[call].press("1")
    await own.wait(CallEnded)
    await until(lambda: store.calls.page(line.tenant).total == 5)
    assert await process.end() == 0


def outcomes(store: Store, tenant: str) -> dict[str, tuple[str, str]]:
    return {row.caller: (row.cause, row.ended_by) for row in store.calls.page(tenant).items}
