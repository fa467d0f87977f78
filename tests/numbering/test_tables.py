"""Our tables against libphonenumber's data, which is too slow to load for every process."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
import pytest
from phonenumbers.phonemetadata import PhoneMetadata

from numbering.abroad import country_code
from numbering.area_codes import EIGHT_DIGITS, LARGE_CITIES, SEVEN_DIGITS
from numbering.plan import NotANumber, normalise

MOVED = 6
"""Cities that may have changed in a newer version of the data."""


def example_numbers() -> Iterator[tuple[str, str]]:
    """(country code, national number) for every country but China."""
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        for region in regions:
            example = phonenumbers.example_number(region)
            if example is not None and code != 86:
                yield str(code), phonenumbers.national_significant_number(example)


EXAMPLES = sorted(set(example_numbers()))


def test_area_codes_are_those_of_the_library():
    metadata = PhoneMetadata.metadata_for_region("CN", None)
    assert metadata is not None
    fixed_line = re.compile(metadata.fixed_line.national_number_pattern)
    codes = [*(str(code) for code in (10, *range(20, 30))), *(str(code) for code in range(300, 1000))]
    eight = {code for code in codes if fixed_line.fullmatch(f"{code}23456789")}
    seven = {code for code in codes if fixed_line.fullmatch(f"{code}2345678")} - eight
    assert len(eight ^ (EIGHT_DIGITS | LARGE_CITIES)) <= MOVED
    assert len(seven ^ SEVEN_DIGITS) <= MOVED
    assert not any(code[:2] in LARGE_CITIES for code in EIGHT_DIGITS | SEVEN_DIGITS)
    assert not EIGHT_DIGITS & SEVEN_DIGITS


def test_country_codes_are_those_of_the_library():
    assert {code for code, number in EXAMPLES if country_code(code + number) != code} == set()


@pytest.mark.parametrize(("code", "number"), EXAMPLES, ids=[f"+{code} {number}" for code, number in EXAMPLES])
def test_numbers_of_all_countries_are_kept_as_the_library_would(code, number):
    assert normalise(f"+{code} {number}") == normalise(f"00{code}-{number}") == code + number


def test_a_trunk_zero_is_dropped_where_the_country_has_one():
    dropped = 0
    for code, number in EXAMPLES:
        metadata = PhoneMetadata.metadata_for_region_or_calling_code(
            int(code), phonenumbers.region_code_for_country_code(int(code))
        )
        if metadata is not None and metadata.national_prefix == "0":
            kept = phonenumbers.format_number(
                phonenumbers.parse(f"+{code}0{number}", None), phonenumbers.PhoneNumberFormat.E164
            )
            assert normalise(f"+{code} (0){number}") == kept.removeprefix("+")
            dropped += 1
    assert dropped > 50


def test_a_zero_that_belongs_to_the_number_stays():
    assert normalise("+39 06 6982 0000") == "390669820000"
    assert normalise("+225 07 01 02 03 04") == "2250701020304"


def test_america_has_ten_digits():
    for wrong in ("+1 650 253 000", "+1 650 253 00000", "+1 150 253 0000"):
        with pytest.raises(NotANumber):
            normalise(wrong)
