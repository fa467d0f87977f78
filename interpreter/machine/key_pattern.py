r"""Patterns that a caller's keys have to fit, matched in linear time.

The language is the part of regular expressions that numbers need: keys, ``\*`` and ``\#``, ``.``, ``\d``, classes such
as ``[3-9]`` and ``[^0]``, groups, ``|``, ``?``, ``*``, ``+`` and ``{m,n}``. The whole input has to fit; ``^`` and ``$``
at the ends of an alternative are taken for the habit they are. What is in the language means what it means to ``re``,
whose matcher is of no use here: it tries one way after the other, and a pattern of 100 characters can keep it, and
with it all calls, busy for hours.

A pattern becomes the automaton of its positions (Glushkov 1961): one state for each place in it where a key stands, no
empty moves. All states that the keys so far may have led to are followed at once, as bits of an integer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, NoReturn

KEYS: Final = "0123456789*#"

MAX_POSITIONS: Final = 256
"""Places in a pattern where a key stands, each repetition counted; a state set has as many bits."""

MAX_DEPTH: Final = 50
"""Groups within groups."""

LONGEST_COUNT: Final = 9
"""Digits of a number in ``{m,n}``."""

_DIGITS: Final = frozenset("0123456789")
_ALL: Final = frozenset(KEYS)
_NAMED: Final = {
    "d": _DIGITS, "w": _DIGITS, "s": frozenset[str](),
    "D": _ALL - _DIGITS, "W": _ALL - _DIGITS, "S": _ALL,
}  # fmt: skip

Problem = Literal["unknown", "unfinished", "nothing_repeated", "too_large"]


class PatternError(ValueError):
    """A text is no pattern.

    problem: ``unknown``: not of the language. ``unfinished``: a bracket is not closed, or nothing follows a backslash.
    ``nothing_repeated``: ``?``, ``*``, ``+`` or ``{m,n}`` stands where there is nothing to repeat. ``too_large``: see
    ``MAX_POSITIONS`` and ``MAX_DEPTH``. column: 1 for the first character. found: what stands there.
    """

    def __init__(self, problem: Problem, column: int, found: str) -> None:
        self.problem: Final = problem
        self.column = column
        self.found = found
        super().__init__(f"{problem} at character {column}: {found!r}")


class KeyPattern:
    """A pattern ready to match; ``matches`` takes at most ``MAX_POSITIONS`` simple steps for each key.

    text: as it was written. strange: characters in it that no telephone has a key for, each once; at their places no
    input fits. Raises PatternError.
    """

    __slots__ = ("_empty", "_entered_by", "_first", "_follow", "_last", "strange", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        parser = _Parser(text)
        tree = parser.parse()
        self.strange = "".join(dict.fromkeys(parser.strange))
        automaton = _Automaton()
        whole = automaton.build(tree)
        self._empty, self._first, self._last = whole.empty, whole.first, whole.last
        self._follow = tuple(automaton.follow)
        self._entered_by = {key: automaton.entered_by(key) for key in KEYS}

    def matches(self, keys: str) -> bool:
        """Whether all of it fits."""
        if not keys:
            return self._empty
        reached, follow = 0, self._follow
        reachable = self._first
        for key in keys:
            reached = reachable & self._entered_by.get(key, 0)
            if not reached:
                return False
            reachable, left = 0, reached
            while left:
                lowest = left & -left
                reachable |= follow[lowest.bit_length() - 1]
                left ^= lowest
        return bool(reached & self._last)

    def __repr__(self) -> str:
        return f"KeyPattern({self.text!r})"


# what a text is parsed into; ``size``: positions that it comes to


@dataclass(frozen=True, slots=True)
class _Key:
    keys: frozenset[str]
    size: int = 1


@dataclass(frozen=True, slots=True)
class _Sequence:
    parts: tuple[_Tree, ...]
    size: int


@dataclass(frozen=True, slots=True)
class _Choice:
    ways: tuple[_Tree, ...]
    size: int


@dataclass(frozen=True, slots=True)
class _Repeated:
    """most: None without end."""

    part: _Tree
    least: int
    most: int | None
    size: int


_Tree = _Key | _Sequence | _Choice | _Repeated


class _Parser:
    """Recursive descent; as deep as groups are nested."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self.strange: list[str] = []

    def parse(self) -> _Tree:
        tree = self._choice()
        if self._at < len(self._text):
            self._refuse("unknown")
        return tree

    def _refuse(self, problem: Problem, at: int | None = None) -> NoReturn:
        at = self._at if at is None else at
        raise PatternError(problem, at + 1, self._text[at : at + 1])

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self) -> str:
        """The next character, which there has to be."""
        if self._at == len(self._text):
            self._refuse("unfinished")
        self._at += 1
        return self._text[self._at - 1]

    def _skip(self, text: str) -> bool:
        found = self._text.startswith(text, self._at)
        self._at += len(text) if found else 0
        return found

    def _sized(self, size: int, at: int) -> int:
        if size > MAX_POSITIONS:
            self._refuse("too_large", at)
        return size

    def _choice(self) -> _Tree:
        ways = [self._sequence()]
        while self._skip("|"):
            ways.append(self._sequence())
        return _Choice(tuple(ways), self._sized(sum(way.size for way in ways), self._at))

    def _sequence(self) -> _Tree:
        parts: list[_Tree] = []
        if not self._depth:
            self._skip("^")
        while self._peek() not in ("", "|", ")"):
            if not self._depth and self._at_last_anchor():
                self._at += 1
                break
            parts.append(self._repetition())
        return _Sequence(tuple(parts), self._sized(sum(part.size for part in parts), self._at))

    def _at_last_anchor(self) -> bool:
        return self._peek() == "$" and self._text[self._at + 1 : self._at + 2] in ("", "|")

    def _repetition(self) -> _Tree:
        part = self._atom()
        at = self._at
        sign = self._peek()
        least, most = 0, 1 if sign == "?" else None
        if sign == "{":
            least, most = self._counts()
        elif sign in ("?", "*", "+") and sign:
            self._at += 1
            least = int(sign == "+")
        else:
            return part
        self._skip("?")  # as few as possible: that changes nothing where the whole has to fit
        if self._peek() and self._peek() in "?*+{":
            self._refuse("nothing_repeated")
        copies = max(1, least) if most is None else most
        size = self._sized(part.size * copies, at)
        if copies > MAX_POSITIONS:  # of nothing
            self._refuse("too_large", at)
        return _Repeated(part, least, most, size)

    def _counts(self) -> tuple[int, int | None]:
        """``{m}``, ``{m,n}``, ``{m,}`` or ``{,n}``."""
        begin = self._at
        end = self._text.find("}", begin)
        if end < 0:
            self._refuse("unknown")
        low, comma, high = self._text[begin + 1 : end].partition(",")
        if not all(part.isascii() and (part.isdigit() or not part) for part in (low, high)) or not (low or comma):
            self._refuse("unknown")
        if max(len(low), len(high)) > LONGEST_COUNT:
            self._refuse("too_large")
        least = int(low or 0)
        most = int(high) if high else (None if comma else least)
        if most is not None and most < least:
            self._refuse("unknown")
        self._at = end + 1
        return least, most

    def _atom(self) -> _Tree:
        begin = self._at
        character = self._take()
        match character:
            case "(":
                return self._group()
            case "[":
                return _Key(self._class())
            case ".":
                return _Key(_ALL)
            case "\\":
                escaped = self._escaped(begin)
                return _Key(escaped) if isinstance(escaped, frozenset) else self._key(escaped)
            case "?" | "*" | "+":
                self._refuse("nothing_repeated", begin)
            case "{" | "^" | "$":
                self._refuse("unknown", begin)
        return self._key(character)

    def _key(self, character: str) -> _Tree:
        if character not in _ALL:
            self.strange.append(character)
        return _Key(_ALL & {character})

    def _group(self) -> _Tree:
        if self._depth >= MAX_DEPTH:
            self._refuse("too_large", self._at - 1)
        if self._peek() == "?" and not self._skip("?:"):
            self._refuse("unknown")
        self._depth += 1
        inner = self._choice()
        self._depth -= 1
        if self._take() != ")":
            self._refuse("unknown", self._at - 1)
        return inner

    def _escaped(self, begin: int) -> frozenset[str] | str:
        """What follows a backslash: named keys, or one character as it is."""
        character = self._take()
        if character in _NAMED:
            return _NAMED[character]
        if character.isalnum() or character == "_":
            self._refuse("unknown", begin)
        return character

    def _class(self) -> frozenset[str]:
        negated = self._skip("^")
        keys: set[str] = set()
        first = True
        while first or self._peek() != "]":
            first = False
            begin = self._at
            low = self._member()
            if self._peek() == "-" and self._text[self._at + 1 : self._at + 2] not in ("", "]"):
                self._at += 1
                high = self._member()
                if isinstance(low, frozenset) or isinstance(high, frozenset) or high < low:
                    self._refuse("unknown", begin)
                keys |= {key for key in KEYS if low <= key <= high}
            else:
                keys |= low if isinstance(low, frozenset) else {low}
        self._at += 1
        return _ALL - keys if negated else _ALL & keys

    def _member(self) -> frozenset[str] | str:
        begin = self._at
        character = self._take()
        return self._escaped(begin) if character == "\\" else character


