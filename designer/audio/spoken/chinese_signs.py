"""Chinese: keys of the telephone, ranges, addresses of the web, and single signs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from designer.audio.spoken import context
from designer.audio.spoken.numerals import aloud, apart, cardinal
from designer.audio.spoken.scan import Found, Shape, shape
from designer.audio.spoken.signs import address_in, ornament, sign_of, word

_KEYS: Final = {"*": "星号", "#": "井号"}

SIGNS: Final[Mapping[str, str]] = {
    "&": "和", "+": "加", "=": "等于", "@": " at ", "×": "乘", "÷": "除以", "±": "正负", "≥": "大于等于",
    "≤": "小于等于",
    ">": "大于", "<": "小于", "≈": "约等于", "≠": "不等于", "%": "百分号", "‰": "千分号", "°": "度",
    "℃": "摄氏度", "℉": "华氏度",
    "¥": "元", "$": "美元", "€": "欧元", "£": "英镑", "²": "平方", "³": "立方",
    "(": "，", ")": "，", "[": "，", "]": "，", "{": "，", "}": "，", "|": "，", "/": "，", "→": "，",
    "•": "，", "—": "，", "…": "，",
    ",": "，", ";": "，", ":": "，", ".": "。", "?": "？", "!": "！",
}  # fmt: skip
"""What is in no table, as quotes and pictures, is not spoken."""


@shape(r"[*#]{1,2}\d{1,20}(?:[*#]{1,2}\d{0,20}){0,6}")
def _feature_code(found: Found) -> str | None:
    """*21*801# is dialled; a single star before a number may be anything."""
    if re.fullmatch(r"#\d+", found[0]) and context.FLOOR_AFTER.match(found.after):
        return None
    if re.fullmatch(r"#\d+", found[0]) and context.IDENTIFIER.search(found.before):
        return aloud(found[0], "zh")
    is_one = sum(c.isdigit() for c in found[0]) == 1
    say = apart if is_one else aloud
    return re.sub(r"\d+|[*#]", lambda m: _KEYS.get(m[0]) or say(m[0], "zh"), found[0])


@shape(r"(\d{1,20})\s*([*#])(?!\d)\s*(?:号?字?键|号)?")
def _digits_and_key(found: Found) -> str | None:
    """输入12#, but 3#楼 is the third building."""
    if found[2] == "#" and context.FLOOR_AFTER.match(found.after):
        return f"{cardinal(int(found[1]), 'zh')}号"
    digits = apart(found[1], "zh") if len(found[1]) == 1 else aloud(found[1], "zh")
    return f"{digits}{_KEYS[found[2]]}键"


@shape(r"\(?\s*([*#])\s*\)?\s*(?:号?字?键|号)?")
def _key(found: Found) -> str:
    """#, #键, #号键; in 井号键(#) it is said already."""
    said = re.search(r"([井星]号?键?)\s*$", found.before)
    if said is None:
        return f"{_KEYS[found[1]]}键"
    return f"{_KEYS[found[1]]}键"[len(said[1]) :]


@shape(r"[-~—]{1,3}\s*")
def _dash(found: Found) -> str:
    """A range between numbers, a minus before one, or a pause."""
    if context.RANGE_BEFORE.search(found.before) and context.RANGE_AFTER.match(found.after):
        return "到"
    if found.after[:1].isdigit() and found[0].strip() in ("-", "~"):
        if context.BELOW_ZERO_BEFORE.search(found.before) or re.match(r"\d[\d,]*(?:\.\d+)?\s?[%‰℃元]", found.after):
            return "负" if found[0][0] == "-" else "约"
        if found.before[-1:].isascii() and found.before[-1:].isalpha():
            return " "
    return "，"


@shape(r"([A-Z])\s?[-~]\s?([A-Z])(?![A-Za-z])")
def _letters(found: Found) -> str | None:
    return f"{found[1]}到{found[2]}" if not found.before[-1:].isalnum() or not found.before[-1:].isascii() else None


@shape(r"/")
def _slash(found: Found) -> str:
    """元/月 is 元每月."""
    is_per = context.PER_BEFORE.search(found.before) and context.PER_AFTER.match(found.after)
    return "每" if is_per else "，"


SHAPES: Final[tuple[Shape, ...]] = (
    _feature_code, _digits_and_key, _key, ornament, _letters, address_in("zh"), word, _dash, _slash, sign_of(SIGNS),
)  # fmt: skip
