"""Whom somebody of ours reaches by dialling."""

from __future__ import annotations

import pytest

from interpreter.calls.leg import load_target, save_target
from interpreter.calls.plan import Barred, OwnNumber, Rights, reached_by
from interpreter.machine.effects import Behalf, Target
from numbering.plan import normalise_or_keep
from numbering.reach import CALLS

SHOWN = "861065529988"


class Company:
    """Extensions 801, 802, and one that has the number of the police; a 400 number."""

    def has_extension(self, number: str) -> bool:
        return number in ("801", "802", "110")

    def own_number(self, dialled: str) -> str | None:
        return "864001234567" if normalise_or_keep(dialled) == "864001234567" else None


def reached(dialled, calls="national", countries=(), shown=SHOWN):
    return reached_by(dialled, "801", Rights(calls, frozenset(countries), shown), Company())


def outside(number, shown=SHOWN):
    return Target("number", number, behalf=Behalf("801", shown))


@pytest.mark.parametrize("calls", CALLS)
def test_everybody_reaches_the_house_and_who_helps_in_need(calls):
    assert reached("802", calls) == Target("extension", "802")
    assert reached("400-123-4567", calls) == OwnNumber("864001234567")
    for number in ("110", "119", "120", "122"):
        assert reached(number, calls) == outside(number), number
        assert reached(number, calls, shown="") == outside(number, ""), "even where no number can be shown"


@pytest.mark.parametrize(
    ("dialled", "number", "least", "refusal"),
    [
        ("65529900", "01065529900", "local", "internal_only"),
        ("+86 10 6552 9900", "01065529900", "local", "internal_only"),
        ("95588", "95588", "local", "internal_only"),
        ("4008888888", "4008888888", "local", "internal_only"),
        ("02165529900", "02165529900", "national", "local_only"),
        ("139 0013 9000", "13900139000", "national", "local_only"),
        ("013900139000", "13900139000", "national", "local_only"),
        ("0044 20 7946 0018", "00442079460018", "international", "national_only"),
        ("+85223456789", "0085223456789", "international", "national_only"),
    ],
)
def test_how_far_each_may_call(dialled, number, least, refusal):
    """As at home, however it was dialled, and by the rule that stands just below what would be needed."""
    enough = CALLS[CALLS.index(least) :]
    for calls in CALLS:
        expected = outside(number) if calls in enough else Barred(f"{calls}_only")
        assert reached(dialled, calls, ["*"]) == expected, calls
    assert Barred(refusal) == reached(dialled, CALLS[CALLS.index(least) - 1])


@pytest.mark.parametrize(
    ("countries", "passes"),
    [((), False), (("852",), False), (("44",), True), (("852", "44"), True), (("*",), True), (("4",), False)],
)
def test_abroad_the_country_counts_too(countries, passes):
    expected = outside("00442079460018") if passes else Barred("country_not_allowed")
    assert reached("00442079460018", "international", countries) == expected


@pytest.mark.parametrize(
    ("dialled", "barred", "status"),
    [
        ("801", "itself", 486),
        ("899", "no_such_number", 404),
        ("boss", "no_such_number", 404),
        ("*78", "no_such_number", 404),
        ("", "no_such_number", 404),
    ],
)
def test_nobody_is_there(dialled, barred, status):
    found = reached(dialled, "international", ["*"])
    assert found == Barred(barred)
    assert found.status == status


def test_without_a_number_that_may_be_shown_nobody_is_called():
    assert reached("13900139000", shown="") == Barred("no_shown_number")
    assert reached("13900139000", "internal", shown="") == Barred("internal_only"), "what would be asked for first"
    assert Barred("no_shown_number").status == 403


def test_the_area_is_that_of_the_number_that_is_shown():
    assert reached("02165529900", "local", shown="862165529988") == outside("02165529900", "862165529988")
    assert reached("65529900", "local", shown="862165529988") == outside("02165529900", "862165529988")
    assert reached("65529900", "local", shown="8613800138000") == outside("65529900", "8613800138000")


@pytest.mark.parametrize("target", [outside("13900139000"), Target("trunk", "gw", "1", "gateway")])
def test_a_target_survives_a_snapshot(target):
    assert load_target(save_target(target)) == target
