"""Source text -> a checked closure, or an error that names its column."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from interpreter.flow.expressions.functions import FUNCTIONS
from interpreter.flow.expressions.parsing import ExpressionError, Part, parse
from interpreter.flow.expressions.values import (
    Environment,
    EvaluationError,
    Evaluator,
    Type,
    Value,
    divide,
    in_order,
    modulo,
    number,
    text,
)

FACTS: Final[Mapping[str, Type]] = {"call.caller": "text", "call.called": "text", "call.extension": "text"}

MAX_SOURCE: Final = 1000
MAX_DEPTH: Final = 40
MAX_PARTS: Final = 200

SCAN_WORK: Final = 20
"""Simple steps that a search of one text in another counts for; with long texts, chosen with malice, it takes more."""

SEARCHING: Final = frozenset({"contains", "replace"})
"""Functions that search."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression ready to run.

    evaluate: raises EvaluationError where there is no value. constant: its value where it is always the same.
    names: variables and facts it reads. trusting: it takes a text for a number that may be none.
    divides, grows: it may have none because something in it is 0 or out of range, or too large. multiplies: its value
    may have far more digits than what it reads.
    work: about what it costs to evaluate, in simple steps, see ``SCAN_WORK``.
    """

    type: Type
    evaluate: Evaluator
    constant: Value | None = None
    names: frozenset[str] = frozenset()
    work: int = 0
    trusting: bool = False
    divides: bool = False
    grows: bool = False
    multiplies: bool = False


def compile_expression(source: str, variables: Mapping[str, Type]) -> Compiled:
    """Parse, check and compile. variables: the declared ones with their types. Raises ExpressionError."""
    if len(source) > MAX_SOURCE:
        raise ExpressionError("expression.too_long", MAX_SOURCE)
    compiler = _Compiler(variables)
    term = compiler.compile(parse(source), 0)
    names = frozenset(compiler.names)
    return Compiled(
        term.type, term.evaluate, term.constant, names, compiler.work,
        compiler.trusting, compiler.divides, compiler.grows, compiler.multiplies,
    )  # fmt: skip


class _Term:
    """What a part becomes. constant: its value where it is always the same."""

    __slots__ = ("constant", "evaluate", "type")

    def __init__(self, kind: Type, evaluate: Evaluator, constant: Value | None = None) -> None:
        self.type, self.evaluate, self.constant = kind, evaluate, constant


_COMPARE: Final[Mapping[str, Callable[[Value, Value], Value]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class _Compiler:
    """One pass over the tree: types, constants and closures together."""

    def __init__(self, variables: Mapping[str, Type]) -> None:
        self._variables = variables
        self._parts = 0
        self._scans = 0
        self.names: set[str] = set()
        self.trusting = False
        self.divides = False
        self.grows = False
        self.multiplies = False

    @property
    def work(self) -> int:
        return self._parts + SCAN_WORK * self._scans

    def compile(self, part: Part, depth: int) -> _Term:
        self._parts += 1
        if depth > MAX_DEPTH or self._parts > MAX_PARTS:
            raise ExpressionError("expression.too_long", part.column)
        method: Callable[[Part, int], _Term] = getattr(self, f"_{part.kind}")
        return method(part, depth + 1)

    def _want(self, part: Part, depth: int, wanted: Type) -> _Term:
        compiled = self.compile(part, depth)
        if compiled.type != wanted:
            raise ExpressionError("expression.type", part.column, wanted=wanted, found=compiled.type)
        return compiled

    def _number(self, part: Part, depth: int) -> _Term:
        return _constant("number", float(part.text) if "." in part.text else int(part.text))

    def _string(self, part: Part, depth: int) -> _Term:
        quote, inner = part.text[0], part.text[1:-1]
        return _constant("text", inner.replace("\\n", "\n").replace(f"\\{quote}", quote).replace("\\\\", "\\"))

    def _true(self, part: Part, depth: int) -> _Term:
        return _constant("yes_no", True)

    def _false(self, part: Part, depth: int) -> _Term:
        return _constant("yes_no", False)

    def _variable(self, part: Part, depth: int) -> _Term:
        return self._read(part, self._variables)

    def _fact(self, part: Part, depth: int) -> _Term:
        return self._read(part, FACTS)

    def _read(self, part: Part, known: Mapping[str, Type]) -> _Term:
        name = part.text
        kind = known.get(name)
        if kind is None:
            raise ExpressionError("expression.unknown_name", part.column, name=name)
        self.names.add(name)
        return _Term(kind, operator.itemgetter(name))

    def _either(self, part: Part, depth: int) -> _Term:
        return self._logic(part, depth, decisive=True)

    def _both(self, part: Part, depth: int) -> _Term:
        return self._logic(part, depth, decisive=False)

    def _logic(self, part: Part, depth: int, *, decisive: bool) -> _Term:
        """``or`` (True decides) and ``and`` (False decides): the first part that decides ends it."""
        parts = [self._want(child, depth, "yes_no") for child in part.children]
        open_parts: list[Evaluator] = []
        for each in parts:
            if each.constant is None:
                open_parts.append(each.evaluate)
            elif each.constant is decisive:
                return _Term("yes_no", lambda env: decisive, decisive)
        if not open_parts:
            return _constant("yes_no", not decisive)
        return _Term("yes_no", _first_deciding(tuple(open_parts), decisive))

    def _negate(self, part: Part, depth: int) -> _Term:
        return _apply("yes_no", operator.not_, [self._want(part.children[0], depth, "yes_no")])

    def _compare(self, part: Part, depth: int) -> _Term:
        left = self.compile(part.children[0], depth)
        right = self._want(part.children[1], depth, left.type)
        sign = part.text
        if left.type == "yes_no" and sign not in ("==", "!="):
            raise ExpressionError("expression.order", part.column, sign=sign)
        compare = _COMPARE[sign]
        if left.type == "text" and sign not in ("==", "!="):
            compare = in_order(compare)
        return _apply("yes_no", compare, [left, right])

    def _within(self, part: Part, depth: int) -> _Term:
        item_part, choices_part = part.children
        if choices_part.kind == "listed":
            item = self.compile(item_part, depth)
            choices = [self._want(child, depth, item.type) for child in choices_part.children]
            return _apply("yes_no", lambda value, *values: value in values, [item, *choices])
        self._scans += 1
        item = self._want(item_part, depth, "text")
        whole = self._want(choices_part, depth, "text")
        return _apply("yes_no", lambda value, within: value in within, [item, whole])

    def _not_within(self, part: Part, depth: int) -> _Term:
        return _apply("yes_no", operator.not_, [self._within(part, depth)])

    def _sum(self, part: Part, depth: int) -> _Term:
        first, *others = part.children
        total = self.compile(first, depth)
        for sign, child in zip(part.signs, others, strict=True):
            if sign == "+" and total.type == "text":
                added = self._want(child, depth, "text")
                total = _apply("text", lambda a, b: text(a + b), [total, added])
                continue
            if total.type != "number":
                raise ExpressionError("expression.type", first.column, wanted="number", found=total.type)
            added = self._want(child, depth, "number")
            add: Callable[..., Value] = (lambda a, b: number(a + b)) if sign == "+" else (lambda a, b: number(a - b))
            self.grows = True
            total = _apply("number", add, [total, added])
        return total

    def _product(self, part: Part, depth: int) -> _Term:
        first, *others = part.children
        total = self._want(first, depth, "number")
        for sign, child in zip(part.signs, others, strict=True):
            factor = self._want(child, depth, "number")
            if sign in "/%" and factor.constant == 0:
                raise ExpressionError("expression.division_by_zero", child.column)
            if sign in "/%":
                self.divides |= factor.constant is None
            else:
                self.grows = self.multiplies = True
            total = _apply("number", _TIMES[sign], [total, factor])
        return total

    def _minus(self, part: Part, depth: int) -> _Term:
        return _apply("number", operator.neg, [self._want(part.children[0], depth, "number")])

    def _function(self, part: Part, depth: int) -> _Term:
        name, arguments = part.text, part.children
        self._scans += name in SEARCHING
        function = FUNCTIONS.get(name)
        if function is None:
            raise ExpressionError("expression.unknown_function", part.column, name=name)
        wanted = len(function.parameters)
        if len(arguments) != wanted:
            found = len(arguments)
            raise ExpressionError("expression.arguments", part.column, name=name, wanted=wanted, found=found)
        parts = [
            self.compile(argument, depth) if wanted is None else self._want(argument, depth, wanted)
            for argument, wanted in zip(arguments, function.parameters, strict=True)
        ]
        self.divides |= name == "part" and None in (parts[1].constant, parts[2].constant)
        self.trusting |= name == "number" and parts[0].constant is None
        return _apply(function.result, function.call, parts)


_TIMES: Final[Mapping[str, Callable[..., Value]]] = {
    "*": lambda a, b: number(a * b),
    "/": divide,
    "%": modulo,
}


def _constant(kind: Type, value: Value) -> _Term:
    return _Term(kind, lambda env: value, value)


def _first_deciding(parts: tuple[Evaluator, ...], decisive: bool) -> Evaluator:
    def evaluate(env: Environment) -> Value:
        for part in parts:
            if part(env) is decisive:
                return decisive
        return not decisive

    return evaluate


def _apply(kind: Type, function: Callable[..., Value], parts: Sequence[_Term]) -> _Term:
    """A call of ``function`` on the parts' values; done now where all of them are constant."""
    if all(part.constant is not None for part in parts):
        try:
            return _constant(kind, function(*(part.constant for part in parts)))
        except EvaluationError:
            pass  # it faults each time it is evaluated, which is when it shall
    return _Term(kind, _closure(function, [part.evaluate for part in parts], parts))


def _closure(function: Callable[..., Value], evaluators: Sequence[Evaluator], parts: Sequence[_Term]) -> Evaluator:
    """Shapes that conditions mostly have get a closure without a loop."""
    if len(evaluators) == 1:
        (only,) = evaluators
        return lambda env: function(only(env))
    if len(evaluators) == 2:
        left, right = evaluators
        value = parts[1].constant
        if value is not None:
            return lambda env: function(left(env), value)
        return lambda env: function(left(env), right(env))
    all_of = tuple(evaluators)
    return lambda env: function(*[evaluator(env) for evaluator in all_of])