@dataclass(frozen=True, slots=True)
class _Part:
    """Of the automaton. empty: whether no key at all fits. first, last: positions that it can begin and end at."""

    empty: bool
    first: int
    last: int


_NOTHING: Final = _Part(True, 0, 0)


class _Automaton:
    """follow: for each position those that may come after it."""

    def __init__(self) -> None:
        self._keys: list[frozenset[str]] = []
        self.follow: list[int] = []

    def entered_by(self, key: str) -> int:
        """The positions at which the key stands."""
        return sum(1 << position for position, keys in enumerate(self._keys) if key in keys)

    def build(self, tree: _Tree) -> _Part:
        match tree:
            case _Key(keys):
                position = 1 << len(self._keys)
                self._keys.append(keys)
                self.follow.append(0)
                return _Part(False, position, position)
            case _Sequence(parts):
                whole = _NOTHING
                for part in parts:
                    whole = self._then(whole, self.build(part))
                return whole
            case _Choice(ways):
                built = [self.build(way) for way in ways]
                first = last = 0
                for way in built:
                    first, last = first | way.first, last | way.last
                return _Part(any(way.empty for way in built), first, last)
            case _Repeated(part, least, most):
                return self._repeated(lambda: self.build(part), least, most)

    def _repeated(self, copy: Callable[[], _Part], least: int, most: int | None) -> _Part:
        whole = _NOTHING
        for _ in range(least if most is not None else least - 1):
            whole = self._then(whole, copy())
        if most is None:
            last = copy()
            self._link(last.last, last.first)
            return self._then(whole, _Part(last.empty or not least, last.first, last.last))
        for _ in range(most - least):
            more = copy()
            whole = self._then(whole, _Part(True, more.first, more.last))
        return whole

    def _then(self, left: _Part, right: _Part) -> _Part:
        self._link(left.last, right.first)
        first = left.first | right.first if left.empty else left.first
        last = left.last | right.last if right.empty else right.last
        return _Part(left.empty and right.empty, first, last)

    def _link(self, before: int, after: int) -> None:
        while before:
            lowest = before & -before
            self.follow[lowest.bit_length() - 1] |= after
            before ^= lowest
