"""Hanzi to pinyin: pypinyin's choice among readings, and a lexicon of those that it gets wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

LEXICON: Final[Mapping[str, str]] = {
    "长按": "chang2 an4",
    "还款": "huan2 kuan3",
    "还清": "huan2 qing1",
    "重听": "chong2 ting1",
    "重拨": "chong2 bo1",
    "一个": "yi2 ge4",
    "一次": "yi2 ci4",
    "一下": "yi2 xia4",
}
"""A site may add its own."""

_MARKS: Final = str.maketrans({"，": ",", "。": ".", "？": "?", "！": "!"})


def pinyin(text: str, lexicon: Mapping[str, str] = LEXICON) -> str:
    """``银行，`` -> ``yin2 hang2 ,``; neutral tones are 5."""
    from pypinyin import Style, lazy_pinyin  # late: it reads its dictionaries

    parts: list[str] = []
    words = "|".join(map(re.escape, sorted(filter(None, lexicon), key=len, reverse=True)))
    for part in re.split(f"({words})", text) if words else [text]:
        if part in lexicon:
            parts.append(lexicon[part])
        elif part:
            parts.extend(lazy_pinyin(part, style=Style.TONE3, neutral_tone_with_five=True))
    spoken = re.sub(r"\s+", " ", " ".join(parts).translate(_MARKS)).strip()
    return re.sub(r"\bbu4 (?=[a-zü]+4\b)", "bu2 ", spoken)
