"""Values of expressions and what arithmetic on them may not do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

Value = str | int | float | bool
Type = Literal["text", "number", "yes_no"]
Environment = dict[str, Value]
"""Variables by name, and ``call.caller``, ``call.called``, ``call.extension``."""

Evaluator = Callable[[Environment], Value]

MAX_TEXT: Final = 1000
"""Characters a text may have; a loop that appends to itself ends in a fault, not in a full memory."""

MAX_NUMBER: Final = 10**15


class EvaluationError(ArithmeticError):
    """An expression has no value. ``code``: division_by_zero, too_large, too_long, not_a_number."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def type_of(value: Value) -> Type:
    if isinstance(value, bool):
        return "yes_no"
    return "text" if isinstance(value, str) else "number"


def number(value: int | float) -> int | float:
    """The number if it is one we go on with. Raises EvaluationError."""
    if not -MAX_NUMBER <= value <= MAX_NUMBER:  # nor is NaN, which compares false
        raise EvaluationError("too_large")
    return value


def text(value: str) -> str:
    """The text if it is not too long. Raises EvaluationError."""
    if len(value) > MAX_TEXT:
        raise EvaluationError("too_long")
    return value


def divide(left: int | float, right: int | float) -> int | float:
    """Quotient, an integer where it comes out even. Raises EvaluationError."""
    if right == 0:
        raise EvaluationError("division_by_zero")
    if isinstance(left, int) and isinstance(right, int) and left % right == 0:
        return left // right
    return number(left / right)


def modulo(left: int | float, right: int | float) -> int | float:
    """Remainder with the sign of ``right``. Raises EvaluationError."""
    if right == 0:
        raise EvaluationError("division_by_zero")
    return number(left % right)


def as_text(value: Value) -> str:
    """How a value is written: ``3`` for 3.0, ``0.3`` for 0.1 + 0.2 (six decimals at most), ``true`` and ``false``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        written = f"{value:.6f}".rstrip("0").rstrip(".")
        return "0" if written == "-0" else written
    return str(value)


def is_number(value: str) -> bool:
    """Whether ``parse_number`` would say one."""
    try:
        parse_number(value)
    except EvaluationError:
        return False
    return True


def number_or(value: str, fallback: int | float) -> int | float:
    """The number a text says, else the other."""
    return parse_number(value) if is_number(value) else fallback


def in_order(compare: Callable[[Value, Value], Value]) -> Callable[[Value, Value], Value]:
    """For texts: what callers type is text, so two numbers are compared as numbers and "20" is less than "100"; other
    texts (times, dates, names) by their characters."""

    def compared(left: Value, right: Value) -> Value:
        if isinstance(left, str) and isinstance(right, str) and is_number(left) and is_number(right):
            return compare(parse_number(left), parse_number(right))
        return compare(left, right)

    return compared


def parse_number(value: str) -> int | float:
    """The number a text says. Raises EvaluationError."""
    written = value.strip()
    digits = written.removeprefix("-")
    if not digits.isascii() or not digits.replace(".", "", 1).isdigit() or len(digits) > 20:
        raise EvaluationError("not_a_number")
    return number(float(written) if "." in digits else int(written))
