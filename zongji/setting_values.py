"""How the text of a setting becomes its value; what cannot be used is told in either language."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address, ip_network

from zongji.words import LOCALES, say

Address = tuple[str, int]

_REST = r"(?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
NAME = re.compile(rf"(?=.{{1,253}}$)(?:[A-Za-z0-9]{_REST}\.)*[A-Za-z]{_REST}")
"""The last label begins with a letter, so that no mistyped address is one."""

SPEAKERS = ("auto", "espeak")

LONGEST_CLOCK_SECONDS = 10 * 366 * 86400.0
"""No test needs to go further than ten years, and dates have an end."""


class Unusable(ValueError):
    """Why a value cannot be used, as words that are still to be chosen."""

    def __init__(self, code: str, **places: object) -> None:
        super().__init__(say(code, "en", **places))
        self.code, self.places = code, places


def parse_address(text: str) -> Address:
    """``HOST:PORT`` (``[::1]:8080`` too) -> (host, port 0..65535)."""
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise Unusable("why.address")
    return host.strip("[]"), int(port)


def parse_voice(text: str) -> str:
    """``auto`` or ``espeak``."""
    if text not in SPEAKERS:
        raise Unusable("why.voice")
    return text


def parse_sip(text: str) -> tuple[str, ...]:
    """Comma-separated ``udp:HOST:PORT`` -> the same, one each."""
    listens = parse_list(text)
    for listen in listens:
        transport, _, address = listen.partition(":")
        if transport != "udp":
            raise Unusable("why.sip")
        try:
            parse_address(address)
        except Unusable:
            raise Unusable("why.sip") from None
    if not listens:
        raise Unusable("why.sip")
    return listens


def parse_external(text: str) -> str:
    """An IPv4 address that others can reach, or a name as DNS has them (RFC 1123 section 2.1); "" for none."""
    if not text:
        return text
    try:
        address = IPv4Address(text)
    except ValueError:
        if NAME.fullmatch(text) is None:
            raise Unusable("why.external") from None
        return text
    if address.is_unspecified or address.is_multicast or address == IPv4Address("255.255.255.255"):
        raise Unusable("why.external")
    return text


def parse_list(text: str) -> tuple[str, ...]:
    """Comma-separated words."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def parse_networks(text: str) -> tuple[str, ...]:
    """Comma-separated IP addresses and networks (``192.0.2.0/24``)."""
    networks = parse_list(text)
    for network in networks:
        try:
            ip_network(network, strict=False)
        except ValueError:
            raise Unusable("why.network", text=network) from None
    return networks


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number from ``low`` to ``high``."""

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise Unusable("why.whole", low=low, high=high) from None
        if not low <= value <= high:
            raise Unusable("why.whole", low=low, high=high)
        return value

    return parse


def seconds(low: float, high: float) -> Callable[[str], float]:
    """Seconds from ``low`` to ``high``, with decimals."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise Unusable("why.seconds", low=low, high=high) from None
        if not low <= value <= high:  # NaN is not either
            raise Unusable("why.seconds", low=low, high=high)
        return value

    return parse


def parse_clock(text: str) -> float:
    """By how many seconds the clock is moved; backwards is below 0."""
    try:
        return seconds(-LONGEST_CLOCK_SECONDS, LONGEST_CLOCK_SECONDS)(text)
    except Unusable:
        raise Unusable("why.clock") from None


def parse_ports(text: str) -> tuple[int, int]:
    """``FIRST-LAST``, 1024..32767."""
    first, _, last = text.partition("-")
    if not (text.isascii() and first.isdigit() and last.isdigit()) or not 1024 <= int(first) < int(last) <= 32767:
        raise Unusable("why.ports")
    return int(first), int(last)


def parse_locale(text: str) -> str:
    if text not in LOCALES:
        raise Unusable("why.locale")
    return text


def parse_log_level(text: str) -> str:
    """A level's name, in any case."""
    if text.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise Unusable("why.log_level")
    return text.upper()


def parse_yes_no(text: str) -> bool:
    if text.lower() not in ("0", "1", "true", "false"):
        raise Unusable("why.yesno")
    return text.lower() in ("1", "true")


def parse_yes_no_auto(text: str) -> bool | None:
    """None for ``auto``."""
    if text.lower() == "auto":
        return None
    try:
        return parse_yes_no(text)
    except Unusable:
        raise Unusable("why.yesnoauto") from None
