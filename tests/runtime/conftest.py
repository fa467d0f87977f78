"""A runtime on the test's own loop, with a tenant, three extensions and numbers bound to small flows."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from runtime.softphone import HOST, SoftPhone, until

from interpreter.runtime.service import Service
from interpreter.runtime.settings import RuntimeSettings, SipListen
from interpreter.sip.digest import make_ha1
from store import Store, migrate, open_store
from store.domains import SIP_REALM
from store.records import Query
from support.ports import free_port, free_range
from support.replays import Replays

SECRET = "geheim"


@cache
def server_rtp() -> tuple[int, int]:
    """One range for all runtimes of a run: they come one after the other. Both ends are even."""
    first, last = free_range(600)
    return first, last - 1

Document = dict[str, Any]


def node(node_id: str, kind: str, **config: object) -> Document:
    return {"id": node_id, "type": kind, "label": node_id, "config": config, "position": {"x": 0, "y": 0}}


def flow(name: str, nodes: list[Document], *edges: str) -> Document:
    """edges: ``from exit to``; start and end (a hangup) are there already."""
    return {
        "format": "zongji.flow/1", "name": name, "locale": "zh-CN", "settings": {"on_error": "end"}, "variables": {},
        "nodes": [node("start", "start"), *nodes, node("end", "hangup")],
        "edges": [dict(zip(("from", "exit", "to"), edge.split(), strict=True)) for edge in edges],
    }  # fmt: skip


SILENT: Document = {"no_input_prompt": [], "no_match_prompt": []}
AFTER = [f"ring {exit_} after" for exit_ in ("busy", "no_answer", "offline")]

FLOWS: dict[str, Document] = {
    "4001110001": flow(
        "menu",
        [node("ask", "menu", prompt=["a.wav", "b.wav"], keys={"1": "one"}, attempts=1, timeout=1, **SILENT),
         node("one", "play", prompt=["c.wav"])],
        "start next ask", "ask 1 one", "ask no_input end", "ask no_match end", "one next end",
    ),
    "4001110002": flow(
        "transfer, then a survey",
        [node("ring", "transfer", targets=[{"kind": "extension", "value": "801"}], ring_seconds=5,
              record="after_answer"),
         node("survey", "menu", prompt=["b.wav"], keys={"5": "满意"}, attempts=1, timeout=2, **SILENT),
         node("after", "play", prompt=["c.wav"])],
        "start next ring", "ring answered survey", *AFTER, "survey 5 end", "survey no_input end",
        "survey no_match end", "after next end",
    ),
    "4001110003": flow(
        "voicemail",
        [node("leave", "voicemail", box="801", greeting=["c.wav"], max_seconds=20, silence_seconds=5, min_seconds=0),
         node("after", "play", prompt=["c.wav"])],
        "start next leave", "leave recorded after", "leave empty end", "after next end",
    ),
    "4001110004": flow(
        "long", [node("loop", "play", prompt=["a.wav"], times=100)], "start next loop", "loop next loop"
    ),
    "4001110005": flow(
        "lost prompt", [node("say", "play", prompt=["missing.wav"])], "start next say", "say next end"
    ),
}  # fmt: skip

SOUNDS = {"a.wav": (0x11, 0.4), "b.wav": (0x22, 0.3), "c.wav": (0x33, 0.2), "missing.wav": (0x44, 0.1)}
"""name -> the one mu-law octet it consists of, seconds."""


def put_sounds(data: Path) -> dict[str, str]:
    prompts = {}
    for name, (octet, seconds) in SOUNDS.items():
        content = bytes([octet]) * int(seconds * 8000)
        sha = prompts[f"file:{name}"] = hashlib.sha256(content).hexdigest()
        if name != "missing.wav":
            (data / "audio" / sha[:2]).mkdir(parents=True, exist_ok=True)
            for suffix in (".ulaw", ".alaw"):
                (data / "audio" / sha[:2] / (sha + suffix)).write_bytes(content)
    return prompts


def prepare(data: Path) -> str:
    """Fill a new data folder; the tenant's id."""
    url = f"sqlite:///{data / 'zongji.db'}"
    migrate(url)
    store = open_store(url)
    prompts = put_sounds(data)
    with store.transaction():
        tenant = store.tenants.create("t", extension_length=3).id
        for number in ("801", "802", "803"):
            digests = make_ha1(number, SIP_REALM, SECRET)
            store.extensions.create(tenant, number, "", ha1_md5=digests.md5, ha1_sha256=digests.sha256, by="t")
        for number, document in FLOWS.items():
            bind(store, tenant, number, document, prompts)
    store.close()
    return tenant


def bind(store: Store, tenant: str, number: str, document: Document, prompts: dict[str, str]) -> None:
    made = store.flows.create(tenant, document["name"], document, by="t")
    version = store.flows.publish(tenant, made.id, made.revision, prompts=prompts, note="", by="t")
    row = store.numbers.create(tenant, number, by="t")
    store.numbers.update(
        tenant, row.id, row.revision, flow_id=made.id, version=version.number, enabled=True, by="t"
    )


class Line:
    """A running runtime and its telephones. ``settings`` may be changed before ``start``."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.tenant = prepare(data)
        self.port = free_port()
        self.settings = RuntimeSettings(
            data=data, database_url=f"sqlite:///{data / 'zongji.db'}", sip=(SipListen("udp", HOST, self.port),),
            rtp_ports=server_rtp(), engine_priority=0, locale="en", trusted=("127.0.0.0/8",),
        )  # fmt: skip
        self.phones: list[SoftPhone] = []
        self._service: Service | None = None

    async def start(self, **changes: object) -> Line:
        self.settings = replace(self.settings, **changes)  # type: ignore[arg-type]  # fields of any type
        self._service = Service(self.settings)
        await self._service.start()
        return self

    @property
    def service(self) -> Service:
        assert self._service is not None
        return self._service

    async def phone(
        self, user: str = "13800138000", secret: str | None = None, domain: str | None = None
    ) -> SoftPhone:
        phone = await SoftPhone(self.port, user, secret, domain=domain).open()
        self.phones.append(phone)
        return phone

    async def extension(self, number: str, answer_after: float | None = None) -> SoftPhone:
        """A registered telephone."""
        phone = await self.phone(number, SECRET)
        assert await phone.register() == 200
        phone.answer_after = answer_after
        return phone

    async def record(self, n: int = 1, sort: str = "-started_at") -> Any:
        """The newest call's record with its steps (or the first by ``sort``), once ``n`` calls are in the database."""
        store = open_store(self.settings.database_url)
        try:
            await until(lambda: store.calls.page(self.tenant).total >= n)
            first = store.calls.page(self.tenant, Query(sort=sort)).items[0]
            return store.calls.get(self.tenant, first.id)
        finally:
            store.close()

    async def stop(self) -> None:
        for phone in self.phones:
            phone.close()
        if self._service is not None:
            await self._service.stop()


@pytest.fixture
def replays(tmp_path: Path) -> Iterator[Replays]:
    """What replays the calls of ``line`` once the test is over."""
    replays = Replays(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        replays.keep(patch)
        yield replays


@pytest.fixture
async def line(tmp_path: Path, replays: Replays) -> AsyncIterator[Line]:
    line = Line(tmp_path)
    try:
        yield line
    finally:
        await line.stop()
    replays.judge()


@pytest.fixture
def way() -> Callable[[Any], list[tuple[str, str | None]]]:
    """(node, exit) of a record's steps."""
    return lambda record: [(step["node"], step["exit"]) for step in record.steps]


