"""The switchboard's settings in the API: codes, operators, PIN."""

from __future__ import annotations

import pytest

from support.web import Browser, FakeRuntime


@pytest.fixture
def phone(admin: Browser):
    assert admin.post("/extensions", {"number": "801", "name": "小王"}).status_code == 201


def codes_of(answer) -> dict[str, str]:
    return {code["act"]: code["code"] for code in answer.json["codes"]}


def test_before_anybody_chose(admin: Browser):
    answer = admin.get("/exchange")
    assert (answer.json["revision"], answer.json["operators"], answer.json["has_pin"]) == (0, [], False)
    assert codes_of(answer)["park"] == "*68"
    assert "71" in answer.json["places"]


def test_codes_are_changed_and_switched_off(admin: Browser, phone, runtime: FakeRuntime):
    body = {"revision": 0, "codes": {"park": "*70", "consult": ""}, "operators": ["801"], "pin": "2468"}
    answer = admin.put("/exchange", body)
    assert answer.status_code == 200
    assert (codes_of(answer)["park"], codes_of(answer)["consult"], codes_of(answer)["blind"]) == ("*70", "", "*2")
    assert (answer.json["operators"], answer.json["has_pin"], answer.json["revision"]) == (["801"], True, 1)
    assert "reload" in [method for method, _ in runtime.asked]
    assert "2468" not in answer.text
    stale = admin.put("/exchange", body)
    assert (stale.status_code, stale.json["error"]["code"]) == (409, "stale")
    assert codes_of(admin.put("/exchange", {"revision": 1, "codes": {}, "operators": []}))["park"] == "*68"


@pytest.mark.parametrize(
    ("codes", "field"),
    [
        ({"park": "68"}, "codes.park"),
        ({"park": "*68123"}, "codes.park"),
        ({"park": "*2"}, "codes.park"),
        ({"park": "*25"}, "codes.park"),
        ({"listen": "*8", "pick_up_in_group": ""}, None),
        ({"listen": "*3"}, "codes.listen"),
        ({"listen": "*4", "day": "*41"}, "codes.day"),
        ({"blind": "*8", "pick_up_in_group": "*801"}, None),
    ],
)
def test_a_code_that_cannot_be(admin: Browser, codes, field):
    answer = admin.put("/exchange", {"revision": 0, "codes": codes, "operators": []})
    refused = [issue["field"] for issue in answer.json["error"]["issues"]] if answer.status_code == 422 else [None]
    assert refused == [field]


def test_an_operator_that_is_none(admin: Browser, phone):
    answer = admin.put("/exchange", {"revision": 0, "codes": {}, "operators": ["801", "899"]})
    assert (answer.status_code, answer.json["error"]["issues"][0]["field"]) == (422, "operators")


@pytest.mark.parametrize("pin", ["123", "12a4", "1234567890123"])
def test_a_pin_that_cannot_be(admin: Browser, pin):
    assert admin.put("/exchange", {"revision": 0, "codes": {}, "operators": [], "pin": pin}).status_code == 422
