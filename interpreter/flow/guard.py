"""Limits on what is taken for a flow document at all, before any schema looks at it.

A document comes from a browser or a file of unknown origin: it may be a gigabyte, nested a million deep, hold NaN or
half a surrogate pair. What passes here can be walked, printed and stored without surprises.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Final

from interpreter.flow.issues import FlowError, Issue, issue

MAX_BYTES: Final = 5_000_000
MAX_DEPTH: Final = 16
MAX_VALUES: Final = 200_000
MAX_STRING: Final = 10_000
MAX_NUMBER: Final = 10**15

_TEXT: Final = frozenset({str})
_UNSOUND: Final = re.compile("[\x00\ud800-\udfff]")


def parse_json(data: bytes | str) -> object:
    """Parsed JSON of a flow file. Raises FlowError: not UTF-8, not JSON, too big, a name twice in one object."""
    if len(data) > MAX_BYTES:
        raise FlowError([issue("document.too_big", limit=MAX_BYTES)])
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise FlowError([issue("document.not_utf8")]) from None
    except json.JSONDecodeError as error:
        raise FlowError([issue("document.not_json", line=error.lineno, column=error.colno)]) from None
    except RecursionError:
        raise FlowError([issue("document.too_deep", limit=MAX_DEPTH)]) from None
    except ValueError:  # an integer of thousands of digits
        raise FlowError([issue("document.number")]) from None


def guard(document: object) -> Issue | None:
    """The first thing that makes ``document`` unfit even for the schema, None where nothing does."""
    count = depth = 0
    level: list[object] = [document]
    sound: set[object] = set()
    while level:
        count += len(level)
        if count > MAX_VALUES:
            return issue("document.too_big", limit=MAX_VALUES)
        if depth > MAX_DEPTH:
            return issue("document.too_deep", limit=MAX_DEPTH)
        below: list[object] = []
        for value in level:
            if isinstance(value, dict):
                below += value.values()
                below += value
                if not _TEXT.issuperset(map(type, value)):
                    return issue("document.not_data", found=type(value).__name__)
            elif isinstance(value, list):
                below += value
            elif isinstance(value, str):  # most are names, again and again
                if value not in sound:
                    if (problem := _text(value)) is not None:
                        return problem
                    sound.add(value)
            elif (problem := _scalar(value)) is not None:
                return problem
        level = below
        depth += 1
    return None


def _scalar(value: object) -> Issue | None:
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        # false for NaN and the infinities too
        return None if -MAX_NUMBER <= value <= MAX_NUMBER else issue("document.number")
    return issue("document.not_data", found=type(value).__name__)


def _text(value: str) -> Issue | None:
    if len(value) > MAX_STRING:
        return issue("document.long_text", limit=MAX_STRING)
    # a lone half of a surrogate pair or NUL can be neither stored nor sent
    return issue("document.characters") if _UNSOUND.search(value) else None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name in counts if counts[name] > 1)
        raise FlowError([issue("document.name_twice", name=twice)])
    return result


def _no_constant(name: str) -> object:
    raise FlowError([issue("document.number")])
