"""Flows for tests of trouble: one that leads everywhere, one that only plays."""

from __future__ import annotations

from support.flow_documents import Document, flow, node

SWITCHBOARD_EDGES = """
    menu.1 -> sales, menu.2 -> leave, menu.3 -> desk, menu.0 -> bye, menu.no_input -> bye, menu.no_match -> bye,
    sales.answered -> bye, sales.busy -> bye, sales.no_answer -> bye, sales.offline -> bye,
    desk.answered -> bye, desk.busy -> bye, desk.no_answer -> bye, desk.offline -> bye,
    leave.recorded -> bye, leave.empty -> bye
"""


def switchboard() -> Document:
    """Answer, then a patient menu: 1 rings 801 (recorded), 3 rings 802 (recorded), 2 takes a message, 0 hangs up."""
    silent: Document = {"no_input_prompt": [], "no_match_prompt": []}
    menu = node("menu", "menu", prompt=["pv_welcome.wav"], keys={"1": "a", "2": "b", "3": "c", "0": "d"}, timeout=60,
                attempts=1, **silent)
    return flow(
        menu,
        node("sales", "transfer", targets=[{"kind": "extension", "value": "801"}], ring_seconds=10),
        node("desk", "transfer", targets=[{"kind": "extension", "value": "802"}], ring_seconds=10),
        node("leave", "voicemail", box="801", greeting=[], max_seconds=60, silence_seconds=30, min_seconds=0),
        node("bye", "hangup", prompt=[]),
        edges=SWITCHBOARD_EDGES,
        settings={"record": "after_answer"},
    )


def player(prompt: str, times: int = 50) -> Document:
    """Answer and play one prompt again and again."""
    return flow(
        node("say", "play", prompt=[prompt], times=times), node("bye", "hangup", prompt=[]), edges="say.next -> bye"
    )
