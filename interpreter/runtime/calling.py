"""From the store's rows to what extensions may do outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from interpreter.calls.forwarding import NO_FORWARDING, Destination, Forwarding, When
from interpreter.calls.plan import Recorded, Rights
from interpreter.flow.spoken import LOCALES, Locale
from numbering.reach import Calls, may_be_shown
from store.models import Extension
from store.records import TenantDirectory


class Calling:
    """Of one tenant, as the store had it at one revision."""

    def __init__(self, stored: TenantDirectory) -> None:
        self._settings = stored.calling
        self._numbers = {number.digits for number in stored.numbers}

    def rights(self, extension: Extension) -> Rights:
        """The number that is shown is the extension's, else the tenant's; either while the tenant still has it."""
        settings = self._settings
        wanted = (extension.shown_number, None if settings is None else settings.shown_number)
        shown = next((digits for digits in wanted if digits and self._may_show(digits)), "")
        return Rights(cast(Calls, extension.calls), frozenset(extension.countries), shown)

    @property
    def recorded(self) -> Recorded:
        """What is recorded of its extensions' calls; the talks, where nobody chose otherwise."""
        return "answered" if self._settings is None else cast(Recorded, self._settings.record)

    @property
    def music(self) -> str | None:
        """What is heard on hold, by its SHA-256; None for the system's."""
        return None if self._settings is None else self._settings.music_audio

    @property
    def language(self) -> Locale:
        """In which its telephones are spoken to."""
        return LOCALES[0] if self._settings is None else cast(Locale, self._settings.language)

    def _may_show(self, digits: str) -> bool:
        return digits in self._numbers and may_be_shown(digits)


def forwarding_of(extension: Extension) -> Forwarding:
    """How an extension wants to be reached."""
    destinations = tuple(
        Destination(str(row["to"]), bool(row["together"]), bool(row["accept"])) for row in extension.destinations
    )
    forwards = cast(Mapping[When, str], extension.forwards)
    if not (destinations or forwards or extension.do_not_disturb):
        return NO_FORWARDING
    return Forwarding(destinations, forwards, bool(extension.do_not_disturb), float(extension.ring_seconds))
