"""``zongji bench serve``: a runtime without a page whose four numbers behave as the load scenarios want.

========  ====================================================================================
100       answer, play ``menu3`` (3 s), wait for a key; on ``1`` play ``one1`` (1 s) and hang up
200       answer, loop ``long30`` until the caller hangs up
300       connect to ``sip:echo@127.0.0.1:5080``, media through us
301       the same, recorded
========  ====================================================================================

Ordinary flows, published and bound, and an ordinary trunk; journal, database and records as always. Callers from
127.0.0.1 need no password. The sounds are a syllable-like beat, the same bytes every time.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interpreter.runtime.errors import StartError
from interpreter.runtime.main import run
from interpreter.runtime.settings import Limits, RuntimeSettings, SipListen
from interpreter.system_errors import why
from store import Store, migrate, open_store

TRUNK = ("echo", "127.0.0.1:5080")
SOUNDS = {"menu3": (3.0, 1), "one1": (1.0, 2), "long30": (30.0, 3)}
"""name -> seconds, seed."""

RATE_HZ = 8000
BY = "bench"

Document = dict[str, Any]


def serve_bench(sip: str, data: Path, locale: str) -> int:
    """Prepare ``data`` where that has not happened yet and serve until SIGTERM; the exit status.

    locale: of what is said where it cannot start. Raises StoreError.
    """
    url = f"sqlite:///{data.resolve() / 'zongji.db'}"
    try:
        listen = SipListen.parse(sip)
        _make_folder(data, locale)
    except StartError as error:
        print(error.message(locale), file=sys.stderr)
        return error.status
    prepare(data, url)
    limits = Limits(max_calls=6000, max_invites_per_second=2000.0)
    return run(
        RuntimeSettings(
            data=data,
            database_url=url,
            sip=(listen,),
            limits=limits,
            rtp_timeout_seconds=600.0,  # the load's callers listen without sending
            log_level="WARNING",
            locale=locale,
        )
    )


def _make_folder(data: Path, locale: str) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartError("data_folder", data=data, detail=why(error)[locale]) from error


def prepare(data: Path, url: str) -> None:
    """Tables, tenant, trunk, sounds, flows and numbers; nothing where they are there already."""
    migrate(url)
    store = open_store(url)
    try:
        if any(tenant.name == BY for tenant in store.tenants.all()):
            return
        sounds = _store_sounds(data)
        with store.transaction():
            tenant = store.tenants.create(BY)
            store.trunks.create(tenant.id, *TRUNK, None, by=BY)
            for number, document in documents().items():
                _publish(store, tenant.id, number, document, sounds)
    finally:
        store.close()


def _publish(store: Store, tenant: str, number: str, document: Document, sounds: Mapping[str, str]) -> None:
    flow = store.flows.create(tenant, document["name"], document, by=BY)
    prompts = {f"file:{name}.wav": sha for name, sha in sounds.items()}
    version = store.flows.publish(tenant, flow.id, flow.revision, prompts=prompts, note="", by=BY)
    row = store.numbers.create(tenant, number, by=BY)
    store.numbers.update(
        tenant, row.id, row.revision, flow_id=flow.id, version=version.number, enabled=True, by=BY
    )


def documents() -> dict[str, Document]:
    """number -> flow document."""
    return {
        "100": _flow(
            "menu",
            [
                _node("ask", "menu", prompt=["menu3.wav"], keys={"1": "one"}, attempts=1,
                      no_input_prompt=[], no_match_prompt=[]),
                _node("one", "play", prompt=["one1.wav"]),
            ],
            [("start", "next", "ask"), ("ask", "1", "one"), ("ask", "no_input", "end"), ("ask", "no_match", "end"),
             ("one", "next", "end")],
        ),
        "200": _flow(
            "playback",
            [_node("loop", "play", prompt=["long30.wav"], times=100)],
            [("start", "next", "loop"), ("loop", "next", "loop")],
        ),
        "300": _bridge("bridge", "never"),
        "301": _bridge("bridge, recorded", "after_answer"),
    }  # fmt: skip


def _bridge(name: str, record: str) -> Document:
    target = {"kind": "trunk", "value": TRUNK[0], "user": "echo"}
    exits = ("answered", "busy", "no_answer", "offline")
    return _flow(
        name,
        [_node("connect", "transfer", targets=[target], record=record)],
        [("start", "next", "connect"), *[("connect", exit_, "end") for exit_ in exits]],
    )


def _flow(name: str, nodes: list[Document], edges: list[tuple[str, str, str]]) -> Document:
    return {
        "format": "zongji.flow/1",
        "name": name,
        "locale": "en-US",
        "settings": {"on_error": "end"},
        "variables": {},
        "nodes": [_node("start", "start"), *nodes, _node("end", "hangup")],
        "edges": [{"from": source, "exit": exit_, "to": target} for source, exit_, target in edges],
    }


def _node(node_id: str, kind: str, **config: object) -> Document:
    return {"id": node_id, "type": kind, "label": node_id, "config": config, "position": {"x": 0, "y": 0}}


def _store_sounds(data: Path) -> dict[str, str]:
    from designer.audio.library import AudioLibrary  # late: the running runtime does without it

    library = AudioLibrary(data / "audio")
    return {name: library.put(speechish(seconds, seed)).sha256 for name, (seconds, seed) in SOUNDS.items()}


def speechish(seconds: float, seed: int) -> NDArray[np.int16]:
    """8 kHz samples of a syllable-like beat of three harmonics with pauses, so that nothing counts as silence."""
    rng = np.random.default_rng(seed)
    n_samples = int(seconds * RATE_HZ)
    parts: list[NDArray[np.float64]] = []
    while sum(map(len, parts)) < n_samples:
        n = int(rng.integers(900, 2200))
        pitch = rng.uniform(110, 240)
        levels = [(k * pitch, rng.uniform(0.2, 1.0) / k) for k in (1, 3, 7)]
        at = np.arange(n)
        tone = sum(level * np.sin(2 * np.pi * hz * at / RATE_HZ) for hz, level in levels)
        parts.append(11000 * np.sin(np.pi * at / n) * tone / sum(level for _, level in levels))
        parts.append(np.zeros(int(rng.integers(100, 700))))
    return np.concatenate(parts)[:n_samples].astype(np.int16)
