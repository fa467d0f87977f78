"""Addresses of the web and of mail, as they are spelled out in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from designer.audio.spoken.numerals import aloud
from designer.audio.spoken.parts import Language

_NAME: Final = r"[A-Za-z\d-]{1,63}"
ADDRESS: Final = (
    rf"(?:https?://)?[A-Za-z\d_.+-]{{1,64}}@{_NAME}(?:\.{_NAME}){{1,6}}"
    rf"|(?:https?://)?{_NAME}(?:\.{_NAME}){{0,6}}\.[A-Za-z]{{2,12}}(?:/[A-Za-z\d_./-]{{0,80}})?(?![A-Za-z\d])"
)

_SIGNS: Final[Mapping[Language, Mapping[str, str]]] = {
    "zh": {".": "点", "@": " at ", "-": "杠", "_": "下划线", "/": "斜杠", "+": "加"},
    "en": {".": " dot ", "@": " at ", "-": " dash ", "_": " underscore ", "/": " slash ", "+": " plus "},
}


def spelled(address: str, language: Language) -> str:
    """``www.10086.cn/a`` -> ``www点幺零零八六点cn斜杠a``."""
    bare = re.sub(r"^https?://", "", address).rstrip("./")
    signs, space = _SIGNS[language], " " if language == "en" else ""
    return re.sub(r"\d+|[^A-Za-z]", lambda m: signs.get(m[0]) or f"{space}{aloud(m[0], language)}{space}", bare)
