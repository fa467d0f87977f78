"""Services of the runtime: found by their names, given their time, and never the call's end whatever they do."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from interpreter.machine.effects import Ask, Tell, Unask
from interpreter.machine.events import Told
from interpreter.machine.facts import Facts
from interpreter.runtime import services as package
from interpreter.runtime.questions import Questions, Services
from interpreter.runtime.settings import RuntimeSettings
from support.patience import PATIENCE_SECONDS

SERVICE = '''
import asyncio
from interpreter.runtime.questions import Service

heard = []
let_go = []
gone = asyncio.Event()


class Desk(Service):
    seconds = 0.05

    async def ask(self, call, data):
        match data["do"]:
            case "answer":
                return "ok", {"caller": call.facts.caller}
            case "wait":
                try:
                    await asyncio.Event().wait()
                finally:
                    gone.set()
            case "fail":
                raise RuntimeError("out of paper")
            case "say nothing":
                return None
            case "say what is no data":
                return "ok", {"x": object()}
            case "say too much":
                return "ok", {"x": "x" * 70_000}

    def taken_back(self, call):
        let_go.append(call.id)

    async def tell(self, call, data):
        await asyncio.sleep(0)
        heard.append(data["x"])

    async def close(self):
        heard.append("closed")
'''


class Caller:
    """A call that asks."""

    id, tenant_id, facts = "c1", "t", Facts("c1", "13800138000", "4001234567")
    secretive = False

    def __init__(self) -> None:
        self.lines: list[dict[str, object]] = []
        self.told: asyncio.Queue[Told] = asyncio.Queue()

    def note(self, line: dict[str, object]) -> None:
        self.lines.append(line)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The kind of a service that exists for this test only."""
    kind = f"desk_{tmp_path.name}"
    (tmp_path / f"{kind}.py").write_text(SERVICE, "utf-8")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    return kind


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    found = Services(RuntimeSettings(data=tmp_path, database_url=""))
    yield found
    await found.close()


@pytest.fixture
def caller() -> Caller:
    return Caller()


@pytest.fixture
def questions(caller: Caller, services: Services) -> Questions:
    return Questions(caller, services, caller.told.put_nowait)


async def test_an_answer_comes_with_its_number_and_the_question_is_in_the_journal(desk, caller, questions):
    questions.ask(Ask(4, desk, {"do": "answer"}))
    assert await caller.told.get() == Told(4, "ok", {"caller": "13800138000"})
    assert caller.lines == [{"e": "ask", "n": 4, "k": desk, "d": {"do": "answer"}}]


async def test_what_is_asked_after_a_secret_is_asked_and_not_written_down(desk, caller, questions):
    caller.secretive = True
    questions.ask(Ask(4, desk, {"do": "answer"}))
    assert (await caller.told.get()).kind == "ok"
    assert caller.lines == [{"e": "ask", "n": 4, "k": desk, "d": {}}]


@pytest.mark.parametrize("fault", ["fail", "say nothing", "say what is no data", "say too much"])
async def test_a_services_fault_ends_its_question_alone(desk, caller, questions, caplog, fault):
    questions.ask(Ask(1, desk, {"do": fault}))
    assert await caller.told.get() == Told(1, "error", {})
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.getMessage() == f"call c1: incident in service {desk}"
    questions.ask(Ask(2, desk, {"do": "answer"}))
    assert (await caller.told.get()).kind == "ok"


async def test_a_silent_service_is_waited_for_so_long_and_others_answer_meanwhile(desk, caller, questions):
    questions.ask(Ask(1, desk, {"do": "wait"}))
    questions.ask(Ask(2, desk, {"do": "answer"}))
    assert (await caller.told.get()).n == 2
    assert await caller.told.get() == Told(1, "timeout", {})


async def test_nobody_answers_for_a_service_that_is_not_there(caller, questions):
    questions.ask(Ask(1, "nowhere", {}))
    assert await caller.told.get() == Told(1, "error", {})


@pytest.mark.parametrize("how", ["taken back", "the call ends"])
async def test_a_question_that_nobody_waits_for_is_stopped_and_says_nothing(desk, caller, questions, how):
    questions.ask(Ask(0, desk, {"do": "answer"}))
    await caller.told.get()
    module(desk).Desk.seconds = None
    questions.ask(Ask(1, desk, {"do": "wait"}))
    await asyncio.sleep(0)
    if how == "taken back":
        questions.take_back(Unask(1))
    else:
        questions.end()
    assert module(desk).let_go == ["c1"], "at once, for the call goes on"
    await asyncio.wait_for(module(desk).gone.wait(), PATIENCE_SECONDS)
    questions.ask(Ask(2, desk, {"do": "answer"}))
    assert (await caller.told.get()).n == 2
    assert caller.told.empty()


async def test_news_are_taken_after_the_call_and_before_the_runtime_ends(desk, caller, questions, services):
    questions.tell(Tell(desk, {"x": "missed call"}))
    questions.end()
    await services.close()
    assert module(desk).heard[:2] == ["missed call", "closed"]
    assert caller.lines == [{"e": "tell", "k": desk, "d": {"x": "missed call"}}]


async def test_news_that_a_service_cannot_take_are_logged(caller, questions, services, caplog):
    questions.tell(Tell("nowhere", {}))
    await services.close()
    assert "call c1: incident, service nowhere did not take the news" in caplog.text


def module(kind: str):
    return sys.modules[f"interpreter.runtime.services.{kind}"]
