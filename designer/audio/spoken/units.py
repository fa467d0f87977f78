"""Units and currencies as they are written beside a number, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from designer.audio.spoken.parts import Language

_TABLE: Final[Mapping[str, tuple[str, str]]] = {
    "km/h": ("公里每小时", "kilometers per hour"), "km²": ("平方公里", "square kilometers"),
    "km2": ("平方公里", "square kilometers"), "m/s": ("米每秒", "meters per second"),
    "m²": ("平方米", "square meters"), "m2": ("平方米", "square meters"), "cm²": ("平方厘米", "square centimeters"),
    "m³": ("立方米", "cubic meters"), "m3": ("立方米", "cubic meters"), "km": ("公里", "kilometers"),
    "cm": ("厘米", "centimeters"), "mm": ("毫米", "millimeters"), "m": ("米", "meters"),
    "kg": ("千克", "kilograms"), "KG": ("千克", "kilograms"), "mg": ("毫克", "milligrams"), "g": ("克", "grams"),
    "ml": ("毫升", "milliliters"), "mL": ("毫升", "milliliters"), "L": ("升", "liters"),
    "kWh": ("千瓦时", "kilowatt hours"), "kW": ("千瓦", "kilowatts"), "MW": ("兆瓦", "megawatts"),
    "W": ("瓦", "watts"),
    "kV": ("千伏", "kilovolts"), "V": ("伏", "volts"), "mAh": ("毫安时", "milliampere hours"),
    "kHz": ("千赫", "kilohertz"), "MHz": ("兆赫", "megahertz"), "GHz": ("吉赫", "gigahertz"), "Hz": ("赫兹", "hertz"),
    "KB": ("千字节", "kilobytes"), "kB": ("千字节", "kilobytes"), "MB": ("兆", "megabytes"),
    "GB": ("吉字节", "gigabytes"),
    "TB": ("太字节", "terabytes"), "kbps": ("千比特每秒", "kilobits per second"),
    "Mbps": ("兆", "megabits per second"),
    "Gbps": ("吉比特每秒", "gigabits per second"), "M": ("兆", "megabytes"), "dB": ("分贝", "decibels"),
    "ms": ("毫秒", "milliseconds"), "min": ("分钟", "minutes"), "h": ("小时", "hours"), "s": ("秒", "seconds"),
    "℃": ("摄氏度", "degrees Celsius"), "°C": ("摄氏度", "degrees Celsius"),
    "℉": ("华氏度", "degrees Fahrenheit"), "°F": ("华氏度", "degrees Fahrenheit"), "°": ("度", "degrees"),
    "%": ("百分之", "percent"), "‰": ("千分之", "per mille"),
}  # fmt: skip

CURRENCIES: Final[Mapping[str, tuple[str, str]]] = {
    "¥": ("元", "yuan"), "RMB": ("元", "yuan"), "CNY": ("元", "yuan"), "元": ("元", "yuan"), "$": ("美元", "dollars"),
    "USD": ("美元", "dollars"), "€": ("欧元", "euros"), "EUR": ("欧元", "euros"), "£": ("英镑", "pounds"),
    "HK$": ("港元", "Hong Kong dollars"), "HKD": ("港元", "Hong Kong dollars"),
}  # fmt: skip

UNIT: Final = "|".join(sorted(map(re.escape, _TABLE), key=len, reverse=True))
LONG_UNIT: Final = "|".join(sorted((re.escape(u) for u in _TABLE if len(u) > 1), key=len, reverse=True))
"""A single letter is a unit only where it touches its number."""
CURRENCY: Final = "|".join(sorted(map(re.escape, CURRENCIES), key=len, reverse=True))


def unit(written: str, language: Language) -> str:
    return _TABLE[written][language == "en"]


def currency(written: str, language: Language) -> str:
    return CURRENCIES[written][language == "en"]
