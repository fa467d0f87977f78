"""Source text -> a checked closure, or an error that names its column."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from lark import Lark, Token, Tree
from lark.exceptions import LarkError, UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from interpreter.flow.expressions.functions import FUNCTIONS
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

_FULL_WIDTH: Final = "“”‘’（），。＝＋－＊／＞＜！"


class ExpressionError(Exception):
    """The author's expression is wrong. column: 1 for the first character; values: for the issue's sentence."""

    def __init__(self, code: str, column: int, **values: object) -> None:
        self.code = code
        self.column = column
        self.values = values
        super().__init__(f"{code} at column {column}: {values}")


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression ready to run.

    evaluate: raises EvaluationError where there is no value. constant: its value where it is always the same.
    names: variables and facts it reads. trusting: it takes a text for a number that may be none.
    work: about what it costs to evaluate, in simple steps, see ``SCAN_WORK``.
    """

    type: Type
    evaluate: Evaluator
    constant: Value | None = None
    names: frozenset[str] = frozenset()
    work: int = 0
    trusting: bool = False


def compile_expression(source: str, variables: Mapping[str, Type]) -> Compiled:
    """Parse, check and compile. variables: the declared ones with their types. Raises ExpressionError."""
    if len(source) > MAX_SOURCE:
        raise ExpressionError("expression.too_long", MAX_SOURCE)
    try:
        tree = _parser().parse(source)
    except UnexpectedInput as error:
        raise _syntax_error(source, error) from None
    except LarkError:
        raise ExpressionError("expression.syntax", 1, found="") from None
    compiler = _Compiler(variables)
    compiled = compiler.compile(tree, 0)
    return replace(compiled, work=compiler.work, trusting=compiler.trusting)


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def _syntax_error(source: str, error: UnexpectedInput) -> ExpressionError:
    if isinstance(error, UnexpectedCharacters):
        column = (error.pos_in_stream or 0) + 1
        found = source[column - 1 : column]
        if found in _FULL_WIDTH:
            return ExpressionError("expression.full_width", column, found=found)
        if found == "=":
            return ExpressionError("expression.single_equals", column)
        return ExpressionError("expression.syntax", column, found=found)
    if isinstance(error, UnexpectedEOF) or (isinstance(error, UnexpectedToken) and error.token.type == "$END"):
        return ExpressionError("expression.unfinished", len(source) + 1)
    if isinstance(error, UnexpectedToken):
        column = (error.token.start_pos or 0) + 1
        return ExpressionError("expression.syntax", column, found=str(error.token))
    return ExpressionError("expression.syntax", 1, found="")


