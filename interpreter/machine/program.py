"""A compiled flow: a flat tuple of operations whose targets are indices into that tuple."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from interpreter.machine.operations.base import Operation, Value


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """What ``compile_flow`` makes and any number of ``Machine`` objects run at once; never changed.

    flow: what traces call the flow, its id as a rule; "" where calls stay in one flow.
    entry, on_error: where a call begins and where it goes when something of ours fails.
    variables: declared variables with their first values.
    exits: (node id, exit id) -> label of that exit, "" where it has none.
    prompt_keys: every audio the program may play, so publishing can see that all are there.
    digest: the same for the same document, used to refuse a snapshot of another program.
    early_media: prompts are played before the call is answered.
    keeps_secrets: some of what callers type may be written down nowhere.
    asks_for_workdays: where calls go depends on which days are worked in China.
    """

    name: str
    locale: str
    operations: tuple[Operation, ...]
    entry: int
    on_error: int
    variables: Mapping[str, Value]
    exits: Mapping[tuple[str, str], str]
    prompt_keys: frozenset[str]
    digest: str
    early_media: bool = False
    keeps_secrets: bool = False
    asks_for_workdays: bool = False
    flow: str = ""
