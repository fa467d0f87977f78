"""Which new passwords are refused, and where they are not."""

from __future__ import annotations

import pytest

from designer.errors import ApiError
from designer.messages import both
from designer.password_rules import check_new
from store.seed import new_secret
from support.web import PASSWORD

ABOUT = ("li.wei", "李伟", "Harbour Freight")


def refusal(password: str, role: str = "operator") -> str | None:
    try:
        check_new(password, role, ABOUT, field="new")
    except ApiError as error:
        (found,) = error.issues or ()
        return found["code"] if found["field"] == "new" else "at another field"
    return None


@pytest.mark.parametrize(
    "password",
    [
        "password", "12345678", "Passw0rd!", "qwertyuiop", "iloveyou1", "1qaz2wsx", "woaini1314", "aaaaaaaaaaaa",
        "20081208", "li.wei2024", "Harbour Freight", "zongji12", "李伟李伟李伟李伟", "abcabcabcabc", "a" * 200,
    ],
)  # fmt: skip
def test_what_many_people_choose_is_refused(password: str):
    assert refusal(password) == "password_guessable"


@pytest.mark.parametrize("password", ["kv8-tRq2", "violet kettle march", "灯塔、算盘与海风啊", PASSWORD])
def test_what_nobody_guesses_is_taken(password: str):
    assert refusal(password) is None


@pytest.mark.parametrize(("role", "least"), [("administrator", 12), ("operator", 8), ("qa", 8)])
def test_each_role_has_its_shortest(role: str, least: int):
    good = "kv8-tRq2zMw5"
    assert refusal(good[:least], role) is None
    assert refusal(good[: least - 1], role) == "field.too_short"


def test_generated_passwords_are_taken_for_administrators():
    assert not [secret for secret in (new_secret(12) for _ in range(300)) if refusal(secret, "administrator")]


def test_the_refusal_says_what_to_do():
    assert "互不相干的词" in both("password_guessable")["zh-CN"]
    assert "Use several words" in both("password_guessable")["en"]


def test_another_users_names_are_no_words_of_this_one():
    assert refusal("harbourfreight1") == "password_guessable"
    check_new("harbourfreight1", "operator", (), field="new")
