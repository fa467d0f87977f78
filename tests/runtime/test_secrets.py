"""What a caller types in secret is written down nowhere: neither as keys, nor as what comes of them."""

from __future__ import annotations

import contextlib

import pytest
from runtime.conftest import bind, flow, node, put_sounds

from interpreter.compiler import compile_flow
from interpreter.sip.events import CallAnswered, CallEnded
from store import open_store

pytestmark = pytest.mark.e2e

NUMBER, CARD = "4001110050", "4711"


def read_back(secret: bool):
    """A flow that collects four digits and reads them out."""
    ask = node("ask", "collect", prompt=["a.wav"], variable="card", min=4, max=4, secret=secret,
               no_input_prompt=[], no_match_prompt=[])  # fmt: skip
    edges = ("start next ask", "ask ok say", "ask no_input end", "ask no_match end", "say next end")
    document = flow("card", [ask, node("say", "play", prompt=[{"digits": "card"}])], *edges)
    return document | {"variables": {"card": ""}}


@pytest.mark.parametrize("secret", [True, False])
async def test_a_secret_that_the_flow_reads_out(line, secret):
    document = read_back(secret)
    sounds = put_sounds(line.data)
    prompts = {key: sounds.get(key, sounds["file:b.wav"]) for key in compile_flow(document).prompt_keys}
    with contextlib.closing(open_store(line.settings.database_url)) as store:
        bind(store, line.tenant, NUMBER, document, prompts)
        await line.start()
        phone = await line.phone()
        call = phone.dial(NUMBER)
        await phone.wait(CallAnswered)
        await phone.rtp[call].type(CARD)
        await phone.wait(CallEnded)
        record = await line.record()
        kept = store.calls.inputs(line.tenant, record.id)
    journal = "".join(path.read_text() for path in (line.data / "journal").glob("*.jsonl"))
    for written in (kept, journal):
        assert ("system:digit-4" in written) is not secret
        assert ('"digit","4"' in written.replace(" ", "")) is not secret
    assert [(step["node"], step["exit"]) for step in record.steps] == [
        ("start", "next"), ("ask", "ok"), ("say", "next"), ("end", None),
    ]  # fmt: skip
