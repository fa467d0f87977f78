"""``menu``: one key chooses the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from interpreter.flow.prompts import known_text
from interpreter.machine.operations import AskKey, Operation
from interpreter.nodes.base import Assembly, NodeType, Scope

_CHINESE: Final = {
    "零": "0", "一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "八": "8", "九": "9",
    "井": "#", "星": "*",
}  # fmt: skip
_ENGLISH: Final = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "pound": "#", "hash": "#", "star": "*",
}  # fmt: skip
_SPOKEN_KEY: Final = re.compile(
    rf"(?:按|拨)\s*(?:数字键?\s*)?(?P<zh>[0-9*#{''.join(_CHINESE)}])(?![0-9下])"
    rf"|\b(?:press|dial)\s+(?:the\s+)?(?P<en>[0-9*#](?![0-9])|(?:{'|'.join(_ENGLISH)})\b)",
    re.IGNORECASE,
)


class MenuNode(NodeType):
    """Plays a prompt and takes one key; may take an extension's number instead where ``direct_dial`` is on.

        {"id": "main", "type": "menu", "config": {"prompt": ["main.wav"], "keys": {"1": "销售", "2": "售后"}}}

    A key always wins: with direct dialling, only a first digit that is no key starts an extension's number (then in
    ``call.extension``), which ends by its length, ``#`` or a pause. The prompt for no input or no match is followed
    by the menu's prompt; after the last attempt neither is played.

    Checks: prompts; keys that hide extensions; keys the prompt speaks of and the menu lacks. Becomes: ``AskKey``.
    """

    type = "menu"

    def check(self, scope: Scope) -> None:
        super().check(scope)
        if scope.config["direct_dial"]:
            _check_extensions(scope)
        _check_spoken_keys(scope)

    def build(self, assembly: Assembly) -> Sequence[Operation]:
        config = assembly.config
        asking = assembly.asking(
            first_digit_timeout=config["timeout"],
            barge_in=config["barge_in"],
            no_input=assembly.exit("no_input"),
            no_match=assembly.exit("no_match"),
        )
        keys = {key: assembly.exit(key) for key in config["keys"]}
        dialled = assembly.exit("extension") if config["direct_dial"] else None
        return [AskKey(assembly.node.id, asking, keys, dialled, assembly.flow.settings.extension_length)]


@lru_cache(maxsize=256)
def spoken_keys(text: str) -> tuple[str, ...]:
    """Keys that a prompt's text tells the caller to press: "销售请按1", "press two".

    Remembered, for a thousand menus may play one long prompt.
    """
    return tuple(map(_key_of, _SPOKEN_KEY.finditer(text)))


def _key_of(match: re.Match[str]) -> str:
    chinese, english = match["zh"], match["en"]
    return _CHINESE.get(chinese, chinese) if chinese else _ENGLISH.get(english.lower(), english)


def _check_extensions(scope: Scope) -> None:
    for key in scope.config["keys"]:
        count, first = scope.resources.extensions_behind(key)
        if count:
            scope.report("menu.key_conflict", "keys", key=key, count=count, extension=first)


def _check_spoken_keys(scope: Scope) -> None:
    use_system = scope.flow.settings.use_system_prompts
    said: set[str] = set()
    for prompt in scope.known_prompts("prompt"):
        text = known_text(prompt, scope.resources, use_system)
        for key in spoken_keys(text or ""):
            if key not in scope.config["keys"] and key not in said:
                said.add(key)
                scope.report("menu.text_key", "keys", key=key, text=text)
