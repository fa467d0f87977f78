"""Which variables hold what callers type: their values are no choice of the flow's author."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from interpreter.flow.document import Flow
from interpreter.flow.expressions import Compiled, ExpressionError, compile_expression

SMALL: Final = 7
"""Digits of a number with which sums and products of a flow stay within what expressions can reckon with."""

_LONG: Final = 99


class Typed:
    """What callers decide in one flow. broken: nodes whose settings cannot be read."""

    def __init__(self, flow: Flow, broken: frozenset[str]) -> None:
        self._flow = flow
        self._broken = broken

    def may_fault(self, expression: Compiled) -> bool:
        """Can a caller type what makes it have no value?"""
        if expression.trusting:
            return True
        if not expression.divides and not expression.grows:  # as most: then nobody needs to know
            return False
        longest = max((self._digits.get(name, 0) for name in expression.names), default=0)
        return longest > (0 if expression.divides else SMALL)

    @cached_property
    def _digits(self) -> Mapping[str, int]:
        """Variable -> how many digits a caller can put into it."""
        digits = {"call.caller": _LONG, "call.extension": SMALL - 1}
        users: dict[str, list[tuple[str, bool]]] = {}
        for node in self._flow.nodes:
            if node.id in self._broken:
                continue
            if node.type == "collect":
                name = node.config["variable"]
                digits[name] = max(digits.get(name, 0), node.config["max"])
            elif node.type == "set":
                for item in node.config["assign"]:
                    self._note_users(item["variable"], item["value"], users)
        _spread(digits, users)
        return digits

    def _note_users(self, variable: str, source: str, users: dict[str, list[tuple[str, bool]]]) -> None:
        try:
            value = compile_expression(source, self._flow.variable_types)
        except ExpressionError:
            return
        for name in value.names:
            users.setdefault(name, []).append((variable, value.multiplies))


def _spread(digits: dict[str, int], users: Mapping[str, list[tuple[str, bool]]]) -> None:
    """What is made of a typed value is as long as that, for calls end before sums grow; a product may be longer."""
    todo = list(digits)
    while todo:
        name = todo.pop()
        for variable, multiplies in users.get(name, ()):
            length = _LONG if multiplies else digits[name]
            if length > digits.get(variable, 0):
                digits[variable] = length
                todo.append(variable)
