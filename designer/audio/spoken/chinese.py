"""Chinese: what each shape of number, date, time and sign is in spoken words."""

from __future__ import annotations

import re
from typing import Final

from designer.audio.spoken import chinese_signs, context, telephone, units
from designer.audio.spoken.numerals import aloud, apart, cardinal, money, quantity
from designer.audio.spoken.scan import Found, Shape, read, shape
from designer.audio.spoken.writing import HAN

NUMBER: Final = r"(?:\d{1,3}(?:,\d{3}){1,6}(?!\d)|\d+)(?:\.\d+)?"
_TO: Final = r"\s*[-~至到]\s*"
_BEGINS: Final = re.compile(rf"[^{HAN}，。？！：；、\s]")

LONGEST_QUANTITY: Final = 12
"""Digits: above it nobody counts."""


def chinese(text: str) -> str:
    """``应缴10,000元`` -> ``应缴一万元``; marks and Latin words stay."""
    return read(text, SHAPES, _BEGINS)


def called(number: str) -> str:
    """``+86 138 0013 8000`` -> 加八六，幺三八，零零幺三，八零零零."""
    groups = "，".join(aloud(group, "zh") for group in telephone.groups(number))
    return f"加{groups}" if number.startswith("+") else groups


# Dates and times -----------------------------------------------------------------------------------------------


@shape(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
def _date(found: Found) -> str | None:
    if not _is_day(found[3], found[4]):
        return None
    return f"{apart(found[1], 'zh')}年{_month_day(found[3], found[4])}"


@shape(r"(\d{4})[-/](\d{1,2})(?![\d:])")
def _year_and_month(found: Found) -> str | None:
    if not ("1900" <= found[1] <= "2100" and 1 <= int(found[2]) <= 12):
        return None
    return f"{apart(found[1], 'zh')}年{cardinal(int(found[2]), 'zh')}月"


@shape(rf"(\d{{4}}|\d{{2}})(?:({_TO})(\d{{4}}))?年(?!级)")
def _year(found: Found) -> str | None:
    is_year = found[1][0] in "12" if len(found[1]) == 4 else re.match(r"\s*\d{1,2}\s*月", found.after)
    if not is_year:
        return None
    return apart(found[1], "zh") + (f"到{apart(found[3], 'zh')}" if found[3] else "") + "年"


@shape(r"(\d{1,2})/(\d{1,2})(?![\d/])")
def _month_and_day(found: Found) -> str | None:
    """11/30 is a day and 1/2 a half: where both may be, a fraction has one digit on either side."""
    says_so = context.DATED.search(found.before) or context.DATED_AFTER.match(found.after)
    is_fraction = len(found[1]) == len(found[2]) == 1 and not says_so
    return None if is_fraction or not _is_day(found[1], found[2]) else _month_day(found[1], found[2])


@shape(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?!\d)(?:\s?([AaPp])\.?[Mm]\b\.?)?")
def _time(found: Found) -> str | None:
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or "0")
    if context.LASTED.search(found.before) and not found[3]:
        return f"{_counted(found[1], pair=True)}分" + ("零" if minute < 10 else "") + f"{cardinal(minute, 'zh')}秒"
    if hour > 24 or minute > 59 or second > 59 or context.COMPARED.search(found.before):
        return None
    words = {"A": "上午", "P": "下午"}.get(found[4].upper(), "")
    words += "两点" if hour == 2 else f"{cardinal(hour, 'zh')}点"
    if minute or second:
        words += ("零" if minute < 10 else "") + f"{cardinal(minute, 'zh') if minute else ''}分"
    return words + (("零" if second < 10 else "") + f"{cardinal(second, 'zh')}秒" if second else "")


