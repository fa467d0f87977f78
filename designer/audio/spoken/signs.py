"""What both languages treat alike: addresses of the web, words, and single signs by a table."""

from __future__ import annotations

from collections.abc import Mapping

from designer.audio.spoken import web
from designer.audio.spoken.parts import Language
from designer.audio.spoken.scan import Found, Shape, shape
from designer.audio.spoken.writing import is_letter


def address_in(language: Language) -> Shape:
    @shape(web.ADDRESS)
    def address(found: Found) -> str:
        return web.spelled(found[0], language)

    return address


def sign_of(signs: Mapping[str, str]) -> Shape:
    """One sign as the table says it; letters stay, what else is not in it is silent."""

    @shape(r"[^A-Za-z\d]")
    def sign(found: Found) -> str:
        c = found[0]
        return signs.get(c, c if is_letter(c) else " ")

    return sign


@shape(r"[A-Za-z]+(?:['-][A-Za-z]+){0,8}")
def word(found: Found) -> str:
    return found[0]


@shape(r"[*#]{2,}")
def ornament(found: Found) -> str:
    return " "
