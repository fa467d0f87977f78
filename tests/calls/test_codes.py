"""What is dialled, read by a tenant's table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.calls.codes import CODE_OF, USUAL_TABLE, Called, CodeTable, clash, codes_of


@pytest.mark.parametrize(
    ("dialled", "called"),
    [
        ("*8", Called("pick_up_in_group")),
        ("**802", Called("pick_up", "802")),
        ("*51802", Called("listen", "802")),
        ("71", Called("fetch", "71")),
        ("*2", None),
        ("*802", None),
        ("**", None),
        ("*", None),
        ("", None),
        ("802", None),
        ("70", None),
    ],
)
def test_services_that_are_called(dialled, called):
    assert USUAL_TABLE.called(dialled) == called


def test_a_changed_table():
    table = CodeTable(codes_of({"park": "*70", "consult": "", "pick_up": "*9", "no_such_act": "*4"}))
    assert table.in_talk == {"*2": "blind", "*70": "park"}
    assert table.called("*9802") == Called("pick_up", "802")
    assert table.called("**802") is None
    assert table.called("*4") is None


def test_the_usual_codes_do_not_clash():
    assert clash(CODE_OF) is None


@given(st.dictionaries(st.sampled_from(sorted(CODE_OF)), st.from_regex(r"\*[0-9*]{1,3}", fullmatch=True)))
def test_where_nothing_clashes_each_code_is_reached(changed):
    whole = {**CODE_OF, **changed}
    if clash(whole) is not None:
        return
    table = CodeTable(codes_of(changed))
    for act, code in whole.items():
        if act in ("blind", "consult", "park"):
            assert table.in_talk[code] == act
            assert not any(code != other and code.startswith(other) for other in table.in_talk)
        elif act in ("pick_up", "listen", "whisper", "barge_in", "take_over"):
            assert table.called(code + "7") in (Called(act, "7"), *_longer(whole, code + "7"))
        else:
            assert table.called(code) == Called(act)


def _longer(codes, dialled):
    """Services without a number whose code is just what was dialled."""
    return [Called(act) for act, code in codes.items() if code == dialled]
