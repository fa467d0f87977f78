"""Expressions: values, types, and errors that name their column."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpreter.flow.expressions import (
    Environment,
    EvaluationError,
    ExpressionError,
    Type,
    Value,
    compile_expression,
)

VARIABLES: dict[str, Type] = {"tries": "number", "vip": "yes_no", "city": "text", "余额": "number"}
VALUES: Environment = {
    "tries": 2,
    "vip": False,
    "city": "北京",
    "余额": 1250,
    "call.caller": "01088881234",
    "call.called": "4001234567",
    "call.extension": "801",
}


def value_of(source: str) -> Value:
    return compile_expression(source, VARIABLES).evaluate(VALUES)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 + 2 * 3 - 4", 3),
        ("(1 + 2) * 3", 9),
        ("-tries + 10", 8),
        ("7 / 2", 3.5),
        ("6 / 2", 3),
        ("7 % 4", 3),
        ("余额 / 100 >= 12.5", True),
        ('city == "北京" and not vip', True),
        ("city != '上海' or vip", True),
        ("tries in [1, 2, 3]", True),
        ("tries not in [1, 3]", True),
        ('"北" in city', True),
        ('"海" not in city', True),
        ('starts_with(call.caller, "010")', True),
        ('ends_with(call.called, "4567")', True),
        ('contains(call.caller, "8888")', True),
        ("length(call.extension) == 3", True),
        ("part(call.caller, 1, 3)", "010"),
        ('replace(call.caller, "0", "")', "188881234"),
        ("number(call.extension) + 1", 802),
        ('text(6 / 4) + "元"', "1.5元"),
        ("text(vip)", "false"),
        ("text(0.1 + 0.2)", "0.3"),
        ("text(3.0) + text(0 - 0.0000001)", "30"),
        ("round(2.5) + round(-2.5)", 1),
        ("min(tries, 5) + max(tries, 5) + abs(-1)", 8),
        ('lower(trim("  AbC "))', "abc"),
        (r'"a\"b"', 'a"b'),
        ("vip or tries > 1 and tries < 3", True),
        ("true and not false", True),
        ("not not vip", False),
        ("- -tries", 2),
        ("tries%2==0andtries in[1,2]", True),
        ("tries notin [1]", True),
        ("tries in [1] or vip", False),
        ("(" * 40 + "1" + ")" * 40, 1),
        ('"a" < "b"', True),
        ('"20" > "100"', False),
        ('" 20" <= "100"', True),
        ('"9.5" < "10"', True),
        ('"12*4" > "100"', True),
        ('"09:30" < "10:00"', True),
        ('"" < "0"', True),
        ('is_number("12*4") or is_number("")', False),
        ('is_number("-1.5")', True),
        ('number_or("12*4", 7)', 7),
        ('number_or("12", 7)', 12),
    ],
)
def test_values(source: str, value: Value) -> None:
    assert value_of(source) == value


@pytest.mark.parametrize(
    ("source", "code", "column"),
    [
        ("tries +", "expression.unfinished", 8),
        ("", "expression.unfinished", 1),
        ("tries ! 1", "expression.syntax", 7),
        ("tries 1", "expression.syntax", 7),
        ("tries = 1", "expression.single_equals", 7),
        ("tries ＞ 1", "expression.full_width", 7),
        ("vip and tries", "expression.type", 9),
        ("tries + city", "expression.type", 9),
        ("city == 1", "expression.type", 9),
        ("city in [1]", "expression.type", 10),
        ("not tries", "expression.type", 5),
        ("vip < true", "expression.order", 1),
        ("trys > 1", "expression.unknown_name", 1),
        ("1 + call.color", "expression.unknown_name", 5),
        ("os.system", "expression.unknown_name", 1),
        ("__import__('os')", "expression.unknown_function", 1),
        ("length(city, 1)", "expression.arguments", 1),
        ("length(tries)", "expression.type", 8),
        ("tries / 0", "expression.division_by_zero", 9),
        ("1 + 2 3", "expression.syntax", 7),
        ("vip)", "expression.syntax", 4),
        ("(vip", "expression.unfinished", 5),
        ("(tries) and vip", "expression.type", 2),
        ("(tries + 1) * 2 and vip", "expression.type", 1),
        ("tries == 1 == 2", "expression.syntax", 12),
        ("city not 1", "expression.syntax", 10),
        ("city in [city and vip]", "expression.syntax", 15),
        ("call.1", "expression.syntax", 6),
        ("1 + not vip", "expression.syntax", 9),
        ("city == 'a", "expression.syntax", 9),
        ("12345678901234567", "expression.syntax", 16),
        ("-" * 100 + "1", "expression.too_long", 42),
        ("(" * 100 + "1" + ")" * 100, "expression.too_long", 41),
        ("+".join(["1"] * 300), "expression.too_long", 399),
        ("1" * 1001, "expression.too_long", 1000),
    ],
)
def test_errors(source: str, code: str, column: int) -> None:
    with pytest.raises(ExpressionError) as raised:
        compile_expression(source, VARIABLES)
    assert (raised.value.code, raised.value.column) == (code, column)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("1 / (tries - 2)", "division_by_zero"),
        ("1 % (tries - 2)", "division_by_zero"),
        ("number(city)", "not_a_number"),
        ('number("1_000")', "not_a_number"),
        ("999999999999999 * 999999999999999 * tries", "too_large"),
        ("part(city, 0, 1)", "out_of_range"),
        ('replace("' + "a" * 100 + '", "a", "' + "b" * 100 + '")', "too_long"),
    ],
)
def test_no_value(source: str, code: str) -> None:
    with pytest.raises(EvaluationError) as raised:
        value_of(source)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("source", "constant"),
    [
        ("1 + 1", 2),
        ("vip or true", True),
        ("vip and false", False),
        ("1 > 2 or 3 > 2", True),
        ("vip or false", None),
        ("not vip", None),
    ],
)
def test_constants_are_known_beforehand(source: str, constant: Value | None) -> None:
    assert compile_expression(source, VARIABLES).constant == constant


def test_names_read_are_known() -> None:
    compiled = compile_expression("vip or starts_with(call.caller, city)", VARIABLES)
    assert compiled.names == {"vip", "city", "call.caller"}


WORDS = st.sampled_from(
    """1 2.5 tries vip city call.caller call "x" ' " ( ) [ ] , + - * / % == < in not and or true length text number
    part . ＝ \\""".split()  # noqa: SIM905 - as a list it would fill a page
)


@settings(deadline=None)
@given(st.lists(WORDS, max_size=30).map(" ".join) | st.text(max_size=60))
def test_any_text_compiles_or_says_where_it_is_wrong(source: str) -> None:
    try:
        compiled = compile_expression(source, VARIABLES)
    except ExpressionError as error:
        column = error.column
        compiled = None
    if compiled is None:
        assert 1 <= column <= len(source) + 1
        return
    try:
        value = compiled.evaluate(VALUES)
    except EvaluationError:
        return
    assert isinstance(value, {"text": str, "yes_no": bool, "number": (int, float)}[compiled.type])
