"""Whatever spelling people and carriers choose of a number, one form is kept, and every form leads back to it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from numbering.area_codes import EIGHT_DIGITS, LARGE_CITIES, SEVEN_DIGITS
from numbering.plan import NotANumber, at_home, display, national, normalise, normalise_or_keep

DIGITS = "0123456789"


def digits(length: int, first: str = DIGITS) -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from(first), st.text(DIGITS, min_size=length - 1, max_size=length - 1)).map("".join)


def joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


NARROW = joined(st.sampled_from(sorted(LARGE_CITIES | EIGHT_DIGITS)), digits(8, "2345678"))
LANDLINES = NARROW | joined(st.sampled_from(sorted(SEVEN_DIGITS)), digits(7, "2345678"))
AREAS = st.sampled_from(sorted(LARGE_CITIES | EIGHT_DIGITS | SEVEN_DIGITS))
MOBILES = joined(st.just("1"), digits(10, "3456789"))
FREEPHONES = joined(st.sampled_from(["400", "800"]), digits(7))
RELAYS = joined(st.just("700"), digits(12))
LONG_SERVICES = joined(st.sampled_from(["950", "96"]), st.integers(7, 8).flatmap(digits))
SERVICES = st.sampled_from(["95588", "10086", "10000", "12345", "12306", "962121", "110", "95013123", "10101234"])
LOCAL_SERVICES = joined(AREAS, st.sampled_from(["95588", "10086", "12345", "96315", "962121", "95105105"]))

NATIONWIDE = MOBILES | FREEPHONES | RELAYS | LONG_SERVICES
BEHIND_ZERO = LANDLINES | LOCAL_SERVICES
COUNTRY = ["+86", "0086", "+86 0", "+0086", "+8686"]
BETWEEN = st.sampled_from(["", "", "-", " ", "–", "‑", "．", "\u3000", "\u200b", "\u202d", "\u2068"])
FILLING = st.lists(BETWEEN, min_size=40)
WIDE = str.maketrans(DIGITS + "+", "０１２３４５６７８９＋")


@st.composite
def dressed(draw: st.DrawFn, plain: st.SearchStrategy[str]) -> str:
    """``plain`` with things between its digits, perhaps in full width."""
    text, filling = draw(plain), draw(FILLING)
    text = "".join(character + between for character, between in zip(text, filling, strict=False))
    return text.translate(WIDE) if draw(st.booleans()) else text


def spelled(number: str, prefixes: list[str]) -> st.SearchStrategy[str]:
    return dressed(st.sampled_from(prefixes).map(lambda prefix: prefix + number))


def leads_back(kept: str) -> bool:
    return all(normalise(form) == kept for form in (national(kept), display(kept), at_home(national(kept))))


@given(st.data(), NATIONWIDE)
def test_numbers_without_area_code(data, number):
    kept = normalise(data.draw(spelled(number, ["", "0", "86", *COUNTRY])))
    assert kept == f"86{number}"
    assert national(kept) == number
    assert leads_back(kept)


@given(st.data(), BEHIND_ZERO)
def test_numbers_with_area_code(data, number):
    kept = normalise(data.draw(spelled(number, ["0", *COUNTRY])))
    assert kept == f"86{number}"
    assert national(kept) == f"0{number}"
    assert leads_back(kept)


@given(st.data(), LANDLINES)
def test_landlines_without_their_zero(data, number):
    assert normalise(data.draw(spelled(number, ["", "86"]))) == f"86{number}"


@given(st.data(), SERVICES)
def test_short_numbers(data, number):
    kept = normalise(data.draw(spelled(number, ["", *COUNTRY])))
    assert kept == national(kept) == number
    assert leads_back(kept)


@given(st.data(), st.sampled_from(["16502530000", "442079460018", "85223456789", "85328123456", "886912345678"]))
def test_numbers_of_other_countries(data, number):
    kept = normalise(data.draw(spelled(number, ["+", "00", "+00"])))
    assert kept == number
    assert leads_back(kept)


@given(st.text(max_size=30) | dressed(st.text("+0123456789", max_size=18)))
def test_any_text_is_a_number_or_refused(text):
    try:
        kept = normalise(text)
    except NotANumber:
        assert at_home(text) == text
        return
    assert kept.isascii()
    assert kept.isdigit()
    assert leads_back(kept)


@given(st.text(max_size=30) | st.text("+0123456789", max_size=18))
def test_what_a_telephone_shows_can_be_dialled_back(text):
    assert normalise_or_keep(at_home(text)) == normalise_or_keep(text)
    assert at_home(at_home(text)) == at_home(text)
