from __future__ import annotations

import subprocess
import sys
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numbering.plan import at_home
from store.errors import BadValue
from store.ids import new_id
from store.numbers import display, national, normalise, normalise_or_keep


def test_an_id_is_a_version_7_uuid_that_tells_its_birth():
    identifier = new_id(1_795_000_000.123)
    assert uuid.UUID(identifier).version == 7
    assert uuid.UUID(identifier).variant == uuid.RFC_4122
    assert uuid.UUID(identifier).int >> 80 == 1_795_000_000_123


def test_ids_sort_by_birth_and_differ():
    assert new_id(1000.0) < new_id(1000.001) < new_id(2000.0)
    assert len({new_id(1.0) for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("written", "digits", "at_home", "shown"),
    [
        ("4001234567", "864001234567", "4001234567", "400-123-4567"),
        ("400-123-4567", "864001234567", "4001234567", "400-123-4567"),
        ("+86 400 123 4567", "864001234567", "4001234567", "400-123-4567"),
        ("８００－８１０－００００", "868008100000", "8008100000", "800-810-0000"),
        ("13812345678", "8613812345678", "13812345678", "138 1234 5678"),
        ("013812345678", "8613812345678", "13812345678", "138 1234 5678"),
        ("8613812345678", "8613812345678", "13812345678", "138 1234 5678"),
        ("010-6552 9988", "861065529988", "01065529988", "010-6552 9988"),
        ("(0571) 8765 4321", "8657187654321", "057187654321", "0571-8765 4321"),
        ("0086 21 6888 6666", "862168886666", "02168886666", "021-6888 6666"),
        ("0459-6123456", "864596123456", "04596123456", "0459-612 3456"),
        ("801", "801", "801", "801"),
        ("10086", "10086", "10086", "10086"),
        ("95588", "95588", "95588", "95588"),
        ("65529988", "65529988", "65529988", "65529988"),
        ("+1 (650) 253-0000", "16502530000", "+16502530000", "+1 650-253-0000"),
        ("0044 20 7946 0018", "442079460018", "+442079460018", "+44 20 7946 0018"),
    ],
)
def test_numbers_as_people_write_them(written, digits, at_home, shown):
    assert normalise(written) == digits
    assert national(digits) == at_home
    assert display(digits) == shown
    assert normalise(at_home) == digits


@pytest.mark.parametrize(
    ("came_as", "shown"),
    [
        ("01088889999", "01088889999"),
        ("+861088889999", "01088889999"),
        ("861088889999", "01088889999"),
        ("+8613900139000", "13900139000"),
        ("864001234567", "4001234567"),
        ("0013900139000", "0013900139000"),
        ("+16502530000", "0016502530000"),
        ("0044 20 7946 0018", "00442079460018"),
        ("801", "801"),
        ("10086", "10086"),
        ("anonymous", "anonymous"),
        ("", ""),
        ("1234567890", "1234567890"),
    ],
)
def test_numbers_as_a_telephone_at_home_shows_them(came_as, shown):
    assert at_home(came_as) == shown
    assert at_home(shown) == shown


@given(st.text(max_size=30) | st.text("+0123456789", max_size=18))
def test_what_a_telephone_shows_can_be_dialled_back(text):
    assert normalise_or_keep(at_home(text)) == normalise_or_keep(text)
    assert at_home(at_home(text)) == at_home(text)


@pytest.mark.parametrize("text", ["", "+", "anonymous", "138", "12a", "+0123456", "+861", "1" * 16, "००१", "0"])
def test_what_is_no_number(text):
    if text == "138":  # short numbers are left to those who know the extensions
        assert normalise(text) == "138"
        return
    with pytest.raises(BadValue):
        normalise(text)
    assert normalise_or_keep(text) == text


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_refused(text):
    try:
        digits = normalise(text)
    except BadValue:
        return
    assert digits.isascii()
    assert digits.isdigit()
    assert normalise(national(digits)) == digits
    assert display(digits)


def test_chinese_numbers_do_not_load_the_library():
    code = (
        "import sys; from store.numbers import normalise, display; display(normalise('010-65529988'));"
        "sys.exit('phonenumbers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
