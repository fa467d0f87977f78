"""Functions that expressions may call, with their types and one sentence each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from interpreter.flow.expressions.values import (
    MAX_TEXT,
    EvaluationError,
    Type,
    Value,
    as_text,
    is_number,
    number,
    number_or,
    parse_number,
)


@dataclass(frozen=True, slots=True)
class Function:
    """One function. parameters: types in order, None accepts any. help: one sentence per language."""

    name: str
    parameters: tuple[Type | None, ...]
    result: Type
    call: Callable[..., Value]
    help: Mapping[str, str]


def _help(zh: str, en: str) -> Mapping[str, str]:
    return {"zh-CN": zh, "en": en}


def _part(value: str, start: float, count: float) -> str:
    """``count`` characters from the ``start``-th on, the first being 1."""
    first = int(start) - 1
    if first < 0 or count < 0:
        raise EvaluationError("out_of_range")
    return value[first : first + int(count)]


def _rounded(value: float) -> int:
    # people round halves up; Python rounds them to even
    return int(number((value + 0.5) // 1))


def _replace(value: str, old: str, new: str) -> str:
    if not old:
        return value
    if len(value) + value.count(old) * (len(new) - len(old)) > MAX_TEXT:  # before a million characters are made
        raise EvaluationError("too_long")
    return value.replace(old, new)


_ALL = (
    Function("starts_with", ("text", "text"), "yes_no", str.startswith, _help("以…开头", "begins with")),
    Function("ends_with", ("text", "text"), "yes_no", str.endswith, _help("以…结尾", "ends with")),
    Function("contains", ("text", "text"), "yes_no", str.__contains__, _help("包含", "contains")),
    Function("length", ("text",), "number", len, _help("字符个数", "number of characters")),
    Function(
        "part", ("text", "number", "number"), "text", _part,
        _help("从第几个字符起取几个", "so many characters from the n-th on"),
    ),
    Function("replace", ("text", "text", "text"), "text", _replace, _help("替换", "text with one part replaced")),
    Function("lower", ("text",), "text", str.lower, _help("小写", "in lower case")),
    Function("trim", ("text",), "text", str.strip, _help("去掉首尾空格", "without blanks around it")),
    Function("number", ("text",), "number", parse_number, _help("文本转数字", "the number that a text says")),
    Function(
        "number_or", ("text", "number"), "number", number_or,
        _help("文本转数字，不是数字时取后一个", "the number that a text says, else the second one"),
    ),
    Function("is_number", ("text",), "yes_no", is_number, _help("文本是不是数字", "whether a text says a number")),
    Function("text", (None,), "text", as_text, _help("转为文本", "as text")),
    Function("round", ("number",), "number", _rounded, _help("四舍五入", "rounded to a whole number")),
    Function("abs", ("number",), "number", abs, _help("绝对值", "without its sign")),
    Function("min", ("number", "number"), "number", min, _help("较小的", "the smaller one")),
    Function("max", ("number", "number"), "number", max, _help("较大的", "the larger one")),
)  # fmt: skip

FUNCTIONS: Final[Mapping[str, Function]] = {function.name: function for function in _ALL}
