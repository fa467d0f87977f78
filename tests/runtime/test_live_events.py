"""What subscribers of a running runtime hear: calls, their records, and telephones that come and go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from runtime.conftest import Line

from interpreter.control.client import ControlClient
from interpreter.sip.events import CallAnswered
from store import open_store

pytestmark = pytest.mark.e2e


async def heard(line: Line, wanted: Callable[[dict[str, Any]], bool], act: Callable[[], Any]) -> list[dict[str, Any]]:
    """The events after ``act`` up to the first that is wanted."""
    events: list[dict[str, Any]] = []
    with ControlClient(line.data / "control.sock") as control:
        await asyncio.to_thread(control.call, "subscribe")

        def listen() -> None:
            for event in control.subscribe(poll_seconds=10):
                assert event is not None, f"not heard; only {events}"
                events.append(event)
                if wanted(event):
                    return

        listening = asyncio.create_task(asyncio.to_thread(listen))
        await act()
        await listening
    return events


async def test_a_record_that_is_told_can_be_read(line):
    await line.start()
    phone = await line.phone()

    async def call() -> None:
        dialled = phone.dial("4001110004")
        await phone.wait(CallAnswered)
        phone.hang_up(dialled)

    events = await heard(line, lambda event: event["event"] == "recorded", call)
    store = open_store(line.settings.database_url)
    try:
        (record,) = store.calls.page(line.tenant).items
    finally:
        store.close()
    assert events[-1] == {
        "event": "recorded", "tenant": line.tenant, "calls": [record.id], "flows": [record.flow_id], "voicemails": 0,
    }  # fmt: skip
    assert [event["event"] for event in events if event["event"] in ("started", "ended")] == ["started", "ended"]


async def test_a_second_telephone_that_comes_or_goes_is_told_too(line):
    await line.start()
    first = await line.extension("801")

    async def second_comes_and_goes() -> None:
        second = await line.extension("801")
        assert await second.register(expires=0) == 200
        assert await first.register(expires=0) == 200

    events = await heard(line, lambda event: event.get("online") is False, second_comes_and_goes)
    assert [(event["event"], event["online"]) for event in events] == [
        ("registered", True), ("unregistered", True), ("unregistered", False),
    ]  # fmt: skip