def _is_day(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def _month_day(month: str, day: str) -> str:
    return f"{cardinal(int(month), 'zh')}月{cardinal(int(day), 'zh')}日"


# Names in digits -----------------------------------------------------------------------------------------------


@shape(telephone.CALLED)
def _telephone(found: Found) -> str | None:
    if context.MONEY_AFTER.match(found.after):
        return None
    extension = found["extension"]
    return called(found["called"]) + (f"，转{_name(extension)}" if extension else "")


@shape(telephone.CALLED_HERE)
def _telephone_by_name(found: Found) -> str | None:
    return called(found[0]) if context.TELEPHONE.search(found.before) else None


@shape(r"(\d{3,4})(\*{2,8})(\d{2,4})")
def _masked(found: Found) -> str:
    return f"{aloud(found[1], 'zh')}，{'星' * len(found[2])}，{aloud(found[3], 'zh')}"


@shape(r"\d+(?:(?:\s?[-~、,/]\s?| |[和或及至到])\d+){0,12}")
def _identifiers(found: Found) -> str | None:
    """801, 801、802, 801-803, 6222 0200 1234 where words before tell that they are names or keys."""
    if not (context.IDENTIFIER.search(found.before) or context.DIALLED.search(found.before)):
        return None
    if context.COUNTED.match(found.after) or (context.CALENDAR.match(found.after) and len(found[0]) < 3):
        return None
    first, *rest = re.split(r"(\s?[-~、,/]\s?| |[和或及至到])", found[0])
    words, last = _name(first), first
    for joint, digits in zip(rest[::2], rest[1::2], strict=True):
        words += _joint(joint.strip(), last, digits) + _name(digits)
        last = digits
    return words


def _joint(joint: str, last: str, following: str) -> str:
    if joint in ("-", "~"):
        return "到" if len(last) == len(following) and last < following else "杠"
    return joint if joint and joint in "和或及至到" else "，"


def _name(digits: str) -> str:
    """One digit is one: 按1; more are read as over the telephone."""
    return apart(digits, "zh") if len(digits) == 1 else called(digits)


@shape(r"[A-Za-z\d]{1,40}(?:[-_][A-Za-z\d]{1,40}){0,6}")
def _named_code(found: Found) -> str | None:
    """订单号 A12-B3: every sign counts."""
    if not context.IDENTIFIER.search(found.before) or found[0].isalpha():
        return None
    return re.sub(r"\d+|[-_]", lambda m: aloud(m[0], "zh") if m[0].isdigit() else "杠", found[0])


@shape(r"(?=[A-Za-z]{0,20}\d)(?=\d{0,20}[A-Za-z])[A-Za-z\d]{2,40}(?:\.\d+)?")
def _code(found: Found) -> str:
    """B2, CA1234, 5G: up to two digits count, more are names."""
    return re.sub(r"\d+", lambda match: _count_or_name(match[0]), found[0]).replace(".", "点")


@shape(r"\d{1,6}(?:-\d{1,6}){2,6}")
def _chain(found: Found) -> str:
    """3-2-501: building, entrance, room."""
    return "杠".join(_count_or_name(part) for part in found[0].split("-"))


def _count_or_name(digits: str) -> str:
    """Up to two digits count, more are a name."""
    return quantity(digits, "zh") if len(digits) < 3 and digits[0] != "0" else aloud(digits, "zh")


@shape(r"\d{3,8}")
def _named(found: Found) -> str | None:
    """801号, 301室, 110报警, and numbers that everybody knows."""
    digits = found[0]
    is_name = context.NAMED_AFTER.match(found.after) or (context.BUILDING.search(found.before) and len(digits) < 5)
    if (len(digits) < 7 and is_name) or _is_service(digits, found):
        return aloud(digits, "zh")
    return None


def _is_service(digits: str, found: Found) -> bool:
    if telephone.EMERGENCY.fullmatch(digits):
        return bool(context.CALLED_AFTER.match(found.after) or context.EMERGENCIES.search(found.before))
    return bool(telephone.SERVICE_NUMBER.fullmatch(digits)) and not _is_counted(found)


def _is_counted(found: Found) -> bool:
    return bool(
        context.COUNTED.match(found.after) or context.CALENDAR.match(found.after) or context.AMOUNT.search(found.before)
    )


# Quantities ----------------------------------------------------------------------------------------------------


@shape(
    rf"(?P<sign>{units.CURRENCY})\s*({NUMBER})(?:{_TO}(?:{units.CURRENCY})?\s*({NUMBER}))?\s*(万亿|[亿万千百])?(?:元(?![旦宵]))?"
)
def _priced(found: Found) -> str:
    return _price(found, units.currency(found["sign"], "zh"))


@shape(rf"(?P<_>)({NUMBER})(?:{_TO}({NUMBER}))?\s*(万亿|[亿万千百])?\s*(?P<sign>{units.CURRENCY})(?![旦宵A-Za-z])")
def _price_named(found: Found) -> str:
    return _price(found, units.currency(found["sign"], "zh"))


@shape(r"(?P<_>)(\d{1,3}(?:，\d{3}){1,6}(?:\.\d+)?)()\s*(万亿|[亿万千百])?\s*(?P<sign>元)(?![旦宵])")
def _price_with_wide_commas(found: Found) -> str:
    return _price(found, "元")


def _price(found: Found, name: str) -> str:
    low, high, times = found[2], found[3], found[4]
    cents = re.fullmatch(r"[\d,，]{1,15}\.\d\d", low)
    if name == "元" and cents and not high and not times:
        return money(low, "zh")
    words = _counted(low, pair=not high) + (f"到{_counted(high, pair=True)}" if high else "")
    return words + times + name


@shape(rf"({NUMBER})(?:{_TO}({NUMBER}))?\s*([%‰])")
def _percent(found: Found) -> str:
    """百分之 comes before the number, and once for a range."""
    low = "百" if found[1] == "100" and found[3] == "%" else quantity(found[1], "zh")
    return units.unit(found[3], "zh") + low + (f"到{quantity(found[2], 'zh')}" if found[2] else "")


@shape(rf"({NUMBER})(?:{_TO}({NUMBER}))?(?:({units.UNIT})|\s({units.LONG_UNIT}))(?![A-Za-z\d])")
def _measure(found: Found) -> str:
    words = _counted(found[1], pair=True) + (f"到{_counted(found[2], pair=True)}" if found[2] else "")
    return words + units.unit(found[3] or found[4], "zh")


@shape(r"(\d)米(\d{2})(?![\d厘公])")
def _height(found: Found) -> str:
    return f"{_counted(found[1], pair=False)}米{apart(found[2], 'zh')}"


@shape(r"(\d{1,4})/(\d{1,4})(?![\d/])")
def _fraction(found: Found) -> str | None:
    if found[0] == "24/7":
        return "七乘二十四"
    if context.CALENDAR.match(found.after) or not 0 < int(found[1]) < int(found[2]):
        return None
    return f"{cardinal(int(found[2]), 'zh')}分之{cardinal(int(found[1]), 'zh')}"


@shape(r"(\d{1,4})(?:\s*[*×xX]\s*(\d{1,4}))(?:\s*[*×xX]\s*(\d{1,4}))?(?![\dA-Za-z])")
def _product(found: Found) -> str | None:
    if context.DIALLED.search(found.before):
        return None
    return "乘".join(cardinal(int(n), "zh") for n in found.match.groups() if n)


@shape(r"(\d{1,6}):(\d{1,6})(?![\d:])")
def _ratio(found: Found) -> str:
    return f"{cardinal(int(found[1]), 'zh')}比{cardinal(int(found[2]), 'zh')}"


@shape(r"(?P<v>(?<![A-Za-z])[vV](?:er\.?)?\s?)?\d{1,8}(?:\.\d{1,8}){1,6}(?![\d])")
def _version(found: Found) -> str | None:
    """V2.0, 1.2.3, 192.168.1.1"""
    groups = found[0].removeprefix(found["v"]).split(".")
    if len(groups) < 3 and not found["v"]:
        return None
    return found["v"] + "点".join(_name(g) if len(g) > 2 or g[0] == "0" else cardinal(int(g), "zh") for g in groups)


@shape(r"[Nn][Oo]\.?\s?(\d{1,3})(?!\d)")
def _numbered(found: Found) -> str:
    return f"第{cardinal(int(found[1]), 'zh')}"


@shape(r"\.\d+")
def _only_a_fraction(found: Found) -> str | None:
    return None if found.before[-1:].isalnum() else quantity(f"0{found[0]}", "zh")


@shape(NUMBER)
def _number(found: Found) -> str:
    written = found[0]
    digits = len(written.partition(".")[0].replace(",", ""))
    if written[0] == "0" and written.isdigit() and digits > 1:
        return aloud(written, "zh") if digits > 2 else apart(written, "zh")
    if written.isdigit() and digits > (LONGEST_QUANTITY if _is_counted(found) else 6):
        return called(written)
    ordinal = found.before.rstrip().endswith("第")
    return _counted(written, pair=not ordinal and bool(context.COUNTED.match(found.after)))


def _counted(written: str, *, pair: bool) -> str:
    """pair: 2 is 两 before what it counts."""
    return "两" if pair and written == "2" else quantity(written, "zh")


SHAPES: Final[tuple[Shape, ...]] = (
    _date, _year_and_month, _year, _month_and_day, _time,
    _priced, _price_named, _price_with_wide_commas, _percent, _measure,
    _telephone, _telephone_by_name, _masked, _identifiers, _product, _named_code, _version, _code, _numbered,
    _chain, _named,
    _height, _fraction, _ratio, _only_a_fraction, _number,
    *chinese_signs.SHAPES,
)  # fmt: skip
"""Of equally long ones the earlier is asked first."""
