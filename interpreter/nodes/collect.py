"""``collect``: digits into a variable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from interpreter.machine.operations import CollectDigits, Operation
from interpreter.nodes.base import Assembly, NodeType, Scope

MAX_REPETITIONS: Final = 4

_REPETITION: Final = re.compile(r"(?<!\\)(?:[*+]|\{[0-9]*,[0-9]*\})")
_REPEATED_GROUP: Final = re.compile(r"(?<!\\)\)(?:[*+]|\{)")
_EXOTIC: Final = re.compile(r"\(\?(?!:)|\\[1-9A-Z]")


class CollectNode(NodeType):
    r"""Plays a prompt and takes digits until the terminator, the most digits, or a pause.

        {"id": "mobile", "type": "collect",
         "config": {"prompt": ["enter_mobile.wav"], "variable": "mobile", "min": 11, "max": 11, "pattern": "1[3-9]\\d{9}"}}

    Too few digits, or digits that do not fit the pattern, are no match. A terminator that follows right after the
    last possible digit belongs to this node and is dropped.

    Checks: prompts; the variable is a declared text; min <= max; the pattern is a regular expression that cannot
    take long. Becomes: ``CollectDigits``.
    """  # noqa: E501

    type = "collect"

    def check(self, scope: Scope) -> None:
        super().check(scope)
        config = scope.config
        scope.variable(config["variable"], "variable", "text")
        if config["min"] > config["max"]:
            scope.report("collect.min_max", "min", min=config["min"], max=config["max"])
        if config["pattern"]:
            _check_pattern(scope, config["pattern"])

    def build(self, assembly: Assembly) -> Sequence[Operation]:
        config = assembly.config
        asking = assembly.asking(
            first_digit_timeout=config["first_digit_timeout"],
            barge_in=config["barge_in"],
            no_input=assembly.exit("no_input"),
            no_match=assembly.exit("no_match"),
        )
        return [
            CollectDigits(
                assembly.node.id,
                asking,
                variable=config["variable"],
                min=config["min"],
                max=config["max"],
                terminator=config["terminator"],
                pattern=re.compile(config["pattern"]) if config["pattern"] else None,
                ok=assembly.exit("ok"),
            )
        ]


def _check_pattern(scope: Scope, pattern: str) -> None:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        scope.report("collect.pattern", "pattern", reason=str(error))
        return
    # Python's matcher can take ages for (a+)+ and the like; telephone numbers need nothing of the kind
    plain = re.sub(r"\[[^\]]*\]", "0", pattern)
    if _REPEATED_GROUP.search(plain) or _EXOTIC.search(plain) or len(_REPETITION.findall(plain)) > MAX_REPETITIONS:
        scope.report("collect.pattern_slow", "pattern", limit=MAX_REPETITIONS)
