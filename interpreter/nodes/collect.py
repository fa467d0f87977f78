"""``collect``: digits into a variable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from interpreter.flow.document import Node
from interpreter.machine.key_pattern import MAX_POSITIONS, KeyPattern, PatternError, Problem
from interpreter.machine.operations import CollectDigits, Operation
from interpreter.nodes.base import Assembly, NodeType, Scope

_PROBLEMS: Final[Mapping[Problem, str]] = {
    "unknown": "collect.pattern",
    "unfinished": "collect.pattern_unfinished",
    "nothing_repeated": "collect.pattern_repeat",
    "too_large": "collect.pattern_slow",
}


class CollectNode(NodeType):
    r"""Plays a prompt and takes digits until the terminator, the most digits, or a pause.

        {"id": "mobile", "type": "collect",
         "config": {"prompt": ["enter_mobile.wav"], "variable": "mobile", "min": 11, "max": 11,
                    "pattern": "1[3-9]\\d{9}"}}

    Too few digits, another key than a digit (the pattern says which keys may come where there is one; ``digits_only``
    can be off), or digits that do not fit the pattern, are no match. A terminator that follows right after the
    last possible digit belongs to this node and is dropped. What is typed for a ``secret`` input stands in no journal.

    Checks: prompts; the variable is a declared text; min <= max; the pattern is one of keys (see
    ``machine.key_pattern``). Becomes: ``CollectDigits``.
    """

    type = "collect"

    def check(self, scope: Scope) -> None:
        super().check(scope)
        config = scope.config
        scope.variable(config["variable"], "variable", "text")
        if config["min"] > config["max"]:
            scope.report("collect.min_max", "min", min=config["min"], max=config["max"])
        if config["pattern"]:
            _check_pattern(scope, config["pattern"])

    def typed(self, node: Node) -> Iterable[tuple[str, int]]:
        return [(node.config["variable"], node.config["max"])]

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
                pattern=KeyPattern(config["pattern"]) if config["pattern"] else None,
                ok=assembly.exit("ok"),
                digits_only=config["digits_only"] and not config["pattern"],
                secret=config["secret"],
            )
        ]


def _check_pattern(scope: Scope, text: str) -> None:
    try:
        pattern = KeyPattern(text)
    except PatternError as error:
        scope.report(_PROBLEMS[error.problem], "pattern", column=error.column, found=error.found, limit=MAX_POSITIONS)
        return
    if pattern.strange:
        scope.report("collect.pattern_key", "pattern", found=pattern.strange)
