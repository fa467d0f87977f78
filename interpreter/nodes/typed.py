"""Which variables hold what callers type: their values are no choice of the flow's author."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

from interpreter.flow.expressions import Compiled, ExpressionError, Type, compile_expression

SMALL: Final = 7
"""Digits of a number with which sums and products of a flow stay within what expressions can reckon with."""

_LONG: Final = 99


class Typed:
    """What callers decide in one flow.

    types: of the variables. typed: those that a caller types into, and how many digits. assigned: variables and the
    expressions whose values they get. Both are looked at where it matters, once.
    """

    def __init__(
        self, types: Mapping[str, Type], typed: Iterable[tuple[str, int]], assigned: Iterable[tuple[str, str]]
    ) -> None:
        self._types = types
        self._typed = typed
        self._assigned = assigned

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
        for name, length in self._typed:
            digits[name] = max(digits.get(name, 0), length)
        users: dict[str, list[tuple[str, bool]]] = {}
        for variable, source in self._assigned:
            try:
                value = compile_expression(source, self._types)
            except ExpressionError:
                continue
            for name in value.names:
                users.setdefault(name, []).append((variable, value.multiplies))
        _spread(digits, users)
        return digits


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