_Node = Tree[Token]

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
        self.trusting = False

    @property
    def work(self) -> int:
        return self._parts + SCAN_WORK * self._scans

    def compile(self, node: _Node | Token, depth: int) -> Compiled:
        self._parts += 1
        column = _column(node)
        if depth > MAX_DEPTH or self._parts > MAX_PARTS:
            raise ExpressionError("expression.too_long", column)
        if isinstance(node, Token):
            raise ExpressionError("expression.syntax", column, found=str(node))
        method: Callable[[_Node, int], Compiled] = getattr(self, f"_{node.data}")
        return method(node, depth + 1)

    def _want(self, node: _Node | Token, depth: int, wanted: Type) -> Compiled:
        part = self.compile(node, depth)
        if part.type != wanted:
            raise ExpressionError("expression.type", _column(node), wanted=wanted, found=part.type)
        return part

    def _number(self, node: _Node, depth: int) -> Compiled:
        written = str(node.children[0])
        return _constant("number", float(written) if "." in written else int(written))

    def _string(self, node: _Node, depth: int) -> Compiled:
        written = str(node.children[0])
        quote, inner = written[0], written[1:-1]
        return _constant("text", inner.replace("\\n", "\n").replace(f"\\{quote}", quote).replace("\\\\", "\\"))

    def _true(self, node: _Node, depth: int) -> Compiled:
        return _constant("yes_no", True)

    def _false(self, node: _Node, depth: int) -> Compiled:
        return _constant("yes_no", False)

    def _variable(self, node: _Node, depth: int) -> Compiled:
        name = str(node.children[0])
        kind = self._variables.get(name)
        if kind is None:
            raise ExpressionError("expression.unknown_name", _column(node), name=name)
        return _read(name, kind)

    def _fact(self, node: _Node, depth: int) -> Compiled:
        name = ".".join(str(child) for child in node.children)
        kind = FACTS.get(name)
        if kind is None:
            raise ExpressionError("expression.unknown_name", _column(node), name=name)
        return _read(name, kind)

    def _either(self, node: _Node, depth: int) -> Compiled:
        return self._logic(node, depth, decisive=True)

    def _both(self, node: _Node, depth: int) -> Compiled:
        return self._logic(node, depth, decisive=False)

    def _logic(self, node: _Node, depth: int, *, decisive: bool) -> Compiled:
        """``or`` (True decides) and ``and`` (False decides): the first part that decides ends it."""
        parts = [self._want(child, depth, "yes_no") for child in node.children]
        names = _names(parts)
        open_parts: list[Evaluator] = []
        for part in parts:
            if part.constant is None:
                open_parts.append(part.evaluate)
            elif part.constant is decisive:
                return Compiled("yes_no", lambda env: decisive, decisive, names)
        if not open_parts:
            return _constant("yes_no", not decisive)
        return Compiled("yes_no", _first_deciding(tuple(open_parts), decisive), None, names)

    def _negate(self, node: _Node, depth: int) -> Compiled:
        part = self._want(node.children[0], depth, "yes_no")
        return _apply("yes_no", operator.not_, [part])

    def _compare(self, node: _Node, depth: int) -> Compiled:
        left_node, sign, right_node = node.children
        left = self.compile(left_node, depth)
        right = self._want(right_node, depth, left.type)
        if left.type == "yes_no" and sign not in ("==", "!="):
            raise ExpressionError("expression.order", _column(node), sign=str(sign))
        compare = _COMPARE[str(sign)]
        if left.type == "text" and sign not in ("==", "!="):
            compare = in_order(compare)
        return _apply("yes_no", compare, [left, right])

    def _within(self, node: _Node, depth: int) -> Compiled:
        item_node, choices_node = node.children
        if isinstance(choices_node, Tree) and choices_node.data == "listed":
            item = self.compile(item_node, depth)
            choices = [self._want(child, depth, item.type) for child in choices_node.children]
            return _apply("yes_no", lambda value, *values: value in values, [item, *choices])
        self._scans += 1
        item = self._want(item_node, depth, "text")
        whole = self._want(choices_node, depth, "text")
        return _apply("yes_no", lambda value, within: value in within, [item, whole])

    def _not_within(self, node: _Node, depth: int) -> Compiled:
        return _apply("yes_no", operator.not_, [self._within(node, depth)])

    def _sum(self, node: _Node, depth: int) -> Compiled:
        total = self.compile(node.children[0], depth)
        for sign, child in _pairs(node.children):
            if sign == "+" and total.type == "text":
                part = self._want(child, depth, "text")
                total = _apply("text", lambda a, b: text(a + b), [total, part])
                continue
            if total.type != "number":
                raise ExpressionError("expression.type", _column(node.children[0]), wanted="number", found=total.type)
            part = self._want(child, depth, "number")
            add: Callable[..., Value] = (lambda a, b: number(a + b)) if sign == "+" else (lambda a, b: number(a - b))
            total = _apply("number", add, [total, part])
        return total

    def _product(self, node: _Node, depth: int) -> Compiled:
        total = self._want(node.children[0], depth, "number")
        for sign, child in _pairs(node.children):
            part = self._want(child, depth, "number")
            if sign in "/%" and part.constant == 0:
                raise ExpressionError("expression.division_by_zero", _column(child))
            total = _apply("number", _TIMES[sign], [total, part])
        return total

    def _minus(self, node: _Node, depth: int) -> Compiled:
        return _apply("number", operator.neg, [self._want(node.children[1], depth, "number")])

    def _function(self, node: _Node, depth: int) -> Compiled:
        name, *arguments = node.children
        self._scans += str(name) in SEARCHING
        function = FUNCTIONS.get(str(name))
        if function is None:
            raise ExpressionError("expression.unknown_function", _column(node), name=str(name))
        if len(arguments) != len(function.parameters):
            raise ExpressionError(
                "expression.arguments",
                _column(node),
                name=str(name),
                wanted=len(function.parameters),
                found=len(arguments),
            )
        parts = [
            self.compile(argument, depth) if wanted is None else self._want(argument, depth, wanted)
            for argument, wanted in zip(arguments, function.parameters, strict=True)
        ]
        self.trusting |= function.name == "number" and parts[0].constant is None
        return _apply(function.result, function.call, parts)


_TIMES: Final[Mapping[str, Callable[..., Value]]] = {
    "*": lambda a, b: number(a * b),
    "/": divide,
    "%": modulo,
}


def _column(node: _Node | Token) -> int:
    if isinstance(node, Token):
        return (node.start_pos or 0) + 1
    return getattr(node.meta, "start_pos", 0) + 1


def _pairs(children: Sequence[_Node | Token]) -> list[tuple[str, _Node | Token]]:
    """The operators of a chain, each with its right operand."""
    return [(str(children[i]), children[i + 1]) for i in range(1, len(children), 2)]


def _names(parts: Sequence[Compiled]) -> frozenset[str]:
    return frozenset().union(*(part.names for part in parts))


def _constant(kind: Type, value: Value) -> Compiled:
    return Compiled(kind, lambda env: value, value)


def _read(name: str, kind: Type) -> Compiled:
    return Compiled(kind, operator.itemgetter(name), None, frozenset((name,)))


def _first_deciding(parts: tuple[Evaluator, ...], decisive: bool) -> Evaluator:
    def evaluate(env: Environment) -> Value:
        for part in parts:
            if part(env) is decisive:
                return decisive
        return not decisive

    return evaluate


def _apply(kind: Type, function: Callable[..., Value], parts: Sequence[Compiled]) -> Compiled:
    """A call of ``function`` on the parts' values; done now where all of them are constant."""
    if all(part.constant is not None for part in parts):
        try:
            return _constant(kind, function(*(part.constant for part in parts)))
        except EvaluationError:
            pass  # it faults each time it is evaluated, which is when it shall
    return Compiled(kind, _closure(function, [part.evaluate for part in parts], parts), None, _names(parts))


def _closure(function: Callable[..., Value], evaluators: Sequence[Evaluator], parts: Sequence[Compiled]) -> Evaluator:
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
