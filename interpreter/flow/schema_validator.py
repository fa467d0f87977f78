"""JSON Schema 2020-12 with patterns as ECMA-262 means them, for the page reads the same schemas.

Python's ``$`` also matches before a newline at the end, its ``\\d`` and ``\\w`` know all scripts, its ``.`` takes a
carriage return and its ``\\s`` leaves the byte order mark: ``"1\\n"`` would be a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

_TOKEN: Final = re.compile(r"\\.|[\[\]$.]", re.DOTALL)
_WHITE: Final = r"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_CLASSES: Final = {r"\d": "0-9", r"\w": "A-Za-z0-9_", r"\s": _WHITE}
_ALONE: Final = {
    "$": r"\Z",
    ".": r"[^\n\r\u2028\u2029]",
    **{name: f"[{members}]" for name, members in _CLASSES.items()},
    **{name.upper(): f"[^{members}]" for name, members in _CLASSES.items()},
}


@cache
def ecma(pattern: str) -> re.Pattern[str]:
    """The pattern as a browser understands it: ``$`` is the end of the text.

    Raises ValueError for a complement inside of brackets (``[\\S]``), which Python cannot write.
    """
    in_class = False

    def translated(match: re.Match[str]) -> str:
        nonlocal in_class
        token = match[0]
        if token in "[]":
            in_class = token == "["
        if not in_class:
            return _ALONE.get(token, token)
        if token.lower() in _CLASSES and token not in _CLASSES:
            raise ValueError(f"{pattern!r}: {token} inside of brackets")
        return _CLASSES.get(token, token)

    return re.compile(_TOKEN.sub(translated, pattern))


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not ecma(pattern).search(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_Telling: Final[type[Draft202012Validator]] = extend(
    Draft202012Validator, {"pattern": _pattern}
)  # type: ignore[no-untyped-call]  # it has no types


class SchemaValidator:
    """Two validators of one schema: a fast one says that all fits, which is the rule; the other what does not."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._fast = jsonschema_rs.Draft202012Validator(schema)
        self._telling = _Telling(schema)

    def is_valid(self, value: Any) -> bool:
        try:
            return self._fast.is_valid(value)
        except ValueError:  # what YAML makes of a date, say, which is no JSON
            return self._telling.is_valid(value)

    def iter_errors(self, value: Any) -> Iterator[ValidationError]:
        return iter(()) if self.is_valid(value) else self.told(value)

    def told(self, value: Any) -> Iterator[ValidationError]:
        """By the slow one alone."""
        return self._telling.iter_errors(value)
