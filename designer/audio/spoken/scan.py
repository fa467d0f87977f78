"""The tokenizer: at each place the longest shape wins whose context fits, and what was read is never read again.

A shape is a way of writing something (a date, a telephone number, an amount): a pattern, and a function that says it
or, seeing what stands before and after, declines. So no shape has to know of the others, nor in which order they come.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

NEAR: Final = 24
"""So many characters to either side are context."""


@dataclass(frozen=True)
class Found:
    """A shape's pattern in its place in the text."""

    match: re.Match[str]

    def __getitem__(self, group: int | str) -> str:
        return self.match[group] or ""

    @cached_property
    def before(self) -> str:
        return self.match.string[max(0, self.match.start() - NEAR) : self.match.start()]

    @cached_property
    def after(self) -> str:
        return self.match.string[self.match.end() : self.match.end() + NEAR]


Say = Callable[[Found], str | None]


@dataclass(frozen=True, slots=True)
class Shape:
    """pattern: of bounded length, or such that what it matches is consumed, or the scan is no longer linear."""

    pattern: re.Pattern[str]
    say: Say


def shape(pattern: str) -> Callable[[Say], Shape]:
    """Decorator: ``say`` reads what this pattern finds, or gives None where it is something else."""
    return lambda say: Shape(re.compile(pattern), say)


def read(text: str, shapes: Sequence[Shape], begins: re.Pattern[str]) -> str:
    """The text with every shape said. begins: where one can begin, all else is left as it is."""
    return "".join(_pieces(text, shapes, begins))


def _pieces(text: str, shapes: Sequence[Shape], begins: re.Pattern[str]) -> Iterator[str]:
    at = 0
    while at < len(text):
        start = begins.search(text, at)
        if start is None:
            break
        yield text[at : start.start()]
        words, at = _longest(text, start.start(), shapes)
        yield words
    yield text[at:]


def _longest(text: str, at: int, shapes: Sequence[Shape]) -> tuple[str, int]:
    """What to say at this place, and where reading goes on. Of two equally long ones the first of the list is asked."""
    matches = [(match, one) for one in shapes if (match := one.pattern.match(text, at))]
    for match, one in sorted(matches, key=lambda found: -found[0].end()):
        words = one.say(Found(match))
        if words is not None:
            return words, match.end()
    return text[at], at + 1
