"""Source text -> its parts, by recursive descent: one method for each line of the grammar, one look at each character.

    either      both {"or" both}
    both        negation {"and" negation}
    negation    {"not"} comparison
    comparison  sum [("==" | "!=" | "<" | "<=" | ">" | ">=") sum | ["not"] "in" (sum | "[" sum {"," sum} "]")]
    sum         product {("+" | "-") product}
    product     factor {("*" | "/" | "%") factor}
    factor      {"-"} atom
    atom        "(" either ")" | NUMBER | STRING | "true" | "false" | NAME | NAME "." NAME
                | NAME "(" [either {"," either}] ")"

What a word is depends on where it stands: after a value ``and`` joins, where a value is due it is a name as any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

MAX_NESTING: Final = 40
"""Brackets within brackets."""

_FULL_WIDTH: Final = "“”‘’（），。＝＋－＊／＞＜！"

_BLANK: Final = r"[ \t\r\n]*"
_NAME: Final = r"[A-Za-z_\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff]*"
_NUMBER: Final = r"[0-9]{1,15}(?:\.[0-9]{1,15})?"
_STRING: Final = r""""(?:[^"\\\n]|\\["\\n])*"|'(?:[^'\\\n]|\\['\\n])*'"""
_SIGN: Final = r"[=!<>]=|[-+*/%<>()\[\],.]"

_VALUE: Final = re.compile(
    rf"{_BLANK}(?:(?P<name>{_NAME})|(?P<number>{_NUMBER})|(?P<string>{_STRING})|(?P<sign>[-(]))?"
)
"""Where a value is due."""

_AFTER_VALUE: Final = re.compile(rf"{_BLANK}(and|or|in|not|{_SIGN})?")
_AFTER_LIST: Final = re.compile(rf"{_BLANK}(and|or|[),])?")
_IN: Final = re.compile(rf"{_BLANK}(in)?")
_NOT: Final = re.compile(rf"{_BLANK}(not)(?![A-Za-z0-9_\u4e00-\u9fff])")
_OPEN_LIST: Final = re.compile(rf"{_BLANK}(\[)")
_CLOSE_CALL: Final = re.compile(rf"{_BLANK}\)")
_FIELD: Final = re.compile(rf"{_BLANK}({_NAME})?")
_ANY: Final = re.compile(rf"{_NAME}|{_NUMBER}|{_STRING}|{_SIGN}")

_COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">="})


class ExpressionError(Exception):
    """The author's expression is wrong. column: 1 for the first character; values: for the issue's sentence."""

    def __init__(self, code: str, column: int, **values: object) -> None:
        self.code = code
        self.column = column
        self.values = values
        super().__init__(f"{code} at column {column}: {values}")


class Part:
    """A piece of an expression.

    kind: a method of the compiler. start: where it begins; begin: the same with the brackets around it. children: its
    operands in order; signs: those between them. text: the number, text, name or comparison as it is written.
    """

    __slots__ = ("begin", "children", "kind", "signs", "start", "text")

    def __init__(
        self, kind: str, start: int, children: Sequence[Part] = (), text: str = "", signs: Sequence[str] = ()
    ) -> None:
        self.kind, self.start, self.begin = kind, start, start
        self.children, self.text, self.signs = children, text, signs

    @property
    def column(self) -> int:
        return self.start + 1


def parse(source: str) -> Part:
    """Raises ExpressionError at the first word that does not fit."""
    parser = _Parser(source)
    part = parser.either()
    if parser.ahead or parser.start < len(source):
        raise parser.unexpected()
    return part


class _Parser:
    """ahead: the operator or bracket behind the last value, "" where there is none; start: where it stands."""

    __slots__ = ("_at", "_depth", "_source", "ahead", "start")

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._depth = 0
        self.ahead = ""
        self.start = 0

    def either(self) -> Part:
        return self._joined("either", "or", self._both)

    def _both(self) -> Part:
        return self._joined("both", "and", self._negation)

    def _joined(self, kind: str, word: str, operand: Callable[[], Part]) -> Part:
        first = operand()
        if self.ahead != word:
            return first
        parts = [first]
        while self.ahead == word:
            parts.append(operand())
        return Part(kind, first.begin, parts)

    def _negation(self) -> Part:
        starts: list[int] = []
        while (word := _NOT.match(self._source, self._at)) is not None:
            starts.append(word.start(1))
            self._at = word.end()
        return _wrapped("negate", starts, self._comparison())

    def _comparison(self) -> Part:
        left, word = self._sum(), self.ahead
        if word in _COMPARISONS:
            return Part("compare", left.begin, (left, self._sum()), word)
        if word == "in":
            return Part("within", left.begin, (left, self._choices()))
        if word == "not":
            self._look(_IN)
            if self.ahead != "in":
                raise self.unexpected()
            return Part("not_within", left.begin, (left, self._choices()))
        return left

    def _choices(self) -> Part:
        opened = _OPEN_LIST.match(self._source, self._at)
        if opened is None:
            return self._sum()
        self._at = opened.end()
        self._deeper(opened.start(1))
        choices = [self._sum()]
        while self.ahead == ",":
            choices.append(self._sum())
        self._close("]", _AFTER_LIST)
        return Part("listed", opened.start(1), choices)

    def _sum(self) -> Part:
        first = self._product()
        if self.ahead not in ("+", "-"):
            return first
        parts, signs = [first], []
        while self.ahead in ("+", "-"):
            signs.append(self.ahead)
            parts.append(self._product())
        return Part("sum", first.begin, parts, signs=signs)

    def _product(self) -> Part:
        first = self._factor()
        if self.ahead not in ("*", "/", "%"):
            return first
        parts, signs = [first], []
        while self.ahead in ("*", "/", "%"):
            signs.append(self.ahead)
            parts.append(self._factor())
        return Part("product", first.begin, parts, signs=signs)

    def _factor(self) -> Part:
        minuses: list[int] = []
        while True:
            found = _VALUE.match(self._source, self._at)
            kind = found and found.lastgroup
            if found is None or kind is None:
                raise self._wrong(found.end() if found else self._at)
            start, text, self._at = found.start(kind), found[kind], found.end()
            if text != "-":
                break
            minuses.append(start)
        if kind == "name":
            part = self._named(start, text)
        elif kind == "sign":
            part = self._bracketed(start)
        else:
            part = Part(kind, start, (), text)
            self._look(_AFTER_VALUE)
        return _wrapped("minus", minuses, part) if minuses else part

    def _bracketed(self, start: int) -> Part:
        self._deeper(start)
        part = self.either()
        self._close(")", _AFTER_VALUE)
        part.begin = start
        return part

    def _named(self, start: int, name: str) -> Part:
        self._look(_AFTER_VALUE)
        if name in ("true", "false"):
            return Part(name, start)
        if self.ahead == ".":
            field = _FIELD.match(self._source, self._at)
            if field is None or field[1] is None:
                raise self._wrong(field.end() if field else self._at)
            self._at = field.end()
            self._look(_AFTER_VALUE)
            return Part("fact", start, (), f"{name}.{field[1]}")
        if self.ahead == "(":
            return Part("function", start, self._arguments(), name)
        return Part("variable", start, (), name)

    def _arguments(self) -> Sequence[Part]:
        self._deeper(self.start)
        arguments: list[Part] = []
        closed = _CLOSE_CALL.match(self._source, self._at)
        if closed is not None:
            self._at, self.ahead = closed.end(), ")"
        else:
            arguments.append(self.either())
            while self.ahead == ",":
                arguments.append(self.either())
        self._close(")", _AFTER_VALUE)
        return arguments

    def _deeper(self, start: int) -> None:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise ExpressionError("expression.too_long", start + 1)

    def _close(self, bracket: str, then: re.Pattern[str]) -> None:
        if self.ahead != bracket:
            raise self.unexpected()
        self._depth -= 1
        self._look(then)

    def _look(self, words: re.Pattern[str]) -> None:
        """See what stands behind the last value and step over it."""
        found = words.match(self._source, self._at)
        assert found is not None  # blanks alone fit, too
        self.ahead = found[1] or ""
        self._at = found.end()
        self.start = self._at - len(self.ahead)

    def unexpected(self) -> ExpressionError:
        """What is wrong with that which was last seen behind a value."""
        if self.ahead:
            return ExpressionError("expression.syntax", self.start + 1, found=self.ahead)
        return self._wrong(self.start)

    def _wrong(self, at: int) -> ExpressionError:
        """Why nothing can go on from here."""
        if at == len(self._source):
            return ExpressionError("expression.unfinished", at + 1)
        word = _ANY.match(self._source, at)
        found = word[0] if word else self._source[at]
        if word is None and found in _FULL_WIDTH:
            return ExpressionError("expression.full_width", at + 1, found=found)
        if found == "=":
            return ExpressionError("expression.single_equals", at + 1)
        return ExpressionError("expression.syntax", at + 1, found=found)


def _wrapped(kind: str, starts: Sequence[int], part: Part) -> Part:
    """The part behind signs that stand before it, the last of which is the nearest."""
    for start in reversed(starts):
        part = Part(kind, start, (part,))
    return part
