"""What a tenant has, as far as checking a flow needs it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property


@dataclass(frozen=True)
class Resources:
    """The tenant's things a flow may name. None anywhere means unknown: then nothing is said about it.

    own_prompts: file name (``welcome.wav``) -> its text where known. A name with None is a prompt whose text
        is unknown (an upload).
    system_prompts: name without ``.wav`` (``pv_busy``) -> its text in the flow's language where known.
    extensions: numbers of all extensions. extension_length: their fixed length, None where they differ.
    trunks, boxes: names. groups: name -> its extensions.
    voices: id of each voice that can be chosen -> the locale that it speaks.
    today: the day of the check. told_years: years whose holidays stand announced in the tenant's table of days;
        begun_years: years of which only some do.
    """

    own_prompts: Mapping[str, str | None] | None = None
    system_prompts: Mapping[str, str | None] | None = None
    extensions: Collection[str] | None = None
    extension_length: int | None = None
    trunks: Collection[str] | None = None
    boxes: Collection[str] | None = None
    groups: Mapping[str, Collection[str]] | None = None
    voices: Mapping[str, str] | None = None
    today: date | None = None
    told_years: Collection[int] = ()
    begun_years: Collection[int] = ()

    def extensions_behind(self, key: str) -> tuple[int, str]:
        """How many extensions begin with a key, and the first of them ("" where there is none)."""
        return self._by_first_digit.get(key, (0, ""))

    @cached_property
    def _by_first_digit(self) -> Mapping[str, tuple[int, str]]:
        """Found once, not by every menu of a flow."""
        counts = Counter(number[:1] for number in self.extensions or ())
        firsts = {number[:1]: number for number in sorted(self.extensions or (), reverse=True)}
        return {digit: (count, firsts[digit]) for digit, count in counts.items()}
