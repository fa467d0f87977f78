"""Why a call cannot be made or judged, as words that are still to be chosen."""

from __future__ import annotations

from zongji.words import say


class CannotRing(Exception):
    """``code`` and ``places`` make the message in either language."""

    def __init__(self, code: str, **places: object) -> None:
        super().__init__(say(code, "en", **places))
        self.code, self.places = code, places

    def message(self, locale: str) -> str:
        return say(self.code, locale, **self.places)
