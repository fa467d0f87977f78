"""Which language an answer is given in."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import current_app, g, has_request_context, request

from designer.messages import LOCALES, Locale


def locale_of_request() -> Locale:
    """``Accept-Language`` where it names one of ours, else the signed-in user's language, else the setting."""
    if has_request_context():
        asked = request.accept_languages.best_match(["zh-CN", "zh", "en"])
        if asked:
            return as_locale(asked)
        if who := g.get("who"):
            return as_locale(who.locale)
    return as_locale(current_app.config["ZONGJI_LOCALE"])


def as_locale(tag: str | None) -> Locale:
    """The catalogue's language for a tag such as ``zh``, ``zh-CN``, ``en-US``."""
    return LOCALES[0] if not tag or tag.lower().startswith("zh") else LOCALES[1]


def timezone_of_request() -> ZoneInfo:
    """The signed-in user's company's time zone, in which people are told times."""
    who = g.get("who") if has_request_context() else None
    return ZoneInfo(who.timezone if who else "Asia/Shanghai")
