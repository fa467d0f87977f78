"""The company that is measured: a data folder whose numbers behave as the load scenarios want.

========  ====================================================================================
100       answer, play ``menu3`` (3 s), wait for a key; on ``1`` play ``one1`` (1 s) and hang up
200       answer, loop ``long30`` until the caller hangs up
300       connect to ``sip:echo@127.0.0.1:5080``, media through us
301       the same, recorded
400       a conference of up to 100, without music
500       wait for the only agent, whose telephone is ``sip:agent@127.0.0.1:5080``, with ``long30`` as music
========  ====================================================================================

Ordinary flows, published and bound, and an ordinary trunk. The sounds are a syllable-like beat, the same bytes every
time.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from designer.audio.library import AudioLibrary
from store import Store, StoreError, migrate, open_store
from store.records import Binding, Membership

TRUNK = ("echo", "127.0.0.1:5080")
LISTENER = "127.0.0.1:5070"
"""Where the load scenarios expect us."""

AGENT, GROUP = "801", "desk"
SOUNDS = {"menu3": (3.0, 1), "one1": (1.0, 2), "long30": (30.0, 3)}
"""name -> seconds, seed."""

RATE_HZ = 8000
BY = "bench"

Document = dict[str, Any]


def main() -> int:
    """``python -m bench.prepare DATA URL LOCALE``."""
    data, url, locale = sys.argv[1:]
    try:
        prepare(Path(data), url)
    except StoreError as error:
        print(error.message(locale), file=sys.stderr)
        return 1
    return 0


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
            _register_agent(store, tenant.id)
            for number, document in documents().items():
                _publish(store, tenant.id, number, document, sounds)
    finally:
        store.close()


def _register_agent(store: Store, tenant: str) -> None:
    """An extension with a telephone that is always there, alone in its group."""
    store.extensions.create(tenant, AGENT, AGENT, ha1_md5="", ha1_sha256="", by=BY)
    store.groups.create(tenant, GROUP, "sequential", [Membership(AGENT)], by=BY)
    address = TRUNK[1]
    source = f"udp:{address}@udp:{LISTENER}"
    always = time.time() + 24 * 3600.0
    telephone = Binding(
        tenant_id=tenant, extension=AGENT, contact=f"sip:agent@{address}", source=source, expires_at=always
    )
    store.registrations.replace(tenant, AGENT, [telephone])


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
        "500": _flow(
            "queue",
            [_node("wait", "queue", group=GROUP, music=["long30.wav"], announce_seconds=0, most=500, timeout=3600)],
            [("start", "next", "wait"), *[("wait", way, "end") for way in ("answered", "timeout", "full", "nobody")]],
        ),
        "300": _bridge("bridge", "never"),
        "301": _bridge("bridge, recorded", "after_answer"),
        "400": _flow(
            "conference",
            [_node("meet", "conference", room="bench", limit=100, music=False, alone_prompt=[])],
            [("start", "next", "meet"), ("meet", "left", "end"), ("meet", "denied", "end")],
        ),
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


if __name__ == "__main__":
    sys.exit(main())
